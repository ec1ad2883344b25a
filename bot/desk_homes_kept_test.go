package bot_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine"
	"signoff/engine/flow"
)

// hall is a chat that keeps the page of each person as it was last drawn.
type hall struct {
	*chat

	mu    sync.Mutex
	desk  adapters.Desk             // guarded by mu, as all below
	pages map[string]adapters.Inbox // by account
	deaf  bool                      // it draws nothing, as one that dies first
}

func (h *hall) Refresh(a adapters.Account) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.deaf {
		return
	}
	go h.draw(a)
}

func (h *hall) draw(a adapters.Account) {
	h.mu.Lock()
	defer h.mu.Unlock()
	in, err := h.desk.Inbox(context.Background(), adapters.InboxCall{Actor: a})
	if err != nil {
		panic(err)
	}
	h.pages[a.ID] = in
}

// open is a person who looks at their page.
func (h *hall) open(t *testing.T, who string) {
	t.Helper()
	a := account(who)
	in, err := h.desk.Inbox(context.Background(), adapters.InboxCall{Actor: a, Opened: true})
	if err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages[a.ID] = in
}

// wantFresh compares what everybody sees with what is so.
func (h *hall) wantFresh(t *testing.T, who ...string) {
	t.Helper()
	synctest.Wait()
	for _, name := range who {
		a := account(name)
		want, err := h.desk.Inbox(context.Background(), adapters.InboxCall{Actor: a})
		if err != nil {
			t.Fatal(err)
		}
		h.mu.Lock()
		got := h.pages[a.ID]
		h.mu.Unlock()
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(adapters.Inbox{}, "Now"), cmpopts.IgnoreFields(adapters.Item{}, "Overdue")); diff != "" {
			t.Errorf("%s sees an old page (-want +got)\n%s", name, diff)
		}
	}
}

func newHall(t *testing.T, w *world) *hall {
	t.Helper()
	h := &hall{chat: w.chat, pages: map[string]adapters.Inbox{}}
	h.restart(w)
	w.save(lasting("one", "P3D"))
	return h
}

func (h *hall) restart(w *world) {
	w.stop()
	w.change = func(c *bot.Config) {
		c.Adapters = map[string]adapters.Adapter{"slack": h}
		c.Namespaces[""] = bot.Namespace{Deliver: []flow.Destination{{Surface: "slack", To: "#hr"}}}
	}
	h.mu.Lock() // nothing is drawn before there is a desk
	w.run()
	h.desk = w.bot
	h.mu.Unlock()
}

// Whatever happens, by whomever and however: nobody looks at an old page.
func TestHomesAreNeverStale(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		h := newHall(t, w)
		all := []string{"dana", "kim", "alex"}
		for _, who := range all {
			h.open(t, who)
		}
		random := rand.New(rand.NewPCG(5, 22))
		var open []string
		for range 80 {
			deed := random.IntN(8)
			if len(open) == 0 {
				deed = 0
			}
			var request string
			if len(open) > 0 {
				request = open[random.IntN(len(open))]
			}
			who := all[random.IntN(2)]
			switch deed {
			case 0, 1:
				_, request = w.beginFlow("one", nil)
				open = append(open, request)
			case 2:
				w.press(w.click(who, request, "approve", nil))
			case 3:
				w.types(who, "reject "+request+" too dear")
			case 4:
				id, _, _ := engine.RequestID(request).Split()
				w.types("alex", "cancel "+string(id))
			case 5:
				w.types(who, "away to @UKIM until 1d")
			case 6:
				w.types(who, "delegate "+request+" @UKIM until 1d")
			case 7:
				time.Sleep(time.Duration(random.IntN(48)) * time.Hour)
			}
			h.wantFresh(t, all...)
		}
		time.Sleep(8 * 24 * time.Hour)
		h.wantFresh(t, all...)
	})
}

// A page that a crash left behind is drawn anew by the next start, of those who had
// opened theirs and of nobody else.
func TestHomesAreDrawnAnewAfterACrash(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		h := newHall(t, w)
		_, request := w.beginFlow("one", nil)
		h.open(t, "dana")
		h.mu.Lock()
		h.deaf = true
		h.mu.Unlock()
		w.wants(w.types("kim", "approve "+request), adapters.Done, "")
		synctest.Wait()
		if old := h.pages[account("dana").ID]; len(old.Waiting) != 1 {
			t.Fatalf("the page was drawn by a dead server: %+v", old)
		}
		h.deaf = false
		h.restart(w)
		h.wantFresh(t, "dana")
		if in := h.pages[account("dana").ID]; len(in.Waiting) != 0 || len(in.Mine) != 0 || strings.Contains(in.Refused, "not") {
			t.Errorf("Dana sees %+v, want a page on which nothing waits", in)
		}
		if _, drawn := h.pages[account("kim").ID]; drawn {
			t.Error("the page of Kim was drawn, who never opened it")
		}
	})
}
