package trigger

import (
	"math/bits"
	"time"
)

const day = 24 * 60 * 60 // seconds

// nextLocal returns the first wall clock time at or after from, both as seconds
// since the beginning of 1970 on that clock, that c names within so many days.
func (c Cron) nextLocal(from int64, within int) (int64, bool) {
	date := time.Unix(from, 0).UTC()
	midnight := from - int64(date.Hour()*3600+date.Minute()*60+date.Second())
	for range within {
		if c.onDay(time.Unix(midnight, 0).UTC()) {
			if of, ok := c.nextOfDay(max(from-midnight, 0)); ok {
				return midnight + of, true
			}
		}
		midnight += day
	}
	return 0, false
}

// nextOfDay returns the first second of the day at or after from.
func (c Cron) nextOfDay(from int64) (int64, bool) {
	h, m, s := int(from/3600), int(from/60%60), int(from%60)
	if has(c.hour, h) {
		if has(c.minute, m) {
			if next, ok := nextBit(c.second, s); ok {
				return seconds(h, m, next), true
			}
		}
		if next, ok := nextBit(c.minute, m+1); ok {
			return seconds(h, next, first(c.second)), true
		}
	}
	if next, ok := nextBit(c.hour, h+1); ok {
		return seconds(next, first(c.minute), first(c.second)), true
	}
	return 0, false
}

func seconds(h, m, s int) int64 { return int64(h*3600 + m*60 + s) }

func has(set uint64, n int) bool { return set>>n&1 == 1 }

func first(set uint64) int { return bits.TrailingZeros64(set) }

// nextBit is the first member of set from n on; n is at most 63.
func nextBit(set uint64, n int) (int, bool) {
	rest := set >> n << n
	return first(rest), rest != 0
}

func (c Cron) onDay(date time.Time) bool {
	if !has(c.month, int(date.Month())) {
		return false
	}
	switch {
	case c.dom.any:
		return c.dow.any || c.dow.hasWeekday(date)
	case c.dow.any:
		return c.dom.hasDay(date)
	}
	return c.dom.hasDay(date) || c.dow.hasWeekday(date)
}

func (d *days) hasDay(date time.Time) bool {
	today, last := date.Day(), lastDay(date)
	if has(d.set, today) || has(d.fromEnd, last-today) {
		return true
	}
	if d.nearest == 0 || date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
		return false
	}
	for near := d.nearest; near != 0; near &= near - 1 {
		want := first(near)
		if want == 0 {
			want = last
		}
		if want <= last && workingDay(date, want, last) == today {
			return true
		}
	}
	return false
}

// workingDay is the day from Monday to Friday that is nearest to day want of
// date's month, within that month.
func workingDay(date time.Time, want, last int) int {
	switch date.AddDate(0, 0, want-date.Day()).Weekday() {
	case time.Saturday:
		if want == 1 {
			return 3
		}
		return want - 1
	case time.Sunday:
		if want == last {
			return want - 2
		}
		return want + 1
	case time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday:
	}
	return want
}

func (d *days) hasWeekday(date time.Time) bool {
	w := int(date.Weekday())
	if has(d.set, w) {
		return true
	}
	nth := d.nth[w]
	return nth>>((date.Day()-1)/7+1)&1 == 1 || nth&1 == 1 && date.Day()+7 > lastDay(date)
}

func lastDay(date time.Time) int {
	return time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
