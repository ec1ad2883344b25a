package bot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// upstreamFlow is a flow of one task whose output is its own id.
func upstreamFlow(id string) string {
	return fmt.Sprintf(`
id: %[1]s
namespace: hr
inputs:
  - {id: fail, type: BOOL, defaults: false}
tasks:
  - {id: perhaps, type: Fail, condition: "{{ inputs.fail }}"}
outputs:
  - {id: %[1]s, type: STRING, value: "from {{ flow.id }}"}
`, id)
}

// listener is a flow that says what started it.
func listener(id, trigger string) string {
	return fmt.Sprintf(`
id: %s
namespace: hr
tasks:
  - {id: say, type: Log, message: "{{ trigger.flowId }} {{ trigger.state }} {{ trigger.outputs }}"}
triggers:
  - id: after
    type: io.kestra.plugin.core.trigger.Flow
%s
`, id, trigger)
}

// said lists what the executions of a listener said.
func (w *world) said(id string) []string {
	w.t.Helper()
	var out []string
	for _, x := range w.executions(id) {
		if len(x.Runs) > 0 && len(x.Runs[0].Logs) > 0 {
			out = append(out, x.Runs[0].Logs[0].Text)
		}
	}
	return out
}

func (w *world) start(id string, inputs map[string]any) engine.Execution {
	w.t.Helper()
	x, _ := w.beginFlow(id, inputs)
	pass(time.Second)
	return w.execution(x.ID)
}

func TestFlowTriggerStarts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trigger string
		want    []string
	}{
		"after any end": {``, []string{`a SUCCESS {"a":"from a"}`, `a FAILED {}`, `b SUCCESS {"b":"from b"}`}},
		"after a state": {`    states: [FAILED]`, []string{`a FAILED {}`}},
		"after a flow": {`    conditions:
      - {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: hr, flowId: b}`, []string{`b SUCCESS {"b":"from b"}`}},
		"after a precondition": {`    preconditions:
      id: of
      flows:
        - {namespace: hr, flowId: a, states: [SUCCESS]}`, []string{`a SUCCESS {"a":"from a"}`}},
		"after outputs that fit": {`    states: [SUCCESS]
    conditions:
      - {type: io.kestra.plugin.core.condition.Expression, expression: "{{ trigger.outputs.b is defined }}"}`, []string{`b SUCCESS {"b":"from b"}`}},
		"never while disabled": {`    disabled: true`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.save(upstreamFlow("a"))
				w.save(upstreamFlow("b"))
				w.save(listener("ears", c.trigger))
				w.start("a", nil)
				w.start("a", map[string]any{"fail": true})
				w.start("b", nil)
				if diff := cmp.Diff(c.want, w.said("ears")); diff != "" {
					t.Errorf("(-want +got):\n%s\nproblems: %v", diff, w.events("ears", audit.TriggerFailed))
				}
			})
		})
	}
}

func TestFlowTriggerTellsWhoAskedFirst(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(upstreamFlow("a"))
		w.save(listener("ears", ""))
		x := w.start("a", nil)
		all := w.executions("ears")
		if len(all) != 1 {
			t.Fatalf("%d executions, want 1", len(all))
		}
		got := all[0]
		if got.Trigger["executionId"] != string(x.ID) || got.Requester.Person != "alex" || got.Requester.Via != "flow" {
			t.Errorf("trigger %v, requester %+v, want alex, who asked for the first", got.Trigger, got.Requester)
		}
	})
}

// Both must end within the window; then it begins anew.
// TestFlowTriggerIsAskedForByAll: who replays or restarts what sets a flow off,
// and whoever asked for one of several that came together, asked for what follows.
func TestFlowTriggerIsAskedForByAll(t *testing.T) {
	t.Parallel()
	kim := engine.Principal{Person: "kim", Name: "Kim", Account: "slack:T1:UKIM", Via: "slack"}
	origin := func(t *testing.T, w *world, by approval.PersonID, first ...approval.PersonID) {
		t.Helper()
		all := w.executions("heard")
		got := all[len(all)-1]
		if got.Requester.Person != by || !slices.Equal(engine.People(got.Origin), first) {
			t.Errorf("it is asked for by %s, first by %v; want %s and %v", got.Requester.Person, engine.People(got.Origin), by, first)
		}
	}
	t.Run("a replay", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			w.save(upstreamFlow("a"))
			x := w.start("a", nil)
			w.save(listener("heard", ""))
			if _, err := w.bot.Replay(t.Context(), bot.ReplayRequest{Of: x.ID, By: kim}); err != nil {
				t.Fatal(err)
			}
			pass(time.Second)
			origin(t, w, "kim", "alex")
		})
	})
	t.Run("two that came together", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			w.save(upstreamFlow("a"))
			w.save(upstreamFlow("b"))
			w.save(listener("heard", "    preconditions:\n      id: of\n      flows: [{namespace: hr, flowId: a, states: [SUCCESS]}, {namespace: hr, flowId: b, states: [SUCCESS]}]"))
			w.start("a", nil)
			if _, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "hr", Flow: "b", By: kim}); err != nil {
				t.Fatal(err)
			}
			pass(time.Second)
			origin(t, w, "kim", "alex")
		})
	})
}

func TestFlowTriggerWaitsForAll(t *testing.T) {
	t.Parallel()
	const both = `    preconditions:
      id: both
      timeWindow: {type: DURATION_WINDOW, window: PT6H}
      flows:
        - {namespace: hr, flowId: a, states: [SUCCESS]}
        - {namespace: hr, flowId: b, states: [SUCCESS]}`
	inBubble(t, func(t *testing.T, w *world) {
		w.save(listener("ears", both))
		w.waitsForBoth("b", func() {
			w.start("a", nil)
			w.start("a", nil)
			w.start("b", map[string]any{"fail": true})
		})
	})
}

// waitsForBoth checks that "ears" is started once a window, when a and b have
// succeeded in it. All but the last of them ends well in what comes before.
func (w *world) waitsForBoth(last string, before func()) {
	w.t.Helper()
	other := map[string]string{"a": "b", "b": "a"}[last]
	expect := func(when string, n int) {
		w.t.Helper()
		if got := w.said("ears"); len(got) != n {
			w.t.Errorf("%s: %v, want %d; problems: %v", when, got, n, w.events("ears", audit.TriggerFailed))
		}
	}
	w.save(upstreamFlow("a"))
	w.save(upstreamFlow("b"))
	before()
	expect("one of them failed", 0)
	w.stop()
	w.run() // what was met is not forgotten
	w.start(last, nil)
	expect("both succeeded", 1)
	if got, want := w.said("ears")[0], last+` SUCCESS {"a":"from a","b":"from b"}`; got != want {
		w.t.Errorf("it said %s, want %s", got, want)
	}
	w.start(last, nil)
	expect("one of them again", 1)
	pass(6 * time.Hour)
	w.start(other, nil)
	expect("one of them in the next window", 1)
	w.start(last, nil)
	expect("both in the next window", 2)
}

// The oldest form of the same: what the other conditions leave out counts for
// nothing, and what came together starts the flow once.
func TestMultipleConditionWaitsForAll(t *testing.T) {
	t.Parallel()
	const both = `    conditions:
      - {type: io.kestra.plugin.core.condition.ExecutionStatus, in: [SUCCESS]}
      - id: both
        type: io.kestra.plugin.core.condition.MultipleCondition
        window: PT6H
        conditions:
          first: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: hr, flowId: a}
          second: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: hr, flowId: b}`
	inBubble(t, func(t *testing.T, w *world) {
		w.save(listener("ears", both))
		w.waitsForBoth("a", func() {
			w.start("a", map[string]any{"fail": true})
			w.start("b", nil)
		})
	})
}

// A condition that reads the outputs is judged of each execution by itself, not
// of what they made together.
func TestConditionsAreJudgedOfEachExecution(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(upstreamFlow("a"))
		w.save(upstreamFlow("b"))
		w.save(listener("ears", `    conditions:
      - {type: Expression, expression: "{{ trigger.outputs | length == 1 }}"}
      - id: both
        type: MultipleCondition
        conditions:
          a: {type: ExecutionFlow, namespace: hr, flowId: a}
          b: {type: ExecutionFlow, namespace: hr, flowId: b}`))
		w.start("a", nil)
		w.start("b", nil)
		if got := w.said("ears"); len(got) != 1 {
			t.Errorf("it said %v, want once; problems: %v", got, w.events("ears", audit.TriggerFailed))
		}
	})
}

// Q3: flows that start each other come to an end.
func TestQ3_FlowsThatStartEachOtherEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(listener("ping", `    preconditions: {id: p, flows: [{namespace: hr, flowId: pong}]}`))
		w.save(listener("pong", `    preconditions: {id: p, flows: [{namespace: hr, flowId: ping}, {namespace: hr, flowId: a}]}
    when: "true"`))
		w.save(upstreamFlow("a"))
		w.save(listener("first", `    preconditions: {id: p, flows: [{namespace: hr, flowId: a}]}`))
		w.save(listener("echo", `    preconditions: {id: p, flows: [{namespace: hr, flowId: first}]}`))
		w.save(listener("echo2", `    conditions: [{type: ExecutionNamespace, namespace: hr}]`))
		w.save(listener("echo3", `    conditions: [{type: ExecutionNamespace, namespace: hr}]`))
		w.start("a", nil)
		pass(time.Hour)
		n := len(w.executions("echo2")) + len(w.executions("echo3"))
		if n == 0 || n > 600 {
			t.Errorf("two flows that hear everything were started %d times", n)
		}
		for _, x := range w.executions("echo2") {
			if chain, _ := x.Trigger["chain"].(int64); chain < 1 || chain > 8 {
				t.Errorf("execution %s is number %d of its chain", x.ID, chain)
			}
		}
		if len(w.events("echo2", audit.TriggerSkipped)) == 0 {
			t.Error("no line says that the chain was cut")
		}
	})
}

// The announcement of a state is heard once, whichever bot hears it, and
// however often.
func TestFlowTriggerHearsOnceWithTwoBots(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(upstreamFlow("a"))
		w.save(listener("ears", ""))
		defer w.twin()()
		for range 20 {
			w.start("a", nil)
		}
		if n := len(w.executions("ears")); n != 20 {
			t.Errorf("started %d times, want 20", n)
		}
	})
}

// Kestra's flow that pauses: one listener hears that it pauses, one that it ended.
func TestSharedFlowWithPauseIsHeard(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile(filepath.Join("..", "..", "shared", "flows", "kestra", "trigger-flow-with-pause.yaml"))
	if err != nil {
		t.Skip("shared/flows is not here")
	}
	inBubble(t, func(t *testing.T, w *world) {
		w.save(string(source))
		w.save(listener("pauses", "    states: [PAUSED]\n    conditions: [{type: ExecutionFlow, namespace: io.kestra.tests.trigger.pause, flowId: trigger-flow-with-pause}]"))
		w.save(listener("ends", "    states: [SUCCESS]\n    conditions: [{type: ExecutionFlow, namespace: io.kestra.tests.trigger.pause, flowId: trigger-flow-with-pause}]"))
		if _, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "io.kestra.tests.trigger.pause", Flow: "trigger-flow-with-pause"}); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Second)
		if got := w.said("pauses"); len(got) != 1 || got[0] != "trigger-flow-with-pause PAUSED {}" {
			t.Errorf("heard of the pause: %q", got)
		}
		if got := w.said("ends"); len(got) != 1 || got[0] != "trigger-flow-with-pause SUCCESS {}" {
			t.Errorf("heard of the end: %q", got)
		}
	})
}

// twin runs a second bot on the same store; the function that it returns stops it.
func (w *world) twin() func() {
	first := w.stop
	w.run()
	second := w.stop
	w.stop = first
	return func() {
		stop := w.stop
		second()
		w.stop = stop
	}
}
