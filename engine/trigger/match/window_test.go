package match_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine/flow"
	"signoff/engine/trigger/match"
)

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic("at: " + text)
	}
	return t
}

func TestWindowAt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		w        flow.Window
		at       string
		from, to string
		open     bool
	}{
		"a day":                {flow.Window{Kind: flow.WindowDuration, Every: 24 * time.Hour}, "2026-11-22 15:00:00", "2026-11-22 00:00:00", "2026-11-23 00:00:00", true},
		"a day from six":       {flow.Window{Kind: flow.WindowDuration, Every: 24 * time.Hour, Offset: 6 * time.Hour}, "2026-11-22 05:00:00", "2026-11-21 06:00:00", "2026-11-22 06:00:00", true},
		"a day, moved back":    {flow.Window{Kind: flow.WindowDuration, Every: 24 * time.Hour, Offset: -2 * time.Hour}, "2026-11-22 23:00:00", "2026-11-22 22:00:00", "2026-11-23 22:00:00", true},
		"its first moment":     {flow.Window{Kind: flow.WindowDuration, Every: time.Hour}, "2026-11-22 15:00:00", "2026-11-22 15:00:00", "2026-11-22 16:00:00", true},
		"the last three hours": {flow.Window{Kind: flow.WindowSliding, Every: 3 * time.Hour}, "2026-11-22 15:00:00", "2026-11-22 12:00:00", "2026-11-22 15:00:00", true},
		"until nine":           {flow.Window{Kind: flow.WindowDeadline, Deadline: "09:00:00"}, "2026-11-22 08:59:59", "2026-11-22 00:00:00", "2026-11-22 09:00:00", true},
		"nine itself":          {flow.Window{Kind: flow.WindowDeadline, Deadline: "09:00:00"}, "2026-11-22 09:00:00", "2026-11-22 00:00:00", "2026-11-22 09:00:00", false},
		"until nine elsewhere": {flow.Window{Kind: flow.WindowDeadline, Deadline: "09:00:00+02:00"}, "2026-11-21 22:30:00", "2026-11-21 22:00:00", "2026-11-22 07:00:00", true},
		"from six to nine":     {flow.Window{Kind: flow.WindowDaily, Start: "06:00:00", End: "09:00:00"}, "2026-11-22 07:00:00", "2026-11-22 06:00:00", "2026-11-22 09:00:00", true},
		"before six":           {flow.Window{Kind: flow.WindowDaily, Start: "06:00:00", End: "09:00:00"}, "2026-11-22 05:00:00", "2026-11-22 06:00:00", "2026-11-22 09:00:00", false},
		"over midnight, early": {flow.Window{Kind: flow.WindowDaily, Start: "22:00", End: "06:00"}, "2026-11-22 05:00:00", "2026-11-21 22:00:00", "2026-11-22 06:00:00", true},
		"over midnight, late":  {flow.Window{Kind: flow.WindowDaily, Start: "22:00", End: "06:00"}, "2026-11-22 23:00:00", "2026-11-22 22:00:00", "2026-11-23 06:00:00", true},
		"over midnight, noon":  {flow.Window{Kind: flow.WindowDaily, Start: "22:00", End: "06:00"}, "2026-11-22 12:00:00", "2026-11-22 22:00:00", "2026-11-23 06:00:00", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, open, err := match.WindowAt(c.w, at(c.at))
			if err != nil {
				t.Fatal(err)
			}
			from, to := at(c.from), at(c.to)
			if c.w.Kind == flow.WindowSliding {
				to = to.Add(1)
			}
			if !s.From.Equal(from) || !s.To.Equal(to) || open != c.open {
				t.Errorf("WindowAt = %v, %t, want %v to %v, %t", s, open, from, to, c.open)
			}
		})
	}
}

func TestWindowAtRefuses(t *testing.T) {
	t.Parallel()
	for _, w := range []flow.Window{
		{Kind: "MOON"}, {Kind: flow.WindowDeadline, Deadline: "noon"}, {Kind: flow.WindowDaily, Start: "06:00"}, {Kind: flow.WindowDaily, End: "06:00"},
	} {
		if _, open, err := match.WindowAt(w, at("2026-11-22 00:00:00")); err == nil || open {
			t.Errorf("WindowAt(%+v) = %t, %v, want an error", w, open, err)
		}
	}
}

// Windows of a length lie end to end: each moment lies in one, and the end of
// one is the beginning of the next.
func TestWindowsOfALengthLieEndToEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := flow.Window{
			Kind: flow.WindowDuration, Every: time.Duration(rapid.Int64Range(1, 1e15).Draw(rt, "every")),
			Offset: time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(rt, "offset")),
		}
		moment := time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(rt, "at"), 0).UTC()
		s, open, err := match.WindowAt(w, moment)
		if err != nil || !open || s.To.Sub(s.From) != w.Every {
			rt.Fatalf("WindowAt = %v, %t, %v", s, open, err)
		}
		next, _, _ := match.WindowAt(w, s.To)
		if !next.From.Equal(s.To) {
			rt.Fatalf("after %v comes %v", s, next)
		}
	})
}

func TestJoin(t *testing.T) {
	t.Parallel()
	spec := &flow.FlowTrigger{
		Upstream: []flow.Upstream{{ID: "a", Flow: "a"}, {Flow: "b"}},
		Window:   flow.Window{Kind: flow.WindowDuration, Every: time.Hour},
	}
	met := func(minute int, x string) match.Met {
		return match.Met{At: at("2026-11-22 12:00:00").Add(time.Duration(minute) * time.Minute), Execution: x}
	}
	var m match.Meeting
	var done []string
	for _, step := range []struct {
		key    string
		minute int
		x      string
	}{
		{"a", 5, "a1"}, {"#2", 10, "b1"}, // both
		{"#2", 20, "b2"}, {"#2", 30, "b3"}, {"a", 59, "a2"}, // the later b
		{"a", 61, "a3"}, {"#2", 121, "b4"}, {"a", 122, "a4"}, // a3 lies in another window than b4
	} {
		after, complete, err := match.Join(spec, m, []string{step.key}, met(step.minute, step.x))
		if err != nil {
			t.Fatal(err)
		}
		m = after
		if complete != nil {
			text := ""
			for _, one := range complete.InOrder() {
				text += one.Execution + " "
			}
			done = append(done, text)
		}
	}
	if diff := cmp.Diff([]string{"a1 b1 ", "b3 a2 ", "b4 a4 "}, done); diff != "" {
		t.Errorf("what came together (-want +got):\n%s", diff)
	}
	if len(m) != 0 {
		t.Errorf("left over: %v", m)
	}
}

func TestUpstreams(t *testing.T) {
	t.Parallel()
	spec := &flow.FlowTrigger{Upstream: []flow.Upstream{
		{ID: "this", Namespace: "hr.ops", Flow: "vacation"},
		{ID: "below", Namespace: "hr", Prefix: true},
		{ID: "beside", Namespace: "h", Prefix: true},
		{ID: "exact", Namespace: "hr"},
		{ID: "state", States: []string{"SUCCESS"}},
		{ID: "label", Labels: map[string]string{"team": "red"}},
		{ID: "when", When: template(t, "{{ trigger.n == 3 }}")},
		{ID: "never", When: template(t, "false")},
		{ID: "conditions", Conditions: []flow.Condition{{Kind: flow.ConditionStatus, In: []string{"FAILED"}}, {Kind: flow.ConditionHasRetry}}},
		{ID: "one of two", Conditions: []flow.Condition{{Kind: flow.ConditionHasRetry}, {Kind: flow.ConditionStatus, NotIn: []string{"FAILED"}}}},
	}}
	got, err := match.Upstreams(spec, subject())
	if diff := cmp.Diff([]string{"this", "below", "label", "when", "conditions"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if !match.Listens(spec, "any", "flow") || match.Listens(&flow.FlowTrigger{Upstream: spec.Upstream[:1]}, "hr.ops", "travel") {
		t.Error("Listens asks for more or less than names")
	}
}

// What the trigger's own conditions leave out meets nothing: a failed run does
// not count towards "all of them succeeded".
func TestUpstreamsHoldTheTriggersConditions(t *testing.T) {
	t.Parallel()
	spec := &flow.FlowTrigger{
		Upstream:   []flow.Upstream{{ID: "this", Namespace: "hr.ops", Flow: "vacation"}},
		Conditions: []flow.Condition{{Kind: flow.ConditionStatus, In: []string{"SUCCESS"}}},
	}
	if got, err := match.Upstreams(spec, subject()); len(got) > 0 || err != nil {
		t.Errorf("a failed execution meets %v (%v), want nothing", got, err)
	}
	spec.Conditions = []flow.Condition{{Kind: flow.ConditionHoliday, Country: "XX"}}
	if got, err := match.Upstreams(spec, subject()); len(got) > 0 || err == nil {
		t.Errorf("a condition that cannot be judged: %v, %v, want an error", got, err)
	}
	spec.Conditions, spec.Upstream[0].Conditions = nil, spec.Conditions
	if got, err := match.Upstreams(spec, subject()); len(got) > 0 || err == nil || !strings.Contains(err.Error(), "precondition this") {
		t.Errorf("an upstream that cannot be judged: %v, %v, want an error that names it", got, err)
	}
}
