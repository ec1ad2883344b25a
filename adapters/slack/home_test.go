package slack_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack/slacktest"
)

// lists is a desk with so many requests for everybody.
type lists struct {
	desk
	waiting atomic.Int64

	mu    sync.Mutex
	calls []adapters.InboxCall // guarded by mu
}

func newLists(waiting int64) *lists {
	l := &lists{}
	l.waiting.Store(waiting)
	l.inbox = func(c adapters.InboxCall) (adapters.Inbox, error) {
		l.mu.Lock()
		l.calls = append(l.calls, c)
		l.mu.Unlock()
		n := int(l.waiting.Load())
		in := adapters.Inbox{Total: n, Page: c.Page, Pages: max(1, (n+14)/15), Now: time.Now()}
		for i := c.Page * 15; i < min(n, c.Page*15+15); i++ {
			in.Waiting = append(in.Waiting, adapters.Item{Request: fmt.Sprint("r", i), Version: 1, Ref: fmt.Sprintf("REQ-%05d", i), Title: fmt.Sprint("Pay bill ", i)})
		}
		return in, nil
	}
	return l
}

// drawn waits until Dana's page says something.
func (b *bench) drawn(t *testing.T, says string) slacktest.View {
	t.Helper()
	var page slacktest.View
	err := b.fake.WaitFor(soon(t), func(st *slacktest.State) bool {
		v, ok := st.Home("UDANA")
		page = v
		return ok && slices.ContainsFunc(v.Lines(), func(line string) bool { return strings.Contains(line, says) })
	})
	if err != nil {
		t.Fatalf("Dana's page never said %q: %v\n%s", says, err, strings.Join(page.Lines(), "\n"))
	}
	return page
}

func (b *bench) opens(t *testing.T) {
	t.Helper()
	if d, err := b.fake.OpenHome(soon(t), "UDANA"); err != nil || !d.Accepted {
		t.Fatalf("OpenHome() = %+v, %v", d, err)
	}
}

func TestHomeIsDrawnWhenItIsOpenedAndWhenItChanges(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		l := newLists(0)
		b := newBench(t, l)
		b.opens(t)
		b.drawn(t, "Nothing waits for you.")
		l.waiting.Store(20)
		l.mu.Lock()
		who := l.calls[0]
		l.mu.Unlock()
		if !who.Opened || who.Actor.ID != "UDANA" || who.Actor.Email != "dana@example.com" || who.Actor.Surface != "slack" {
			t.Errorf("the desk was asked for the page of %+v", who)
		}
		b.adapter.Refresh(who.Actor)
		b.drawn(t, "Waiting for you (20)")
		if _, err := b.fake.Act(soon(t), slacktest.Gesture{User: "UDANA", View: b.drawn(t, "Pay bill 0").ID, Action: "page:on"}); err != nil {
			t.Fatal(err)
		}
		b.drawn(t, "Page 2 of 2")
		if _, ok := b.fake.Home("UKIM"); ok {
			t.Error("the page of Kim was drawn, who never opened it")
		}
	})
}

// A thousand changes at once are a drawing or two, and the last one stays.
func TestHomeChangesAreGathered(t *testing.T) {
	t.Parallel()
	l := newLists(1)
	b := newBench(t, l)
	b.opens(t)
	b.drawn(t, "Waiting for you (1)")
	who := l.calls[0].Actor
	for n := range int64(1000) {
		l.waiting.Store(n + 2)
		b.adapter.Refresh(who)
	}
	b.drawn(t, "Waiting for you (1001)")
	if n := len(b.fake.Calls("views.publish")); n > 20 {
		t.Errorf("%d drawings of 1,000 changes", n)
	}
}

// What Slack does not take is tried again, and another server's drawing is no
// reason to give up.
func TestHomeIsDrawnInTheEnd(t *testing.T) {
	t.Parallel()
	l := newLists(1)
	b := newBench(t, l)
	b.opens(t)
	b.drawn(t, "Waiting for you (1)")
	who := l.calls[0].Actor
	trouble := map[string]func(){
		"busy":     func() { b.fake.RateLimit("views.publish", 1, time.Second) },
		"conflict": func() { b.fake.FailNext("views.publish", "hash_conflict") },
		"broken":   func() { b.fake.FailStatus("views.publish", 1, 503) },
		"cut":      func() { b.fake.DropAfter("views.publish") },
	}
	n := int64(2)
	for name, begins := range trouble {
		begins()
		l.waiting.Store(n)
		b.adapter.Refresh(who)
		t.Log(name)
		b.drawn(t, fmt.Sprintf("Waiting for you (%d)", n))
		n++
	}
}

// What is no look at the page draws none, and what Slack invents does no harm.
func TestHomeOfStrangers(t *testing.T) {
	t.Parallel()
	b := newBench(t, newLists(3))
	for _, event := range []map[string]any{
		{"type": "app_home_opened", "user": "UNOBODY", "tab": "home"},
		{"type": "app_home_opened", "user": "", "tab": "home"},
		{"type": "app_home_opened", "user": "UKIM", "tab": "messages"},
		{"type": "app_home_opened", "user": "UKIM"},
	} {
		if d, err := b.fake.Emit(soon(t), b.fake.TeamID(), event); err != nil || !d.Accepted {
			t.Errorf("Emit(%v) = %+v, %v; want it taken without a word", event, d, err)
		}
	}
	b.opens(t)
	b.drawn(t, "Waiting for you (3)")
	if _, ok := b.fake.Home("UKIM"); ok {
		t.Error("the page of Kim was drawn, who opened another tab")
	}
}
