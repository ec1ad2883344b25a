package bot_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/audit"
)

// TestOrdersThatComeAtAWrongMoment: late, twice, out of order, of an old version,
// too long, or of no kind.
func TestOrdersThatComeAtAWrongMoment(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("x", 5<<10)
	for name, c := range map[string]struct {
		before func(w *world, request string)
		user   string
		order  bot.RequestOrder
		says   string
	}{
		"delegated after the decision": {decided, "dana", bot.RequestOrder{Verb: card.Delegate, To: "kim"}, "Already approved by Dana"},
		"changes after the decision":   {decided, "dana", bot.RequestOrder{Verb: card.SendBack, Text: "less"}, "Already approved by Dana"},
		"a question after it":          {decided, "dana", bot.RequestOrder{Verb: card.Comment, Text: "why?"}, "Already approved by Dana"},
		"withdrawn after it":           {decided, "alex", bot.RequestOrder{Verb: card.Withdraw}, "Already approved by Dana"},
		"overridden after it":          {decided, "kim", bot.RequestOrder{Verb: card.Override, Text: "fire"}, "Already approved by Dana"},
		"resubmitted unasked":          {nil, "alex", bot.RequestOrder{Verb: card.Resubmit, Inputs: map[string]any{"amount": "1"}}, "Nobody asked for changes"},
		"changes asked for twice":      {sentBack, "dana", bot.RequestOrder{Verb: card.SendBack, Text: "less"}, "was asked to change something first"},
		"delegated while it is away":   {sentBack, "dana", bot.RequestOrder{Verb: card.Delegate, To: "kim"}, "was asked to change something first"},
		"another version":              {nil, "dana", bot.RequestOrder{Verb: card.Delegate, To: "kim", Version: 9}, "changed since"},
		"expired":                      {expired, "dana", bot.RequestOrder{Verb: card.Delegate, To: "kim"}, "expired"},
		"nothing to change":            {nil, "dana", bot.RequestOrder{Verb: card.SendBack, Text: " \n"}, ""},
		"nothing said":                 {nil, "dana", bot.RequestOrder{Verb: card.Comment}, ""},
		"a novel":                      {nil, "dana", bot.RequestOrder{Verb: card.Comment, Text: huge}, "Shorten it"},
		"a novel for a reason":         {nil, "dana", bot.RequestOrder{Verb: card.Delegate, To: "kim", Text: huge}, "Shorten it"},
		"a novel for an override":      {nil, "kim", bot.RequestOrder{Verb: card.Override, Text: huge}, "Shorten it"},
		"a verb that is none":          {nil, "dana", bot.RequestOrder{Verb: "approve"}, "no verb"},
		"a stranger":                   {nil, "mallory", bot.RequestOrder{Verb: card.Comment, Text: "hi"}, "does not know"},
		"handed on in a circle":        {delegated, "kim", bot.RequestOrder{Verb: card.Delegate, To: "dana"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				x, request := w.buy()
				if c.before != nil {
					c.before(w, request)
				}
				before := w.execution(x.ID).Runs[0].Request
				refused := w.count(audit.ResponseRefused)
				w.wantRefused(w.does(c.user, request, c.order), c.says)
				after := w.execution(x.ID).Runs[0].Request
				if len(after.Moves) != len(before.Moves) || len(after.Comments) != len(before.Comments) || after.Wanted != before.Wanted || after.Outcome != before.Outcome {
					t.Errorf("it changed something: %+v", after)
				}
				if n := w.count(audit.ResponseRefused); n != refused+1 {
					t.Errorf("%d refusals in the trail, want %d", n, refused+1)
				}
			})
		})
	}
}

func decided(w *world, request string) {
	w.wantRecorded(w.clicks("dana", request, "approve", nil), "you approved")
}

func sentBack(w *world, request string) {
	w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.SendBack, Text: "less"}), "Alex is asked")
}

func delegated(w *world, request string) {
	w.wantRecorded(w.does("dana", request, bot.RequestOrder{Verb: card.Delegate, To: "kim"}), "Kim answers")
}

func expired(*world, string) {
	time.Sleep(73 * time.Hour)
	synctest.Wait()
}

// TestOneOfManyWins: an answer, a delegation, a withdrawal, an override and a
// wish for changes at the same moment. Whatever wins, what was told is true.
func TestOneOfManyWins(t *testing.T) {
	t.Parallel()
	for range 20 {
		inBubble(t, func(t *testing.T, w *world) {
			x, request := w.buy()
			shown := w.at("dana")
			acts := []func() (adapters.Answer, error){
				func() (adapters.Answer, error) {
					c := w.click("dana", request, "approve", nil)
					c.Version = shown.Version
					return w.bot.Click(t.Context(), c)
				},
			}
			for user, o := range map[string]bot.RequestOrder{
				"alex": {Verb: card.Withdraw, Once: "1"}, "kim": {Verb: card.Override, Text: "fire", Once: "2", Version: shown.Version},
				"dana": {Verb: card.SendBack, Text: "less", Once: "3", Version: shown.Version},
			} {
				o.Request, o.Actor = request, w.click(user, request, "", nil).Actor
				acts = append(acts, func() (adapters.Answer, error) { return w.bot.DoRequest(t.Context(), o) })
			}
			answers := make([]adapters.Answer, len(acts))
			var all sync.WaitGroup
			for i, act := range acts {
				all.Go(func() {
					var err error
					if answers[i], err = act(); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			synctest.Wait()
			r := w.execution(x.ID).Runs[0].Request
			ended := 0
			for _, a := range answers {
				if a.Kind == adapters.Recorded && !strings.Contains(a.Text, "is asked to change it") {
					ended++
				}
			}
			if r.Outcome == "" || ended != 1 {
				t.Errorf("the outcome is %q, and %d were told that theirs ended it: %+v", r.Outcome, ended, answers)
			}
			if r.Outcome == engine.Withdrawn && len(r.Responses) > 0 {
				t.Errorf("it was withdrawn and answered: %+v", r.Responses)
			}
			if n := w.chat.live(); n != 0 {
				t.Errorf("%d cards have live buttons", n)
			}
		})
	}
}
