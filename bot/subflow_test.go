package bot_test

import (
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine"
	"signoff/store"
)

const parentFlow = `
id: parent
namespace: hr
tasks:
  - {id: sub, type: Subflow, namespace: hr, flowId: child, inputs: {name: "{{ 'A' ~ 'lex' }}"}}
  - {id: after, type: http.Request, uri: "https://hr.example/{{ outputs.sub.outputs.said }}"}
`

const childFlow = `
id: child
namespace: hr
inputs: [{id: name, type: STRING}]
tasks:
  - id: gate
    type: Pause
    onReject: FAIL
    pauseDuration: P1D
    behavior: FAIL
    request: {title: "For {{ inputs.name }}"}
    onResume: [{id: ok, type: BOOL}]
    approval: {stages: [{id: one, who: ["user:dana", "user:alex"]}]}
    deliver: [{slack: "#hr"}]
outputs: [{id: said, type: STRING, value: "{{ outputs.gate.outcome }}"}]
`

// children are the executions that another one started.
func (w *world) children(of engine.ExecutionID) []engine.Execution {
	w.t.Helper()
	xs, err := w.store.Executions(w.t.Context(), store.Query{Parent: of, Oldest: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return xs
}

func (w *world) family() (parent, child engine.Execution, request string) {
	w.t.Helper()
	w.save(childFlow)
	w.save(parentFlow)
	parent, _ = w.beginFlow("parent", nil)
	kids := w.children(parent.ID)
	if len(kids) != 1 {
		w.t.Fatalf("%d subflows run, want one: %+v", len(kids), w.execution(parent.ID))
	}
	return w.execution(parent.ID), kids[0], string(engine.NewRequestID(kids[0].ID, "1"))
}

func TestSubflow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		parent, child, request := w.family()
		if parent.State != engine.Running || child.State != engine.Paused || parent.Runs[0].Child != child.ID {
			t.Fatalf("the parent is %s and waits for %q; the child is %s", parent.State, parent.Runs[0].Child, child.State)
		}
		if got := child.Runs[0].Request.Title; got != "For Alex" {
			t.Errorf("the subflow asks %q", got)
		}
		if got := child.Labels[engine.LabelCorrelation]; got != string(parent.ID) {
			t.Errorf("its correlation is %q", got)
		}
		// Whoever asked for the parent asked for the subflow, and does not answer it.
		if a := w.press(w.click("alex", request, "approve", nil)); a.Kind != adapters.Refused || !strings.Contains(a.Text, "own request") {
			t.Errorf("the requester is told %s %q", a.Kind, a.Text)
		}
		w.press(w.click("dana", request, "approve", nil))
		if parent = w.execution(parent.ID); parent.State != engine.Success {
			t.Fatalf("the parent is %s: %s", parent.State, parent.Problem)
		}
		if out, _ := parent.Runs[0].Outputs["outputs"].(map[string]any); out["said"] != "approved" {
			t.Errorf("the parent reads %v", out)
		}
	})
}

func TestSubflowThatCannotStart(t *testing.T) {
	t.Parallel()
	start := func(sub string) string {
		return "id: p\nnamespace: hr\ntasks: [{id: sub, type: Subflow, namespace: hr, " + sub + "}]\n"
	}
	for name, c := range map[string]struct{ flows, sub, want string }{
		"unknown":          {"", "flowId: nothing", "There is no flow hr/nothing."},
		"unknown revision": {childFlow, "flowId: child, revision: 7", "There is no revision 7 of the flow hr/child."},
		"off":              {strings.Replace(childFlow, "namespace: hr", "namespace: hr\ndisabled: true", 1), "flowId: child, inputs: {name: x}", "switched off"},
		"bad input":        {childFlow, "flowId: child", "name: is required"},
		"itself for ever":  {"", "flowId: p", "subflows may be nested 8 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				if c.flows != "" {
					w.save(c.flows)
				}
				w.save(start(c.sub))
				x, _ := w.beginFlow("p", nil)
				time.Sleep(time.Minute)
				if x = w.execution(x.ID); x.State != engine.Failed || !strings.Contains(x.Problem, c.want) {
					t.Errorf("it is %s: %q, want %q", x.State, x.Problem, c.want)
				}
			})
		})
	}
}

// A kill of the parent is a kill of the subflow, whose cards lose their buttons.
func TestKillReachesTheSubflow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		parent, child, _ := w.family()
		if w.chat.live() != 1 {
			t.Fatalf("%d cards with buttons", w.chat.live())
		}
		w.order(parent.ID, bot.Order{Verb: bot.Kill})
		child = w.execution(child.ID)
		if child.State != engine.Killed || !strings.Contains(child.Problem, "the flow hr/parent") {
			t.Errorf("the subflow is %s: %s", child.State, child.Problem)
		}
		if n := w.chat.live(); n > 0 {
			t.Errorf("%d cards still show buttons", n)
		}
	})
}

// Kestra lets a parent go on when somebody kills its paused subflow.
func TestKillOfASubflowEndsTheParent(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		parent, child, _ := w.family()
		w.order(child.ID, bot.Order{Verb: bot.Kill})
		if parent = w.execution(parent.ID); parent.State != engine.Killed || len(w.far.calls()) > 0 {
			t.Errorf("the parent is %s, and made the calls %v", parent.State, w.far.calls())
		}
	})
}

// A no in the subflow is one to its parent as well: a restart does not ask again.
func TestRestartOfAParentKeepsTheNo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		parent, _, request := w.family()
		w.press(w.click("dana", request, "reject", nil))
		_, err := w.bot.Do(t.Context(), parent.ID, bot.Order{Verb: bot.Restart, By: rob()})
		if err == nil || !strings.Contains(err.Error(), "gate was rejected by Dana") {
			t.Errorf("Do(restart) = %v, want a refusal", err)
		}
		if kids := w.children(parent.ID); len(kids) != 1 {
			t.Errorf("the subflows are %+v", kids)
		}
	})
}

func TestRestartOfAParentStartsANewSubflow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		parent, _, _ := w.family()
		time.Sleep(25 * time.Hour) // nobody answers
		if parent = w.execution(parent.ID); parent.State != engine.Failed {
			t.Fatalf("the parent is %s", parent.State)
		}
		w.order(parent.ID, bot.Order{Verb: bot.Restart})
		kids := w.children(parent.ID)
		if len(kids) != 2 || kids[0].State == kids[1].State {
			t.Fatalf("the subflows are %+v", kids)
		}
		for _, kid := range kids {
			if kid.State == engine.Paused {
				w.press(w.click("dana", string(engine.NewRequestID(kid.ID, "1")), "approve", nil))
			}
		}
		if parent = w.execution(parent.ID); parent.State != engine.Success {
			t.Errorf("the parent is %s: %s", parent.State, parent.Problem)
		}
	})
}

// A process that dies before or after any of its commits, and starts again, runs
// one subflow, asks once, and tells the parent.
func TestSubflowSurvivesKillAtEachCommit(t *testing.T) {
	t.Parallel()
	atEachCommit(t, 12, func() lives {
		return lives{
			flows: []string{childFlow, parentFlow},
			first: func(t *testing.T, w *world, _ <-chan struct{}) {
				parent, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "hr", Flow: "parent", By: engine.Principal{Person: "kim"}})
				time.Sleep(time.Minute)
				if err == nil {
					w.approveAll(parent.ID)
				}
				time.Sleep(time.Minute)
			},
			second: parentIsTold,
		}
	})
}

func parentIsTold(t *testing.T, w *world) {
	time.Sleep(20 * time.Minute) // longer than a lease
	xs, err := w.store.Executions(t.Context(), store.Query{Namespace: "hr", Flow: "parent"})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range xs { // none, if the start was not written
		w.approveAll(x.ID)
		time.Sleep(time.Minute)
		x = w.execution(x.ID)
		if kids := w.children(x.ID); x.State != engine.Success || len(kids) != 1 || kids[0].State != engine.Success {
			t.Errorf("the parent is %s: %q, its subflows are %+v", x.State, x.Problem, kids)
		}
	}
	w.touchAll()
	if w.chat.live() > 0 {
		t.Error("a card still shows buttons")
	}
}

// touchAll presses what still has buttons: a card whose post was answered by a
// kill is known to nobody until it is touched.
func (w *world) touchAll() {
	w.chat.mu.Lock()
	stray := map[adapters.MessageRef]string{}
	for ref, p := range w.chat.posts {
		if len(p.card.Actions) > 0 {
			stray[ref] = p.card.Request
		}
	}
	w.chat.mu.Unlock()
	for ref, request := range stray {
		c := w.click("dana", request, "approve", nil)
		c.Copy = ref
		_, _ = w.bot.Click(w.t.Context(), c)
	}
	time.Sleep(time.Minute)
}

// approveAll approves what the subflows of an execution ask, where the store
// still takes it.
func (w *world) approveAll(of engine.ExecutionID) {
	xs, err := w.store.Executions(w.t.Context(), store.Query{Parent: of})
	if err != nil {
		return
	}
	for _, x := range xs {
		_, _ = w.bot.Click(w.t.Context(), w.click("dana", string(engine.NewRequestID(x.ID, "1")), "approve", nil))
	}
	time.Sleep(time.Minute)
}
