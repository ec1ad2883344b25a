package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/memory"
)

// Nobody is named who could mend an undelivered copy: the trail says that, once
// and at once.
func TestNobodyToTellIsSaid(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.stop()
		w.alerts = nil
		w.run()
		w.chat.breaks(func(_, place string) error {
			if place == "dana" {
				return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "user_not_found"}
			}
			return nil
		})
		_, err := w.bot.Start(t.Context(), bot.StartRequest{
			Namespace: "hr", Flow: "vacation", Inputs: map[string]any{"employee": "Alex"},
			By: engine.Principal{Name: "cron", Via: "api"},
		})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		said := ""
		for _, r := range w.trail() {
			if r.Event == audit.NoticeFailed {
				said += fmt.Sprint(r.Data["problem"])
			}
		}
		if !strings.Contains(said, "nobody is named") {
			t.Errorf("the trail says %q", said)
		}
	})
}

// A process that is told to stop lets a post that is under way come back: cut
// short, it would be posted a second time after the restart.
func TestPostIsNotCutShortByTheStop(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.chat.slow = func(op, _ string, _ adapters.Card) {
			if op == "post" {
				time.Sleep(2 * time.Second)
			}
		}
		w.begin()
		time.Sleep(time.Second)
		w.stop()
		w.run()
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(w.chat.places()); n != 3 {
			t.Errorf("%d messages for three copies: %v", n, w.chat.places())
		}
	})
}

// A surface that does not come back does not keep the process from stopping.
func TestStopDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.chat.hang = true
		w.begin()
		before := time.Now()
		w.stop()
		if d := time.Since(before); d > time.Minute {
			t.Errorf("the stop took %v", d)
		}
		w.chat.hang = false
	})
}

// The store says that it cannot go on: the process stops, and cuts short what
// is under way.
func TestLostStoreStopsTheBot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := &brokenStore{Store: memory.New(memory.Options{})}
		w := &world{t: t, store: broken, chat: newChat(), far: &farEnd{block: true}}
		people, err := people.New(people.Config{})
		if err != nil {
			t.Fatal(err)
		}
		w.bot, err = bot.New(bot.Config{Store: broken, Tasks: w.far, People: people, Access: access.Unrestricted(), Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- w.bot.Run(ctx) }()
		w.save("id: call\nnamespace: hr\ntasks: [{id: call, type: http.Request, uri: 'https://hr.example'}]")
		w.beginFlow("call", nil)
		broken.broken.Store(true)
		select {
		case err := <-ended:
			if err == nil {
				t.Error("Run() = nil, want the reason")
			}
		case <-time.After(time.Minute):
			t.Error("a minute after the store was lost the bot still waits for a call")
			cancel()
			<-ended
		}
	})
}

// brokenStore is a store whose outcome becomes unknown.
type brokenStore struct {
	store.Store
	broken atomic.Bool
}

func (s *brokenStore) Claim(ctx context.Context, lease time.Duration, n int) ([]store.Claim, time.Time, error) {
	if s.broken.Load() {
		return nil, time.Time{}, store.ErrUnknown
	}
	return s.Store.Claim(ctx, lease, n)
}

// A far end that hangs keeps its own calls waiting and nothing else: cards are
// posted and deadlines hold.
func TestHangingCallsStarveNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save("id: call\nnamespace: hr\ntasks: [{id: call, type: http.Request, uri: 'https://hr.example'}]")
		w.far.block = true
		for range 50 {
			w.beginFlow("call", nil)
		}
		w.save(strings.Replace(bothVote, "    onResume", "    pauseDuration: PT10M\n    onResume", 1))
		x, _ := w.beginFlow("two", nil)
		if n := len(w.chat.places()); n != 1 {
			t.Errorf("%d cards while calls hang, want 1", n)
		}
		if n := len(w.far.calls()); n != 8 {
			t.Errorf("%d calls at once, want 8", n)
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if s := w.execution(x.ID).State; s != engine.Failed {
			t.Errorf("a minute after the deadline the execution is %s", s)
		}
	})
}

// Work that waited for its turn until its lease was nearly over is left to
// whoever claims it next: it is done once.
func TestWaitingWorkIsDoneOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save("id: call\nnamespace: hr\ntasks: [{id: call, type: http.Request, uri: 'https://hr.example'}]")
		w.far.takes = 4 * time.Minute
		for range 50 {
			w.beginFlow("call", nil)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		seen := map[string]int{}
		for _, key := range w.far.calls() {
			seen[key]++
		}
		if len(seen) != 50 || len(w.far.calls()) != 50 {
			t.Errorf("%d calls for %d tasks, want 50 for 50", len(w.far.calls()), len(seen))
		}
	})
}

const slowFlow = "id: call\nnamespace: hr\ntasks: [{id: call, type: http.Request, uri: 'https://hr.example'}]"

// A call may take longer than a lease: whoever makes it keeps it, and no other
// process, nor this one, makes it a second time meanwhile.
func TestLongCallIsMadeOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		defer w.twin()()
		w.save(slowFlow)
		w.far.takes = 55 * time.Minute
		for range 20 {
			w.beginFlow("call", nil)
		}
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		seen := map[string]int{}
		for _, key := range w.far.calls() {
			seen[key]++
		}
		if len(seen) != 20 || len(w.far.calls()) != 20 {
			t.Errorf("%d calls for %d tasks, want 20 for 20", len(w.far.calls()), len(seen))
		}
		if got := w.states("call"); strings.Count(got, "SUCCESS") != 20 {
			t.Errorf("they are %s", got)
		}
	})
}

// losing is a store that gives a piece to somebody else under our hands.
type losing struct {
	store.Store
	tries atomic.Int64
}

func (l *losing) Extend(ctx context.Context, c store.Claim, lease time.Duration) error {
	if l.tries.Add(1) == 1 {
		return fmt.Errorf("a moment: %w", context.DeadlineExceeded)
	}
	return store.ErrLostClaim
}

// Work that somebody else has taken ends here, and says nothing of its end. A
// lease that cannot be extended once is extended later.
func TestWorkEndsWhenItsClaimIsLost(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.stop()
		l := &losing{Store: w.store}
		w.store = l
		w.run()
		w.save(slowFlow)
		w.far.block = true // until its context ends
		x, _ := w.beginFlow("call", nil)
		time.Sleep(4 * time.Minute)
		if n := l.tries.Load(); n != 1 {
			t.Errorf("after four minutes the lease was extended %d times, want 1", n)
		}
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if n := l.tries.Load(); n != 2 {
			t.Errorf("after eight minutes the lease was extended %d times, want 2: the work ended", n)
		}
		if s := w.execution(x.ID).State; s != engine.Running {
			t.Errorf("the execution is %s: what was lost was reported", s)
		}
	})
}
