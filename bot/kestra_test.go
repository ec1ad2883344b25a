package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine"
	"signoff/store"
)

// The holes H4 to H9 of Kestra's gates, closed here from the outside in: what
// people and programs can ask for.

const twoGates = `
id: gates
namespace: hr
tasks:
  - {id: first, type: Pause, onReject: CONTINUE, onResume: [{id: ok, type: BOOL}, {id: why, type: STRING}], approval: {stages: [{id: one, who: ["user:dana"]}]}, deliver: [{slack: "#hr"}]}
  - {id: second, type: Pause, onReject: CONTINUE, onResume: [{id: ok, type: BOOL}], approval: {stages: [{id: one, who: ["user:dana"]}]}, deliver: [{slack: "#hr"}]}
`

// H4: an answer names its gate. A double click never lands on the next one.
func TestKestraH4AnAnswerNamesItsGate(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(twoGates)
		x, request := w.beginFlow("gates", nil)
		answer := w.click("dana", request, "approve", map[string]any{"why": "because"})
		w.press(answer)
		late := answer
		late.Once = "another click"
		if a := w.press(late); a.Kind != adapters.Refused || a.Code != string(engine.AlreadyDecided) {
			t.Errorf("the second click is %s %q", a.Kind, a.Text)
		}
		if x = w.execution(x.ID); x.State != engine.Paused || len(x.Runs) != 2 || len(x.Runs[1].Request.Responses) > 0 {
			t.Errorf("it landed on the next gate: %+v", x.Runs)
		}
	})
}

// H5: whoever answers many, sends the inputs of each, and each is checked.
func TestKestraH5EachAnswerIsChecked(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(twoGates)
		for name, values := range map[string]map[string]any{"without": nil, "with": {"why": "because"}} {
			x, request := w.beginFlow("gates", nil)
			c := w.click("dana", request, "approve", values)
			would, err := w.bot.TryClick(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.execution(x.ID); got.Version != x.Version && len(got.Runs[0].Request.Responses) > 0 {
				t.Error("trying it recorded it")
			}
			a := w.press(c)
			want := adapters.Recorded
			if values == nil {
				want = adapters.Invalid
			}
			if a.Kind != want || (want == adapters.Invalid) != (a.Fields["why"] != "") {
				t.Errorf("%s: %s %v", name, a.Kind, a.Fields)
			}
			if want == adapters.Invalid && (would.Kind != a.Kind || would.Fields["why"] != a.Fields["why"]) {
				t.Errorf("%s: trying it says %s %v", name, would.Kind, would.Fields)
			}
		}
	})
}

// H6: a gate whose time ran out gives every input its default.
func TestKestraH6DefaultsApplyOnExpiry(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(`
id: late
namespace: hr
tasks:
  - id: gate
    type: Pause
    pauseDuration: PT1H
    behavior: RESUME
    onResume: [{id: ok, type: BOOL}, {id: days, type: INT, defaults: 7}]
    approval: {stages: [{id: one, who: ["user:dana"]}]}
    deliver: [{slack: "#hr"}]
  - {id: said, type: Return, format: "{{ outputs.gate.onResume.days }}"}
`)
		x, _ := w.beginFlow("late", nil)
		time.Sleep(2 * time.Hour)
		x = w.execution(x.ID)
		if got := x.Runs[1].Outputs["value"]; x.State != engine.Success || got != "7" {
			t.Errorf("it is %s and reads %v", x.State, got)
		}
	})
}

// H7: force-run starts what is queued. It passes no gate, whatever waits.
func TestKestraH7ForceRunPassesNoGate(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(limitedFlow)
		first, _ := w.beginFlow("narrow", nil)
		second, _ := w.beginFlow("narrow", nil)
		for _, x := range []engine.Execution{first, second} {
			for range 2 {
				_, err := w.bot.Do(t.Context(), x.ID, bot.Order{Verb: bot.ForceRun, By: rob()})
				synctest.Wait()
				if _, no := errors.AsType[*engine.RejectionError](err); err != nil && !no {
					t.Fatal(err)
				}
			}
		}
		if got := w.states("narrow"); got != "PAUSED PAUSED" {
			t.Errorf("they are %s", got)
		}
	})
}

// H8: a restart of a paused execution is refused in words, and changes nothing.
func TestKestraH8RestartOfAPausedOneIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, _ := w.begin()
		before := w.execution(x.ID)
		_, err := w.bot.Do(t.Context(), x.ID, bot.Order{Verb: bot.Restart, By: rob()})
		no, ok := errors.AsType[*engine.RejectionError](err)
		if !ok || !strings.Contains(no.Text, "Only a failed execution can be restarted, and this one is PAUSED") {
			t.Errorf("Do() = %v", err)
		}
		if after := w.execution(x.ID); after.Version != before.Version {
			t.Error("it changed something")
		}
	})
}

// H9: a kill of a paused execution is at once and final: the timer and late
// answers find nothing, and every copy loses its buttons.
func TestKestraH9KillWhilePausedIsFinal(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		if n := w.chat.live(); n != 3 {
			t.Fatalf("%d copies with buttons, want 3", n)
		}
		if x = w.order(x.ID, bot.Order{Verb: bot.Kill}); x.State != engine.Killed || x.Runs[0].State != engine.Killed {
			t.Fatalf("it is %s, its gate %s", x.State, x.Runs[0].State)
		}
		if n := w.chat.live(); n > 0 {
			t.Errorf("%d copies still show buttons", n)
		}
		if a := w.press(w.click("dana", request, "approve", nil)); a.Kind != adapters.Refused {
			t.Errorf("a late answer is %s", a.Kind)
		}
		time.Sleep(4 * 24 * time.Hour)
		if x = w.execution(x.ID); x.State != engine.Killed || len(w.far.calls()) > 0 {
			t.Errorf("after its deadline it is %s, with the calls %v", x.State, w.far.calls())
		}
	})
}

// outdated is a store whose count of slots is that of a moment ago.
type outdated struct {
	store.Store

	lies atomic.Int64
}

func (o *outdated) Slots(ctx context.Context, ref engine.FlowRef) (int, error) {
	if o.lies.Add(-1) >= 0 {
		return 1, nil
	}
	return o.Store.Slots(ctx, ref)
}

// A slot that becomes free while an execution is put into the queue is not
// overlooked: nobody waits for ever.
func TestQueueSeesASlotThatBecameFreeMeanwhile(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.stop()
		o := &outdated{Store: w.store}
		w.store = o
		w.run()
		w.save(limitedFlow)
		o.lies.Store(1)
		w.beginFlow("narrow", nil)
		if got := w.states("narrow"); got != "PAUSED" {
			t.Errorf("it is %s", got)
		}
	})
}
