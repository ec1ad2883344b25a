package engine_test

import (
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

func reminding(after ...time.Duration) func(*flow.Pause) {
	return stageOne(func(st *approval.Stage) { st.Remind = after })
}

func laddered(rungs ...approval.Rung) func(*flow.Pause) {
	return stageOne(func(st *approval.Stage) { st.Escalate = rungs })
}

func toLeads(after time.Duration, replace bool) approval.Rung {
	return approval.Rung{After: after, To: []approval.Selector{{Kind: approval.Group, Name: "leads"}}, Replace: replace}
}

func TestReminders(t *testing.T) {
	t.Parallel()
	s := paying(t, reminding(time.Hour, 4*time.Hour))
	first := s.owed("remind/1/ann")
	if !first.Due.Equal(s.facts.Now.Add(time.Hour)) {
		t.Errorf("the first reminder is due %v", first.Due)
	}
	s.refused(engine.Remind{Run: "1", Person: "ann"}, engine.TooEarly)
	s.later(time.Hour).do(engine.Remind{Run: "1", Person: "ann"}).told("ann reminder")
	if line := s.wrote(audit.RequestReminded); line.Data["person"] != "ann" || line.Data["reminder"] != 1 {
		t.Errorf("it wrote %v", line)
	}
	if next := s.owed("remind/1/ann"); !next.Due.Equal(s.facts.Now.Add(3 * time.Hour)) {
		t.Errorf("the next reminder is due %v", next.Due)
	}
	s.vote("ben", engine.Approve)
	s.do(engine.Remind{Run: "1", Person: "ben"}).told()
	s.later(3 * time.Hour).do(engine.Remind{Run: "1", N: 1, Person: "ann"}).told("ann reminder").drops("remind/1/ann")
	s.refused(engine.Remind{Run: "1", N: 1, Person: "ann"}, engine.Settled)
	s.refused(engine.Remind{Run: "1", N: 7, Person: "ben"}, engine.Settled)
	s.refused(engine.Remind{Run: "1", Person: "zoe"}, engine.Settled)
}

// Nothing that a stage owes outlives it, however it ends.
func TestStageEndsItsTimers(t *testing.T) {
	t.Parallel()
	all := func(st *approval.Stage) {
		st.Remind, st.Within = []time.Duration{time.Hour}, 2*time.Hour
		st.Escalate = []approval.Rung{toLeads(time.Hour, false)}
	}
	for name, end := range map[string]func(s *story){
		"passed":    func(s *story) { s.vote("ann", engine.Approve).vote("ben", engine.Approve) },
		"refused":   func(s *story) { s.vote("ann", engine.Reject) },
		"cancelled": func(s *story) { s.do(engine.Cancel{By: person("eve")}) },
		"killed":    func(s *story) { s.do(engine.Kill{By: person("eve")}) },
		"withdrawn": func(s *story) { s.do(engine.Withdraw{Run: "1", By: person("rob")}) },
		"sent back": func(s *story) { s.do(engine.SendBack{Run: "1", Version: 1, By: person("ann"), Text: "less"}) },
		"overridden": func(s *story) {
			c := s.click("eve", engine.Approve)
			c.Override = "fire"
			s.do(c)
		},
		"expired":    func(s *story) { s.later(48 * time.Hour).do(engine.Expire{Run: "1"}) },
		"stage over": func(s *story) { s.later(2 * time.Hour).do(engine.StageOver{Run: "1"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := paying(t, stageOne(all), editable("amount"))
			s.owed("remind/1/ann")
			s.owed("climb/1")
			s.owed("stage/1")
			end(s)
			s.drops("remind/1/ann", "remind/1/ben", "climb/1", "stage/1").later(3 * time.Hour)
			for _, late := range []engine.Command{
				engine.Remind{Run: "1", Person: "ann"}, engine.Escalate{Run: "1"}, engine.StageOver{Run: "1"},
			} {
				s.refused(late, engine.Settled)
			}
		})
	}
}

func TestStageTakesSoLong(t *testing.T) {
	t.Parallel()
	within := stageOne(func(st *approval.Stage) { st.Within = 2 * time.Hour })
	t.Run("and fails", func(t *testing.T) {
		t.Parallel()
		s := paying(t, within)
		due := s.facts.Now.Add(2 * time.Hour)
		s.refused(engine.StageOver{Run: "1"}, engine.TooEarly)
		s.vote("ann", engine.Approve)
		if want := due.Add(-time.Nanosecond); !s.last.NotAfter.Equal(want) {
			t.Errorf("an answer may be stored until %v, want %v", s.last.NotAfter, want)
		}
		s.later(2*time.Hour).refused(s.click("ben", engine.Approve), engine.TooLate)
		s.do(engine.StageOver{Run: "1"})
		if !s.last.NotBefore.Equal(due) || s.request().Outcome != engine.Expired || s.x.State != engine.Failed {
			t.Errorf("it is %s, %s, not before %v", s.request().Outcome, s.x.State, s.last.NotBefore)
		}
		s.wrote(audit.RequestExpired)
	})
	t.Run("and goes on", func(t *testing.T) {
		t.Parallel()
		s := paying(t, within, func(p *flow.Pause) { p.Behavior = flow.BehaviorResume })
		s.later(2 * time.Hour).do(engine.StageOver{Run: "1"}).want("gate SUCCESS, after SUCCESS, SUCCESS")
		if got := outputOf(t, s.x, "after"); got != "expired 100" {
			t.Errorf("what follows reads %v", got)
		}
	})
	t.Run("each of its own", func(t *testing.T) {
		t.Parallel()
		s := paying(t, within, func(p *flow.Pause) { p.Approval.Stages[1].Within = time.Hour })
		s.later(time.Hour).vote("ann", engine.Approve).vote("ben", engine.Approve)
		if want := s.facts.Now.Add(time.Hour); !s.request().StageDue.Equal(want) || !s.owed("stage/1").Due.Equal(want) {
			t.Errorf("the second stage is due %v, want %v", s.request().StageDue, want)
		}
		s.later(time.Hour).refused(engine.StageOver{Run: "1"}, engine.Settled) // that of the first
		s.do(engine.StageOver{Run: "1", Stage: 1})
	})
	t.Run("not longer than the request", func(t *testing.T) {
		t.Parallel()
		s := paying(t, stageOne(func(st *approval.Stage) { st.Within = 72 * time.Hour }))
		s.later(48*time.Hour).refused(s.click("ann", engine.Approve), engine.TooLate)
	})
}

func TestLadder(t *testing.T) {
	t.Parallel()
	s := paying(t, laddered(toLeads(time.Hour, false), toLeads(3*time.Hour, true)), reminding(2*time.Hour, 5*time.Hour))
	s.refused(engine.Escalate{Run: "1"}, engine.TooEarly)
	s.refused(engine.Escalate{Run: "1", N: 1}, engine.Settled) // the first comes first
	s.later(time.Hour).do(engine.Escalate{Run: "1"})
	if line := s.wrote(audit.RequestEscalated); dump(line.Data["asked"]) != `["eve"]` { // rob leads, too, but began it
		t.Errorf("it wrote %v", line)
	}
	s.owed("remind/1/eve")
	if next := s.owed("climb/1"); !next.Due.Equal(s.facts.Now.Add(2 * time.Hour)) {
		t.Errorf("the next rung is due %v", next.Due)
	}
	s.vote("eve", engine.Approve)
	s.refused(engine.Escalate{Run: "1"}, engine.Settled) // twice
	s.later(2*time.Hour).do(engine.Escalate{Run: "1", N: 1}).drops("remind/1/ann", "remind/1/ben").told("ann taken", "ben taken")
	s.refused(s.click("ann", engine.Approve), engine.NotEligible)
	s.refused(engine.Escalate{Run: "1", N: 2}, engine.Settled)
}

// A rung that names nobody takes the question from nobody.
func TestEmptyRungReplacesNobody(t *testing.T) {
	t.Parallel()
	empty := approval.Rung{After: time.Hour, To: []approval.Selector{{Kind: approval.Group, Name: "nobody"}}, Replace: true}
	s := paying(t, laddered(empty), reminding(2*time.Hour))
	s.later(time.Hour).do(engine.Escalate{Run: "1"}).told()
	s.later(time.Hour).do(engine.Remind{Run: "1", Person: "ann"}).told("ann reminder")
	s.vote("ann", engine.Approve)
}

// A rung whose people cannot be read is climbed when they can, or when waiting
// for that is over.
func TestUnreadRungWaits(t *testing.T) {
	t.Parallel()
	s := paying(t, laddered(toLeads(time.Hour, true)))
	s.later(time.Hour)
	s.facts.People.Unsure = map[approval.Selector]string{toLeads(0, false).To[0]: "no answer"}
	s.facts.Patient = true
	s.refused(engine.Escalate{Run: "1"}, engine.Unverified)
	s.facts.People.Unsure = nil
	s.do(engine.Escalate{Run: "1"}).told("ann taken", "ben taken")
}

// What is asked in a channel alone is told to those who are asked in words.
func TestWhoHasNoCopyIsTold(t *testing.T) {
	t.Parallel()
	room := func(p *flow.Pause) { p.Deliver = []flow.Destination{{Surface: "slack", To: "#pay"}} }
	s := paying(t, room, laddered(toLeads(time.Hour, false)))
	s.do(s.hand("ann", delegation("dan"))).told("dan moved")
	s.later(time.Hour).do(engine.Escalate{Run: "1"}).told("eve escalated")
}

// A reminder that comes outside somebody's hours waits for them, however late
// it comes.
func TestRemindersKeepWorkingHours(t *testing.T) {
	t.Parallel()
	hours := approval.Hours{From: 9 * 60, To: 17 * 60, Days: []time.Weekday{time.Monday, time.Tuesday}}
	for name, urgent := range map[string]bool{"usual": false, "urgent": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := preparing(t, stageOne(func(st *approval.Stage) {
				st.Remind, st.Urgent = []time.Duration{time.Hour}, urgent
			}))
			ann := s.facts.People.People["ann"]
			ann.Hours = hours
			s.facts.People.People["ann"] = ann
			s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 1}}) // a Sunday, 9:00
			monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
			want := monday
			if urgent {
				want = s.facts.Now.Add(time.Hour)
			}
			if got := s.owed("remind/1/ann").Due; !got.Equal(want) {
				t.Errorf("due %v, want %v", got, want)
			}
			s.facts.Now = monday.Add(20 * time.Hour) // Tuesday, 5:00: it was late
			s.do(engine.Remind{Run: "1", Person: "ann"})
			if urgent {
				s.told("ann reminder")
				return
			}
			if got := s.told().owed("remind/1/ann").Due; !got.Equal(monday.Add(24 * time.Hour)) {
				t.Errorf("put off to %v", got)
			}
			s.later(4 * time.Hour).do(engine.Remind{Run: "1", Person: "ann"}).told("ann reminder")
		})
	}
}

// Who stands in is reminded in place of who is away.
func TestReminderGoesToTheStandIn(t *testing.T) {
	t.Parallel()
	s := paying(t, reminding(time.Hour))
	s.facts.People = office()
	s.facts.People.Absent = map[approval.PersonID]approval.Absence{"ann": {StandIn: "dan"}}
	s.later(time.Hour).do(engine.Remind{Run: "1", Person: "ann"}).told("dan reminder")
}

// Who stands in for somebody away when the question is asked gets a copy, too;
// whoever may not answer gets none.
func TestStandInsAreAsked(t *testing.T) {
	t.Parallel()
	s := preparing(t)
	s.facts.People.Absent = map[approval.PersonID]approval.Absence{"ann": {StandIn: "dan"}, "ben": {StandIn: "rob"}}
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 1}})
	got := ""
	for _, c := range s.request().Copies {
		got += string(c.Person) + c.Place + " "
	}
	if got != "#pay ann ben dan " {
		t.Errorf("copies go to %s", got)
	}
	s.vote("dan", engine.Approve)
	if s.request().Responses[0].For != "ann" {
		t.Errorf("dan answers for %q", s.request().Responses[0].For)
	}
}
