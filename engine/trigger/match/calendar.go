package match

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signoff/engine/flow"
	"signoff/engine/holiday"
)

// ofTime judges the conditions that ask for a day or an hour.
func ofTime(c *flow.Condition, s Subject) (bool, error) {
	at := s.At
	if c.Date != nil {
		text, err := c.Date.Render(s.Env)
		if err != nil {
			return false, err
		}
		if at, err = moment(text, s.At.Location()); err != nil {
			return false, err
		}
	}
	switch c.Kind { //nolint:exhaustive // the others are for other subjects
	case flow.ConditionDayWeek:
		return onDay(c, at), nil
	case flow.ConditionWeekend:
		return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday, nil
	case flow.ConditionDayInMonth:
		return onDay(c, at) && inMonth(c.DayInMonth, at), nil
	case flow.ConditionDateBetween:
		return between(c, at, moment)
	case flow.ConditionTimeBetween:
		return between(c, at, func(text string, loc *time.Location) (time.Time, error) {
			return timeOfDay(text, at.In(loc))
		})
	}
	return holiday.On(c.Country, at)
}

func onDay(c *flow.Condition, at time.Time) bool {
	return slices.ContainsFunc(c.Days, func(d string) bool { return strings.EqualFold(d, at.Weekday().String()) })
}

// inMonth reports whether the day is the first, second, … or last of its kind.
func inMonth(which string, at time.Time) bool {
	nth := (at.Day()-1)/7 + 1
	switch strings.ToUpper(which) {
	case "FIRST":
		return nth == 1
	case "SECOND":
		return nth == 2
	case "THIRD":
		return nth == 3
	case "FOURTH":
		return nth == 4
	case "LAST":
		return at.AddDate(0, 0, 7).Month() != at.Month()
	}
	return false
}

// between reads after and before, each of which may be missing.
func between(c *flow.Condition, at time.Time, read func(string, *time.Location) (time.Time, error)) (bool, error) {
	if c.After != "" {
		after, err := read(c.After, at.Location())
		if err != nil || !at.After(after) {
			return false, err
		}
	}
	if c.Before != "" {
		before, err := read(c.Before, at.Location())
		if err != nil || !at.Before(before) {
			return false, err
		}
	}
	return true, nil
}

// moment reads a date, or a date with a time; without an offset it is on loc's
// clocks.
func moment(text string, loc *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t.In(loc), nil
	}
	for _, layout := range []string{"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date such as 2026-12-24 or 2026-12-24T09:00:00+01:00", text)
}

// timeOfDay reads a time of the day that on is in, with an offset or on the
// clocks of on's zone.
func timeOfDay(text string, on time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{"15:04:05.999999999Z07:00", "15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return onDate(on.In(t.Location()), t), nil
		}
	}
	for _, layout := range []string{"15:04:05.999999999", "15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return onDate(on, t), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time of day such as 18:00:00 or 18:00:00+01:00", text)
}

// onDate is the time of day of clock on the date of on.
func onDate(on, clock time.Time) time.Time {
	return time.Date(on.Year(), on.Month(), on.Day(), clock.Hour(), clock.Minute(), clock.Second(), clock.Nanosecond(), on.Location())
}
