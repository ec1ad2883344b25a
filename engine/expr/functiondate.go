package expr

import (
	"strings"
	"time"

	"signoff/engine/holiday"
)

// dateFunction makes a function of one about the day or hour of its argument
// `date`, which is a text or a number of seconds. A text with an offset is
// asked in it.
func dateFunction(about func(t time.Time) any) builtin {
	return builtin{params: []string{"date"}, need: 1, apply: func(c *invocation) (any, error) {
		t, err := c.dateArgument()
		if err != nil {
			return nil, err
		}
		return about(t), nil
	}}
}

func (c *invocation) dateArgument() (time.Time, error) {
	c.in = c.arg(0)
	return c.when(time.UTC, "")
}

func isWeekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// isLastWorkingDay reports whether no later day of the month is from Monday to
// Friday, and this one is. It knows no holidays.
func isLastWorkingDay(t time.Time) bool {
	if isWeekend(t) {
		return false
	}
	for next := t.AddDate(0, 0, 1); next.Month() == t.Month(); next = next.AddDate(0, 0, 1) {
		if !isWeekend(next) {
			return false
		}
	}
	return true
}

// isDayWeekInMonth reports whether a date is such a weekday of its month: the
// first to fourth, or the last.
func isDayWeekInMonth(c *invocation) (any, error) {
	t, err := c.dateArgument()
	if err != nil {
		return nil, err
	}
	day, err := c.str(1, "")
	if err != nil {
		return nil, err
	}
	which, err := c.str(2, "")
	if err != nil {
		return nil, err
	}
	known := false
	for d := time.Sunday; d <= time.Saturday; d++ {
		known = known || strings.EqualFold(day, d.String())
	}
	if !known {
		return nil, c.failf("needs a day from MONDAY to SUNDAY as `%s`", c.param(1))
	}
	n := map[string]int{"FIRST": 0, "SECOND": 1, "THIRD": 2, "FOURTH": 3, "LAST": 4}
	nth, ok := n[strings.ToUpper(which)]
	if !ok {
		return nil, c.failf("needs FIRST, SECOND, THIRD, FOURTH or LAST as `%s`", c.param(2))
	}
	if !strings.EqualFold(day, t.Weekday().String()) {
		return false, nil
	}
	if nth == 4 {
		return t.AddDate(0, 0, 7).Month() != t.Month(), nil
	}
	return (t.Day()-1)/7 == nth, nil
}

// isPublicHoliday reports whether a date is a public holiday in a country, or in a
// part of it.
func isPublicHoliday(c *invocation) (any, error) {
	t, err := c.dateArgument()
	if err != nil {
		return nil, err
	}
	country, err := c.str(1, "")
	if err != nil {
		return nil, err
	}
	part, err := c.str(2, "")
	if err != nil {
		return nil, err
	}
	on, err := holiday.On(holiday.Place(country, part), t)
	if err != nil {
		return nil, c.failf("%s", err)
	}
	return on, nil
}
