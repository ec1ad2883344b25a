package flow

import (
	"strings"
	"time"
)

// The texts that a date, a time and both are kept as, so that what is stored
// does not depend on anybody's zone. A fraction of a second ends where it does.
const (
	dateLayout     = time.DateOnly
	timeLayout     = "15:04:05.999999999"
	dateTimeLayout = time.RFC3339Nano
)

// layouts are what people may write; the first is what is kept.
func layouts(t InputType) []string {
	if t == Time {
		return []string{timeLayout, "15:04"}
	}
	if t == DateTime {
		return []string{dateTimeLayout, "2006-01-02T15:04Z07:00"}
	}
	return []string{dateLayout}
}

func wrongMoment(t InputType) string {
	if t == Time {
		return "must be a time such as 09:30 or 09:30:15"
	}
	if t == DateTime {
		return "must be a date and time with its zone such as 2026-11-22T09:30:00Z"
	}
	return "must be a date such as 2026-11-22"
}

func toMoment(f Field, raw any) (any, string) {
	text, ok := raw.(string)
	if !ok {
		return nil, wrongMoment(f.Type)
	}
	t, ok := parseMoment(f.Type, strings.TrimSpace(text))
	if !ok || f.Type != Time && t.Year() == 0 {
		return nil, wrongMoment(f.Type)
	}
	text = t.Format(layouts(f.Type)[0])
	switch {
	case f.After != "" && later(f.Type, f.After, text):
		return nil, "must not be before " + f.After
	case f.Before != "" && later(f.Type, text, f.Before):
		return nil, "must not be after " + f.Before
	}
	return text, ""
}

func parseMoment(kind InputType, text string) (time.Time, bool) {
	for _, layout := range layouts(kind) {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// later reports whether a is later than b; both were converted before.
func later(kind InputType, a, b string) bool {
	x, okX := parseMoment(kind, a)
	y, okY := parseMoment(kind, b)
	return okX && okY && x.After(y)
}

// toDuration keeps a duration as it is written: P1D and PT24H are the same time
// and not the same text.
func toDuration(f Field, raw any) (any, string) {
	text, ok := raw.(string)
	if !ok {
		return nil, "must be a duration such as PT30M, PT4H, P3D or P1W"
	}
	text = strings.ToUpper(strings.TrimSpace(text))
	if _, err := ParseDuration(text); err != nil {
		if calendar.MatchString(text) {
			return nil, "must not count years or months, whose length varies; use days or weeks"
		}
		return nil, "must be a duration such as PT30M, PT4H, P3D or P1W"
	}
	switch low, high := f.Shortest, f.Longest; {
	case low != "" && longer(low, text):
		return nil, "must be at least " + low
	case high != "" && longer(text, high):
		return nil, "must be at most " + high
	}
	return text, ""
}

// longer reports whether a is longer than b; both were converted before.
func longer(a, b string) bool {
	x, errX := ParseDuration(a)
	y, errY := ParseDuration(b)
	return errX == nil && errY == nil && x > y
}
