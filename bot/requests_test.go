package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// purchase asks Dana alone; Alex can be asked to change the amount.
const purchase = `
id: purchase
namespace: hr
inputs:
  - {id: amount, type: INT}
tasks:
  - id: gate
    type: Pause
    request: {title: "Buy for {{ inputs.amount }}"}
    pauseDuration: P3D
    behavior: FAIL
    onReject: FAIL
    onResume:
      - {id: approved, type: BOOL}
    approval:
      stages:
        - {id: one, who: ["user:dana"], remind: [PT4H, P1D], urgent: true, escalate: {after: P2D, to: ["user:kim"]}}
      changes: [amount]
    deliver:
      - slack: "#buy"
      - slack: approvers
`

// buy saves the flow and asks for something.
func (w *world) buy() (engine.Execution, string) {
	w.t.Helper()
	w.save(purchase)
	return w.beginFlow("purchase", map[string]any{"amount": 900})
}

// does is what a person does with a request over a surface without copies.
func (w *world) does(user, request string, o bot.RequestOrder) adapters.Answer {
	w.t.Helper()
	o.Request, o.Actor = request, w.click(user, request, "", nil).Actor
	if o.Once == "" {
		o.Once = fmt.Sprintf("%s-%s-%d", user, o.Verb, len(w.trail()))
	}
	a, err := w.bot.DoRequest(w.t.Context(), o)
	if err != nil {
		w.t.Fatalf("DoRequest() failed: %v", err)
	}
	synctest.Wait()
	return a
}

// clicks presses a button of the card as it is now.
func (w *world) clicks(user, request, action string, values map[string]any) adapters.Answer {
	w.t.Helper()
	c := w.click(user, request, action, values)
	c.Version = w.at(user).Version
	c.Once = fmt.Sprintf("%s-%s-%d", user, action, len(w.trail()))
	return w.press(c)
}

// at is the card at a place, as it is shown now.
func (w *world) at(place string) adapters.Card {
	w.t.Helper()
	for _, p := range w.chat.all() {
		if p.place == place {
			return p.card
		}
	}
	w.t.Fatalf("there is no card at %s", place)
	return adapters.Card{}
}

func (w *world) wantRecorded(a adapters.Answer, says string) {
	w.t.Helper()
	if a.Kind != adapters.Recorded || !strings.Contains(a.Text, says) {
		w.t.Fatalf("it is %s %q %v, want recorded with %q", a.Kind, a.Text, a.Fields, says)
	}
}

func (w *world) wantRefused(a adapters.Answer, says string) {
	w.t.Helper()
	if a.Kind != adapters.Refused || !strings.Contains(a.Text, says) {
		w.t.Fatalf("it is %s %q, want refused with %q", a.Kind, a.Text, says)
	}
}

// wantTold checks that somebody was told, and only once.
func (w *world) wantTold(who, says string) {
	w.t.Helper()
	n := 0
	for _, text := range w.chat.words() {
		if strings.HasPrefix(text, who+": ") && strings.Contains(text, says) {
			n++
		}
	}
	if n != 1 {
		w.t.Errorf("%s was told %q %d times, want once; all that was told: %q", who, says, n, w.chat.words())
	}
}

func notes(c adapters.Card) string { return strings.Join(c.Notes, "\n") }

func (w *world) wantNote(place, says string) {
	w.t.Helper()
	if got := notes(w.at(place)); !strings.Contains(got, says) {
		w.t.Errorf("the card at %s says\n%s\nwant %q", place, got, says)
	}
}

func TestDelegateFromACard(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.buy()
		form, err := w.bot.Look(t.Context(), adapters.Look{
			Actor: w.click("dana", request, "", nil).Actor, Request: request, Action: "delegate", Version: 1, Once: "look",
		})
		if err != nil || form.Kind != adapters.Shown {
			t.Fatalf("Look() = %+v, %v", form, err)
		}
		a := w.press(w.click("dana", request, "delegate", map[string]any{"signoff.to": "nobody@corp.example", "signoff.until": "soon"}))
		if a.Kind != adapters.Invalid || a.Fields["signoff.to"] == "" || a.Fields["signoff.until"] == "" {
			t.Fatalf("it is %s %v, want faults at both fields", a.Kind, a.Fields)
		}
		w.wantRefused(w.clicks("dana", request, "delegate", map[string]any{"signoff.to": "alex"}), "Alex made this request")
		w.wantRefused(w.press(w.click("kim", request, "delegate", map[string]any{"signoff.to": "dana"})), "Only Dana can answer this")
		w.wantRecorded(w.clicks("dana", request, "delegate", map[string]any{"signoff.to": "Kim ", "signoff.until": "P1D", "signoff.reason": "in a train"}), "Kim answers for Dana until 2 Jan 2000")
		if got, want := w.chat.places(), []string{"#buy", "dana", "kim"}; !slices.Equal(got, want) {
			t.Fatalf("copies at %v, want %v", got, want)
		}
		w.wantNote("#buy", "🤝 Kim answers for Dana until 2 Jan 2000 00:00 UTC: in a train")
		w.wantRecorded(w.clicks("kim", request, "approve", nil), "you approved")
		if got := w.execution(x.ID).Runs[0].Request.Responses[0].For; got != "dana" {
			t.Errorf("the answer is for %q, want dana", got)
		}
		w.wantNote("dana", "✅ Kim, for Dana, approved")
		if n := w.count(audit.RequestDelegated); n != 1 {
			t.Errorf("%d delegations in the trail, want 1", n)
		}
	})
}

func TestDelegationRunsOut(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Delegate, To: "kim", Until: "PT1H"}), "Kim answers")
		time.Sleep(time.Hour)
		w.wantRefused(w.clicks("kim", request, "approve", nil), "The time for which you could answer for Dana is over")
	})
}

func TestChangesGoThereAndBack(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.buy()
		w.wantRecorded(w.press(w.click("dana", request, "changes", map[string]any{"signoff.text": "Not above 800"})), "Alex is asked to change it")
		if n := w.chat.live(); n != 0 {
			t.Errorf("%d cards have live buttons while the requester changes something", n)
		}
		if got := w.at("#buy").Title; got != "Changes wanted: Buy for 900" {
			t.Errorf("the card's title is %q", got)
		}
		w.wantTold("alex", "Dana wants you to change something in “Buy for 900”")
		w.wantTold("alex", "signoff resubmit "+request+" -i amount=…")
		w.wantRefused(w.clicks("dana", request, "approve", nil), "Alex was asked to change something first")
		w.wantRefused(w.does("dana", request, bot.RequestOrder{Verb: card.Resubmit}), "Only Alex")
		a := w.does("alex", request, bot.RequestOrder{Verb: card.Resubmit, Inputs: map[string]any{"amount": "many"}})
		if a.Kind != adapters.Invalid || a.Fields["amount"] == "" {
			t.Fatalf("it is %s %q %v, want a fault at the amount", a.Kind, a.Text, a.Fields)
		}
		w.wantRecorded(w.does("alex", request, bot.RequestOrder{Verb: card.Resubmit, Inputs: map[string]any{"amount": "700"}, Text: "A smaller one"}), "is asked anew")
		card := w.at("dana")
		if card.Title != "Approval needed: Buy for 700" || len(card.Actions) == 0 {
			t.Errorf("the card is %q with %d buttons", card.Title, len(card.Actions))
		}
		w.wantNote("dana", "♻ Asked anew, round 2: Changed by Alex.")
		w.wantNote("dana", "✏ Alex changed it and asks anew: A smaller one")
		w.wantTold("dana", "is asked anew")
		w.wantRefused(w.press(w.click("dana", request, "approve", nil)), "changed since") // the first card
		w.wantRecorded(w.clicks("dana", request, "approve", nil), "you approved “Buy for 700”")
		if got := w.execution(x.ID); got.State != engine.Success || got.Inputs["amount"] != int64(700) {
			t.Errorf("the execution is %s with %v", got.State, got.Inputs)
		}
	})
}

func TestQuestionsStandOnTheCard(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.wantRefused(w.does("kim", request, bot.RequestOrder{Verb: card.Comment, Text: "me too"}), "Only Dana can answer this")
		for i := range 4 {
			w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Comment, Text: fmt.Sprintf("Why %d?", i)}), "stands on the card")
		}
		w.wantRecorded(w.does("alex", request, bot.RequestOrder{Verb: card.Comment, Text: "Because."}), "stands on the card")
		w.wantNote("#buy", "💬 2 earlier comments, in the details\n💬 Dana asks: Why 2?")
		w.wantNote("#buy", "💬 Alex replies: Because.")
		w.wantTold("alex", ": Why 3? Reply with: signoff comment "+request)
		w.wantTold("dana", "Alex replies about")
	})
}

// rights restarts the bot where people have only these roles.
func (w *world) rights(grants ...access.Grant) {
	w.t.Helper()
	rules, err := access.New(access.Config{Grants: grants})
	if err != nil {
		w.t.Fatal(err)
	}
	w.with(func(c *bot.Config) { c.Access, c.People = rules, colleagues(w.t) })
}

// colleagues are everybody of the world, and Lee; those named have left.
func colleagues(t *testing.T, left ...approval.PersonID) *people.People {
	t.Helper()
	var all []people.Person
	for _, name := range []string{"Dana", "Kim", "Alex", "Lee"} {
		id := approval.PersonID(strings.ToLower(name))
		all = append(all, people.Person{
			ID: id, Name: name, Accounts: map[string]string{"slack": "T1:U" + strings.ToUpper(name)}, Inactive: slices.Contains(left, id),
		})
	}
	people, err := people.New(people.Config{People: all})
	if err != nil {
		t.Fatal(err)
	}
	return people
}

func grant(role access.Role, who string) access.Grant {
	return access.Grant{Role: role, To: []approval.Selector{{Kind: approval.User, Name: who}}, In: []string{"hr"}}
}

func TestOverrideTakesTheRight(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.buy()
		w.rights(grant(access.Admin, "kim"), grant(access.Admin, "alex"))
		w.wantRefused(w.does("dana", request, bot.RequestOrder{Verb: card.Override, Text: "hurry"}), "You may not override requests")
		w.wantRefused(w.does("alex", request, bot.RequestOrder{Verb: card.Override, Text: "hurry"}), "your own request")
		if a := w.does("kim", request, bot.RequestOrder{Verb: card.Override, Text: " \n"}); a.Kind != adapters.Invalid || !strings.Contains(a.Text, "Say why") {
			t.Fatalf("an override without a reason is %s %q", a.Kind, a.Text)
		}
		w.wantRecorded(w.does("kim", request, bot.RequestOrder{Verb: card.Override, Text: "The shop closes"}), "you approved “Buy for 900”")
		card := w.at("#buy")
		if card.Title != "Approved by break-glass: Buy for 900" || len(card.Actions) > 0 {
			t.Errorf("the card is %q", card.Title)
		}
		w.wantNote("#buy", "⚠ Break-glass: approved by Kim alone, because: The shop closes")
		w.wantTold("dana", "⚠ Break-glass: Kim approved")
		if n := w.count(audit.RequestOverridden); n != 1 {
			t.Errorf("%d overrides in the trail, want 1", n)
		}
		if n := w.count(audit.RequestApproved); n != 0 {
			t.Errorf("%d plain approvals in the trail, want none", n)
		}
		if got := w.execution(x.ID).Runs[0].Request.Outcome; got != engine.Approved {
			t.Errorf("the outcome is %s", got)
		}
	})
}

func TestReassignOfOthersTakesTheRight(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		move := bot.RequestOrder{Verb: card.Reassign, From: "dana", To: "kim", Text: "Dana is ill"}
		w.rights(grant(access.Operator, "alex"), grant(access.Viewer, "kim"))
		w.wantRefused(w.does("kim", request, move), "your own seat only")
		w.wantRefused(w.does("alex", request, move), "cannot choose who does") // it is their request
		w.rights(grant(access.Operator, "lee"))
		w.wantRecorded(w.does("lee", request, move), "Kim is asked instead of Dana")
		w.wantNote("#buy", "🤝 Kim is asked instead of Dana, by Lee: Dana is ill")
		w.wantTold("dana", "Lee gave your place in “Buy for 900”")
		w.wantRefused(w.clicks("dana", request, "approve", nil), "given to somebody else")
	})
}

func TestRequestsThatSomebodyMayNotSeeAreNotThere(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.rights()
		for _, verb := range []card.Verb{card.Delegate, card.Reassign, card.SendBack, card.Resubmit, card.Comment, card.Withdraw, card.Override} {
			there := w.does("kim", request, bot.RequestOrder{Verb: verb, To: "dana", Text: "x"})
			absent := w.does("kim", "nothing.1", bot.RequestOrder{Verb: verb, To: "dana", Text: "x"})
			if there.Kind != absent.Kind || there.Text != absent.Text || there.Code != absent.Code {
				t.Errorf("%s of a request that may not be seen is %q, and of none %q", verb, there.Text, absent.Text)
			}
		}
	})
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		w.wantRefused(w.does("dana", request, bot.RequestOrder{Verb: card.Withdraw}), "Only Alex")
		w.wantRecorded(w.does("alex", request, bot.RequestOrder{Verb: card.Withdraw, Text: "found one", Once: "w"}), "you took “Buy for 900”")
		if a := w.does("alex", request, bot.RequestOrder{Verb: card.Withdraw, Text: "found one", Once: "w"}); a.Kind != adapters.Repeated {
			t.Errorf("the repetition is %s %q", a.Kind, a.Text)
		}
		if n := w.chat.live(); n != 0 {
			t.Errorf("%d cards have live buttons", n)
		}
		w.wantNote("dana", "🚫 Alex took it back: found one")
	})
}

func TestTryClickOfAnOrderChangesNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.buy()
		before := len(w.trail())
		for to, want := range map[string]adapters.AnswerKind{"kim": adapters.Shown, "alex": adapters.Refused, "nobody": adapters.Invalid} {
			a, err := w.bot.TryClick(t.Context(), w.click("dana", request, "delegate", map[string]any{"signoff.to": to}))
			if err != nil || a.Kind != want {
				t.Errorf("TryClick() to %s = %s %q, %v, want %s", to, a.Kind, a.Text, err, want)
			}
		}
		if after := len(w.trail()); after != before {
			t.Errorf("%d lines were written", after-before)
		}
	})
}
