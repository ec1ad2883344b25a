package bot_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
	"signoff/engine"
	"signoff/store"
)

const limitedFlow = `
id: narrow
namespace: hr
concurrency: {limit: 1}
tasks:
  - {id: gate, type: Pause, onReject: CONTINUE, onResume: [{id: ok, type: BOOL}], approval: {stages: [{id: one, who: ["user:dana"]}]}, deliver: [{slack: "#hr"}]}
`

func (w *world) states(flow string) string {
	w.t.Helper()
	xs, err := w.store.Executions(w.t.Context(), store.Query{Namespace: "hr", Flow: flow, Oldest: true})
	if err != nil {
		w.t.Fatal(err)
	}
	var states []string
	for _, x := range xs {
		states = append(states, string(x.State))
	}
	return strings.Join(states, " ")
}

// Of two that start at the same moment one runs and one waits, whoever wins.
func TestOneSlotRunsOneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(limitedFlow)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "hr", Flow: "narrow"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for done := range 20 {
			synctest.Wait()
			got := w.states("narrow")
			if p, q := strings.Count(got, "PAUSED"), strings.Count(got, "QUEUED"); p != 1 || q != 19-done {
				t.Fatalf("after %d: %d run and %d wait: %s", done, p, q, got)
			}
			w.approvePaused()
		}
		if got := w.states("narrow"); got != strings.TrimSpace(strings.Repeat("SUCCESS ", 20)) {
			t.Errorf("in the end they are %s", got)
		}
	})
}

func (w *world) approvePaused() {
	w.t.Helper()
	xs, err := w.store.Executions(w.t.Context(), store.Query{Namespace: "hr", Flow: "narrow", States: []engine.State{engine.Paused}})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, x := range xs {
		_, _ = w.bot.Click(w.t.Context(), w.click("dana", string(engine.NewRequestID(x.ID, "1")), "approve", nil))
	}
	time.Sleep(time.Second)
}

// The oldest goes first, and nobody who comes later gets ahead of the queue.
func TestQueueIsOldestFirst(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(limitedFlow)
		w.save(strings.Replace(limitedFlow, "namespace: hr", "namespace: hr.below", 1)) // has a queue of its own
		for range 4 {
			w.beginFlow("narrow", nil)
			time.Sleep(time.Second)
		}
		for _, want := range []string{
			"PAUSED QUEUED QUEUED QUEUED", "SUCCESS PAUSED QUEUED QUEUED", "SUCCESS SUCCESS PAUSED QUEUED",
		} {
			if got := w.states("narrow"); got != want {
				t.Fatalf("they are %s, want %s", got, want)
			}
			w.approvePaused()
		}
	})
}

// A killed one leaves the queue, and gives no slot away that it never had.
func TestKillInTheQueue(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(limitedFlow)
		var ids []engine.ExecutionID
		for range 3 {
			x, _ := w.beginFlow("narrow", nil)
			ids = append(ids, x.ID)
			time.Sleep(time.Second)
		}
		w.order(ids[1], bot.Order{Verb: bot.Kill})
		if got := w.states("narrow"); got != "PAUSED KILLED QUEUED" {
			t.Errorf("they are %s", got)
		}
		w.order(ids[0], bot.Order{Verb: bot.Kill})
		if got := w.states("narrow"); got != "KILLED KILLED PAUSED" {
			t.Errorf("they are %s", got)
		}
	})
}

// A process that dies before or after any of its commits leaves nobody stuck in
// the queue, and never lets two run.
func TestQueueSurvivesKillAtEachCommit(t *testing.T) {
	t.Parallel()
	atEachCommit(t, 12, func() lives {
		started := 0
		return lives{
			flows: []string{limitedFlow},
			first: func(t *testing.T, w *world, _ <-chan struct{}) {
				for range 3 {
					if _, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "hr", Flow: "narrow"}); err == nil {
						started++
					}
					time.Sleep(time.Minute)
				}
				w.approvePaused()
				w.approvePaused()
			},
			second: func(t *testing.T, w *world) { nobodyIsStuck(t, w, started) },
		}
	})
}

func nobodyIsStuck(t *testing.T, w *world, started int) {
	for range 4 {
		time.Sleep(20 * time.Minute)
		if got := w.states("narrow"); strings.Count(got, "PAUSED") > 1 || !strings.Contains(got, "PAUSED") && strings.Contains(got, "QUEUED") {
			t.Errorf("they are %s", got)
		}
		w.approvePaused()
	}
	got := strings.Fields(w.states("narrow"))
	want := make([]string, len(got))
	for i := range want {
		want[i] = "SUCCESS"
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) < started {
		t.Errorf("%d were started, they are (-want +got):\n%s", started, diff)
	}
}

// A paused execution that gave its slot back takes one again when somebody
// answered. Until one is free its card says what it waits for.
func TestAnsweredExecutionWaitsForASlot(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(strings.Replace(limitedFlow, "limit: 1", "limit: 1, releaseOnPause: true", 1) +
			"  - {id: call, type: http.Request, uri: 'https://hr.example/x'}\n")
		w.far.takes = time.Hour
		first, _ := w.beginFlow("narrow", nil)
		second, _ := w.beginFlow("narrow", nil)
		if got := w.states("narrow"); got != "PAUSED PAUSED" {
			t.Fatalf("they are %s", got)
		}
		for _, x := range []engine.Execution{first, second} {
			w.press(w.click("dana", string(engine.NewRequestID(x.ID, "1")), "approve", nil))
			time.Sleep(time.Second) // a click is named by its moment
		}
		if got := w.execution(second.ID).State; got != engine.Queued || w.chat.live() > 0 {
			t.Fatalf("the second is %s, and %d cards have buttons", got, w.chat.live())
		}
		time.Sleep(3 * time.Hour)
		if got := w.states("narrow"); got != "SUCCESS SUCCESS" {
			t.Errorf("in the end they are %s", got)
		}
	})
}
