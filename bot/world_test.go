package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
	"signoff/store/memory"
)

// world is a bot with a memory store, a chat that can fail, and a far end that
// counts calls. Inside a synctest bubble hours pass in no time.
type world struct {
	submitted atomic.Int64 // how many were submitted, each by a name of its own
	t         *testing.T
	bot       *bot.Bot
	store     store.Store
	chat      *chat
	far       *farEnd
	tasks     bot.Tasks // instead of far
	files     store.Files
	stop      func()
	// requesters says that whoever asks gets a copy.
	requesters bool
	// alerts are told what could not be delivered.
	alerts   []flow.Destination
	triggers bot.Triggers
	secrets  task.Secrets
	change   func(*bot.Config) // has the last word; nil: none
}

const vacation = `
id: vacation
namespace: hr
inputs:
  - {id: employee, type: STRING}
tasks:
  - id: gate
    type: Pause
    pauseDuration: P3D
    behavior: FAIL
    onResume:
      - {id: approved, type: BOOL}
      - {id: reason, type: STRING, required: false}
    approval:
      stages:
        - {id: manager, who: ["user:dana", "user:kim"]}
      reject: {needs: reason}
    deliver:
      - slack: "#hr"
      - slack: approvers
  - id: tell
    type: http.Request
    uri: "https://hr.example/{{ outputs.gate.onResume.approved ? 'yes' : 'no' }}"
  - {id: done, type: Log, message: "{{ outputs.gate.outcome }} by {{ outputs.gate.resumed.by }}"}
`

// inBubble runs a test with a world in a synctest bubble.
func inBubble(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		test(t, w)
	})
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, store: memory.New(memory.Options{}), chat: newChat(), far: &farEnd{}}
	w.alerts = []flow.Destination{{Surface: "slack", To: "#alerts"}}
	w.run()
	w.save(vacation)
	return w
}

// run starts a bot on the store, as after a restart.
func (w *world) run() {
	w.runs(func(err error) {
		if err != nil {
			w.t.Errorf("Run() = %v, want nil", err)
		}
	})
}

// runs starts a bot and says how it ended.
func (w *world) runs(ended func(error)) {
	people, err := people.New(people.Config{People: []people.Person{
		{ID: "dana", Name: "Dana", Accounts: map[string]string{"slack": "T1:UDANA"}},
		{ID: "kim", Name: "Kim", Accounts: map[string]string{"slack": "T1:UKIM"}},
		{ID: "alex", Name: "Alex", Accounts: map[string]string{"slack": "T1:UALEX"}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	tasks := w.tasks
	if tasks == nil {
		tasks = w.far
	}
	cfg := bot.Config{
		Store: w.store, Adapters: map[string]adapters.Adapter{"slack": w.chat}, Tasks: tasks, People: people, Access: access.Unrestricted(),
		Namespaces: map[string]bot.Namespace{
			"hr": {Approvers: []approval.Selector{{Kind: approval.User, Name: "dana"}}},
			"":   {Deliver: w.deliver()},
		},
		BaseURL:  "https://signoff.example",
		Alerts:   w.alerts,
		Triggers: w.triggers,
		Secrets:  w.secrets,
		Files:    w.files,
		Log:      slog.New(slog.DiscardHandler),
	}
	if w.change != nil {
		w.change(&cfg)
	}
	if w.bot, err = bot.New(cfg); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	running := w.bot // a twin may take its place
	go func() { end <- running.Run(ctx) }()
	w.stop = func() {
		cancel()
		ended(<-end)
		w.stop = func() {}
	}
}

// with restarts the bot with another configuration.
func (w *world) with(change func(*bot.Config)) {
	w.t.Helper()
	w.stop()
	w.change = change
	w.run()
}

// deliver keeps whoever asks without a copy of their own, but in the tests that
// are about it.
func (w *world) deliver() []flow.Destination {
	if w.requesters {
		return nil
	}
	return []flow.Destination{{Surface: flow.Requester, To: "none"}}
}

func (w *world) save(src string) {
	w.t.Helper()
	_, faults, err := w.bot.SaveFlow(w.t.Context(), "test.yaml", []byte(src), engine.Principal{Via: "test"})
	if err != nil || faults.Stop() {
		w.t.Fatalf("SaveFlow() = %v, %v", faults, err)
	}
}

// begin starts the vacation flow and waits until everything owed is done.
func (w *world) begin() (engine.Execution, string) {
	w.t.Helper()
	return w.beginFlow("vacation", map[string]any{"employee": "Alex"})
}

func (w *world) beginFlow(id string, inputs map[string]any) (engine.Execution, string) {
	w.t.Helper()
	x, err := w.bot.Start(w.t.Context(), bot.StartRequest{
		Namespace: "hr", Flow: id, Inputs: inputs,
		By: engine.Principal{Person: "alex", Name: "Alex", Account: "slack:T1:UALEX", Via: "slack"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	synctest.Wait()
	return x, string(engine.NewRequestID(x.ID, "1"))
}

func (w *world) click(user, request, action string, values map[string]any) adapters.Click {
	return adapters.Click{
		Actor:   adapters.Account{Surface: "slack", Tenant: "T1", ID: "U" + strings.ToUpper(user), Name: user},
		Request: request, Version: 1, Action: action, Values: values, WantCard: true,
		Once: fmt.Sprintf("%s-%s-%d", user, action, time.Now().UnixNano()),
	}
}

func (w *world) press(c adapters.Click) adapters.Answer {
	w.t.Helper()
	a, err := w.bot.Click(w.t.Context(), c)
	if err != nil {
		w.t.Fatalf("Click() failed: %v", err)
	}
	synctest.Wait()
	return a
}

func (w *world) execution(id engine.ExecutionID) engine.Execution {
	w.t.Helper()
	x, err := w.store.Execution(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

// trail returns the events of the log, and fails if the chain does not hold.
func (w *world) trail() []audit.Record {
	w.t.Helper()
	lines, head, err := w.store.Audit(w.t.Context(), 1, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	all := func(yield func(audit.Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
	if _, err := audit.Verify(all, audit.Head{}, head); err != nil {
		w.t.Errorf("the trail does not verify: %v", err)
	}
	records := make([]audit.Record, len(lines))
	for i, l := range lines {
		if err := json.Unmarshal(l.Raw, &records[i]); err != nil {
			w.t.Fatal(err)
		}
	}
	return records
}

func (w *world) count(e audit.Event) int {
	w.t.Helper()
	n := 0
	for _, r := range w.trail() {
		if r.Event == e {
			n++
		}
	}
	return n
}

// farEnd counts distinct calls by their idempotency key.
type farEnd struct {
	mu    sync.Mutex
	keys  []string // guarded by mu
	block bool
	err   string
	takes time.Duration // set before the first call
}

func (f *farEnd) Run(ctx context.Context, c task.Call) task.Result {
	f.mu.Lock()
	f.keys = append(f.keys, c.IdempotencyKey)
	block, problem := f.block, f.err
	f.mu.Unlock()
	if block {
		<-ctx.Done()
	}
	if f.takes > 0 {
		time.Sleep(f.takes)
	}
	return task.Result{Outputs: map[string]any{"code": int64(200)}, Problem: problem}
}

func (f *farEnd) calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.keys)
}
