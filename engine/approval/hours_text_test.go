package approval_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

func TestParseHours(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]*approval.Hours{
		"09:00-17:00":                 {From: 540, To: 1020},
		"00:00-24:00":                 {To: 1440},
		"09:00-17:00 mon-fri":         {From: 540, To: 1020, Days: []time.Weekday{1, 2, 3, 4, 5}},
		"09:00-17:00  MON-Fri ":       {From: 540, To: 1020, Days: []time.Weekday{1, 2, 3, 4, 5}},
		"09:00-17:00 mon,wed,sat-mon": {From: 540, To: 1020, Days: []time.Weekday{0, 1, 3, 6}},
		" 08:30-12:00 Mon,wed ":       {From: 510, To: 720, Days: []time.Weekday{1, 3}},
		"10:00-22:00 fri-sun,mon":     {From: 600, To: 1320, Days: []time.Weekday{0, 1, 5, 6}},
		"09:00-17:00 sun":             {From: 540, To: 1020, Days: []time.Weekday{0}},
		"09:00-17:00 sun-sat":         {From: 540, To: 1020, Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}},

		"": nil, "9-17": nil, "09:00": nil, "17:00-09:00": nil, "09:00-09:00": nil, "09:60-17:00": nil, "09:00-24:01": nil,
		"09:00-17:00 mon-": nil, "09:00-17:00 -fri": nil, "09:00-17:00 mo": nil, "09:00-17:00 mon fri": nil, "09:00-17:00 mon,,fri": nil,
		"-9:00-17:00": nil, "09:00–17:00": nil, "9:00-17:00 mon": nil, "-1:00-17:00": nil, "+9:00-17:00": nil,
		"09:00-17:00 monday": nil, "09:00-17:00 mon;tue": nil, "09:00-17:00 mon, tue": nil, "09:00-17:00-18:00": nil, "09:00:00-17:00": nil,
	} {
		got, ok := approval.ParseHours(text)
		if want == nil {
			if ok {
				t.Errorf("approval.ParseHours(%q) = %+v", text, got)
			}
			continue
		}
		if diff := cmp.Diff(*want, got); diff != "" || !ok {
			t.Errorf("approval.ParseHours(%q): %v (-want +got):\n%s", text, ok, diff)
		}
	}
}
