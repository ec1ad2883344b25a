package engine_test

import (
	"strings"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// bounded reads a value before, at and after its gate.
const bounded = `
id: limited
namespace: hr
tasks:
  - {id: before, type: Return, format: "{{ kv('limit') }}"}
  - id: gate
    type: Pause
    pauseDuration: PT1H
    behavior: FAIL
    onReject: FAIL
    request: {title: "Up to {{ kv('limit') }}"}
    onResume: [{id: ok, type: BOOL}]
    approval: {stages: [{id: one, need: 2, who: ["user:ann", "user:ben"]}]}
  - {id: call, type: http.Request, uri: "https://a.example/{{ kv('limit') }}"}
  - {id: after, type: Return, format: "{{ kv('limit') }} {{ kv('extra', errorOnMissing=false) ?? 'none' }}"}
`

func limiting(t *testing.T) *story {
	t.Helper()
	s := newStory(t, bounded)
	s.facts.People = office()
	s.facts.KV = map[string]any{"limit": int64(10), "unnamed": "x"}
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob")})
	return s
}

func (s *story) gate() *engine.Request {
	s.t.Helper()
	run, ok := s.x.Run("2")
	if !ok || run.Request == nil {
		s.t.Fatal("nobody is asked: " + runs(s.x))
	}
	return run.Request
}

// D5: decision substitution. A value that the flow reads is changed while people
// think; nobody approves by accident what they were not shown.
func TestD5_DriftAsksAnew(t *testing.T) {
	t.Parallel()
	s := limiting(t)
	s.do(by("ann", s.gate().Version))
	digest := s.gate().Digest
	s.facts.KV = map[string]any{"limit": int64(10_000), "unnamed": "x"}
	click := by("ben", s.gate().Version)
	s.do(click)
	no := s.last.Refused
	if no == nil || no.Code != engine.Stale {
		t.Fatalf("ben is told %v, want that it changed", no)
	}
	r := s.gate()
	if r.Title != "Up to 10000" || r.Digest == digest || len(r.Responses) != 0 || len(r.Rounds) != 1 || !r.Open() {
		t.Errorf("it is %s", dump(r))
	}
	s.wrote(audit.RequestSuperseded)
	s.wrote(audit.RequestOpened)
	for _, e := range s.events() {
		if e == audit.ResponseRecorded {
			t.Error("the answer was recorded")
		}
	}
	s.refused(click, engine.Stale)
	s.do(by("ben", s.gate().Version)).do(by("ann", s.gate().Version))
	if s.gate().Outcome != engine.Approved {
		t.Errorf("it is %s", dump(s.gate()))
	}
}

// What is changed after the answer does not reach what the answer let run.
func TestD5_ApprovedValuesAreFrozen(t *testing.T) {
	t.Parallel()
	for name, kv := range map[string]map[string]any{
		"changed": {"limit": int64(10_000)},
		"removed": {},
		"added":   {"limit": int64(10_000), "extra": "something"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := limiting(t)
			s.do(by("ann", s.gate().Version)).do(by("ben", s.gate().Version))
			s.facts.KV = kv
			run, _ := s.x.Run("3")
			env := engine.Env(s.flow, s.x, run, s.facts)
			uri := s.flow.Task("call").Spec.(*flow.HTTPRequest).URI
			if got, err := uri.Render(env); err != nil || got != "https://a.example/10" {
				t.Errorf("it calls %q, %v", got, err)
			}
			s.do(engine.Finish{Run: "3", Attempt: 1})
			if got := outputOf(t, s.x, "after"); got != "10 none" {
				t.Errorf("what follows reads %v", got)
			}
		})
	}
}

// A value that the flow does not name is none of the question's business.
func TestD5_OnlyNamedValuesAreBound(t *testing.T) {
	t.Parallel()
	s := limiting(t)
	s.facts.KV = map[string]any{"limit": 10.0, "unnamed": "y"} // as a number, it is the same
	s.do(by("ann", s.gate().Version))
	if s.last.Refused != nil || len(s.gate().Responses) != 1 {
		t.Errorf("ann is told %v", s.last.Refused)
	}
	simple := newStory(t, gateFlow).begin()
	if run, _ := simple.x.Run("1"); run.Request.Bound != nil {
		t.Errorf("a flow without values binds %v", run.Request.Bound)
	}
}

// What cannot be asked anew ends: it is neither approved nor open for ever.
func TestD5_DriftThatCannotBeAskedAnew(t *testing.T) {
	t.Parallel()
	s := limiting(t)
	s.facts.KV = map[string]any{}
	s.do(by("ann", s.gate().Version))
	if s.last.Refused == nil || s.gate().Outcome != engine.Superseded || s.x.State != engine.Failed {
		t.Errorf("ann is told %v; it is %s, %s", s.last.Refused, s.gate().Outcome, s.x.State)
	}
	if !strings.Contains(s.x.Problem, "changed") {
		t.Errorf("it failed by %q", s.x.Problem)
	}
}

// D2: the deadline is that of the question, however often it is asked.
func TestD5_DriftDoesNotMoveTheDeadline(t *testing.T) {
	t.Parallel()
	s := limiting(t).later(time.Hour - time.Nanosecond)
	s.facts.KV = map[string]any{"limit": int64(11)}
	due := s.gate().Deadline
	s.do(by("ann", s.gate().Version))
	if !s.gate().Deadline.Equal(due) || !s.last.NotAfter.Before(due) {
		t.Errorf("the deadline is %v, was %v", s.gate().Deadline, due)
	}
	s.later(time.Nanosecond).refused(by("ann", s.gate().Version), engine.TooLate)
	s.do(engine.Expire{Run: "2"})
}

func by(who string, version int) engine.Respond {
	return engine.Respond{Run: "2", Version: version, By: person(approval.PersonID(who)), Verdict: engine.Approve}
}
