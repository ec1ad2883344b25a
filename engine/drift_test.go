package engine_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/expr"
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
			if got, err := uriOf(s.flow, "call").Render(env); err != nil || got != "https://a.example/10" {
				t.Errorf("it calls %q, %v", got, err)
			}
			s.do(engine.Finish{Run: "3", Attempt: 1})
			if got := outputOf(t, s.x, "after"); got != "10 none" {
				t.Errorf("what follows reads %v", got)
			}
		})
	}
}

// uriOf is where a task calls.
func uriOf(f *flow.Flow, task string) *expr.Template {
	if spec, ok := f.Task(task).Spec.(*flow.HTTPRequest); ok {
		return spec.URI
	}
	return nil
}

// What the flow itself wrote after its gate is part of what was approved: it is
// seen. Before the next gate is asked, the values of then are.
func TestD5_WhatTheFlowWritesIsSeen(t *testing.T) {
	t.Parallel()
	src := "inputs: [{id: n, type: STRING, required: false}]\ntasks: [" + ask("gate") +
		", {id: set, type: kv.Set, key: limit, value: '20'}, {id: after, type: Return, format: \"{{ kv('limit') }}\"}, " +
		ask("again", "request: {title: \"{{ kv('limit') }}\"}") + ", {id: last, type: Return, format: \"{{ kv('limit') }}\"}]"
	s := newStory(t, flowOf(src))
	s.facts.KV = map[string]any{"limit": "10"}
	s.start().say("1", engine.Approve)
	s.facts.KV = map[string]any{"limit": "20"}
	finish(t, s, "set", "")
	if got := outputOf(t, s.x, "after"); got != "20" {
		t.Errorf("after its own writing it reads %v", got)
	}
	s.facts.KV = map[string]any{"limit": "30"}
	run, _ := s.x.Run("4")
	if run.Request == nil || run.Request.Title != "20" {
		t.Fatalf("it asks %s", dump(run.Request))
	}
	s.do(engine.Respond{Run: "4", Version: 1, By: person("ann"), Verdict: engine.Approve})
	if run, _ = s.x.Run("4"); s.last.Refused == nil || run.Request.Title != "30" {
		t.Fatalf("the second gate is asked %s", dump(run.Request))
	}
	s.say("4", engine.Approve)
	if got := outputOf(t, s.x, "last"); got != "30" {
		t.Errorf("at the end it reads %v", got)
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

// D7: a card of an earlier round decides nothing, whoever holds it.
func TestD7_CardOfAnEarlierRoundIsDead(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount"))
	old := s.request().Version
	s.do(s.sendBack("ann")).do(resubmit("rob", map[string]any{"amount": 1_000_000}))
	for _, who := range []approval.PersonID{"ann", "ben", "cat", "dan", "rob"} {
		for version := range s.request().Since {
			cmd := s.click(who, engine.Approve)
			cmd.Version = version
			s.refused(cmd, engine.Stale)
			cmd.Override = "fire"
			s.refused(cmd, engine.Stale)
		}
	}
	if old >= s.request().Since {
		t.Errorf("the old card is version %d, and counts since %d", old, s.request().Since)
	}
}

// TestD5_NothingElseIsRunThanWasShown changes anything that can change from
// outside, at any moment between the question and what it lets run: what is run
// was shown to those who approved it, word for word.
func TestD5_NothingElseIsRunThanWasShown(t *testing.T) {
	t.Parallel()
	f, faults := flow.Parse("shown.yaml", []byte(shownFlow))
	if faults.Stop() {
		t.Fatal(faults)
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := &story{flow: f, facts: usualFacts()}
		s.facts.People, s.facts.KV = office(), map[string]any{"account": "A"}
		step := func(cmd engine.Command) { _ = s.try(cmd) }
		step(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 1}})
		for range rapid.IntRange(1, 20).Draw(rt, "moves") {
			r := s.x.Runs[0].Request
			who := rapid.SampledFrom([]approval.PersonID{"ann", "ben"}).Draw(rt, "who")
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0:
				s.facts.KV = rapid.SampledFrom([]map[string]any{{"account": "A"}, {"account": "B"}, {}, nil}).Draw(rt, "kv")
			case 1:
				step(engine.SendBack{Run: "1", Version: r.Version, By: person(who), Text: "other"})
			case 2:
				step(engine.Resubmit{Run: "1", By: person("rob"), Inputs: map[string]any{"amount": rapid.IntRange(1, 3).Draw(rt, "amount")}})
			default:
				version := rapid.IntRange(1, r.Version).Draw(rt, "version")
				step(engine.Respond{Run: "1", Version: version, By: person(who), Verdict: engine.Approve})
			}
		}
		if len(s.x.Runs) < 2 {
			return // nothing is run
		}
		s.facts.KV = map[string]any{"account": "C"}
		gate, pays := s.x.Runs[0], s.x.Runs[1]
		got, err := uriOf(f, "pay").Render(engine.Env(f, s.x, pays, s.facts))
		if want := "https://bank.example/" + gate.Request.Title; err != nil || got != want {
			rt.Fatalf("shown was %q, and it calls %q, %v", gate.Request.Title, got, err)
		}
		if len(gate.Request.Responses) != 2 {
			rt.Fatalf("it passed by %s", dump(gate.Request.Responses))
		}
	})
}

const shownFlow = `
id: shown
namespace: hr
inputs: [{id: amount, type: INT}]
tasks:
  - id: gate
    type: Pause
    onReject: FAIL
    request: {title: "{{ inputs.amount }}/{{ kv('account', errorOnMissing=false) ?? 'none' }}"}
    onResume: [{id: ok, type: BOOL}]
    approval: {changes: [amount], stages: [{id: one, need: 2, who: ["user:ann", "user:ben"]}]}
  - {id: pay, type: http.Request, uri: "https://bank.example/{{ inputs.amount }}/{{ kv('account', errorOnMissing=false) ?? 'none' }}"}
`
