package trigger_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/trigger"
)

// sixtyZones: those that change their clocks, those with odd distances, those
// that changed their mind, and some that do none of it.
func sixtyZones() []string {
	return []string{
		"Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Athens", "Europe/Chisinau", "Europe/Moscow", "Europe/Volgograd",
		"Europe/Istanbul", "Europe/Kyiv", "Atlantic/Azores", "Atlantic/Bermuda", "Atlantic/Stanley", "America/New_York", "America/Chicago",
		"America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Adak", "America/St_Johns", "America/Halifax",
		"America/Havana", "America/Mexico_City", "America/Ciudad_Juarez", "America/Ojinaga", "America/Tijuana", "America/Nuuk", "America/Scoresbysund",
		"America/Santiago", "America/Punta_Arenas", "America/Asuncion", "America/Sao_Paulo", "America/Whitehorse", "America/Miquelon", "America/Port-au-Prince",
		"Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Juba", "Africa/Lagos", "Asia/Amman", "Asia/Beirut", "Asia/Damascus", "Asia/Gaza",
		"Asia/Jerusalem", "Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Almaty", "Asia/Tokyo", "Australia/Sydney", "Australia/Adelaide",
		"Australia/Lord_Howe", "Australia/Perth", "Antarctica/Troll", "Antarctica/Macquarie", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Norfolk", "Pacific/Fiji", "UTC",
	}
}

// wall is a time as a clock on a wall shows it.
type wall struct {
	month             time.Month
	day, hour, minute int
	weekday           time.Weekday
}

func wallOf(t time.Time) wall {
	return wall{t.Month(), t.Day(), t.Hour(), t.Minute(), t.Weekday()}
}

// rules pairs an expression with what it means, said in another way.
type rule struct {
	expr string
	// everyHour: the expression follows the clock.
	everyHour bool
	due       func(wall) bool
}

func rules() []rule {
	return []rule{
		{"30 2 * * *", false, func(w wall) bool { return w.hour == 2 && w.minute == 30 }},
		{"30 1 * * *", false, func(w wall) bool { return w.hour == 1 && w.minute == 30 }},
		{"0 0 * * *", false, func(w wall) bool { return w.hour == 0 && w.minute == 0 }},
		{"*/10 0-3 * * *", false, func(w wall) bool { return w.hour <= 3 && w.minute%10 == 0 }},
		{"15 */2 * * SUN", false, func(w wall) bool { return w.minute == 15 && w.hour%2 == 0 && w.weekday == time.Sunday }},
		{"59 23 * * *", false, func(w wall) bool { return w.hour == 23 && w.minute == 59 }},
		{"*/30 * * * *", true, func(w wall) bool { return w.minute%30 == 0 }},
		{"7 * * 3,10 *", true, func(w wall) bool { return w.minute == 7 && (w.month == 3 || w.month == 10) }},
	}
}

// walk goes through [from, to) minute by minute and notes what is due, by the
// words of the rule alone: a wall clock time that is skipped counts for the
// minute after the gap, one that repeats counts the first time.
func walk(from, to time.Time, loc *time.Location, rules []rule) [][]time.Time {
	due := make([][]time.Time, len(rules))
	shown := make(map[wall]bool)
	before := from.Add(-time.Minute).In(loc)
	for at := from.In(loc); at.Before(to); at = at.Add(time.Minute) {
		now, skipped := wallOf(at), skippedBetween(before, at)
		for i, r := range rules {
			hit := r.due(now) && (r.everyHour || !shown[now])
			for _, w := range skipped {
				hit = hit || !r.everyHour && r.due(w)
			}
			if hit {
				due[i] = append(due[i], at)
			}
		}
		shown[now], before = true, at
	}
	return due
}

// skippedBetween lists what the clock would have shown between two minutes that
// follow each other.
func skippedBetween(before, at time.Time) []wall {
	_, a := before.Zone()
	_, b := at.Zone()
	var out []wall
	for s := 60; s <= b-a; s += 60 {
		out = append(out, wallOf(before.UTC().Add(time.Duration(a+s)*time.Second)))
	}
	return out
}

// TestR11_SchedulesKeepTheirHours compares Next with a walk over every minute
// around every change of clocks in sixty zones from 2020 to 2040.
func TestR11_SchedulesKeepTheirHours(t *testing.T) {
	t.Parallel()
	rules := rules()
	crons := make([]trigger.Cron, len(rules))
	for i, r := range rules {
		crons[i] = parse(t, r.expr)
	}
	changes := 0
	for _, name := range sixtyZones() {
		loc := load(t, name)
		at := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC)
		for at.Year() < 2041 {
			from, to := at.Add(-3*time.Hour).Truncate(time.Minute), at.Add(3*time.Hour).Truncate(time.Minute)
			want := walk(from, to, loc, rules)
			for i, r := range rules {
				c, got := crons[i], []time.Time(nil)
				for next, ok := c.Next(from.Add(-time.Second), loc); ok && next.Before(to); next, ok = c.Next(next, loc) {
					got = append(got, next)
				}
				if diff := cmp.Diff(want[i], got); diff != "" {
					t.Fatalf("%s: %s around %v (-want +got):\n%s", name, r.expr, at.In(loc), diff)
				}
			}
			_, end := at.In(loc).ZoneBounds()
			if end.IsZero() {
				break
			}
			if !end.After(at) {
				end = at.Add(time.Hour) // the end of a leap year, see spanAt
			}
			at = end
			changes++
		}
	}
	if changes < 1000 {
		t.Errorf("only %d changes of clocks were looked at", changes)
	}
}

// The rule in plain sight: Berlin, 2026.
func TestR11_GapAndOverlapRunOnce(t *testing.T) {
	t.Parallel()
	loc := load(t, "Europe/Berlin")
	spring, autumn := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, expr string
		from       time.Time
		want       []string
	}{
		{"in the gap", "30 2 * * *", spring, []string{"2026-03-29 03:00:00 Sun", "2026-03-30 02:30:00 Mon"}},
		{"several in the gap", "*/20 2 * * *", spring, []string{"2026-03-29 03:00:00 Sun", "2026-03-30 02:00:00 Mon"}},
		{"the gap's end is named too", "0 2,3 * * *", spring, []string{"2026-03-29 03:00:00 Sun", "2026-03-30 02:00:00 Mon"}},
		{"in the hour that comes twice", "30 2 * * *", autumn, []string{"2026-10-25 02:30:00 Sun", "2026-10-26 02:30:00 Mon"}},
		{"every half hour, by the clock", "*/30 * * * *", time.Date(2026, 10, 24, 23, 59, 0, 0, time.UTC), []string{
			"2026-10-25 02:00:00 Sun", "2026-10-25 02:30:00 Sun", "2026-10-25 02:00:00 Sun", "2026-10-25 02:30:00 Sun", "2026-10-25 03:00:00 Sun",
		}},
		{"every half hour, over the gap", "*/30 * * * *", time.Date(2026, 3, 29, 0, 29, 0, 0, time.UTC), []string{
			"2026-03-29 01:30:00 Sun", "2026-03-29 03:00:00 Sun",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, following(parse(t, c.expr), c.from, loc, len(c.want))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
