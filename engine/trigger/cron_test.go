package trigger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/trigger"
	"signoff/engine/zone"
)

func parse(t testing.TB, expr string) trigger.Cron {
	t.Helper()
	c, err := trigger.ParseCron(expr, len(strings.Fields(expr)) == 6)
	if err != nil {
		t.Fatalf("ParseCron(%q) = %v", expr, err)
	}
	return c
}

func load(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := zone.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// following lists the next n times on the zone's clocks.
func following(c trigger.Cron, from time.Time, loc *time.Location, n int) []string {
	var out []string
	for range n {
		next, ok := c.Next(from, loc)
		if !ok {
			break
		}
		out, from = append(out, next.Format("2006-01-02 15:04:05 Mon")), next
	}
	return out
}

func TestNext(t *testing.T) {
	t.Parallel()
	// A Sunday.
	from := time.Date(2026, 11, 22, 15, 20, 44, 500, time.UTC)
	for expr, want := range map[string][]string{
		"* * * * *":            {"2026-11-22 15:21:00 Sun", "2026-11-22 15:22:00 Sun"},
		"*/15 9-17 * * *":      {"2026-11-22 15:30:00 Sun", "2026-11-22 15:45:00 Sun", "2026-11-22 16:00:00 Sun"},
		"5/20 * * * *":         {"2026-11-22 15:25:00 Sun", "2026-11-22 15:45:00 Sun", "2026-11-22 16:05:00 Sun"},
		"0 9 * * MON-FRI":      {"2026-11-23 09:00:00 Mon", "2026-11-24 09:00:00 Tue"},
		"0 9 * * fri-sun":      {"2026-11-27 09:00:00 Fri", "2026-11-28 09:00:00 Sat", "2026-11-29 09:00:00 Sun", "2026-12-04 09:00:00 Fri"},
		"0 9 * * 5-7":          {"2026-11-27 09:00:00 Fri", "2026-11-28 09:00:00 Sat", "2026-11-29 09:00:00 Sun"},
		"0 9 * * 0":            {"2026-11-29 09:00:00 Sun"},
		"0 9 * * 7":            {"2026-11-29 09:00:00 Sun"},
		"0 9 * * */2":          {"2026-11-24 09:00:00 Tue", "2026-11-26 09:00:00 Thu", "2026-11-28 09:00:00 Sat", "2026-11-29 09:00:00 Sun"},
		"0 0 1,15 * WED":       {"2026-11-25 00:00:00 Wed", "2026-12-01 00:00:00 Tue", "2026-12-02 00:00:00 Wed"},
		"0 0 1 * ?":            {"2026-12-01 00:00:00 Tue", "2027-01-01 00:00:00 Fri"},
		"0 0 ? * WED":          {"2026-11-25 00:00:00 Wed", "2026-12-02 00:00:00 Wed"},
		"0 0 31 * *":           {"2026-12-31 00:00:00 Thu", "2027-01-31 00:00:00 Sun", "2027-03-31 00:00:00 Wed"},
		"0 0 29 2 *":           {"2028-02-29 00:00:00 Tue", "2032-02-29 00:00:00 Sun"},
		"0 0 L * *":            {"2026-11-30 00:00:00 Mon", "2026-12-31 00:00:00 Thu", "2027-01-31 00:00:00 Sun", "2027-02-28 00:00:00 Sun"},
		"0 0 L-2 * *":          {"2026-11-28 00:00:00 Sat", "2026-12-29 00:00:00 Tue"},
		"0 0 LW * *":           {"2026-11-30 00:00:00 Mon", "2026-12-31 00:00:00 Thu", "2027-01-29 00:00:00 Fri"},
		"0 0 15W * *":          {"2026-12-15 00:00:00 Tue", "2027-01-15 00:00:00 Fri", "2027-02-15 00:00:00 Mon", "2027-03-15 00:00:00 Mon", "2027-04-15 00:00:00 Thu", "2027-05-14 00:00:00 Fri", "2027-06-15 00:00:00 Tue", "2027-07-15 00:00:00 Thu", "2027-08-16 00:00:00 Mon"},
		"0 0 1W 5,8 *":         {"2027-05-03 00:00:00 Mon", "2027-08-02 00:00:00 Mon"},
		"0 0 31W 1 *":          {"2027-01-29 00:00:00 Fri"},
		"0 0 * * 5L":           {"2026-11-27 00:00:00 Fri", "2026-12-25 00:00:00 Fri", "2027-01-29 00:00:00 Fri"},
		"0 0 * * FRI#2":        {"2026-12-11 00:00:00 Fri", "2027-01-08 00:00:00 Fri"},
		"0 0 * * 1#5":          {"2026-11-30 00:00:00 Mon", "2027-03-29 00:00:00 Mon"},
		"0 0 * JAN,jul *":      {"2027-01-01 00:00:00 Fri"},
		"30 */10 * * * *":      {"2026-11-22 15:30:30 Sun", "2026-11-22 15:40:30 Sun"},
		"*/20 59 23 31 12 *":   {"2026-12-31 23:59:00 Thu", "2026-12-31 23:59:20 Thu", "2026-12-31 23:59:40 Thu", "2027-12-31 23:59:00 Fri"},
		"@hourly":              {"2026-11-22 16:00:00 Sun", "2026-11-22 17:00:00 Sun"},
		"@daily":               {"2026-11-23 00:00:00 Mon"},
		"@Midnight":            {"2026-11-23 00:00:00 Mon"},
		"@weekly":              {"2026-11-29 00:00:00 Sun"},
		"@monthly":             {"2026-12-01 00:00:00 Tue"},
		"@yearly":              {"2027-01-01 00:00:00 Fri"},
		" 0  9 * * *\t":        {"2026-11-23 09:00:00 Mon"},
		"0,1-3,50/5 15 22 * *": {"2026-11-22 15:50:00 Sun", "2026-11-22 15:55:00 Sun", "2026-12-22 15:00:00 Tue", "2026-12-22 15:01:00 Tue"},
	} {
		if diff := cmp.Diff(want, following(parse(t, expr), from, time.UTC, len(want))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", expr, diff)
		}
	}
}

func TestNextIsLaterThanWhatItIsGiven(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	c := parse(t, "0 9 * * *")
	for _, after := range []struct {
		from time.Time
		want time.Time
	}{
		{at, at.AddDate(0, 0, 1)}, {at.Add(-1), at}, {at.Add(time.Nanosecond), at.AddDate(0, 0, 1)}, {at.Add(-time.Second), at},
	} {
		if got, _ := c.Next(after.from, time.UTC); !got.Equal(after.want) {
			t.Errorf("Next(%v) = %v, want %v", after.from, got, after.want)
		}
	}
}

func TestDailyNameNeedsNoSeconds(t *testing.T) {
	t.Parallel()
	c, err := trigger.ParseCron("@daily", true)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := c.Next(time.Unix(0, 0), time.UTC); got.Unix() != 86400 {
		t.Errorf("Next = %v, want the next midnight", got)
	}
}

func TestParseCronRefuses(t *testing.T) {
	t.Parallel()
	for expr, says := range map[string]string{
		"":                   "has 0 fields; it needs five",
		"* * * *":            "has 4 fields",
		"* * * * * * *":      "has 7 fields",
		"@often":             "there are @yearly",
		"60 * * * *":         `minute: "60" is not a number from 0 to 59`,
		"* 24 * * *":         `hour: "24"`,
		"* * 0 * *":          `day of the month: "0" is not a number from 1 to 31`,
		"* * * 13 *":         `month: "13"`,
		"* * * * 8":          `day of the week: "8"`,
		"* * * * MONDAY":     `"MONDAY"`,
		"*/0 * * * *":        `the step "0" is not a number from 1 to 59`,
		"*/90 * * * *":       `the step "90"`,
		"*/x * * * *":        `the step "x"`,
		"30-10 * * * *":      "30-10 runs backwards",
		"* * * * FRI-MON":    "FRI-MON runs backwards",
		"1,,2 * * * *":       `""`,
		"-1 * * * *":         `""`,
		"+1 * * * *":         `"+1"`,
		"1- * * * *":         `""`,
		"* * L-31 * *":       `"L-31"`,
		"* * 32W * *":        `"32"`,
		"* * W * *":          `""`,
		"* * * * L":          "L needs a day before it",
		"* * * * 5#6":        "write 1 to 5 after the #",
		"* * * * 5#":         "write 1 to 5 after the #",
		"* * * * #1":         `""`,
		"* * * * 9L":         `"9"`,
		"0 0 31 2 *":         "there is no such day",
		"0 0 30,31 2 *":      "there is no such day",
		"* * 1W-5 * *":       `"1W"`,
		"\u0661 * * * *":     "is not a number",
		"0 0 * * 1 trailing": "has six fields; write withSeconds: true",
	} {
		_, err := trigger.ParseCron(expr, false)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("ParseCron(%q) = %v, want %q", expr, err, says)
		}
	}
	if _, err := trigger.ParseCron("0 9 * * *", true); err == nil || !strings.Contains(err.Error(), "with seconds it needs six") {
		t.Errorf("ParseCron(five, with seconds) = %v", err)
	}
}

func TestZeroCronIsNeverDue(t *testing.T) {
	t.Parallel()
	var c trigger.Cron
	if got, ok := c.Next(time.Unix(0, 0), time.UTC); ok {
		t.Errorf("Next = %v", got)
	}
	if got, ok := c.Previous(time.Unix(0, 0), time.UTC); ok {
		t.Errorf("Previous = %v", got)
	}
}

func TestPreviousIsTheOneBefore(t *testing.T) {
	t.Parallel()
	loc := load(t, "Europe/Berlin")
	for _, expr := range []string{"* * * * *", "*/7 3 * * *", "0 9 * * MON", "0 0 29 2 *", "30 2 * * *", "*/5 * * * * *"} {
		c := parse(t, expr)
		at := time.Date(2026, 3, 27, 1, 0, 0, 0, time.UTC)
		for range 50 {
			next, _ := c.Next(at, loc)
			after, _ := c.Next(next, loc)
			if got, ok := c.Previous(after, loc); !ok || !got.Equal(next) {
				t.Errorf("%s: Previous(%v) = %v, %t, want %v", expr, after, got, ok, next)
			}
			at = next
		}
	}
}

// A name that a flow's author wrote must not cost more than a little, whatever
// it says.
func FuzzParseCron(f *testing.F) {
	for _, s := range []string{"* * * * *", "0 0 L-3,LW * 5#2,1L", "*/5 1-3 ? JAN-DEC SUN", "@daily", "0 0 29 2 *"} {
		f.Add(s, false)
	}
	f.Add("*/10 * * * * *", true)
	loc := load(f, "America/New_York")
	f.Fuzz(func(t *testing.T, expr string, withSeconds bool) {
		c, err := trigger.ParseCron(expr, withSeconds)
		if err != nil {
			return
		}
		from := time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
		next, ok := c.Next(from, loc)
		if !ok || !next.After(from) {
			t.Fatalf("Next(%q) = %v, %t", expr, next, ok)
		}
		after, ok := c.Next(next, loc)
		if !ok || !after.After(next) {
			t.Fatalf("%q: after %v comes %v, %t", expr, next, after, ok)
		}
		if previous, ok := c.Previous(after, loc); !ok || !previous.Equal(next) {
			t.Fatalf("%q: before %v comes %v, %t, want %v", expr, after, previous, ok, next)
		}
	})
}

func BenchmarkNext(b *testing.B) {
	loc := load(b, "Europe/Berlin")
	for _, expr := range []string{"*/5 * * * *", "0 9 * * MON", "0 0 29 2 *"} {
		b.Run(expr, func(b *testing.B) {
			c := parse(b, expr)
			from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
			for b.Loop() {
				c.Next(from, loc)
			}
		})
	}
}
