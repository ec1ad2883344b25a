package slack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack/slacktest"
)

// choosing is a card whose one button asks for what Slack has elements for.
func choosing() adapters.Card {
	card := adaptertest.Pending()
	card.Form = []adapters.Field{
		{ID: "who", Kind: adapters.PersonField, Label: "Who?"},
		{ID: "all", Kind: adapters.PeopleField, Label: "All?"},
		{ID: "where", Kind: adapters.ChannelField, Label: "Where?"},
		{ID: "plan", Kind: adapters.RichField, Label: "Plan?"},
		{ID: "case", Kind: adapters.LongField, Label: "Case?"},
		{ID: "team", Kind: adapters.GroupField, Label: "Team?", Options: []adapters.Option{{Value: "finance", Label: "finance"}, {Value: "it", Label: "it"}}},
		{ID: "sum", Kind: adapters.FloatField, Label: "Sum?"},
		{ID: "why", Kind: adapters.LongField, Label: "Why?", Required: true},
	}
	answer := adapters.Action{ID: "reject", Label: "Reject…", Style: adapters.Danger, Presets: []string{"Too late", "Too dear"}, Preset: "why"}
	for _, f := range card.Form {
		answer.Asks = append(answer.Asks, f.ID)
	}
	card.Actions = []adapters.Action{answer}
	return card
}

func (b *bench) choose(t *testing.T, values slacktest.Values) slacktest.Result {
	t.Helper()
	ref, err := b.adapter.Post(t.Context(), adapters.Destination{Channel: "#requests"}, choosing())
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.fake.Press(t.Context(), "UDANA", ref.Place, ref.Message, "form:reject")
	open := b.fake.Modals("UDANA")
	if err != nil || len(open) != 1 {
		t.Fatalf("the form did not open: %+v, %v, told %q", r, err, b.fake.Ephemerals("UDANA"))
	}
	r, err = b.fake.Submit(t.Context(), "UDANA", open[0].ID, values)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestChosenPeopleAreLookedUp: who is chosen arrives as Slack knows them, with
// what speaks against the account; formatted text arrives as CommonMark, numbers
// as they were typed.
func TestChosenPeopleAreLookedUp(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := showing(choosing())
		b := newBench(t, d)
		b.choose(t, slacktest.Values{
			"f:who": "UKIM", "f:all": []string{"UKIM", "UBOT", "UFAR"}, "f:plan": "First *the* pump", "f:case": "a\nb", "f:team": "it",
			"f:sum": "12.50", "p:why": "Too late", "f:why": "By two days.",
		})
		seen := d.seen()
		if len(seen) != 1 {
			t.Fatalf("%d clicks", len(seen))
		}
		kim := adapters.Account{Surface: "slack", Tenant: "T0SIGNOFF", ID: "UKIM", Name: "Kim", Email: "kim@example.com"}
		want := map[string]any{
			"who": kim,
			"all": []any{
				kim,
				adapters.Account{Surface: "slack", Tenant: "T0SIGNOFF", ID: "UBOT", Name: "Bot", Bot: true},
				adapters.Account{Surface: "slack", Tenant: "T0OTHER", ID: "UFAR", Name: "Far", Foreign: true},
			},
			"where": nil, "plan": `First \*the\* pump`, "case": "a\nb", "team": "it", "sum": "12.50", "why": "Too late: By two days.",
		}
		if diff := cmp.Diff(want, seen[0].Values); diff != "" {
			t.Errorf("values (-want +got)\n%s", diff)
		}
	})
}

// TestFormShowsWhatAnAnswerOpened: Slack does not tell of every change at once.
// What is missing because of one is asked for when the form is sent, and nothing
// that was typed is lost.
func TestFormShowsWhatAnAnswerOpened(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		card := func(kind any) adapters.Card {
			c := adaptertest.Pending()
			c.Form = []adapters.Field{{ID: "kind", Kind: adapters.TextField, Label: "Kind?", Live: true}, {ID: "note", Kind: adapters.LongField, Label: "Note"}}
			asks := []string{"kind", "note"}
			if kind == "paper" {
				c.Form = append(c.Form, adapters.Field{ID: "scan", Kind: adapters.TextField, Label: "Scan?", Required: true})
				asks = append(asks, "scan")
			}
			c.Actions = []adapters.Action{{ID: "reject", Label: "Reject…", Asks: asks}}
			return c
		}
		d := &desk{
			look: func(l adapters.Look) (adapters.Answer, error) {
				c := card(l.Values["kind"])
				return adapters.Answer{Kind: adapters.Shown, Card: &c}, nil
			},
			click: func(c adapters.Click) (adapters.Answer, error) {
				if c.Values["kind"] == "paper" && c.Values["scan"] == nil {
					return adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"scan": "is required"}}, nil
				}
				return adapters.Answer{Kind: adapters.Recorded}, nil
			},
		}
		b := newBench(t, d)
		ref, err := b.adapter.Post(t.Context(), adapters.Destination{Channel: "#requests"}, card(nil))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.fake.Press(t.Context(), "UDANA", ref.Place, ref.Message, "form:reject"); err != nil {
			t.Fatal(err)
		}
		view := b.fake.Modals("UDANA")[0].ID
		r, err := b.fake.Submit(t.Context(), "UDANA", view, slacktest.Values{"f:kind": "paper", "f:note": "two\nlines"})
		if err != nil || r.Outcome != slacktest.Updated {
			t.Fatalf("%+v, %v", r, err)
		}
		if text := strings.Join(r.View.Lines(), "\n"); !strings.Contains(text, "scan: is required") || !strings.Contains(text, "Scan?") {
			t.Errorf("the form says\n%s", text)
		}
		r, err = b.fake.Submit(t.Context(), "UDANA", view, slacktest.Values{"f:scan": "here"})
		if err != nil || r.Outcome != slacktest.Closed {
			t.Fatalf("%+v, %v", r, err)
		}
		seen := d.seen()
		want := map[string]any{"kind": "paper", "note": "two\nlines", "scan": "here"}
		if diff := cmp.Diff(want, seen[len(seen)-1].Values); diff != "" {
			t.Errorf("values (-want +got)\n%s", diff)
		}
	})
}
