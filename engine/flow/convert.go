package flow

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// maxText bounds a given text, in bytes.
	maxText = 32 << 10
	// maxExact is the largest whole number that a float64 holds exactly; JSON
	// gives every number as one.
	maxExact = 1 << 53
)

// convert checks one given value and makes it the field's type. The problem is
// for the person who gave it, and follows the field's name: "must be …".
func convert(f Field, raw any) (v any, problem string) {
	if text, ok := raw.(string); ok {
		raw, problem = cleanText(text)
		if problem != "" {
			return nil, problem
		}
	}
	switch f.Type {
	case String:
		return toText(f, raw)
	case Int:
		return toInt(f, raw)
	case Float:
		return toFloat(f, raw)
	case Bool:
		return toBool(raw)
	case Date, DateTime:
		return toMoment(f, raw)
	case Select:
		return toChoice(f, raw)
	}
	panic("flow: unknown input type " + string(f.Type))
}

// cleanText refuses what no person types. Browsers send line ends as CRLF.
func cleanText(text string) (any, string) {
	if len(text) > maxText {
		return nil, fmt.Sprintf("must have at most %d bytes, not %d", maxText, len(text))
	}
	if !utf8.ValidString(text) {
		return nil, "must be valid UTF-8"
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return nil, fmt.Sprintf("must not hold the control character %U", r)
		}
	}
	return text, ""
}

func toText(f Field, raw any) (any, string) {
	text, ok := asText(raw)
	if !ok {
		return nil, "must be a text"
	}
	if f.Validator == "" {
		return text, ""
	}
	re, err := wholePattern(f.Validator)
	if err != nil {
		return nil, "cannot be checked, because its pattern is broken"
	}
	if at := re.FindStringIndex(text); at == nil || at[0] != 0 || at[1] != len(text) {
		return nil, fmt.Sprintf("must match the pattern `%s`", f.Validator)
	}
	return text, ""
}

// wholePattern compiles a pattern so that its leftmost match is the longest: if
// the whole text matches, that is the match.
func wholePattern(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	re.Longest()
	return re, nil
}

func toInt(f Field, raw any) (any, string) {
	const wrong = "must be a whole number such as 42"
	var i int64
	switch raw := raw.(type) {
	case int:
		i = int64(raw)
	case int64:
		i = raw
	case float64:
		if raw != math.Trunc(raw) || math.Abs(raw) > maxExact {
			return nil, wrong
		}
		i = int64(raw)
	case string:
		var err error
		if i, err = strconv.ParseInt(strings.TrimSpace(raw), 10, 64); err != nil {
			return nil, wrong
		}
	default:
		return nil, wrong
	}
	if f.Min != nil && i < int64(*f.Min) || f.Max != nil && i > int64(*f.Max) {
		return nil, outside(f)
	}
	return i, ""
}

func toFloat(f Field, raw any) (any, string) {
	const wrong = "must be a number such as 3.5"
	var x float64
	switch raw := raw.(type) {
	case int:
		x = float64(raw)
	case int64:
		x = float64(raw)
	case float64:
		x = raw
	case string:
		var err error
		raw = strings.TrimSpace(raw)
		// Go also reads 0x1p-2, 1_000 and Inf, which nobody means.
		if strings.Trim(raw, "0123456789+-.eE") != "" {
			return nil, wrong
		}
		if x, err = strconv.ParseFloat(raw, 64); err != nil {
			return nil, wrong
		}
	default:
		return nil, wrong
	}
	if !finite(x) {
		return nil, wrong
	}
	if f.Min != nil && x < *f.Min || f.Max != nil && x > *f.Max {
		return nil, outside(f)
	}
	return x, ""
}

func finite(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func outside(f Field) string {
	switch {
	case f.Min == nil:
		return "must be at most " + number(*f.Max)
	case f.Max == nil:
		return "must be at least " + number(*f.Min)
	}
	return "must be from " + number(*f.Min) + " to " + number(*f.Max)
}

func toBool(raw any) (any, string) {
	switch raw := raw.(type) {
	case bool:
		return raw, ""
	case string:
		switch strings.ToLower(strings.TrimSpace(raw)) {
		case "true":
			return true, ""
		case "false":
			return false, ""
		}
	}
	return nil, "must be true or false"
}

// toMoment reads a date or a date with time. Texts in, texts out, so that what
// is stored does not depend on anybody's zone.
func toMoment(f Field, raw any) (any, string) {
	wrong, layout := "must be a date such as 2026-11-22", time.DateOnly
	if f.Type == DateTime {
		wrong, layout = "must be a date and time with its zone such as 2026-11-22T09:30:00Z", time.RFC3339Nano
	}
	text, ok := raw.(string)
	if !ok {
		return nil, wrong
	}
	t, err := time.Parse(layout, strings.TrimSpace(text))
	if err != nil && f.Type == DateTime {
		t, err = time.Parse("2006-01-02T15:04Z07:00", strings.TrimSpace(text))
	}
	if err != nil || t.Year() == 0 {
		return nil, wrong
	}
	text = t.Format(layout)
	switch {
	case f.After != "" && later(f.Type, f.After, text):
		return nil, "must not be before " + f.After
	case f.Before != "" && later(f.Type, text, f.Before):
		return nil, "must not be after " + f.Before
	}
	return text, ""
}

// later reports whether a is later than b; both were converted before.
func later(t InputType, a, b string) bool {
	layout := time.DateOnly
	if t == DateTime {
		layout = time.RFC3339Nano
	}
	x, errX := time.Parse(layout, a)
	y, errY := time.Parse(layout, b)
	return errX == nil && errY == nil && x.After(y)
}

func toChoice(f Field, raw any) (any, string) {
	text, ok := asText(raw)
	if !ok {
		return nil, "must be a text"
	}
	if f.AllowCustom || slices.ContainsFunc(f.Values, func(o Option) bool { return o.Value == text }) {
		return text, ""
	}
	return nil, "must be one of " + choices(f.Values)
}

// choices names the first of them; a long list helps nobody.
func choices(options []Option) string {
	const most = 20
	names := make([]string, 0, most)
	for _, o := range options[:min(len(options), most)] {
		names = append(names, o.Value)
	}
	text := strings.Join(names, ", ")
	if more := len(options) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// asText writes a number or a truth value as the person would have typed it.
func asText(raw any) (string, bool) {
	switch raw := raw.(type) {
	case string:
		return raw, true
	case bool:
		return strconv.FormatBool(raw), true
	case int:
		return strconv.Itoa(raw), true
	case int64:
		return strconv.FormatInt(raw, 10), true
	case float64:
		return number(raw), finite(raw)
	}
	return "", false
}
