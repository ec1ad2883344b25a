package expr

import (
	"math"
	"strings"
	"time"
)

// when is the input of a date filter: an ISO text, a text in an existing
// format, or seconds since 1970.
func (c *invocation) when(zone *time.Location, existing string) (time.Time, error) {
	switch v := c.in.(type) {
	case int64:
		if v < minSecond || v > maxSecond {
			return time.Time{}, c.failf("needs a time between the years 1 and 9999")
		}
		return time.Unix(v, 0).In(zone), nil
	case string:
		if err := c.spend(len(v)); err != nil {
			return time.Time{}, err
		}
		if existing != "" {
			return c.parseExisting(v, existing, zone)
		}
		if t, ok := parseISO(v, zone); ok {
			return t, nil
		}
		return time.Time{}, c.failf("needs a date or time like 2026-01-31 or 2026-01-31T12:00:00Z")
	}
	return time.Time{}, c.failf("needs a string or a number of seconds, not %s", kindOf(c.in))
}

// The seconds of the first and the last year that are written with four digits.
const (
	minSecond = -62135596800
	maxSecond = 253402300799
)

func (c *invocation) parseExisting(s, format string, zone *time.Location) (time.Time, error) {
	fields, err := javaPattern(format)
	if err != nil {
		return time.Time{}, err
	}
	t, ok := parseJava(s, fields, zone)
	if !ok {
		return t, c.failf("needs a time in the format of `existingFormat`")
	}
	return t, nil
}

// parseISO reads what Java's ISO formats write. A text without a zone is in the
// zone given.
func parseISO(s string, zone *time.Location) (time.Time, bool) {
	if i := strings.IndexByte(s, '['); i > 0 && strings.HasSuffix(s, "]") { // …+01:00[Europe/Paris]
		s = s[:i]
	}
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02",
	} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (c *invocation) english(i int) error {
	locale, err := c.str(i, "en")
	if err == nil && !strings.HasPrefix(strings.ToLower(locale), "en") {
		return c.failf("knows only English as `locale`")
	}
	return err
}

// filterDate writes a time in a format of Java's, or one that has a name.
func filterDate(c *invocation) (any, error) {
	t, err := c.timeArgs(1)
	if err != nil {
		return nil, err
	}
	return c.writeTime(t, 0)
}

// timeArgs reads the input by the arguments timeZone, existingFormat and locale,
// which begin at i.
func (c *invocation) timeArgs(i int) (time.Time, error) {
	zone, err := c.zone(i)
	if err != nil {
		return time.Time{}, err
	}
	existing, err := c.str(i+1, "")
	if err != nil {
		return time.Time{}, err
	}
	if i+2 < len(c.def.params) {
		if err := c.english(i + 2); err != nil {
			return time.Time{}, err
		}
	}
	t, err := c.when(zone, existing)
	return t.In(zone), err
}

func (c *invocation) writeTime(t time.Time, i int) (any, error) {
	format, err := c.str(i, "iso")
	if err != nil {
		return nil, err
	}
	fields, err := javaPattern(format)
	if err != nil {
		return nil, err
	}
	if err := c.spend(200 * len(fields)); err != nil {
		return nil, err
	}
	return c.made(formatJava(t, fields))
}

// filterDateAdd adds an amount of a unit.
func filterDateAdd(c *invocation) (any, error) {
	t, err := c.timeArgs(3)
	if err != nil {
		return nil, err
	}
	amount, err := c.num(0, 0)
	if err != nil {
		return nil, err
	}
	unit, err := c.str(1, "")
	if err != nil {
		return nil, err
	}
	t, ok := addTime(t, amount, unit)
	switch {
	case !ok:
		return nil, c.failf("knows as `unit` NANOS to YEARS")
	case t.Unix() < minSecond || t.Unix() > maxSecond:
		return nil, c.failf("would leave the years 1 to 9999")
	}
	return c.writeTime(t, 2)
}

// addTime adds n units. What would overflow goes far out of the years that are
// allowed, which the caller refuses.
func addTime(t time.Time, n int64, unit string) (time.Time, bool) {
	far := int64(1) << 20
	n = max(min(n, math.MaxInt64/2), math.MinInt64/2)
	switch unit {
	case "YEARS", "DECADES", "CENTURIES", "MONTHS":
		months := map[string]int64{"MONTHS": 1, "YEARS": 12, "DECADES": 120, "CENTURIES": 1200}[unit]
		return addMonths(t, int(max(min(n, far), -far)*months)), true
	case "DAYS":
		return t.AddDate(0, 0, int(max(min(n, 8*far), -8*far))), true
	case "WEEKS":
		return t.AddDate(0, 0, 7*int(max(min(n, far), -far))), true
	}
	size, ok := map[string]time.Duration{
		"NANOS": 1, "MICROS": time.Microsecond, "MILLIS": time.Millisecond, "SECONDS": time.Second,
		"MINUTES": time.Minute, "HOURS": time.Hour, "HALF_DAYS": 12 * time.Hour,
	}[unit]
	if !ok {
		return t, false
	}
	perSecond := int64(time.Second / min(size, time.Second))
	seconds := n / perSecond * int64(max(size/time.Second, 1))
	if size > time.Second && (n > maxSecond || n < -maxSecond) || seconds > 2*maxSecond || seconds < -2*maxSecond {
		return time.Unix(2*maxSecond, 0), true
	}
	rest := time.Duration(n%perSecond) * min(size, time.Second)
	return time.Unix(t.Unix()+seconds, int64(t.Nanosecond())+rest.Nanoseconds()).In(t.Location()), true
}

// addMonths keeps the day, or takes the last of a shorter month.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// timestamp makes a filter that counts units since 1970, so many to a second.
func timestamp(perSecond int64) func(c *invocation) (any, error) {
	return func(c *invocation) (any, error) {
		t, err := c.timeArgs(0)
		if err != nil {
			return nil, err
		}
		if perSecond == 1e9 && (t.Year() < 1678 || t.Year() > 2261) {
			return nil, errOverflow
		}
		return t.Unix()*perSecond + int64(t.Nanosecond())*perSecond/1e9, nil
	}
}
