package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
)

// threads is a chat in which something can be said below a card.
type threads struct {
	*chat
	mu    sync.Mutex
	lines []string // guarded by mu
	fail  func(line string) error
}

func (c *threads) Reply(_ context.Context, ref adapters.MessageRef, l adapters.Line) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chat.mu.Lock()
	gone := c.posts[ref] == nil
	c.chat.mu.Unlock()
	if gone {
		return &adapters.DeliveryError{Kind: adapters.Gone, Code: "message_not_found"}
	}
	line := ref.Place + ": " + l.Text
	if l.Quote != "" {
		line += " | " + strings.ReplaceAll(l.Quote, "\n", " / ")
	}
	for _, p := range l.Mention {
		line += " @" + p.ID
	}
	if l.Loud {
		line += " !"
	}
	if c.fail != nil {
		if err := c.fail(line); err != nil {
			return err
		}
	}
	c.lines = append(c.lines, line)
	return nil
}

func (c *threads) said() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

// logged is a world whose chat has threads.
func logged(t *testing.T, test func(t *testing.T, w *world, c *threads)) {
	t.Helper()
	inBubble(t, func(t *testing.T, w *world) {
		c := &threads{chat: w.chat}
		w.with(func(cfg *bot.Config) { cfg.Adapters = map[string]adapters.Adapter{"slack": c} })
		test(t, w, c)
	})
}

// TestLogBelowACard reads what people read below the card of a channel.
func TestLogBelowACard(t *testing.T) {
	t.Parallel()
	logged(t, func(t *testing.T, w *world, c *threads) {
		_, request := w.buy()
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "What <!channel> for?"})
		w.does("alex", request, bot.RequestOrder{Verb: card.Comment, Text: "For *all*."})
		time.Sleep(4*time.Hour + time.Minute)
		w.does("alex", request, bot.RequestOrder{Verb: card.Remind})
		time.Sleep(time.Minute)
		w.clicks("dana", request, "changes", map[string]any{"signoff.text": "Less."})
		w.does("alex", request, bot.RequestOrder{Verb: card.Resubmit, Inputs: map[string]any{"amount": "700"}})
		time.Sleep(49 * time.Hour)
		w.does("dana", request, bot.RequestOrder{Verb: card.Delegate, To: "kim", Text: "I am out."})
		w.clicks("dana", request, "reject", nil)
		synctest.Wait()
		want := []string{
			"#buy: 💬 Dana asks | What <!channel> for? @alex",
			"#buy: 💬 Alex replies | For *all*.",
			"#buy: ⏰ Reminded: Dana",
			"#buy: ⏰ Alex reminds Dana",
			"#buy: ✏ Dana wants changes | Less. @alex",
			"#buy: ♻ Asked anew, so what was answered before does not count: Changed by Alex.",
			"#buy: ⏰ Reminded: Dana", "#buy: ⏰ Reminded: Dana",
			"#buy: ⬆ Nobody answered by 25 Nov 2026 00:00 UTC, so Kim can answer, too !",
			"#buy: 🤝 Kim answers for Dana: I am out.",
			"#buy: ❌ Rejected by Dana",
		}
		got := c.said()
		for i := range got { // the moment of the ladder depends on the bubble's clock
			if strings.Contains(got[i], "⬆ Nobody answered by") {
				got[i] = want[8]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
	})
}

// TestLogSurvives: whatever fails, each line is said, in order; and a line that
// was said while its answer was lost is said once more and no other.
func TestLogSurvives(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails func(n int) error
		lost  bool // it was said all the same
		twice int
	}{
		"busy":         {fails: func(n int) error { return failing(n < 3, adapters.Busy) }},
		"refused":      {fails: func(n int) error { return failing(n < 2, adapters.Denied) }},
		"answers lost": {fails: func(n int) error { return failing(n == 1, adapters.Unknown) }, lost: true, twice: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logged(t, func(t *testing.T, w *world, th *threads) {
				_, request := w.buy()
				n := 0
				th.fail = func(line string) error {
					n++
					err := c.fails(n)
					if err != nil && c.lost {
						th.lines = append(th.lines, line)
					}
					return err
				}
				var want []string
				for i := range 4 {
					text := fmt.Sprint("question ", i)
					w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: text})
					want = append(want, "#buy: 💬 Dana asks | "+text+" @alex")
				}
				time.Sleep(time.Hour)
				got := th.said()
				if c.twice > 0 {
					want = slices.Insert(want, 0, want[0])
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("the log (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func failing(fails bool, kind adapters.DeliveryKind) error {
	if fails {
		return &adapters.DeliveryError{Kind: kind, Code: "test"}
	}
	return nil
}

// TestLogAfterARestart: nothing that was said is said again.
func TestLogAfterARestart(t *testing.T) {
	t.Parallel()
	logged(t, func(t *testing.T, w *world, c *threads) {
		_, request := w.buy()
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "one"})
		w.with(w.change)
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "two"})
		if got, want := c.said(), 2; len(got) != want {
			t.Errorf("%d lines were said, want %d: %q", len(got), want, got)
		}
	})
}

// TestLogOfADeletedCard: the card is posted anew, and what had not been said is
// said below it.
func TestLogOfADeletedCard(t *testing.T) {
	t.Parallel()
	logged(t, func(t *testing.T, w *world, c *threads) {
		_, request := w.buy()
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "one"})
		c.chat.mu.Lock()
		for ref, p := range c.posts {
			if p.place == "#buy" {
				delete(c.posts, ref)
			}
		}
		c.chat.mu.Unlock()
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "two"})
		time.Sleep(time.Minute)
		if got := c.said(); len(got) != 2 || !strings.Contains(got[1], "two") {
			t.Errorf("said was %q, want both lines once", got)
		}
		if got := w.chat.places(); !slices.Contains(got, "#buy") {
			t.Errorf("cards at %v, want one at #buy again", got)
		}
	})
}

// What fails for good is left out, and the rest is said.
func TestLogLeavesOutWhatCannotBeSaid(t *testing.T) {
	t.Parallel()
	logged(t, func(t *testing.T, w *world, c *threads) {
		_, request := w.buy()
		c.fail = func(line string) error { return failing(strings.Contains(line, "one"), adapters.Malformed) }
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "one"})
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "two"})
		if got := c.said(); len(got) != 1 || !strings.Contains(got[0], "two") {
			t.Errorf("said was %q, want the second line", got)
		}
	})
}

// Whoever asked is told how it ended by a message of its own: their card is
// redrawn in silence.
func TestRequesterIsToldTheOutcome(t *testing.T) {
	t.Parallel()
	logged(t, func(t *testing.T, w *world, c *threads) {
		w.requesters = true
		w.with(w.change)
		_, request := w.buy()
		w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "What for?"})
		w.clicks("dana", request, "approve", nil)
		var told []string
		for _, s := range c.words() {
			if strings.HasPrefix(s, "alex: ") {
				told = append(told, s)
			}
		}
		want := "alex: ✅ Approved by Dana · ✔ succeeded"
		if len(told) != 2 || !strings.Contains(told[0], "What for?") || told[1] != want {
			t.Errorf("told was %q, want the question and %q", told, want)
		}
	})
}

// A loud rejection is shown in the channel, too.
func TestLoudRejection(t *testing.T) {
	t.Parallel()
	for _, loud := range []bool{false, true} {
		logged(t, func(t *testing.T, w *world, c *threads) {
			before := w.change
			w.with(func(cfg *bot.Config) { before(cfg); cfg.LoudReject = loud })
			_, request := w.buy()
			w.clicks("dana", request, "reject", nil)
			got := c.said()
			if len(got) != 1 || strings.HasSuffix(got[0], "!") != loud {
				t.Errorf("LoudReject: %t: said was %q", loud, got)
			}
		})
	}
}

var _ adapters.Threads = (*threads)(nil)

// What a card that cannot be changed should show stands below it.
func TestFrozenCardIsFollowedByANote(t *testing.T) {
	t.Parallel()
	logged(t, func(t *testing.T, w *world, c *threads) {
		_, request := w.buy()
		c.breaks(func(op, _ string) error { return failing(op == "update", adapters.Frozen) })
		w.clicks("dana", request, "approve", nil)
		time.Sleep(time.Minute)
		if got := strings.Join(c.said(), "\n"); !strings.Contains(got, "#buy: Approved: Buy for 900.") || !strings.Contains(got, "dana: Approved: Buy for 900.") {
			t.Errorf("below the cards stands %q, want how it ended", got)
		}
	})
}
