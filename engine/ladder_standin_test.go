package engine_test

import (
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
)

// A reminder goes to whoever stands in, and so in that person's hours of work.
func TestReminderWaitsForTheStandIn(t *testing.T) {
	t.Parallel()
	s := preparing(t, reminding(time.Hour))
	dan := s.facts.People.People["dan"]
	begins := s.facts.Now.UTC().Add(5 * time.Hour) // of his work; ann works always
	dan.Hours = approval.Hours{From: begins.Hour()*60 + begins.Minute(), To: 24 * 60}
	s.facts.People.People["dan"] = dan
	s.facts.People.Absent = map[approval.PersonID]approval.Absence{"ann": {From: s.facts.Now, StandIn: "dan"}}
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}})

	s.later(time.Hour).do(engine.Remind{Run: "1", Person: "ann"}).told()
	due := s.owed("remind/1/ann").Due
	if want := begins.Truncate(time.Minute); !due.Equal(want) {
		t.Errorf("dan is reminded at %v, want when he works, at %v", due, want)
	}
	s.later(due.Sub(s.facts.Now)).do(engine.Remind{Run: "1", Person: "ann"}).told("dan reminder")
}
