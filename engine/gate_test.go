package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signoff/engine"
)

// ask is a Pause that asks ann, with more properties.
func ask(id string, more ...string) string {
	s := "{id: " + id + ", type: Pause, onReject: CONTINUE, onResume: [{id: ok, type: BOOL}], " +
		"approval: {stages: [{id: one, who: [\"user:ann\"]}]}"
	for _, m := range more {
		s += ", " + m
	}
	return s + "}"
}

// say answers a request in its newest version.
func (s *story) say(run engine.TaskRunID, v engine.Verdict) *story {
	s.t.Helper()
	r, _ := s.x.Run(run)
	if r.Request == nil {
		s.t.Fatalf("run %s asks nobody: %s", run, runs(s.x))
	}
	return s.do(engine.Respond{Run: run, Version: r.Request.Version, By: person("ann"), Verdict: v})
}

func (s *story) start() *story {
	s.t.Helper()
	return s.do(engine.Start{ID: "x", Revision: 1, By: person("rob")})
}

func (s *story) want(want string) *story {
	s.t.Helper()
	if got := runs(s.x); got != want {
		s.t.Errorf("it is\n  %s, want\n  %s", got, want)
	}
	return s
}

const note = `{id: note, type: http.Request, uri: "https://chat.example"}`

// What stands beside a gate neither opens nor closes it, and the execution ends
// only when it is over.
func TestOnPauseRunsBeside(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [" + ask("gate", "onPause: "+note) + ", {id: next, type: Return, format: x}]")
	t.Run("the gate opens first", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start().want("gate PAUSED, note RUNNING, PAUSED")
		s.say("1", engine.Approve).want("gate SUCCESS, note RUNNING, next SUCCESS, RUNNING")
		finish(t, s, "note", "")
		s.want("gate SUCCESS, note SUCCESS, next SUCCESS, SUCCESS")
	})
	t.Run("it fails", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start()
		finish(t, s, "note", "gone")
		s.want("gate PAUSED, note FAILED, PAUSED").say("1", engine.Approve)
		s.want("gate SUCCESS, note FAILED, next SUCCESS, SUCCESS")
	})
	t.Run("killed with the gate", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start().do(engine.Kill{By: person("rob")})
		s.want("gate KILLED, note KILLED, KILLED")
	})
}

// A gate has errors and finally of its own, and in its older form tasks.
func TestWhatBelongsToAGate(t *testing.T) {
	t.Parallel()
	body := ask("gate", "pauseDuration: PT1H", "behavior: FAIL",
		"errors: [{id: e, type: Return, format: x}]", "finally: [{id: f, type: Return, format: x}]",
		"tasks: [{id: in, type: Return, format: x}, {id: call, type: http.Request, uri: 'https://a.example'}]")
	src := flowOf("tasks: [" + body + ", {id: next, type: Return, format: x}]")
	t.Run("answered", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start().say("1", engine.Approve)
		s.want("gate RUNNING, in SUCCESS, call RUNNING, RUNNING")
		if !s.x.Runs[0].Request.Closed.Equal(s.facts.Now) {
			t.Error("the request is not closed")
		}
		finish(t, s, "call", "")
		s.want("gate SUCCESS, in SUCCESS, call SUCCESS, f SUCCESS, next SUCCESS, SUCCESS")
	})
	t.Run("its tasks fail", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start().say("1", engine.Approve)
		finish(t, s, "call", "gone")
		s.want("gate FAILED, in SUCCESS, call FAILED, e SUCCESS, f SUCCESS, FAILED")
	})
	t.Run("expired", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start().later(time.Hour).do(engine.Expire{Run: "1"})
		s.want("gate FAILED, e SUCCESS, f SUCCESS, FAILED")
	})
	t.Run("a timer after the answer does nothing", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start().say("1", engine.Approve).later(time.Hour)
		if err := s.try(engine.Expire{Run: "1"}); err == nil {
			t.Error("the timer of a decided gate changed something")
		}
	})
}

// A behavior that is an expression is settled when the gate begins.
func TestBehaviorOfAGateIsAnExpression(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T, gate, how string) *story {
		t.Helper()
		src := flowOf("inputs: [{id: how, type: STRING}]\ntasks: [" + gate + ", {id: next, type: Return, format: x}]")
		return newStory(t, src).do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"how": how}})
	}
	asks := ask("gate", "pauseDuration: PT1H", `behavior: "{{ inputs.how }}"`)
	timer := `{id: gate, type: Pause, pauseDuration: PT1H, behavior: "{{ inputs.how }}"}`
	for how, want := range map[string]string{
		"RESUME": "gate SUCCESS, next SUCCESS, SUCCESS", "WARN": "gate WARNING, next SUCCESS, WARNING",
		"FAIL": "gate FAILED, FAILED", " CANCEL ": "gate CANCELLED, CANCELLED",
	} {
		for name, gate := range map[string]string{"asks": asks, "timer": timer} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				begin(t, gate, how).later(time.Hour).do(engine.Expire{Run: "1"}).want(want)
			})
		}
	}
	t.Run("an unknown word fails it in words", func(t *testing.T) {
		t.Parallel()
		s := begin(t, asks, "resume").want("gate FAILED, FAILED")
		if want := `gate.behavior: "resume" is none of RESUME, WARN, FAIL and CANCEL`; s.x.Problem != want {
			t.Errorf("the problem is %q, want %q", s.x.Problem, want)
		}
	})
	t.Run("an answer does not look at it", func(t *testing.T) {
		t.Parallel()
		begin(t, asks, "CANCEL").say("1", engine.Approve).want("gate SUCCESS, next SUCCESS, SUCCESS")
	})
}

// A timer asked nobody, and what reads a gate's outputs finds them all the same.
func TestTimerGivesOutputs(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [{id: wait, type: Pause, pauseDuration: PT1M}, " +
		"{id: said, type: Return, format: \"{{ outputs.wait.resumed.to }} {{ outputs.wait.resumed.on }} {{ outputs.wait.resumed.via }} " +
		"{{ outputs.wait.resumed.by ?? 'nobody' }} {{ outputs.wait.outcome }} {{ outputs.wait.responses }} {{ outputs.wait.onResume }}\"}]")
	s := newStory(t, src).start().later(time.Minute).do(engine.Expire{Run: "1"}).want("wait SUCCESS, said SUCCESS, SUCCESS")
	by, _ := s.x.Runs[0].Outputs["resumed"].(map[string]any)
	if got, want := outputOf(t, s.x, "said"), fmt.Sprintf("SUCCESS %v %v nobody expired [] {}", by["on"], by["via"]); got != want {
		t.Errorf("it reads %q, want %q", got, want)
	}
}

// kestra.md §1.1: the generic timeout fails, and only it bends.
func TestTimeoutOfAGate(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]string{
		"timeout: PT1H":                                           "gate FAILED, FAILED",
		"timeout: PT1H, allowFailure: true":                       "gate WARNING, WARNING",
		"timeout: PT1H, allowFailure: true, allowWarning: true":   "gate SUCCESS, SUCCESS",
		"pauseDuration: PT1H, behavior: FAIL, allowFailure: true": "gate FAILED, FAILED",
		"pauseDuration: PT1H, timeout: PT5M, behavior: CANCEL":    "gate CANCELLED, CANCELLED",
		"onReject: FAIL, allowFailure: true":                      "gate PAUSED, PAUSED",
	} {
		t.Run(more, func(t *testing.T) {
			t.Parallel()
			body := strings.Replace(ask("gate", more), "onReject: CONTINUE, ", "", 1)
			s := newStory(t, flowOf("tasks: ["+body+"]")).start().later(time.Hour)
			_ = s.try(engine.Expire{Run: "1"})
			s.want(want)
		})
	}
}

// allowFailure is no way past people: a no stays a no.
func TestAllowFailureDoesNotOverrideANo(t *testing.T) {
	t.Parallel()
	body := strings.Replace(ask("gate", "onReject: FAIL, allowFailure: true"), "onReject: CONTINUE, ", "", 1)
	s := newStory(t, flowOf("tasks: ["+body+", {id: pay, type: Return, format: x}]")).start()
	s.say("1", engine.Reject).want("gate FAILED, FAILED")
}

// A gate that cannot ask is no open door.
func TestAllowFailureDoesNotOpenAGateThatCannotAsk(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [{id: gate, type: Pause, allowFailure: true, approval: {stages: [{id: a, who: ['user:nobody']}]}}, {id: pay, type: Return, format: x}]")
	s := newStory(t, src).start()
	if s.x.State != engine.Failed || len(s.x.Runs) != 1 {
		s.want("gate FAILED, FAILED")
	}
}

// Several gates at once: paused until the last is answered, each by its own id.
func TestParallelGates(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks:\n  - id: p\n    type: Parallel\n    tasks:\n      - " + ask("a") + "\n      - " + ask("b") +
		"\n  - {id: end, type: Return, format: \"{{ outputs.a.outcome }} {{ outputs.b.outcome }}\"}\n")
	s := newStory(t, src).start().want("p RUNNING, a PAUSED, b PAUSED, PAUSED")
	s.say("3", engine.Reject).want("p RUNNING, a PAUSED, b SUCCESS, PAUSED")
	s.say("2", engine.Approve).want("p SUCCESS, a SUCCESS, b SUCCESS, end SUCCESS, SUCCESS")
	if got := outputOf(t, s.x, "end"); got != "approved rejected" {
		t.Errorf("the gates say %v", got)
	}
}

// In a Parallel, what runs ends and nothing new begins once one failed.
func TestParallelEndsWhatRuns(t *testing.T) {
	t.Parallel()
	src := flowOf(`
tasks:
  - id: p
    type: Parallel
    concurrent: 2
    tasks:
      - {id: a, type: http.Request, uri: "https://a.example"}
      - id: s
        type: Sequential
        tasks: [{id: b, type: http.Request, uri: "https://a.example"}, {id: c, type: Return, format: x}]
      - {id: d, type: Return, format: x}
`)
	s := newStory(t, src).start().want("p RUNNING, a RUNNING, s RUNNING, b RUNNING, RUNNING")
	finish(t, s, "a", "gone")
	s.want("p RUNNING, a FAILED, s RUNNING, b RUNNING, RUNNING")
	finish(t, s, "b", "")
	s.want("p FAILED, a FAILED, s SUCCESS, b SUCCESS, c SUCCESS, FAILED")
}

// A gate that cancels ends everything at once, beside it too.
func TestCancellingGateEndsItsSiblings(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks:\n  - id: p\n    type: Parallel\n    tasks:\n      - " + ask("a", "pauseDuration: PT1H", "behavior: CANCEL") +
		"\n      - " + ask("b") + "\n      - " + note + "\nerrors: [{id: e, type: Return, format: x}]\nafterExecution: [{id: z, type: Return, format: x}]\n")
	s := newStory(t, src).start().later(time.Hour).do(engine.Expire{Run: "2"})
	s.want("p CANCELLED, a CANCELLED, b CANCELLED, note CANCELLED, z SUCCESS, CANCELLED")
	if r := s.x.Runs[2].Request; r.Outcome != engine.Withdrawn {
		t.Errorf("the other gate is %q", r.Outcome)
	}
}
