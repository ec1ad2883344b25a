package card

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// filledWith is a card on which one text stands everywhere that somebody can
// write.
func filledWith(s string) adapters.Card {
	return Draw(deploy(func(x *engine.Execution, r *engine.Request) {
		x.Requester = engine.Principal{Name: s, Account: s}
		r.Title = s
		r.Facts = []engine.Fact{{Label: s, Value: s}, {Label: s, Value: s}}
		r.Links = []engine.Link{{Text: s, URL: "https://a.example"}}
		r.Form[0].Label = s
		r.Form = append(r.Form,
			flow.Field{ID: "f", Type: flow.Select, Label: s, Description: s, Values: []flow.Option{{Value: "v", Label: s}}},
			flow.Field{ID: "g", Type: flow.String, Label: s, Default: s, Required: true})
		r.Policy.Stages[0].ID = s
		r.Copies = []engine.Copy{{Surface: "slack", Place: s, Problem: s}}
		answer(r, engine.Approve, engine.Principal{Name: s}, map[string]any{"g": s})
		r.Dropped, r.Editable = []string{s}, []string{s}
		r.Rounds = []engine.Round{{Digest: s, Why: s}}
		r.Comments = []engine.Remark{{By: engine.Principal{Name: s}, Kind: engine.Question, Text: s}}
		r.Moves = []approval.Move{
			{Kind: approval.Delegated, From: "dana", To: approval.PersonID(s), Reason: s},
			{Kind: approval.Escalated, Who: []approval.Selector{{Kind: approval.Group, Name: s}}},
		}
	}))
}

// shape is a card without its texts.
func shape(c adapters.Card) string {
	var b strings.Builder
	fmt.Fprintln(&b, c.Request, c.Version, c.Mood, c.Ref, len(c.Facts), len(c.Notes))
	for _, l := range c.Links {
		fmt.Fprintln(&b, "link", l.URL)
	}
	for _, f := range c.Form {
		fmt.Fprintln(&b, "field", f.ID, f.Kind, f.Required, len(f.Options))
	}
	for _, a := range c.Actions {
		fmt.Fprintln(&b, "button", a.ID, a.Style, a.Asks, a.Require)
	}
	return b.String()
}

// TestNoTextChangesTheShapeOfACard: whatever people write, it is text. It adds
// no line, no link and no button, and it hides nothing.
func TestNoTextChangesTheShapeOfACard(t *testing.T) {
	t.Parallel()
	want := shape(filledWith("x"))
	nasty := rapid.SampledFrom([]string{"\n", "\r\n", "\u202e", "\u200b", "<!channel>", "</b>", `"},{`, "*", "|", "\x00", "approve", "\ufe0f", "\u2028"})
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.String(), nasty), 1, 6).Draw(t, "parts")
		card := filledWith("x" + strings.Join(parts, ""))
		if diff := cmp.Diff(want, shape(card)); diff != "" {
			t.Fatalf("a text changed the card (-want +got):\n%s", diff)
		}
		texts := append([]string{card.Title, card.Summary}, card.Notes...)
		for _, f := range card.Facts {
			texts = append(texts, f.Label, strings.ReplaceAll(f.Value, "\n", " "))
		}
		for _, s := range texts {
			if i := strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Cc, r) && r != '\t' }); i >= 0 {
				t.Fatalf("%q has a control character at %d", s, i)
			}
		}
	})
}
