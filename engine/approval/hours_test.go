package approval_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/engine/approval"
	"signoff/engine/zone"
)

func TestNextWorking(t *testing.T) {
	t.Parallel()
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	office := approval.Hours{Zone: "Europe/Berlin", From: 9 * 60, To: 17 * 60, Days: week}
	night := approval.Hours{Zone: "America/New_York", From: 2*60 + 30, To: 5 * 60}
	twice := approval.Hours{Zone: "America/New_York", From: 90, To: 3 * 60}
	for name, c := range map[string]struct {
		hours    approval.Hours
		at, want string
	}{
		"always":                          {approval.Hours{}, "2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z"},
		"within":                          {office, "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"},
		"first_minute":                    {office, "2026-11-23T09:00:00+01:00", "2026-11-23T09:00:00+01:00"},
		"before_work":                     {office, "2026-11-23T05:00:00Z", "2026-11-23T08:00:00Z"},
		"last_second":                     {office, "2026-11-23T16:59:59+01:00", "2026-11-23T16:59:59+01:00"},
		"end_is_not_part":                 {office, "2026-11-23T17:00:00+01:00", "2026-11-24T09:00:00+01:00"},
		"weekend":                         {office, "2026-11-20T20:00:00+01:00", "2026-11-23T09:00:00+01:00"},
		"sunday_elsewhere_monday_there":   {approval.Hours{Zone: "Asia/Tokyo", From: 9 * 60, To: 17 * 60, Days: week}, "2026-11-22T23:30:00Z", "2026-11-23T00:00:00Z"},
		"across_winter_time":              {office, "2026-10-23T18:00:00+02:00", "2026-10-26T09:00:00+01:00"},
		"one_day_a_week":                  {approval.Hours{From: 60, To: 61, Days: []time.Weekday{time.Sunday}}, "2026-11-22T01:01:00Z", "2026-11-29T01:00:00Z"},
		"whole_days":                      {approval.Hours{From: 0, To: 1440, Days: week}, "2026-11-21T10:00:00Z", "2026-11-23T00:00:00Z"},
		"beginning_that_is_skipped":       {night, "2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00"},
		"beginning_that_comes_twice":      {twice, "2026-11-01T01:10:00-05:00", "2026-11-01T01:30:00-05:00"},
		"first_of_two_beginnings":         {twice, "2026-11-01T00:10:00-04:00", "2026-11-01T01:30:00-04:00"},
		"hours_that_end_before_they_open": {approval.Hours{From: 600, To: 60}, "2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z"},
		"days_that_do_not_exist":          {approval.Hours{From: 60, To: 600, Days: []time.Weekday{9}}, "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z"},
		"zone_that_does_not_exist":        {approval.Hours{Zone: "Mars/Base", From: 60, To: 600}, "2026-11-22T00:00:00Z", "2026-11-22T01:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, want := approval.NextWorking(c.hours, instant(t, c.at)), instant(t, c.want); !got.Equal(want) {
				t.Errorf("NextWorking(%+v, %s) = %s, want %s", c.hours, c.at, got.Format(time.RFC3339), c.want)
			}
		})
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestNextWorkingIsTheFirst walks minute by minute from any moment to the answer:
// it is the first whose clock on the wall shows working hours.
func TestNextWorkingIsTheFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := approval.Hours{
			Zone: rapid.SampledFrom([]string{"", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"}).Draw(t, "zone"),
			From: rapid.IntRange(0, 1430).Draw(t, "from"),
		}
		h.To = rapid.IntRange(h.From+1, 1440).Draw(t, "to")
		for d := range 7 {
			if rapid.Bool().Draw(t, "works") {
				h.Days = append(h.Days, time.Weekday(d))
			}
		}
		loc, err := zone.Load(h.Zone)
		if err != nil {
			t.Fatal(err)
		}
		// Whole minutes; the days of all changes of 2026 are among them.
		at := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 365*1440).Draw(t, "minute"), 0, 0, time.UTC)
		want := at
		for !worksAt(h, want.In(loc)) {
			if want = want.Add(time.Minute); want.Sub(at) > 9*24*time.Hour {
				t.Skip("hours that a change of the clock leaves out for a week")
			}
		}
		if got := approval.NextWorking(h, at); !got.Equal(want) {
			t.Fatalf("NextWorking(%+v, %s) = %s, want %s", h, at.In(loc), got.In(loc), want.In(loc))
		}
	})
}

func worksAt(h approval.Hours, local time.Time) bool {
	minute, day := local.Hour()*60+local.Minute(), len(h.Days) == 0
	for _, d := range h.Days {
		day = day || d == local.Weekday()
	}
	return day && h.From <= minute && minute < h.To
}
