package story

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

func TestHoursAreReadAsTheConfigurationWritesThem(t *testing.T) {
	t.Parallel()
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	for text, want := range map[string]approval.Hours{
		"09:00-17:00 mon-fri":     {From: 9 * 60, To: 17 * 60, Days: week},
		" 08:30-12:00 Mon,wed ":   {From: 8*60 + 30, To: 12 * 60, Days: []time.Weekday{time.Monday, time.Wednesday}},
		"00:00-24:00":             {To: 24 * 60},
		"10:00-22:00 fri-sun,mon": {From: 10 * 60, To: 22 * 60, Days: []time.Weekday{time.Sunday, time.Monday, time.Friday, time.Saturday}},
	} {
		got, err := parseHours(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("parseHours(%q), %v (-want +got):\n%s", text, err, diff)
		}
	}
}

func TestHoursThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"9-17", "09:00", "17:00-09:00", "09:00-09:00", "09:00-24:01", "09:60-17:00", "9:00-17:00 mon", "09:00-17:00 monday", "09:00-17:00 mon-", "-1:00-17:00",
		"09:00-17:00 mon;tue", "+9:00-17:00",
	} {
		if got, err := parseHours(text); err == nil {
			t.Errorf("parseHours(%q) = %+v, want an error", text, got)
		}
	}
}
