package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine"
	"signoff/store"
)

const replayed = `
id: again
namespace: hr
labels: {team: hr}
inputs: [{id: n, type: INT}, {id: who.name, type: STRING}]
tasks:
  - {id: one, type: Return, format: "{{ inputs.n }} for {{ inputs.who.name }}"}
  - {id: gate, type: Pause, onReject: CONTINUE, onResume: [{id: ok, type: BOOL}], approval: {stages: [{id: one, who: ["user:dana"]}]}, deliver: [{slack: "#hr"}]}
  - {id: two, type: Return, format: "{{ outputs.gate.outcome }}"}
`

func (w *world) finished() engine.Execution {
	w.t.Helper()
	w.save(replayed)
	x, _ := w.beginFlow("again", map[string]any{"n": int64(3), "who.name": "Alex"})
	w.press(w.click("dana", string(engine.NewRequestID(x.ID, "2")), "approve", nil))
	if x = w.execution(x.ID); x.State != engine.Success {
		w.t.Fatalf("it is %s: %s", x.State, x.Problem)
	}
	return x
}

// TestReplayIsForSomebodyElseToAnswer: who asked first answers neither a replay,
// nor what that starts; and the card says who that was.
func TestReplayIsForSomebodyElseToAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		of, _, _ := w.family()
		kim := engine.Principal{Person: "kim", Name: "Kim", Account: "slack:T1:UKIM", Via: "slack"}
		if _, err := w.bot.Do(t.Context(), of.ID, bot.Order{Verb: bot.Cancel, By: kim}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		x, err := w.bot.Replay(t.Context(), bot.ReplayRequest{Of: of.ID, By: kim})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		request := string(engine.NewRequestID(w.children(x.ID)[0].ID, "1"))
		w.wantRefused(w.press(w.click("alex", request, "approve", nil)), "You made this request first, so somebody else must answer it. Dana can.")
		e, err := w.bot.Explain(t.Context(), request, "", engine.Principal{Via: "engine"})
		if lines := strings.Join(e.Lines(), "\n"); err != nil || !strings.Contains(lines, "Alex cannot decide (made the request first).") {
			t.Errorf("explained is %s, %v", lines, err)
		}
		want := adapters.Fact{Label: "Asked first by", Value: "alex"}
		if facts := w.card(request).Facts; !slices.Contains(facts, want) {
			t.Errorf("the card says %v, want %v", facts, want)
		}
		w.wantRecorded(w.press(w.click("dana", request, "approve", nil)), "")
	})
}

func TestReplay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ask     bot.ReplayRequest
		state   engine.State
		said    string // by the first task
		refused string
	}{
		"all of it":                 {ask: bot.ReplayRequest{}, state: engine.Paused, said: "3 for Alex"},
		"from the gate":             {ask: bot.ReplayRequest{From: "2"}, state: engine.Paused, said: "3 for Alex"},
		"from behind the gate":      {ask: bot.ReplayRequest{From: "3"}, refused: "for the earlier execution only"},
		"other inputs":              {ask: bot.ReplayRequest{Inputs: map[string]any{"n": "4"}}, state: engine.Paused, said: "4 for Alex"},
		"a nested one":              {ask: bot.ReplayRequest{Inputs: map[string]any{"who": map[string]any{"name": "Kim"}}}, state: engine.Paused, said: "3 for Kim"},
		"other inputs past a gate":  {ask: bot.ReplayRequest{From: "3", Inputs: map[string]any{"n": "4"}}, refused: "for the earlier execution only"},
		"the latest past a gate":    {ask: bot.ReplayRequest{From: "3", Latest: true}, refused: "for the earlier execution only"},
		"the latest, with less":     {ask: bot.ReplayRequest{Latest: true}, state: engine.Paused, said: "new 3"},
		"an old revision by number": {ask: bot.ReplayRequest{Revision: 1}, state: engine.Paused, said: "3 for Alex"},
		"no such revision":          {ask: bot.ReplayRequest{Revision: 9}, refused: "There is no revision 9"},
		"no such task run":          {ask: bot.ReplayRequest{From: "9"}, refused: "no such task run"},
		"inputs that do not fit":    {ask: bot.ReplayRequest{Inputs: map[string]any{"n": "many"}}, refused: "n:"},
		"inputs that are not there": {ask: bot.ReplayRequest{Inputs: map[string]any{"m": "1"}}, refused: "m:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				of := w.finished()
				less := strings.Replace(strings.Replace(replayed, ", {id: who.name, type: STRING}", "", 1), "{{ inputs.n }} for {{ inputs.who.name }}", "new {{ inputs.n }}", 1)
				w.save(less)
				ask := c.ask
				ask.Of, ask.By = of.ID, rob()
				ask.DryRun = true
				_, would := w.bot.Replay(t.Context(), ask)
				if n := len(w.executions("again")); n != 1 {
					t.Errorf("the dry run left %d executions", n)
				}
				ask.DryRun = false
				x, err := w.bot.Replay(t.Context(), ask)
				synctest.Wait()
				if (would == nil) != (err == nil) {
					t.Errorf("the dry run says %v, then it is %v", would, err)
				}
				if c.refused != "" {
					if no, ok := errors.AsType[*engine.RejectionError](err); !ok || !strings.Contains(no.Text, c.refused) {
						t.Errorf("Replay() = %v, want %q", err, c.refused)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if x.State != c.state || x.Runs[0].Outputs["value"] != c.said || x.Original != of.ID ||
					x.Requester != rob() || x.Labels["team"] != "hr" || x.Labels[engine.LabelReplayed] != "true" {
					t.Errorf("it is %s: %+v", x.State, x)
				}
			})
		})
	}
}

// A request that is sent twice makes one replay.
func TestReplayOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		ask := bot.ReplayRequest{Of: w.finished().ID, By: rob(), Once: "k"}
		if _, err := w.bot.Replay(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		_, err := w.bot.Replay(t.Context(), ask)
		if no, ok := errors.AsType[*engine.RejectionError](err); !ok || no.Code != engine.Settled {
			t.Errorf("the second Replay() = %v", err)
		}
		if n := len(w.executions("again")); n != 2 {
			t.Errorf("%d executions, want 2", n)
		}
	})
}

// A flow that is gone or off is not replayed, whatever the revision.
func TestReplayNeedsTheFlow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		of := w.finished()
		if _, err := w.bot.SwitchFlow(t.Context(), of.Flow, false, rob()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.bot.Replay(t.Context(), bot.ReplayRequest{Of: of.ID, By: rob()}); err == nil || !strings.Contains(err.Error(), "switched off") {
			t.Errorf("Replay() of one that is off = %v", err)
		}
		if err := w.bot.RemoveFlow(t.Context(), of.Flow, rob()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.bot.Replay(t.Context(), bot.ReplayRequest{Of: of.ID, By: rob()}); err == nil || !strings.Contains(err.Error(), "There is no flow") {
			t.Errorf("Replay() of one that is gone = %v", err)
		}
	})
}

// A retry that wants a new execution gets one, and no more than it says.
func TestRetryWithANewExecution(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(`
id: fails
namespace: hr
labels: {team: hr}
inputs: [{id: n, type: INT}]
retry: {type: constant, interval: PT1M, maxAttempts: 3, behavior: CREATE_NEW_EXECUTION}
tasks: [{id: f, type: Fail, errorMessage: "n is {{ inputs.n }}"}]
`)
		w.beginFlow("fails", map[string]any{"n": int64(3)})
		time.Sleep(time.Hour)
		xs, err := w.store.Executions(t.Context(), store.Query{Namespace: "hr", Flow: "fails", Oldest: true})
		if err != nil || len(xs) != 3 {
			t.Fatalf("%d executions, %v", len(xs), err)
		}
		for i, x := range xs {
			if x.State != engine.Failed || x.Inputs["n"] != int64(3) || x.Requester.Person != "alex" || x.Tries != i+1 || x.Labels["team"] != "hr" {
				t.Errorf("%d: %+v", i, x)
			}
		}
	})
}
