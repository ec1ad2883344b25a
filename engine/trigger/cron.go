package trigger

import (
	"fmt"
	"strings"
	"time"
)

// Cron says at which wall clock times something comes due. The zero value is
// never due; make one with [ParseCron].
type Cron struct {
	second, minute, hour, month uint64 // bit n: value n is in
	dom, dow                    days
	// everyHour: the hour field names no hour, so runs go on by the clock when
	// it is set back, and none is made up when it is set forward.
	everyHour bool
}

// days is one of the two fields for days. With both limited, a day that is in
// either is in, as in every cron.
type days struct {
	any bool
	// set has bit n for day n of the month, or of the week with Sunday as 0.
	set uint64
	// fromEnd has bit n for the day that is n before the last of the month.
	fromEnd uint64
	// nearest has bit n for the working day nearest to day n; bit 0 is the last
	// working day of the month.
	nearest uint64
	// nth[d] has bit n for the nth day d of the week in its month; bit 0 is the last.
	nth [7]uint8
}

// nicknames stand for whole expressions.
func nicknames() map[string]string {
	return map[string]string{
		"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
		"@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
	}
}

// ParseCron reads an expression of five fields (minute, hour, day of the month,
// month, day of the week), of six with seconds in front, or a name such as
// @daily. Sunday is 0 and 7, and months and days have their English names.
// Beside lists, ranges and steps it reads "?", and for days "L", "L-3", "LW",
// "15W", "5L" and "5#2". The error says what is wrong, in words for the author.
func ParseCron(expr string, seconds bool) (Cron, error) {
	text := strings.TrimSpace(expr)
	named, isNamed := nicknames()[strings.ToLower(text)]
	if isNamed {
		text = named
	} else if strings.HasPrefix(text, "@") {
		return Cron{}, fmt.Errorf("there is no %q; there are @yearly, @monthly, @weekly, @daily, @midnight and @hourly", text)
	}
	fields := strings.Fields(text)
	switch {
	case len(fields) == 5 && (isNamed || !seconds):
		fields = append([]string{"0"}, fields...)
	case len(fields) == 6 && seconds:
	case len(fields) == 6:
		return Cron{}, fmt.Errorf("cron %q has six fields; write withSeconds: true for one that begins with seconds", text)
	case seconds:
		return Cron{}, fmt.Errorf("cron %q has %d fields; with seconds it needs six: second, minute, hour, day of the month, month, day of the week", text, len(fields))
	default:
		return Cron{}, fmt.Errorf("cron %q has %d fields; it needs five: minute, hour, day of the month, month, day of the week", text, len(fields))
	}
	c, err := readFields(fields)
	if err != nil {
		return Cron{}, fmt.Errorf("cron %q: %w", text, err)
	}
	// The Gregorian calendar repeats itself after 400 years, but no day that
	// there is keeps away for longer than 40.
	if _, ok := c.nextLocal(0, 50*366); !ok {
		return Cron{}, fmt.Errorf("cron %q never comes: there is no such day", text)
	}
	return c, nil
}

func readFields(fields []string) (Cron, error) {
	var c Cron
	var err error
	for i, into := range []*uint64{&c.second, &c.minute, &c.hour} {
		if *into, err = readSet(cronField(i), fields[i]); err != nil {
			return Cron{}, err
		}
	}
	c.everyHour = c.hour == 1<<24-1
	if c.dom, err = readDays(dayField, fields[3]); err != nil {
		return Cron{}, err
	}
	if c.month, err = readSet(monthField, fields[4]); err != nil {
		return Cron{}, err
	}
	if c.dow, err = readDays(weekdayField, fields[5]); err != nil {
		return Cron{}, err
	}
	return c, nil
}

// Next returns the first time after the given one at which c is due on the
// clocks of loc; false if there is none within the next 50 years.
//
// Where clocks are set forward, runs that would fall into the gap happen once,
// at the first instant after it. Where they are set back, a run that would
// come twice comes the first time only. An expression whose hour is "*" knows
// no such hour: it follows the clock, through both of the hours that look alike.
func (c Cron) Next(after time.Time, loc *time.Location) (time.Time, bool) {
	at := after.Unix() + 1
	for horizon := at + 50*366*day; at < horizon; {
		span := spanAt(at, loc)
		local, ok := c.nextLocal(at+span.offset, 50*366)
		if !ok {
			return time.Time{}, false
		}
		due := local - span.offset
		switch {
		case span.until != 0 && due >= span.until:
			next := spanAt(span.until, loc)
			gap := span.until + next.offset
			if !c.everyHour && local < gap {
				return time.Unix(span.until, 0).In(loc), true
			}
			at = span.until
		case !c.everyHour && repeats(due, span.offset, loc):
			at = due + 1
		default:
			return time.Unix(due, 0).In(loc), true
		}
	}
	return time.Time{}, false
}

// Previous returns the last time before the given one at which c was due on
// the clocks of loc; false if there is none within the 50 years before it.
func (c Cron) Previous(before time.Time, loc *time.Location) (time.Time, bool) {
	isBefore := func(from int64) bool {
		t, ok := c.Next(time.Unix(from, 0), loc)
		return ok && t.Before(before)
	}
	// Due times only move forward with the time that is asked for: find the
	// latest second from which the next one still lies before.
	no := before.Unix() + 1
	yes := no - 60
	for !isBefore(yes) {
		if no-yes > 50*366*day {
			return time.Time{}, false
		}
		no, yes = yes, yes-2*(no-yes)
	}
	for no-yes > 1 {
		if mid := yes + (no-yes)/2; isBefore(mid) {
			yes = mid
		} else {
			no = mid
		}
	}
	return c.Next(time.Unix(yes, 0), loc)
}

// span is a stretch of time in which clocks run evenly.
type span struct {
	offset int64 // what the wall clock is ahead of UTC, in seconds
	until  int64 // when the next span begins, in Unix seconds; 0: never
}

func spanAt(at int64, loc *time.Location) span {
	t := time.Unix(at, 0).In(loc)
	s := span{offset: offsetAt(at, loc)}
	if _, end := t.ZoneBounds(); !end.IsZero() {
		s.until = end.Unix()
	}
	if s.until != 0 && s.until <= at {
		// On the last day of a leap year ZoneBounds names an end that has passed.
		// Nothing changes then, and a span that is too short is as good.
		s.until = at + 3600
	}
	return s
}

func offsetAt(at int64, loc *time.Location) int64 {
	_, offset := time.Unix(at, 0).In(loc).Zone()
	return int64(offset)
}

// repeats reports whether the wall clock, which is offset ahead of UTC at the
// time, has shown the same before, because it was set back since. It looks at
// the clock of a day and a bit ago: where a zone's last known change is also
// the beginning of its rule, ZoneBounds names a wrong beginning.
func repeats(at, offset int64, loc *time.Location) bool {
	earlier := offsetAt(at-day-2*3600, loc)
	return earlier > offset && offsetAt(at+offset-earlier, loc) == earlier
}
