package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

const reaching = `
id: reach
namespace: hr
inputs: [{id: scan, type: FILE}]
tasks:
  - {id: say, type: Log, message: "{{ read(inputs.scan) }}", retry: {type: constant, interval: PT1M, maxAttempt: 2}}
  - {id: keep, type: Return, format: "{{ fileSize(inputs.scan) }}", timeout: PT1M}
  - {id: all, type: OutputValues, values: {n: "{{ read(inputs.scan) }}"}}
  - {id: plain, type: Log, message: "{{ outputs.keep.value }} {{ outputs.all.values.n }}"}
`

// A task that only prints, but reaches for a file, is a call like others: it is
// owed, tried again, timed out and finished from outside.
func TestReachingTaskIsACall(t *testing.T) {
	t.Parallel()
	s := newStory(t, reaching)
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"scan": "signoff:///x/1/a"}})
	if !s.owes("call/1") {
		t.Fatalf("no call is owed: %s", runs(s.x))
	}
	s.do(engine.Finish{Run: "1", Attempt: 1, Problem: "there is no such file"})
	s.later(time.Minute).do(engine.Expire{Run: "1"})
	if !s.owes("call/1") {
		t.Fatalf("it is not tried again: %s", runs(s.x))
	}
	s.do(engine.Finish{Run: "1", Attempt: 2, Logs: []engine.LogLine{{Level: "INFO", Text: "a,b"}}})
	if !s.owes("call/2") || !s.owes("timer/2") {
		t.Fatalf("the Return is no call with a time: %s", runs(s.x))
	}
	s.do(engine.Finish{Run: "2", Attempt: 1, Outputs: map[string]any{"value": "3"}})
	s.do(engine.Finish{Run: "3", Attempt: 1, Outputs: map[string]any{"values": map[string]any{"n": "a,b"}}})
	if diff := cmp.Diff("3 a,b", s.x.Runs[3].Logs[0].Text); diff != "" || s.x.State != engine.Success {
		t.Errorf("it ends %s (-want +got):\n%s", s.x.State, diff)
	}
}

func TestReachingTaskEndsWithItsExecution(t *testing.T) {
	t.Parallel()
	s := newStory(t, reaching)
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"scan": "signoff:///x/1/a"}})
	s.do(engine.Kill{By: person("rob")})
	if got := s.last.Drop; len(got) != 1 || got[0] != "call/1" {
		t.Errorf("dropped is %v, want the call", got)
	}
	s.refused(engine.Finish{Run: "1", Attempt: 1}, engine.Settled)
}
