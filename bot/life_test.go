package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/audit"
)

func rob() engine.Principal {
	return engine.Principal{Person: "kim", Name: "Rob", Account: "api::kim", Via: "api"}
}

// order does what is asked of an execution and waits until everything owed is
// done.
func (w *world) order(id engine.ExecutionID, o bot.Order) engine.Execution {
	w.t.Helper()
	o.By = rob()
	x, err := w.bot.Do(w.t.Context(), id, o)
	if err != nil {
		w.t.Fatalf("Do(%s) = %v", o.Verb, err)
	}
	synctest.Wait()
	return x
}

// oneOf are executions in each state that one can be asked for something in.
const oneOf = `
id: one
namespace: hr
concurrency: {limit: 1}
inputs: [{id: how, type: STRING}]
tasks:
  - {id: call, type: http.Request, uri: "https://hr.example/x", runIf: "{{ inputs.how == 'RUNNING' }}"}
  - {id: fail, type: Fail, runIf: "{{ inputs.how == 'FAILED' }}"}
  - id: choose
    type: If
    condition: "{{ inputs.how == 'PAUSED' }}"
    then:
      - {id: gate, type: Pause, onReject: CONTINUE, onResume: [{id: ok, type: BOOL}], approval: {stages: [{id: one, who: ["user:dana"]}]}, deliver: [{slack: "#hr"}]}
`

func (w *world) inState(s engine.State) engine.Execution {
	w.t.Helper()
	w.save(oneOf)
	how := s
	if s == engine.Killed || s == engine.Cancelled {
		how = engine.Paused
	}
	w.far.block = s == engine.Running
	if s == engine.Queued {
		w.beginFlow("one", map[string]any{"how": "PAUSED"})
	}
	x, _ := w.beginFlow("one", map[string]any{"how": string(how)})
	if s == engine.Killed {
		w.order(x.ID, bot.Order{Verb: bot.Kill})
	}
	if s == engine.Cancelled {
		w.order(x.ID, bot.Order{Verb: bot.Cancel})
	}
	if x = w.execution(x.ID); x.State != s {
		w.t.Fatalf("the execution is %s, want %s", x.State, s)
	}
	return x
}

// Each verb in each state: the state that follows, or the refusal.
func TestVerbs(t *testing.T) {
	t.Parallel()
	states := []engine.State{
		engine.Running, engine.Paused, engine.Queued, engine.Success, engine.Failed, engine.Killed, engine.Cancelled,
	}
	for verb, want := range map[bot.Verb][]string{
		//              RUNNING, PAUSED, QUEUED, SUCCESS, FAILED, KILLED, CANCELLED
		bot.Kill:     {"KILLED", "KILLED", "KILLED", "ended", "ended", "ended", "ended"},
		bot.Cancel:   {"CANCELLED", "CANCELLED", "CANCELLED", "ended", "ended", "ended", "ended"},
		bot.Hold:     {"PAUSED", "PAUSED", "not_allowed", "ended", "ended", "ended", "ended"},
		bot.Release:  {"not_allowed", "not_allowed", "not_allowed", "ended", "ended", "ended", "ended"},
		bot.Restart:  {"not_allowed", "not_allowed", "not_allowed", "not_allowed", "FAILED", "not_allowed", "not_allowed"},
		bot.ForceRun: {"settled", "settled", "SUCCESS", "settled", "settled", "settled", "settled"},
		bot.Relabel:  {"RUNNING", "PAUSED", "QUEUED", "SUCCESS", "FAILED", "KILLED", "CANCELLED"},
		bot.SetState: {"not_allowed", "not_allowed", "not_found", "SUCCESS", "SUCCESS", "not_allowed", "not_allowed"},
	} {
		for i, state := range states {
			t.Run(fmt.Sprintf("%s/%s", verb, state), func(t *testing.T) {
				t.Parallel()
				inBubble(t, func(t *testing.T, w *world) {
					x := w.inState(state)
					o := bot.Order{Verb: verb, By: rob(), Labels: map[string]string{"a": "b"}, Run: "2", State: engine.Success}
					if state == engine.Running {
						o.Run = "1"
					}
					o.DryRun = true
					before := w.execution(x.ID)
					_, would := w.bot.Do(t.Context(), x.ID, o)
					if diff := cmp.Diff(before, w.execution(x.ID)); diff != "" {
						t.Errorf("the dry run changed something (-before +after):\n%s", diff)
					}
					o.DryRun = false
					after, err := w.bot.Do(t.Context(), x.ID, o)
					got := string(after.State)
					if no, ok := errors.AsType[*engine.RejectionError](err); ok {
						got = string(no.Code)
					} else if err != nil {
						t.Fatal(err)
					}
					if fmt.Sprint(would) != fmt.Sprint(err) {
						t.Errorf("the dry run says %v, then it is %v", would, err)
					}
					if got != want[i] {
						t.Errorf("Do() = %s (%v), want %s", got, err, want[i])
					}
				})
			})
		}
	}
}

func TestVerbsRefuseWhatIsNotThere(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x := w.inState(engine.Paused)
		for name, c := range map[string]struct {
			id   engine.ExecutionID
			o    bot.Order
			want engine.Code
		}{
			"no execution":   {"nothing", bot.Order{Verb: bot.Kill}, engine.NotFound},
			"dry run":        {"nothing", bot.Order{Verb: bot.Kill, DryRun: true}, engine.NotFound},
			"no verb":        {x.ID, bot.Order{Verb: "resume"}, engine.NotAllowed},
			"no label":       {x.ID, bot.Order{Verb: bot.Relabel}, engine.BadInput},
			"reserved label": {x.ID, bot.Order{Verb: bot.Relabel, Labels: map[string]string{"system.from": "x"}}, engine.NotAllowed},
			"no task run":    {x.ID, bot.Order{Verb: bot.SetState}, engine.BadInput},
		} {
			_, err := w.bot.Do(t.Context(), c.id, c.o)
			if no, ok := errors.AsType[*engine.RejectionError](err); !ok || no.Code != c.want {
				t.Errorf("%s: Do() = %v, want %s", name, err, c.want)
			}
		}
	})
}

// The trail and the execution name who asked, and why.
func TestVerbsNameWhoAsked(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x := w.inState(engine.Paused)
		w.order(x.ID, bot.Order{Verb: bot.Hold})
		w.order(x.ID, bot.Order{Verb: bot.Relabel, Labels: map[string]string{"a": "b"}})
		w.order(x.ID, bot.Order{Verb: bot.Cancel, Reason: "wrong\nperson" + strings.Repeat("!", 1000)})
		x = w.execution(x.ID)
		if !strings.HasPrefix(x.Problem, "Cancelled by Rob: wrong person!!!") || len(x.Problem) > 700 {
			t.Errorf("the problem is %q", x.Problem)
		}
		var events []audit.Event
		for _, r := range w.trail() {
			if r.Actor.Name == "Rob" {
				events = append(events, r.Event)
			}
		}
		want := []audit.Event{audit.ExecutionHeld, audit.ExecutionRelabelled, audit.RequestCancelled, audit.ExecutionEnded}
		if diff := cmp.Diff(want, events); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
