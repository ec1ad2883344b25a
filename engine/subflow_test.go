package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

func subflow(more string) string {
	return flowOf(`
labels: {team: pay}
tasks:
  - {id: sub, type: Subflow, namespace: hr, flowId: "child-{{ execution.id }}", inputs: {n: "{{ 7 }}"}, labels: {kind: one}` + more + `}
  - {id: next, type: Return, format: "{{ outputs.sub.executionId }} {{ outputs.sub.outputs.sum ?? '-' }}"}
errors: [{id: e, type: Return, format: x}]
`)
}

func TestSubflow(t *testing.T) {
	t.Parallel()
	s := newStory(t, subflow("")).start().want("sub RUNNING, RUNNING")
	if !s.owes("launch/1") {
		t.Fatalf("owed is %v", s.last.Effects)
	}
	c, err := engine.ChildOf(s.flow, s.x, "1", s.facts)
	if err != nil {
		t.Fatal(err)
	}
	want := engine.Child{
		Flow: engine.FlowRef{Namespace: "hr", ID: "child-x"}, Inputs: map[string]any{"n": int64(7)},
		Labels: map[string]string{"kind": "one", engine.LabelCorrelation: "x"},
		Parent: engine.ParentRef{Execution: "x", Run: "1", Depth: 1, Spread: 1, Wait: true}, Key: "x-1-1",
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("the child (-want +got):\n%s", diff)
	}
	s.do(engine.Launched{Run: "1", Child: "y"}).want("sub RUNNING, RUNNING")
	if err := s.try(engine.ChildEnded{Run: "1", Child: "z", State: engine.Success}); err == nil {
		t.Error("another execution's end is taken")
	}
	if err := s.try(engine.ChildEnded{Run: "1", Child: "y", State: engine.Running}); err == nil {
		t.Error("the end of a child that runs is taken")
	}
	s.do(engine.ChildEnded{Run: "1", Child: "y", State: engine.Success, Outputs: map[string]any{"sum": int64(9)}})
	s.want("sub SUCCESS, next SUCCESS, SUCCESS")
	if got := outputOf(t, s.x, "next"); got != "y 9" {
		t.Errorf("the next task reads %v", got)
	}
}

// H12: whoever kills a subflow that asks does not let the parent go on.
func TestSubflowPassesItsEndOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		more  string
		state engine.State
		want  string
	}{
		{"", engine.Failed, "sub FAILED, e SUCCESS, FAILED"},
		{"", engine.Warning, "sub WARNING, next SUCCESS, WARNING"},
		{"", engine.Killed, "sub KILLED, KILLED"},
		{"", engine.Cancelled, "sub CANCELLED, CANCELLED"},
		{", transmitFailed: false", engine.Failed, "sub SUCCESS, next SUCCESS, SUCCESS"},
		{", transmitFailed: false", engine.Killed, "sub FAILED, e SUCCESS, FAILED"},
		{", transmitFailed: false", engine.Cancelled, "sub FAILED, e SUCCESS, FAILED"},
		{", allowFailure: true", engine.Failed, "sub WARNING, next SUCCESS, WARNING"},
		{", allowFailure: true", engine.Killed, "sub KILLED, KILLED"},
	} {
		t.Run(fmt.Sprintf("%s%s", c.state, c.more), func(t *testing.T) {
			t.Parallel()
			s := newStory(t, subflow(c.more)).start().do(engine.Launched{Run: "1", Child: "y"})
			s.do(engine.ChildEnded{Run: "1", Child: "y", State: c.state, Problem: "so"}).want(c.want)
		})
	}
}

func TestSubflowThatIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := newStory(t, subflow(", wait: false")).start().do(engine.Launched{Run: "1", Child: "y"})
	s.want("sub SUCCESS, next SUCCESS, SUCCESS")
}

func TestSubflowThatCannotStart(t *testing.T) {
	t.Parallel()
	s := newStory(t, subflow("")).start().do(engine.Launched{Run: "1", Problem: "there is no such flow"})
	s.want("sub FAILED, e SUCCESS, FAILED")
}

// A kill reaches the subflow, also one whose start was under way.
func TestKillReachesTheSubflow(t *testing.T) {
	t.Parallel()
	s := newStory(t, subflow("")).start().do(engine.Launched{Run: "1", Child: "y"}).do(engine.Kill{By: person("rob")})
	if s.want("sub KILLED, KILLED"); !s.owes("stop/1/y") {
		t.Errorf("owed is %v", s.last.Effects)
	}
	late := newStory(t, subflow("")).start().do(engine.Kill{By: person("rob")}).do(engine.Launched{Run: "1", Child: "y"})
	if late.want("sub KILLED, KILLED"); !late.owes("stop/1/y") || late.x.Runs[0].Child != "y" {
		t.Errorf("owed is %v", late.last.Effects)
	}
	if err := late.try(engine.Launched{Run: "1", Child: "y"}); err == nil {
		t.Error("it is stopped twice")
	}
}

func TestSubflowInTime(t *testing.T) {
	t.Parallel()
	s := newStory(t, subflow(", timeout: PT1H")).start().do(engine.Launched{Run: "1", Child: "y"})
	s.later(time.Hour).do(engine.Expire{Run: "1"}).want("sub FAILED, e SUCCESS, FAILED")
	if !s.owes("stop/1/y") {
		t.Errorf("owed is %v", s.last.Effects)
	}
}

// A try that was given up may have started its subflow all the same: it is
// stopped, and the one of the next try is not.
func TestSubflowOfAnEarlierTryIsStopped(t *testing.T) {
	t.Parallel()
	s := newStory(t, subflow(", timeout: PT1H, retry: {type: constant, interval: PT1M, maxAttempts: 2}")).start()
	s.do(engine.Launched{Run: "1", Child: "y"}).later(time.Hour).do(engine.Expire{Run: "1"}).want("sub RETRYING, RETRYING")
	if !s.owes("stop/1/y") {
		t.Errorf("owed is %v", s.last.Effects)
	}
	s.later(time.Minute).do(engine.Expire{Run: "1"}).do(engine.Launched{Run: "1", Child: "z"}).want("sub RUNNING, RUNNING")
	if s.do(engine.Launched{Run: "1", Child: "w"}).want("sub RUNNING, RUNNING"); !s.owes("stop/1/w") || s.x.Runs[0].Child != "z" {
		t.Errorf("child %s, owed %v", s.x.Runs[0].Child, s.last.Effects)
	}
	s.refused(engine.Launched{Run: "1", Child: "z"}, engine.Settled)
	s.refused(engine.ChildEnded{Run: "1", Child: "y", State: engine.Success}, engine.Settled)
	s.do(engine.ChildEnded{Run: "1", Child: "z", State: engine.Success}).want("sub SUCCESS, next SUCCESS, SUCCESS")
}

// A child tells its parent of its end, if that waits.
func TestChildTellsItsParent(t *testing.T) {
	t.Parallel()
	for wait, want := range map[bool]bool{true: true, false: false} {
		s := newStory(t, flowOf("tasks: [{id: a, type: Return, format: x}]"))
		s.do(engine.Start{ID: "y", Revision: 1, By: person("rob"), Parent: &engine.ParentRef{Execution: "x", Run: "1", Depth: 1, Wait: wait}})
		if got := s.owes("parent"); got != want {
			t.Errorf("wait %t: the parent is told: %t", wait, got)
		}
	}
}

func TestSubflowsAreNotNestedForEver(t *testing.T) {
	t.Parallel()
	for depth, want := range map[int]engine.State{7: engine.Running, 8: engine.Failed} {
		s := newStory(t, subflow(""))
		s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Parent: &engine.ParentRef{Execution: "w", Run: "1", Depth: depth}})
		if s.x.State != want {
			t.Errorf("at depth %d it is %s, want %s", depth, s.x.State, want)
		}
	}
}

// Subflows of subflows multiply: 300 that each start 300 would be a fork bomb
// that is only six deep when the disk is full.
func TestSubflowsDoNotMultiply(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [{id: l, type: ForEach, values: '{{ range(1, 300) }}', concurrencyLimit: 0, tasks: [{id: sub, type: Subflow, namespace: hr, flowId: me, wait: false}]}]")
	s := newStory(t, src).start()
	c, err := engine.ChildOf(s.flow, s.x, "2", s.facts)
	if err != nil || c.Parent.Spread != 300 {
		t.Fatalf("the first generation: spread %d, %v", c.Parent.Spread, err)
	}
	below := newStory(t, src)
	below.do(engine.Start{ID: "y", Revision: 1, By: person("rob"), Parent: &c.Parent})
	if _, err := engine.ChildOf(below.flow, below.x, "2", below.facts); err == nil || !strings.Contains(err.Error(), "10000 in all") {
		t.Errorf("the second generation: %v", err)
	}
}
