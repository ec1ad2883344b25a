package bot

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/flow"
	"signoff/store"
	"signoff/store/memory"
)

// newWithin makes a Within over a store with two executions: one that asks people,
// and one that somebody paused.
func newWithin(t *testing.T) (*Within, store.Store) {
	t.Helper()
	st := memory.New(memory.Options{})
	t.Cleanup(func() { _ = st.Close() })
	w := &Within{Reach: map[string][]string{"ops": {"hr"}}}
	w.Bind(&Bot{Config: Config{Store: st}})
	for _, x := range []engine.Execution{
		{ID: "asks", State: engine.Paused, Runs: []engine.TaskRun{{ID: "1", Task: "gate", State: engine.Paused, Request: &engine.Request{}}}},
		{ID: "runs", State: engine.Running},
		{ID: "killed", State: engine.Killed},
	} {
		x.Version, x.Flow = 1, engine.FlowRef{Namespace: "hr.leave", ID: "vacation", Revision: 1}
		if err := st.Commit(t.Context(), store.Commit{Transition: &engine.Transition{Next: x}}); err != nil {
			t.Fatal(err)
		}
	}
	return w, st
}

// A flow is nobody: it cannot answer what people are asked.
func TestResumeNeverAnswersForPeople(t *testing.T) {
	t.Parallel()
	w, st := newWithin(t)
	by := task.Caller{Namespace: "hr", Flow: "robot", Execution: "x1"}
	before, err := st.Execution(t.Context(), "asks")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[engine.ExecutionID]string{
		"asks": "only a person can answer", "runs": "does not wait to be resumed", "none": "There is no execution",
	} {
		err := w.Resume(t.Context(), by, id, map[string]any{"approved": true})
		if no, ok := errors.AsType[*engine.RejectionError](err); !ok || !strings.Contains(no.Text, want) {
			t.Errorf("Resume(%s) = %v, want %q", id, err, want)
		}
	}
	after, err := st.Execution(t.Context(), "asks")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the execution changed (-before +after):\n%s", diff)
	}
}

func TestFlowsReachOnlyWhatTheyMay(t *testing.T) {
	t.Parallel()
	w, _ := newWithin(t)
	for _, tt := range []struct {
		from string
		may  bool
	}{
		{"hr.leave", true},
		{"hr", true},
		{"ops", true},
		{"ops.night", true},
		{"hr.leave.eu", false},
		{"h", false},
		{"hr.le", false},
		{"sales", false},
		{"", false},
	} {
		by := task.Caller{Namespace: tt.from, Flow: "f"}
		_, err := w.Summary(t.Context(), by, "runs")
		if (err == nil) != tt.may {
			t.Errorf("Summary from %q: %v, want allowed %t", tt.from, err, tt.may)
		}
		if err := w.Kill(t.Context(), by, "killed"); (err == nil) != tt.may {
			t.Errorf("Kill from %q: %v, want allowed %t", tt.from, err, tt.may)
		}
		if _, _, err := w.Value(t.Context(), by, "hr.leave", "k"); (err == nil) != tt.may {
			t.Errorf("Value from %q: %v, want allowed %t", tt.from, err, tt.may)
		}
	}
}

// A transition that gives a call up ends it, and only it.
func TestCallsEndWhenNotWaitedFor(t *testing.T) {
	t.Parallel()
	var c calls
	one, doneOne := c.begin(t.Context(), engine.Effect{Execution: "x", Key: "call/1"}, 1)
	two, doneTwo := c.begin(t.Context(), engine.Effect{Execution: "x", Key: "call/2"}, 1)
	other, doneOther := c.begin(t.Context(), engine.Effect{Execution: "y", Key: "call/1"}, 1)
	defer doneOther()
	c.look(&engine.Transition{Next: engine.Execution{ID: "x"}, Drop: []engine.EffectKey{"call/1"}})
	if one.Err() == nil || two.Err() != nil || other.Err() != nil {
		t.Errorf("after a drop: %v, %v, %v", one.Err(), two.Err(), other.Err())
	}
	// A new attempt under the same key gives the old one up.
	c.look(&engine.Transition{Next: engine.Execution{ID: "x"}, Effects: []engine.Effect{{Key: "call/2", Work: engine.Call{Run: "2", Attempt: 1}}}})
	if two.Err() != nil {
		t.Error("the same attempt was ended")
	}
	c.look(&engine.Transition{Next: engine.Execution{ID: "x"}, Effects: []engine.Effect{{Key: "call/2", Work: engine.Call{Run: "2", Attempt: 2}}}})
	if two.Err() == nil {
		t.Error("the old attempt goes on")
	}
	doneOne()
	doneTwo()
	if len(c.made) != 1 {
		t.Errorf("%d calls are remembered, want 1", len(c.made))
	}
}

func TestSharedDirectoryIsThatOfTheNearestTask(t *testing.T) {
	t.Parallel()
	script := &flow.Task{ID: "run", Spec: &flow.Script{}}
	group := &flow.Task{ID: "group", Spec: &flow.Sequential{Tasks: []*flow.Task{script}}}
	shared := &flow.Task{ID: "shared", Spec: &flow.Sequential{Kind: flow.SequenceSharedDirectory, Tasks: []*flow.Task{group}}}
	alone := &flow.Task{ID: "alone", Spec: &flow.Script{}}
	f := &flow.Flow{Tasks: []*flow.Task{shared, alone}}
	x := &engine.Execution{ID: "x", Runs: []engine.TaskRun{
		{ID: "1", Task: "shared"}, {ID: "2", Task: "group", Parent: "1"}, {ID: "3", Task: "run", Parent: "2"}, {ID: "4", Task: "alone"},
	}}
	for i, want := range []engine.TaskRunID{"1", "1", "1", ""} {
		if got, _, ok := sharedDirectory(f, x, x.Runs[i]); got.ID != want || ok != (want != "") {
			t.Errorf("of run %s: that of %q, want %q", x.Runs[i].ID, got.ID, want)
		}
	}
}
