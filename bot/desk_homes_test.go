package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
)

// lobby is a chat with a page for each person.
type lobby struct {
	*chat

	mu    sync.Mutex
	drawn []string // guarded by mu
}

var _ adapters.Homes = (*lobby)(nil)

func (l *lobby) Refresh(a adapters.Account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drawn = append(l.drawn, strings.ToLower(strings.TrimPrefix(a.ID, "U")))
}

// takes returns whose pages were drawn anew since.
func (l *lobby) takes() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]int{}
	for _, who := range l.drawn {
		out[who]++
	}
	l.drawn = nil
	return out
}

// A page that somebody has opened is drawn anew when it changes, and only then.
func TestHomesAreDrawnAnew(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		l := &lobby{chat: w.chat}
		w.with(func(c *bot.Config) { c.Adapters = map[string]adapters.Adapter{"slack": l} })
		w.save(lasting("one", "P3D"))
		opens := func(who string) {
			if _, err := w.bot.Inbox(context.Background(), adapters.InboxCall{Actor: account(who), Opened: true}); err != nil {
				t.Fatal(err)
			}
		}
		wants := func(what string, who ...string) {
			t.Helper()
			synctest.Wait()
			got := l.takes()
			for _, name := range who {
				if got[name] == 0 {
					t.Errorf("%s: the page of %s is not drawn anew: %v", what, name, got)
				}
				delete(got, name)
			}
			if len(got) > 0 {
				t.Errorf("%s: the pages of %v are drawn anew for nothing", what, got)
			}
		}
		w.inbox("kim") // she looks, but has not opened it
		w.beginFlow("one", nil)
		wants("nobody opened theirs")
		opens("dana")
		opens("dana")
		opens("alex")
		_, request := w.beginFlow("one", nil)
		wants("a new one", "dana", "alex")
		w.types("alex", "status "+request)
		w.types("alex", "approve "+request)
		wants("nothing happened")
		w.wants(w.types("kim", "approve "+request), adapters.Done, "")
		wants("it is decided", "dana", "alex")
		opens("kim")
		w.wants(w.types("dana", "away to @UKIM until 1d"), adapters.Done, "")
		wants("somebody is away", "dana", "kim")
		w.wants(w.types("dana", "back"), adapters.Done, "")
		wants("they are back", "dana", "kim")
		time.Sleep(4 * 24 * time.Hour)
		wants("the first expired", "dana", "kim", "alex")
	})
}
