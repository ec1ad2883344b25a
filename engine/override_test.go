package engine_test

import (
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// override is eve's: she is asked nowhere, and has the right to.
func (s *story) override() engine.Respond {
	c := s.click("eve", engine.Approve)
	c.Override = "the data centre burns"
	return c
}

func TestOverride(t *testing.T) {
	t.Parallel()
	s := paying(t).vote("ann", engine.Approve)
	s.do(s.override()).want("gate SUCCESS, after SUCCESS, SUCCESS")
	s.told("ann override", "ben override", "cat override", "rob override")
	if line := s.wrote(audit.RequestOverridden); line.Actor.Person != "eve" || line.Data["reason"] != "the data centre burns" {
		t.Errorf("it wrote %v", line)
	}
	for _, e := range s.events() {
		if e == audit.RequestApproved {
			t.Error("the trail says that it was approved as usual")
		}
	}
	r := s.request()
	a, ok := r.Overridden()
	if !ok || a.By.Person != "eve" || r.Outcome != engine.Approved {
		t.Errorf("it is %s, overridden %t by %s", r.Outcome, ok, a.By)
	}
	if !strings.Contains(r.Ending(), "override") || !strings.Contains(r.Ending(), "burns") || strings.Contains(r.Ending(), "ann") {
		t.Errorf("it ends with %q", r.Ending())
	}
	run, _ := s.x.Run("1")
	last, _ := run.Outputs["responses"].([]any)[1].(map[string]any)
	if last["override"] != "the data centre burns" {
		t.Errorf("outputs say %v", last)
	}
}

func TestOverrideRefuses(t *testing.T) {
	t.Parallel()
	exclude := func(p *flow.Pause) { p.Approval.Exclude = []approval.Selector{{Kind: approval.User, Name: "eve"}} }
	for name, c := range map[string]struct {
		edit func(*flow.Pause)
		who  approval.PersonID
		why  string
		code engine.Code
	}{
		"of_ones_own_request":                    {nil, "rob", "fire", engine.OwnRequest},
		"of_ones_own_request_where_one_may_vote": {func(p *flow.Pause) { p.Approval.AllowRequester = true }, "rob", "fire", engine.OwnRequest},
		"where_the_flow_forbids":                 {func(p *flow.Pause) { p.NoOverride = true }, "eve", "fire", engine.NotAllowed},
		"without_a_reason":                       {nil, "eve", " ", engine.NotAllowed},
		"with_a_book_as_reason":                  {nil, "eve", strings.Repeat("x", 5000), engine.NotAllowed},
		"by_somebody_excluded":                   {exclude, "eve", "fire", engine.NotEligible},
		"by_a_stranger":                          {nil, "zoe", "fire", engine.NotEligible},
		"by_the_author_where_excluded":           {func(p *flow.Pause) { p.Approval.ExcludeAuthor = true }, "eve", "fire", engine.NotEligible},
		"by_nobody":                              {nil, "", "fire", engine.NotEligible},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := preparing(t)
			if c.edit != nil {
				c.edit(s.pause())
			}
			s.facts.Author = "eve"
			s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 1}})
			cmd := s.click(c.who, engine.Approve)
			cmd.Override = c.why
			s.refused(cmd, c.code)
			if s.request().Outcome != "" {
				t.Error("it decided")
			}
		})
	}
}

// Break-glass cannot be blocked by asking for changes, nor by asking again; the
// requester learns of it, and so does who sent the request back.
func TestOverrideOfWhatWasSentBack(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount")).vote("ann", engine.Approve)
	s.do(s.hand("ben", delegation("dan"))).do(s.sendBack("dan"))
	before := s.override()
	before.Version--
	s.refused(before, engine.Stale)
	for who, code := range map[approval.PersonID]engine.Code{"rob": engine.OwnRequest, "zoe": engine.NotEligible} {
		cmd := s.override()
		cmd.By = person(who)
		s.refused(cmd, code)
	}
	no := s.override()
	no.Verdict = engine.Reject
	s.refused(no, engine.NotAllowed)

	s.do(s.override()).want("gate SUCCESS, after SUCCESS, SUCCESS")
	s.told("ann override", "ben override", "cat override", "dan override", "rob override")
	if line := s.wrote(audit.RequestOverridden); line.Actor.Person != "eve" || line.Data["reason"] != "the data centre burns" {
		t.Errorf("it wrote %v", line)
	}
	if r := s.request(); r.Wanted != "" || r.Outcome != engine.Approved {
		t.Errorf("it is %s", dump(r))
	}
	s.refused(engine.RemindReturned{Run: "1"}, engine.Settled)
	s.refused(resubmit("rob", nil), engine.AlreadyDecided)
}

// Who stands in for the requester overrides as little as they; else a requester
// with a friend among the administrators would approve.
func TestOverrideByAStandIn(t *testing.T) {
	t.Parallel()
	s := paying(t)
	s.facts.People = office()
	s.facts.People.Absent = map[approval.PersonID]approval.Absence{"rob": {StandIn: "eve"}}
	s.refused(s.override(), engine.NotEligible)
	s.facts.People.Absent = map[approval.PersonID]approval.Absence{"rob": {Until: s.facts.Now, StandIn: "eve"}}
	s.do(s.override())
}

// An override approves. To refuse, one who may answer rejects, or an operator
// cancels.
func TestOverrideDoesNotReject(t *testing.T) {
	t.Parallel()
	s := paying(t)
	cmd := s.override()
	cmd.Verdict = engine.Reject
	s.refused(cmd, engine.NotAllowed)
}
