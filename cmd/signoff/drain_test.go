package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/store"
	"signoff/store/memory"
)

// lineToSlack is Slack's Web API without a network, so that hours pass in no time: it
// posts and updates, and notes when.
type lineToSlack struct {
	mu      sync.Mutex
	down    bool // guarded by mu, as all below
	posted  int
	updates map[string][]time.Time // by message
	texts   map[string]string
}

func (w *lineToSlack) RoundTrip(r *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return answered(r, http.StatusServiceUnavailable, ""), nil
	}
	ts := form.Get("ts")
	switch method := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]; method {
	case "auth.test":
		return answered(r, http.StatusOK, `{"ok":true,"team_id":"T1","user_id":"UBOT"}`), nil
	case "chat.postMessage":
		w.posted++
		ts = "1700000000." + fmt.Sprintf("%06d", w.posted)
		return answered(r, http.StatusOK, fmt.Sprintf(`{"ok":true,"channel":"C%s","ts":%q,"message":{"thread_ts":%q}}`,
			strings.TrimPrefix(form.Get("channel"), "#"), ts, form.Get("thread_ts"))), nil
	case "chat.update":
		w.updates[ts] = append(w.updates[ts], time.Now())
		w.texts[ts] = form.Get("text")
		return answered(r, http.StatusOK, `{"ok":true,"channel":"C1","ts":"`+ts+`"}`), nil
	default:
		return answered(r, http.StatusOK, `{"ok":false,"error":"unknown_method"}`), nil
	}
}

func answered(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

func (w *lineToSlack) breaks(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = down
}

// seen is what was drawn of each message and when, and what stands there now.
func (w *lineToSlack) seen() (updates map[string][]time.Time, texts map[string]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.updates), maps.Clone(w.texts)
}

// caughtUp is how many messages were drawn anew.
func (w *lineToSlack) caughtUp() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.updates)
}

// drained is a bot on a store, with Slack on the wire.
type drained struct {
	t     *testing.T
	wire  *lineToSlack
	store store.Store
	bot   *bot.Bot
	stop  func()
}

const drainFlow = `
id: pay
namespace: ops
tasks:
  - id: gate
    type: Pause
    request: {title: Pay}
    onReject: FAIL
    onResume: [{id: ok, type: BOOL}]
    approval: {stages: [{id: one, who: ["user:dana"]}]}
    deliver: [{slack: approvers}]
`

// begin runs a bot; unpaced, it sends as fast as it can.
func (d *drained) begin(unpaced bool) {
	d.t.Helper()
	adapter, err := slack.New(slack.Config{
		Token: "xoxb-1", SigningSecrets: []string{"s"}, APIURL: "https://slack.test/api/", Tenant: "T1",
		HTTPClient: &http.Client{Transport: d.wire}, Unpaced: unpaced, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	staff, err := people.New(people.Config{People: []people.Person{{ID: "dana", Name: "Dana", Accounts: map[string]string{"slack": "T1:UDANA"}}}})
	if err != nil {
		d.t.Fatal(err)
	}
	d.bot, err = bot.New(bot.Config{
		Store: d.store, Adapters: map[string]adapters.Adapter{"slack": adapter}, Tasks: idle{}, People: staff, Access: access.Unrestricted(),
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	running := d.bot
	go func() { ended <- running.Run(ctx) }()
	d.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			d.t.Error(err)
		}
	}
}

type idle struct{}

func (idle) Run(context.Context, task.Call) task.Result { return task.Result{} }

func (d *drained) ask() string {
	d.t.Helper()
	x, err := d.bot.Start(d.t.Context(), bot.StartRequest{Namespace: "ops", Flow: "pay", By: engine.Principal{Name: "ci", Via: "api"}})
	if err != nil {
		d.t.Fatal(err)
	}
	return string(engine.NewRequestID(x.ID, "1"))
}

// approve decides over another surface, and must not take any time.
func (d *drained) approve(request string) {
	d.t.Helper()
	before := time.Now()
	a, err := d.bot.Click(d.t.Context(), adapters.Click{
		Actor: adapters.Account{Surface: "slack", Tenant: "T1", ID: "UDANA"}, Request: request, Version: 1, Action: "approve", Once: "a" + request,
	})
	if err != nil || a.Kind != adapters.Recorded {
		d.t.Fatalf("Click() = %+v, %v", a, err)
	}
	if took := time.Since(before); took > 0 {
		d.t.Fatalf("a decision took %s", took)
	}
}

// drainCards is how many cards are behind; SIGNOFF_DRAIN says another number, such
// as 10000.
func drainCards(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("SIGNOFF_DRAIN")); err == nil {
		return n
	}
	return 1000
}

// TestCardsCatchUpAfterAnOutage: Slack is down for an hour in which everything is
// decided. Then each card is drawn once, with the newest state, never faster than
// Slack lets it; and a decision that is made meanwhile, and its card, do not wait
// behind the others.
func TestCardsCatchUpAfterAnOutage(t *testing.T) {
	t.Parallel()
	cards := drainCards(t)
	synctest.Test(t, func(t *testing.T) {
		d := &drained{t: t, wire: &lineToSlack{updates: map[string][]time.Time{}, texts: map[string]string{}}, store: memory.New(memory.Options{})}
		d.begin(true)
		if _, faults, err := d.bot.SaveFlow(t.Context(), "pay.yaml", []byte(drainFlow), engine.Principal{Via: "test"}); err != nil || faults.Stop() {
			t.Fatal(faults, err)
		}
		const fresh = 5
		requests := make([]string, cards+fresh)
		for i := range requests {
			requests[i] = d.ask()
		}
		time.Sleep(time.Minute)
		d.stop()
		if d.wire.posted != len(requests) {
			t.Fatalf("%d cards were posted, want %d", d.wire.posted, len(requests))
		}
		d.wire.breaks(true)
		d.begin(false)
		defer func() { d.stop() }()
		for _, request := range requests[:cards] {
			d.approve(request)
		}
		time.Sleep(time.Hour)
		d.wire.breaks(false)
		up := time.Now()
		for _, request := range requests[cards:] {
			time.Sleep(2 * time.Minute)
			n := d.wire.caughtUp()
			d.approve(request)
			time.Sleep(5 * time.Second)
			if updates, _ := d.wire.seen(); len(updates[d.cardOf(request)]) != 1 {
				t.Errorf("somebody's card waits behind %d others", cards-n)
			}
		}
		limit := time.Duration(cards)*time.Minute/50 + time.Hour
		for d.wire.caughtUp() < len(requests) && time.Since(up) < limit {
			time.Sleep(time.Minute)
		}
		time.Sleep(time.Hour)
		t.Logf("%d cards caught up in %s", d.wire.caughtUp(), time.Since(up)-time.Hour)
		d.check(len(requests))
	})
}

// cardOf is the message of a request's card.
func (d *drained) cardOf(request string) string {
	d.t.Helper()
	id, run, _ := engine.RequestID(request).Split()
	x, err := d.store.Execution(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	r, _ := x.Run(run)
	return r.Request.Copies[0].Ref.Message
}

func (d *drained) check(cards int) {
	d.t.Helper()
	updates, texts := d.wire.seen()
	if n := len(updates); n != cards {
		d.t.Errorf("%d cards caught up, want %d", n, cards)
	}
	var drawn []time.Time
	for message, at := range updates {
		if len(at) != 1 {
			d.t.Errorf("the card %s was drawn %d times, want once", message, len(at))
		}
		if !strings.HasPrefix(texts[message], "Approved: Pay.") {
			d.t.Fatalf("the card %s says %q, want the newest state", message, texts[message])
		}
		drawn = append(drawn, at...)
	}
	slices.SortFunc(drawn, time.Time.Compare)
	const burst, every = 50, time.Minute / 50 // of chat.update
	for i := range drawn {
		for j := i + burst; j < len(drawn); j++ {
			span := drawn[j].Sub(drawn[i])
			if most := burst + int(span/every) + 1; j-i+1 > most {
				d.t.Fatalf("%d cards were drawn within %s, want at most %d", j-i+1, span, most)
			}
		}
	}
}
