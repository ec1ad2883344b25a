package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/engine"
	"signoff/store"
)

// asking is a world in which whoever asks gets a card.
func asking(t *testing.T, test func(t *testing.T, w *world, x engine.Execution, request string)) {
	t.Helper()
	inBubble(t, func(t *testing.T, w *world) {
		w.requesters = true
		w.with(nil)
		x, request := w.buy()
		test(t, w, x, request)
	})
}

// own presses a button of the requester's own card.
func (w *world) own(user, request, action string, values map[string]any) adapters.Click {
	time.Sleep(time.Second) // each press is another
	c := w.click(user, request, action, values)
	for _, ref := range w.chat.order {
		if p := w.chat.posts[ref]; p.place == "alex" && p.card.Request == request {
			c.Copy, c.Version = ref, p.card.Version
		}
	}
	return c
}

func labels(c adapters.Card) string {
	var out []string
	for _, a := range c.Actions {
		out = append(out, a.Label)
	}
	return strings.Join(out, ", ")
}

// TestRequestersCard says what whoever asks sees, and what they can do.
func TestRequestersCard(t *testing.T) {
	t.Parallel()
	asking(t, func(t *testing.T, w *world, _ engine.Execution, request string) {
		if got := w.chat.places(); !slices.Equal(got, []string{"#buy", "alex", "dana"}) {
			t.Fatalf("cards at %v", got)
		}
		card := w.at("alex")
		if got, want := labels(card), "Remind approvers, Cancel request…"; got != want {
			t.Errorf("open, it offers %q, want %q", got, want)
		}
		if !slices.Contains(card.Notes, "⏳ Waiting for Dana") {
			t.Errorf("it does not say who is missing: %q", card.Notes)
		}
		w.wantRecorded(w.press(w.own("alex", request, "remind", nil)), "reminded")
		if told := strings.Join(w.chat.words(), "\n"); !strings.Contains(told, "Alex asks for your answer.") {
			t.Errorf("told was %q", told)
		}
		w.wantRefused(w.press(w.own("alex", request, "remind", nil)), "You can remind them again from")
		w.wantRefused(w.press(w.own("dana", request, "withdraw", nil)), "Only Alex")
		w.wantRecorded(w.press(w.own("alex", request, "withdraw", map[string]any{"signoff.reason": "Not needed."})), "took")
		if n := w.chat.live(); n != 0 {
			t.Errorf("%d cards have buttons after it was taken back", n)
		}
	})
}

func TestRequesterChangesWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	asking(t, func(t *testing.T, w *world, x engine.Execution, request string) {
		w.wantRecorded(w.clicks("dana", request, "changes", map[string]any{"signoff.text": "Less."}), "asked to change")
		card := w.at("alex")
		if got, want := labels(card), "Edit and resubmit…, Cancel request…"; got != want || card.Title != "Changes wanted: Buy for 900" {
			t.Fatalf("sent back, %q offers %q, want %q", card.Title, got, want)
		}
		i := slices.IndexFunc(card.Form, func(f adapters.Field) bool { return f.ID == "signoff.input.amount" })
		if i < 0 || card.Form[i].Initial != "900" {
			t.Fatalf("the form is %+v, want the amount as it was", card.Form)
		}
		look, err := w.bot.Look(t.Context(), lookOf(w.own("alex", request, "resubmit", nil)))
		if err != nil || look.Kind != adapters.Shown || labels(*look.Card) != "Edit and resubmit…, Cancel request…" {
			t.Fatalf("the form of a button of theirs: %+v, %v", look, err)
		}
		if look, err = w.bot.Look(t.Context(), lookOf(w.own("dana", request, "resubmit", nil))); err != nil || look.Kind != adapters.Refused {
			t.Errorf("the form for somebody else: %+v, %v", look.Kind, err)
		}
		a := w.press(w.own("alex", request, "resubmit", map[string]any{"signoff.input.amount": "many"}))
		if a.Kind != adapters.Invalid || a.Fields["signoff.input.amount"] == "" {
			t.Fatalf("a wrong amount: %+v, want it said at its field", a)
		}
		w.wantRecorded(w.press(w.own("alex", request, "resubmit", map[string]any{"signoff.input.amount": "700", "signoff.text": "Less."})), "asked anew")
		if got := w.execution(x.ID).Inputs["amount"]; got != int64(700) {
			t.Errorf("the amount is %v", got)
		}
	})
}

func lookOf(c adapters.Click) adapters.Look {
	return adapters.Look{Actor: c.Actor, Request: c.Request, Copy: c.Copy, Action: c.Action, Version: c.Version, Once: c.Once}
}

// TestDetailsShowLongAnswers: a card shows the beginning of a long reason, and the
// details show all of it, as text that is no markup.
func TestDetailsShowLongAnswers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		details := func() string {
			t.Helper()
			a, err := w.bot.Look(t.Context(), adapters.Look{Actor: account("alex"), Request: request})
			if err != nil || a.Kind != adapters.Shown {
				t.Fatalf("look: %+v, %v", a, err)
			}
			return fmt.Sprint(a.Card.Body)
		}
		const end = "<!channel> *THE END*"
		w.wantRecorded(w.press(w.click("dana", request, "approve", map[string]any{"reason": strings.Repeat("long ", 400) + end})), "")
		if c := w.at("#hr"); strings.Contains(fmt.Sprint(c), end) {
			t.Error("the card shows all of it")
		}
		if got := details(); !strings.Contains(got, "Dana, ") || !strings.Contains(got, end) {
			t.Errorf("the details say %.300q", got)
		}
	})
}

// TestAskedOnceMore: after a no with other inputs, after silence with the same,
// once, by whoever asked, and not if the flow is another by now.
func TestAskedOnceMore(t *testing.T) {
	t.Parallel()
	begun := func(t *testing.T, w *world) []engine.Execution {
		t.Helper()
		xs, err := w.store.Executions(t.Context(), store.Query{Flow: "purchase"})
		if err != nil {
			t.Fatal(err)
		}
		return xs
	}
	t.Run("rejected", func(t *testing.T) {
		t.Parallel()
		asking(t, func(t *testing.T, w *world, _ engine.Execution, request string) {
			w.wantRefused(w.press(w.own("alex", request, "again", nil)), "Only what was rejected or expired")
			w.clicks("dana", request, "reject", nil)
			if got := labels(w.at("alex")); got != "Edit and resubmit…" {
				t.Fatalf("rejected, it offers %q", got)
			}
			w.wantRefused(w.press(w.own("dana", request, "again", nil)), "Only Alex")
			again := w.own("alex", request, "again", map[string]any{"signoff.input.amount": "5"})
			w.wantRecorded(w.press(again), "once more")
			again.Once = "another press"
			w.wantRefused(w.press(again), "You asked once more before")
			xs := begun(t, w)
			if len(xs) != 2 || xs[0].Inputs["amount"] != int64(5) || xs[0].Requester.Person != "alex" {
				t.Errorf("there are %d executions, the newest with %v by %s", len(xs), xs[0].Inputs, xs[0].Requester.Person)
			}
		})
	})
	t.Run("expired", func(t *testing.T) {
		t.Parallel()
		asking(t, func(t *testing.T, w *world, _ engine.Execution, request string) {
			time.Sleep(73 * time.Hour)
			if got := labels(w.at("alex")); got != "Request again" {
				t.Fatalf("expired, it offers %q", got)
			}
			w.wantRecorded(w.press(w.own("alex", request, "again", nil)), "once more")
			if xs := begun(t, w); len(xs) != 2 || xs[0].Inputs["amount"] != int64(900) || xs[0].State != engine.Paused {
				t.Errorf("there are %d executions, the newest is %s with %v", len(xs), xs[0].State, xs[0].Inputs)
			}
		})
	})
	t.Run("another flow by now", func(t *testing.T) {
		t.Parallel()
		asking(t, func(t *testing.T, w *world, _ engine.Execution, request string) {
			w.clicks("dana", request, "reject", nil)
			w.save(strings.Replace(purchase, "P3D", "P4D", 1))
			w.wantRefused(w.press(w.own("alex", request, "again", nil)), "The flow has changed since")
		})
	})
}

// TestNothingToDo: whoever was asked and did not answer is told so on their own
// card; the others' cards do not speak of them.
func TestNothingToDo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		w.press(w.click("dana", request, "approve", nil))
		const text = "Decided by Dana – nothing to do"
		for place, want := range map[string]bool{"kim": true, "dana": false, "#hr": false} {
			c := w.at(place)
			if got := slices.Contains(c.Notes, text); got != want || strings.Contains(c.Summary, text) != want {
				t.Errorf("the card at %s says so: %t, want %t: %q", place, got, want, c.Notes)
			}
		}
	})
}

// Whoever asks is not made an approver by their card, nor does it count as
// somebody having been told.
func TestRequestersCardReachesNobody(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.requesters = true
		w.with(nil)
		w.chat.breaks(func(_, place string) error {
			if place == "alex" {
				return nil
			}
			return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "channel_not_found"}
		})
		_, request := w.buy()
		w.wantRefused(w.press(w.own("alex", request, "approve", nil)), "your own request")
		stuck, err := w.bot.Stuck(t.Context(), engine.Principal{Person: "alex", Via: "slack"})
		if err != nil || len(stuck) != 1 || !strings.Contains(strings.Join(stuck[0].Why, " "), "reached anybody") {
			t.Errorf("stuck are %+v, %v", stuck, err)
		}
	})
}
