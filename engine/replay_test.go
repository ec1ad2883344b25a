package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

const replayFlow = `
inputs: [{id: n, type: INT, defaults: 1}]
tasks:
  - {id: one, type: Return, format: "{{ inputs.n }}"}
  - id: p
    type: Parallel
    tasks:
      - id: s
        type: Sequential
        tasks:
          - {id: gate, type: Pause, onResume: [{id: ok, type: BOOL}], onReject: CONTINUE, approval: {stages: [{id: a, who: ["user:ann"]}]}, deliver: [{slack: "#room"}]}
          - {id: call, type: http.Request, uri: "https://a.example"}
      - {id: beside, type: Return, format: x}
  - {id: last, type: Return, format: "{{ outputs.gate.resumed.by }}"}
finally: [{id: f, type: Return, format: x}]
`

// ended is an execution of replayFlow that came to its end.
func ended(t *testing.T) *story {
	t.Helper()
	s := newStory(t, flowOf(replayFlow)).start().say("4", engine.Approve)
	finish(t, s, "call", "")
	return s.want("one SUCCESS, p SUCCESS, s SUCCESS, gate SUCCESS, beside SUCCESS, call SUCCESS, last SUCCESS, f SUCCESS, SUCCESS")
}

func (s *story) replay(from engine.TaskRunID, more func(*engine.Start)) (*story, error) {
	again := *s
	again.x = engine.Execution{}
	cmd := engine.Start{ID: "y", Revision: 1, By: person("rob"), Replay: &engine.Replay{Of: s.x, From: from}}
	if more != nil {
		more(&cmd)
	}
	err := again.try(cmd)
	return &again, err
}

func TestReplay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from engine.TaskRunID
		want string
	}{
		"from the top":           {"", "one SUCCESS, p RUNNING, s RUNNING, gate PAUSED, beside SUCCESS, PAUSED"},
		"from the first":         {"1", "one SUCCESS, p RUNNING, s RUNNING, gate PAUSED, beside SUCCESS, PAUSED"},
		"from the gate":          {"4", "one SUCCESS, p RUNNING, s RUNNING, beside SUCCESS, gate PAUSED, PAUSED"},
		"from what holds a gate": {"3", "one SUCCESS, p RUNNING, beside SUCCESS, s RUNNING, gate PAUSED, PAUSED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old := ended(t)
			before := dump(old.x)
			s, err := old.replay(c.from, nil)
			if err != nil {
				t.Fatal(err)
			}
			s.want(c.want)
			if s.x.Original != "x" || s.x.Labels[engine.LabelReplayed] != "true" {
				t.Errorf("original %q, labels %v", s.x.Original, s.x.Labels)
			}
			if diff := cmp.Diff(before, dump(old.x)); diff != "" {
				t.Errorf("the replayed execution changed (-want +got):\n%s", diff)
			}
		})
	}
}

// An answer counts once: not for other inputs or another revision, not for
// somebody else, and not for the same thing a second time.
func TestReplayDoesNotCarryAnApprovalOver(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]func(*engine.Start){
		"to the same again":   nil,
		"to other inputs":     func(c *engine.Start) { c.Inputs = map[string]any{"n": "2"} },
		"to another revision": func(c *engine.Start) { c.Revision = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, behind := range []engine.TaskRunID{"5", "6", "7"} {
				if _, err := ended(t).replay(behind, more); err == nil || !strings.Contains(err.Error(), "gate") {
					t.Errorf("from run %s it says %v, want that the gate is asked anew", behind, err)
				}
			}
			s, err := ended(t).replay("4", more)
			if err != nil {
				t.Fatalf("it cannot be replayed from the gate: %v", err)
			}
			s.want("one SUCCESS, p RUNNING, s RUNNING, beside SUCCESS, gate PAUSED, PAUSED")
		})
	}
}

func TestReplayRefuses(t *testing.T) {
	t.Parallel()
	old := ended(t)
	for _, from := range []engine.TaskRunID{"8", "9", "x", "0"} {
		if _, err := old.replay(from, nil); err == nil {
			t.Errorf("it is replayed from %s", from)
		}
	}
	running := newStory(t, flowOf(replayFlow)).start()
	if _, err := running.replay("4", nil); err == nil {
		t.Error("an execution that runs is replayed")
	}
}

func TestReplayOfARound(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: [{id: l, type: ForEach, values: [a, b, c], tasks: [{id: one, type: Return, format: x}, {id: two, type: Return, format: '{{ taskrun.value }}'}]}]")).start()
	again, err := s.replay("5", nil)
	if err != nil {
		t.Fatal(err)
	}
	again.want("l SUCCESS, one#1 SUCCESS, two#1 SUCCESS, one#2 SUCCESS, two#2 SUCCESS, one#3 SUCCESS, two#3 SUCCESS, SUCCESS")
	if n := len(again.last.Records); n < 5 {
		t.Errorf("%d records", n)
	}
}
