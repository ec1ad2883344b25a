package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/audit"
)

func TestRemindersAndTheLadder(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		time.Sleep(4*time.Hour + time.Second)
		synctest.Wait()
		w.wantTold("dana", "Reminder: “Buy for 900”")
		w.wantTold("dana", "waits for your answer since 1 Jan 2000 00:00 UTC. It expires 4 Jan 2000 00:00 UTC.")
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		w.wantNote("#buy", "⬆ Nobody answered by 3 Jan 2000 00:00 UTC, so Kim can answer, too")
		if n := len(w.chat.words()); n != 2 {
			t.Errorf("%d texts were told, want two reminders: %q", n, w.chat.words())
		}
		w.wantRecorded(w.clicks("kim", request, "approve", nil), "you approved")
	})
}

func TestNobodyIsRemindedOfWhatTheyAnswered(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.wantRecorded(w.clicks("dana", request, "approve", nil), "you approved")
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if told := w.chat.words(); len(told) > 0 {
			t.Errorf("told %q after the answer", told)
		}
	})
}

// TestANewsThatIsOldIsNotTold: what waited while the surface was down is not
// told once it is no news any more.
func TestANewsThatIsOldIsNotTold(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.chat.breaks(func(op, _ string) error {
			if op == "tell" {
				return &adapters.DeliveryError{Kind: adapters.Busy, RetryAfter: time.Minute}
			}
			return nil
		})
		time.Sleep(4*time.Hour + time.Second)
		synctest.Wait()
		w.wantRecorded(w.clicks("dana", request, "approve", nil), "you approved")
		w.chat.breaks(nil)
		time.Sleep(time.Hour)
		synctest.Wait()
		if told := w.chat.words(); len(told) > 0 {
			t.Errorf("told %q after the answer", told)
		}
	})
}

func TestATellThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		tries := 0
		w.chat.breaks(func(op, _ string) error {
			if op != "tell" {
				return nil
			}
			if tries++; tries < 3 {
				return &adapters.DeliveryError{Kind: adapters.Unknown, Err: errors.New("cut off")}
			}
			return nil
		})
		w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "Why?"}), "stands on the card")
		time.Sleep(time.Minute)
		synctest.Wait()
		w.wantTold("alex", "Dana asks about")
		if n := w.count(audit.NoticeSent); n != 1 {
			t.Errorf("%d notices in the trail, want 1", n)
		}
	})
}

func TestWhoCannotBeToldIsReported(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.chat.breaks(func(op, place string) error {
			if op == "tell" && place == "alex" {
				return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "user_not_found"}
			}
			return nil
		})
		w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "Why?"}), "stands on the card")
		w.wantTold("#alerts", "Could not tell Alex: Dana asks about “Buy for 900”")
		if n := w.count(audit.NoticeFailed); n != 1 {
			t.Errorf("%d failed notices in the trail, want 1", n)
		}
	})
}

// TestAPersonIsToldWhereTheyAreAsked: on the surface that shows them the request,
// and on another only if that one does not reach them.
func TestAPersonIsToldWhereTheyAreAsked(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		mail := newChat()
		w.with(func(c *bot.Config) { c.Adapters["email"] = mail })
		w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "One?"}), "stands on the card")
		if n := len(mail.words()); n != 0 || len(w.chat.words()) != 1 {
			t.Errorf("told %q in chat and %q by mail", w.chat.words(), mail.words())
		}
		w.chat.breaks(func(op, _ string) error {
			if op == "tell" {
				return &adapters.DeliveryError{Kind: adapters.Denied}
			}
			return nil
		})
		w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "Two?"}), "stands on the card")
		if told := mail.words(); len(told) != 1 || !strings.Contains(told[0], "Two?") {
			t.Errorf("told %q by mail", told)
		}
	})
}

// toPeople are the words that were not told to a channel.
func toPeople(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(text string) bool { return strings.HasPrefix(text, "#") })
}

func TestStuckNamesWhatWaitsInVain(t *testing.T) {
	t.Parallel()
	stuck := func(t *testing.T, w *world, says string) {
		t.Helper()
		list, err := w.bot.Stuck(t.Context(), engine.Principal{Person: "kim", Via: "slack"})
		switch {
		case err != nil:
			t.Fatal(err)
		case says == "" && len(list) > 0:
			t.Errorf("it lists %+v", list)
		case says != "" && (len(list) != 1 || !strings.Contains(strings.Join(list[0].Why, " "), says)):
			t.Errorf("it lists %+v, want one with %q", list, says)
		}
	}
	t.Run("nothing", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			w.buy()
			stuck(t, w, "")
		})
	})
	t.Run("nobody is left", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			w.buy()
			w.with(func(c *bot.Config) { c.People = colleagues(t, "dana") })
			stuck(t, w, "Too few people are left")
		})
	})
	t.Run("delivered to nobody", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			w.chat.breaks(func(op, _ string) error {
				if op == "post" {
					return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "channel_not_found"}
				}
				return nil
			})
			w.buy()
			stuck(t, w, "No message about it reached anybody")
		})
	})
	t.Run("the requester has left", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			_, request := w.buy()
			w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.SendBack, Text: "Less"}), "Alex is asked")
			stuck(t, w, "")
			w.with(func(c *bot.Config) { c.People = colleagues(t, "alex") })
			stuck(t, w, "It waits for Alex to change something, who is not there any more. Override it, or cancel it and start it anew.")
		})
	})
	t.Run("the requester changes nothing", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			w.save(strings.Replace(purchase, "    pauseDuration: P3D\n    behavior: FAIL\n", "", 1))
			_, request := w.beginFlow("purchase", map[string]any{"amount": 900})
			w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.SendBack, Text: "Less"}), "Alex is asked")
			words := func(after time.Duration, want string) {
				t.Helper()
				wait(after)
				told := toPeople(w.chat.words())
				if len(told) == 0 || !strings.Contains(told[len(told)-1], want) {
					t.Errorf("told are %q, want %q", told, want)
				}
			}
			words(5*time.Hour, "waits for you since")
			stuck(t, w, "")
			words(20*time.Hour, "ask anew with: signoff resubmit")
			stuck(t, w, "")
			words(24*time.Hour, "still waits for Alex since it was sent back")
			stuck(t, w, "nothing was changed for long. Talk to them. Override it, or cancel it and start it anew.")
			n := len(toPeople(w.chat.words()))
			wait(50 * time.Hour)
			if told := toPeople(w.chat.words()); len(told) != n {
				t.Errorf("told are %q, although nothing is to be told any more", told[n:])
			}
			w.wantRecorded(w.does("alex", request, bot.RequestOrder{Verb: card.Resubmit}), "is asked anew")
			stuck(t, w, "")
		})
	})
	t.Run("not for them", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, w *world) {
			w.buy()
			w.rights()
			w.with(func(c *bot.Config) { c.People = colleagues(t, "dana"); c.Access = w.bot.Access })
			stuck(t, w, "")
		})
	})
}

// TestWhileAChatHangsDeadlinesHold: words that do not get through keep nothing
// else waiting.
func TestWhileAChatHangsDeadlinesHold(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(func(c *bot.Config) {
			c.Workers, c.Adapters = 1, map[string]adapters.Adapter{"slack": mute{w.chat}}
		})
		x, request := w.buy()
		w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "Why?"}), "stands on the card")
		time.Sleep(73 * time.Hour)
		synctest.Wait()
		if got := w.execution(x.ID).Runs[0].Request.Outcome; got != engine.Expired {
			t.Errorf("the request is %q while a word hangs, want expired", got)
		}
	})
}

// mute is a chat in which words hang.
type mute struct{ *chat }

func (mute) Tell(ctx context.Context, _ adapters.Destination, _ string) error {
	<-ctx.Done()
	return &adapters.DeliveryError{Kind: adapters.Unknown, Err: ctx.Err()}
}

// TestATellOutlastsAnOutage: a surface that is down for hours loses no word that
// is still news.
func TestATellOutlastsAnOutage(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.chat.breaks(func(op, _ string) error {
			if op == "tell" {
				return &adapters.DeliveryError{Kind: adapters.Busy}
			}
			return nil
		})
		w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: "Why?"}), "stands on the card")
		time.Sleep(3 * time.Hour)
		w.chat.breaks(nil)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		w.wantTold("alex", "Dana asks about")
	})
}
