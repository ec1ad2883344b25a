package engine_test

import (
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/audit"
)

// expenses is asked by amount: below 50 nobody, from 100 on also the boss.
const expenses = `
id: expenses
namespace: hr
inputs: [{id: amount, type: INT}]
tasks:
  - id: gate
    type: Pause
    onReject: FAIL
    onResume:
      - {id: ok, type: BOOL}
      - {id: note, type: STRING, required: false}
    approval:
      auto: {when: "{{ inputs.amount < 50 }}", reason: "{{ inputs.amount }} is little."}
      changes: [amount]
      stages:
        - {id: lead, who: ["user:ann"], when: "{{ inputs.amount < 1000 }}"}
        - {id: boss, who: ["user:ben"], when: "{{ inputs.amount > 100 and inputs.amount < 1000 }}"}
    deliver: [{slack: "#pay"}, {slack: approvers}]
  - {id: after, type: Return, format: "{{ outputs.gate.outcome }} {{ outputs.gate.onResume.ok }} {{ outputs.gate.resumed.via }}"}
`

func spending(t *testing.T, amount int) *story {
	t.Helper()
	s := newStory(t, expenses)
	s.facts.People = office()
	return s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": amount}})
}

func TestAutoApproval(t *testing.T) {
	t.Parallel()
	s := spending(t, 49).want("gate SUCCESS, after SUCCESS, SUCCESS")
	r := s.request()
	if r.Outcome != engine.Approved || r.Auto != "49 is little." || len(r.Responses) != 0 {
		t.Errorf("it is %s", dump(r))
	}
	if got := outputOf(t, s.x, "after"); got != "approved true engine" {
		t.Errorf("what follows reads %v", got)
	}
	if line := s.wrote(audit.RequestAutoApproved); line.Data["reason"] != "49 is little." || line.Actor.Person != "" {
		t.Errorf("it wrote %v", line)
	}
	for _, e := range s.events() {
		if e == audit.RequestApproved {
			t.Error("the trail says that a person approved")
		}
	}
	if len(r.Copies) != 1 || r.Copies[0].Place != "#pay" {
		t.Errorf("the copies are %s", dump(r.Copies))
	}
	if !strings.Contains(r.Ending(), "rule") || !strings.Contains(r.Ending(), "49 is little.") {
		t.Errorf("it ends with %q", r.Ending())
	}
}

func TestStagesByCondition(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amount int
		stages string
		drops  string
	}{
		"below the threshold": {50, "lead", "boss"},
		"at the threshold":    {100, "lead", "boss"},
		"above":               {101, "lead boss", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := spending(t, c.amount).request()
			var stages []string
			for _, st := range r.Policy.Stages {
				stages = append(stages, st.ID)
			}
			if strings.Join(stages, " ") != c.stages || strings.Join(r.Dropped, " ") != c.drops {
				t.Errorf("asked are %v, left out %v", stages, r.Dropped)
			}
		})
	}
	t.Run("the flow keeps all of them", func(t *testing.T) {
		t.Parallel()
		s := spending(t, 60)
		if n := len(s.pause().Approval.Stages); n != 2 {
			t.Errorf("the flow has %d stages now", n)
		}
	})
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		s := spending(t, 5000)
		if s.x.State != engine.Failed || !strings.Contains(s.x.Problem, "no stage") {
			t.Errorf("it is %s: %s", s.x.State, s.x.Problem)
		}
	})
}

// The conditions are asked again with what was changed: less may need nobody,
// more may need others.
func TestResubmitDecidesAnewWhoIsAsked(t *testing.T) {
	t.Parallel()
	back := func(t *testing.T) *story {
		t.Helper()
		s := spending(t, 90)
		return s.do(engine.SendBack{Run: "1", Version: 1, By: person("ann"), Text: "another amount"})
	}
	t.Run("more", func(t *testing.T) {
		t.Parallel()
		s := back(t).do(engine.Resubmit{Run: "1", By: person("rob"), Inputs: map[string]any{"amount": 500}})
		s.vote("ann", engine.Approve)
		if r := s.request(); r.Outcome != "" || r.Stage != 1 {
			t.Errorf("it is %s", dump(r))
		}
		s.vote("ben", engine.Approve).want("gate SUCCESS, after SUCCESS, SUCCESS")
	})
	t.Run("less", func(t *testing.T) {
		t.Parallel()
		s := back(t).do(engine.Resubmit{Run: "1", By: person("rob"), Inputs: map[string]any{"amount": 5}})
		s.wrote(audit.RequestAutoApproved)
		s.want("gate SUCCESS, after SUCCESS, SUCCESS")
	})
	t.Run("too much for anybody", func(t *testing.T) {
		t.Parallel()
		back(t).refused(engine.Resubmit{Run: "1", By: person("rob"), Inputs: map[string]any{"amount": 5000}}, engine.BadInput)
	})
}
