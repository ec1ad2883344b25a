package engine_test

import (
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

func (s *story) hand(by approval.PersonID, mv approval.Move) engine.Move {
	return engine.Move{Run: "1", Version: s.request().Version, By: person(by), Move: mv}
}

func delegation(to approval.PersonID) approval.Move {
	return approval.Move{Kind: approval.Delegated, To: to, Reason: "away"}
}

func TestDelegate(t *testing.T) {
	t.Parallel()
	s := paying(t)
	s.do(s.hand("ann", delegation("dan")))
	line := s.wrote(audit.RequestDelegated)
	if line.Actor.Person != "ann" || line.Data["from"] != "ann" || line.Data["to"] != "dan" || line.Data["reason"] != "away" {
		t.Errorf("it wrote %v", line)
	}
	if c := s.request().Copies; c[len(c)-1].Person != "dan" {
		t.Errorf("dan has no copy: %v", c)
	}
	s.told() // the copy tells dan
	mv := s.request().Moves[0]
	if mv.From != "ann" || mv.By != "ann" || mv.Stage != 0 || !mv.At.Equal(s.facts.Now) {
		t.Errorf("the move is %+v", mv)
	}

	s.vote("dan", engine.Approve)
	if got := s.request().Responses[0].For; got != "ann" {
		t.Errorf("dan's answer is for %q, want ann", got)
	}
	if s.wrote(audit.ResponseRecorded).Data["for"] != "ann" {
		t.Error("the trail does not say for whom dan answered")
	}
	s.refused(s.click("ann", engine.Approve), engine.AlreadyVoted)
	s.vote("ben", engine.Approve).vote("cat", engine.Approve)
	if out, _ := s.x.Run("1"); dump(out.Outputs["responses"]) == "" || s.x.State != engine.Success {
		t.Errorf("it is %s: %s", s.x.State, dump(out.Outputs))
	}
	run, _ := s.x.Run("1")
	first, _ := run.Outputs["responses"].([]any)[0].(map[string]any)
	if first["for"] != "ann" || first["by"] != "dan" {
		t.Errorf("outputs say %v", first)
	}
}

func TestMoveRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit func(*flow.Pause)
		by   approval.PersonID
		move approval.Move
		op   bool
		code engine.Code
	}{
		"to_the_requester":                {nil, "ann", delegation("rob"), false, engine.NotEligible},
		"to_the_requester_by_an_operator": {nil, "eve", approval.Move{Kind: approval.Reassigned, From: "ann", To: "rob"}, true, engine.NotEligible},
		"to_nobody":                       {nil, "ann", delegation(""), false, engine.NotEligible},
		"to_a_stranger":                   {nil, "ann", delegation("zoe"), false, engine.NotEligible},
		"to_oneself":                      {nil, "ann", delegation("ann"), false, engine.NotEligible},
		"of_a_seat_one_has_not":           {nil, "dan", delegation("eve"), false, engine.NotEligible},
		"of_somebody_elses_seat":          {nil, "ann", approval.Move{Kind: approval.Delegated, From: "ben", To: "dan"}, false, engine.NotEligible},
		"where_the_flow_forbids":          {func(p *flow.Pause) { p.Approval.NoDelegate = true }, "ann", delegation("dan"), false, engine.NotEligible},
		"to_somebody_excluded":            {func(p *flow.Pause) { p.Approval.Exclude = []approval.Selector{{Kind: approval.User, Name: "dan"}} }, "ann", delegation("dan"), false, engine.NotEligible},
		"by_a_ladder_of_ones_own":         {nil, "ann", approval.Move{Kind: approval.Escalated, To: "dan"}, false, engine.NotAllowed},
		"of_no_kind":                      {nil, "ann", approval.Move{To: "dan"}, false, engine.NotAllowed},
		"until_the_past":                  {nil, "ann", approval.Move{Kind: approval.Delegated, To: "dan", Until: usualFacts().Now}, false, engine.NotEligible},
		"reassigned_for_a_time":           {nil, "ann", approval.Move{Kind: approval.Reassigned, To: "dan", Until: usualFacts().Now.Add(time.Hour)}, false, engine.NotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := paying(t)
			if c.edit != nil {
				s = paying(t, c.edit)
			}
			before := dump(s.x)
			cmd := s.hand(c.by, c.move)
			cmd.Operator = c.op
			s.refused(cmd, c.code)
			if dump(s.x) != before {
				t.Error("a refusal changed something")
			}
		})
	}
}

func TestMoveComesTooLate(t *testing.T) {
	t.Parallel()
	s := paying(t)
	stale := s.hand("ben", delegation("dan"))
	stale.Version = 0
	s.refused(stale, engine.Stale)
	late := s.hand("ann", delegation("dan"))
	s.later(48*time.Hour).refused(late, engine.TooLate)
	s.do(engine.Expire{Run: "1"}).refused(late, engine.AlreadyDecided)
}

func TestReassign(t *testing.T) {
	t.Parallel()
	s := paying(t, stageOne(func(st *approval.Stage) { st.Remind = []time.Duration{time.Hour} }))
	cmd := s.hand("eve", approval.Move{Kind: approval.Reassigned, From: "ann", To: "dan", Reason: "left"})
	s.refused(cmd, engine.NotEligible) // eve has no right to
	cmd.Operator = true
	s.do(cmd).told("ann taken").drops("remind/1/ann")
	s.owed("remind/1/dan")
	if s.wrote(audit.RequestReassigned).Actor.Person != "eve" {
		t.Error("the trail does not name the operator")
	}
	s.refused(s.click("ann", engine.Approve), engine.NotEligible)
	s.vote("dan", engine.Approve).vote("ben", engine.Approve).vote("cat", engine.Approve)
	if s.x.State != engine.Success {
		t.Errorf("it is %s", s.x.State)
	}
}

// A delegation is for a time, and exclusions hold over it for good: what was
// allowed when the seat was handed on is asked again when somebody answers.
func TestDelegationIsJudgedWhenItIsUsed(t *testing.T) {
	t.Parallel()
	s := paying(t)
	mv := delegation("dan")
	mv.Until = s.facts.Now.Add(time.Hour)
	s.do(s.hand("ann", mv))
	t.Run("it ran out", func(t *testing.T) {
		t.Parallel()
		o := *s
		o.t = t
		o.later(time.Hour).refused(o.click("dan", engine.Approve), engine.NotEligible)
	})
	t.Run("it was given by somebody who left", func(t *testing.T) {
		t.Parallel()
		o := *s
		o.t = t
		o.facts.People = office()
		o.facts.People.People["dan"] = approval.Person{ID: "dan", Inactive: true}
		o.refused(o.click("dan", engine.Approve), engine.NotEligible)
	})
	for name, late := range map[string]time.Duration{
		"it was given to the requester's stand-in":   0,
		"who has it became the requester's stand-in": time.Nanosecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := *s
			o.t = t
			o.facts.People = office()
			o.facts.People.Absent = map[approval.PersonID]approval.Absence{"rob": {From: s.facts.Now.Add(late), StandIn: "dan"}}
			o.facts.Now = s.facts.Now.Add(late)
			if late > 0 {
				o.do(o.click("dan", engine.Approve))
				return
			}
			o.refused(o.click("dan", engine.Approve), engine.NotEligible)
		})
	}
}

func TestMovesAreBounded(t *testing.T) {
	t.Parallel()
	s := paying(t)
	to := []approval.PersonID{"dan", "eve", "ann"}
	n := 0
	for from := approval.PersonID("ann"); n < 500; n++ {
		cmd := s.hand("cat", approval.Move{Kind: approval.Reassigned, From: from, To: to[n%3]})
		cmd.Operator = true
		if err := s.try(cmd); err != nil {
			break
		}
		from = to[n%3]
	}
	if n == 0 || n == 500 {
		t.Errorf("it moved %d times", n)
	}
}
