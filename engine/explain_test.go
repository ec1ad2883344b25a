package engine_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

func (s *story) explained(as approval.PersonID) string {
	s.t.Helper()
	e, ok := engine.Explain(s.flow, s.x, "1", s.facts, as)
	if !ok {
		s.t.Fatal("the request is not explained")
	}
	return strings.Join(e.Lines(), "\n")
}

func TestExplainTellsTheTimes(t *testing.T) {
	t.Parallel()
	s := paying(t, stageOne(func(st *approval.Stage) {
		st.Remind, st.Escalate, st.Within = []time.Duration{time.Hour}, []approval.Rung{toLeads(2*time.Hour, true)}, 24*time.Hour
	})).vote("ben", engine.Approve)
	at := func(d time.Duration) string { return s.x.Started.Add(d).UTC().Format("2006-01-02 15:04 UTC") }
	want := `Step 1 (one) is asked.
Ann can decide (user:ann).
Waiting for Ann.
Ben cannot decide (answered already).
Cat cannot decide (asked in step 2 (two)).
Rob cannot decide (made the request).
If nobody answers, ` + at(time.Hour) + `: whoever has not answered is reminded, in their working hours.
` + at(2*time.Hour) + `: group:leads is asked instead of the others.
` + at(24*time.Hour) + `: the time for step 1 (one) is over: the execution fails.`
	if diff := cmp.Diff(want, s.explained("")); diff != "" {
		t.Errorf("Explain() (-want +got):\n%s", diff)
	}
}

func TestExplainSaysWhyNobodyCan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		then func(*story)
		want string
	}{
		"too_late":        {func(s *story) { s.later(48 * time.Hour) }, "Too late: answers were taken until "},
		"sent_back":       {func(s *story) { s.do(s.sendBack("ann")) }, "rob was asked to change something first. Nobody can answer until then. Without a change its time is over at 2026-11-24 09:00 UTC."},
		"sent_back_open":  {func(s *story) { s.request().Deadline = time.Time{}; s.do(s.sendBack("ann")) }, "It has no deadline: without a change, it must be withdrawn, overridden or cancelled."},
		"withdrawn":       {func(s *story) { s.do(engine.Withdraw{Run: "1", By: person("rob")}) }, ""},
		"decided":         {func(s *story) { s.vote("ann", engine.Reject) }, "rejected by"},
		"execution_ended": {func(s *story) { s.do(engine.Kill{By: person("eve")}) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := paying(t, editable("amount"))
			c.then(s)
			e, ok := engine.Explain(s.flow, s.x, "1", s.facts, "ann")
			if !ok || !strings.Contains(e.Closed, c.want) || e.Closed == "" || e.You.Text != e.Closed || len(e.Can) > 0 {
				t.Errorf("Explain() = %+v, %t, want closed with %q", e, ok, c.want)
			}
		})
	}
	s := paying(t)
	if _, ok := engine.Explain(s.flow, s.x, "7", s.facts, ""); ok {
		t.Error("a run that asks nobody was explained")
	}
}

// What is explained is what a click would be told, whatever happened before.
func TestExplainAgreesWithTheEngine(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	staff := []approval.PersonID{"ann", "ben", "cat", "dan", "eve", "rob"}
	for range 400 {
		s := paying(t, editable("amount"), laddered(toLeads(time.Hour, r.IntN(2) == 0)), func(p *flow.Pause) {
			p.Approval.Repeat, p.Approval.Hops = r.IntN(2) == 0, r.IntN(3)
		})
		s.facts.People.Absent = map[approval.PersonID]approval.Absence{}
		for range 12 {
			s.compareExplained(staff)
			s.happens(r, staff)
		}
	}
}

// happens tries one command of anybody; what is refused changes nothing.
func (s *story) happens(r *rand.Rand, staff []approval.PersonID) {
	who, other := staff[r.IntN(len(staff))], staff[r.IntN(len(staff))]
	var cmd engine.Command
	switch r.IntN(9) {
	case 0, 1, 2:
		cmd = s.click(who, engine.Approve)
	case 3:
		cmd = s.hand(who, delegation(other))
	case 4:
		mv := s.hand(who, approval.Move{Kind: approval.Reassigned, From: other, To: staff[r.IntN(len(staff))]})
		mv.Operator = true
		cmd = mv
	case 5:
		s.later(20 * time.Minute)
		cmd = engine.Escalate{Run: "1"}
	case 6:
		s.facts.People.Absent[who] = approval.Absence{From: s.facts.Now, Until: s.facts.Now.Add(time.Hour), StandIn: other}
		return
	case 7:
		cmd = s.sendBack(who)
	case 8:
		cmd = resubmit("rob", nil)
	}
	if tr, err := engine.Step(s.flow, s.x, cmd, s.facts); err == nil {
		s.x = tr.Next
	}
}

// compareExplained compares what is said of each person with what they are told.
func (s *story) compareExplained(staff []approval.PersonID) {
	s.t.Helper()
	for _, id := range staff {
		e, ok := engine.Explain(s.flow, s.x, "1", s.facts, id)
		if !ok {
			s.t.Fatal("the request is not explained")
		}
		err := engine.MayRespond(s.flow, s.x, s.click(id, engine.Approve), s.facts)
		if e.You.Can != (err == nil) || err != nil && err.Error() != e.You.Text {
			s.t.Fatalf("%s is told %v, explained is %+v\nrequest: %s", id, err, e.You, dump(s.request()))
		}
		able := false
		for _, a := range e.Can {
			able = able || a.Person == id
		}
		if able != (err == nil) {
			s.t.Fatalf("%s is told %v, able are %+v", id, err, e.Can)
		}
	}
}
