package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/probe"
)

// checkCards asks Slack whether it would take what signoff draws: a card that
// waits, one that is decided, and a form.
func (d *doctor) checkCards(ctx context.Context, ask *probe.Client) {
	drawn, err := samples()
	if err != nil {
		d.found(failed, "cards", "a sample cannot be drawn: "+err.Error(), "tell whoever makes signoff")
		return
	}
	for _, s := range drawn {
		complaints, err := ask.Validate(ctx, s.kind, s.raw)
		switch refused, ok := errors.AsType[*probe.RefusedError](err); {
		case ok && refused.Code == "unknown_method":
			d.found(unasked, "cards", "this Slack does not look at cards in advance", "")
			return
		case err != nil:
			d.refused("cards", err, "look again later")
			return
		case len(complaints) > 0:
			d.found(failed, "cards", "Slack would refuse "+s.name+": "+strings.Join(complaints, "; "), "tell whoever makes signoff")
		default:
			d.ok("cards", "Slack would take %s", s.name)
		}
	}
}

// sample is something to show to Slack.
type sample struct {
	name, kind string
	raw        []byte
}

func samples() ([]sample, error) {
	open := adapters.Card{
		Request: "01m81r47hmv7129vp0f05vmmby.1", Version: 1, Mood: adapters.Pending, Ref: "REQ-7K3F", Digest: "0123456789",
		Title: "Approval needed: a check of signoff", Summary: "A check of signoff. Nothing waits for an answer.",
		Facts: []adapters.Fact{{Label: "Asked by", Value: "signoff doctor"}, {Label: "Until", Value: "2026-11-22 14:00 UTC", When: time.Unix(1795356000, 0)}},
		Body: adapters.Text{
			{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: "Text with "}, {Text: "weight", Bold: true}, {Text: " & <signs>"}}},
			{Kind: adapters.CodeBlock, Code: "- old\n+ new"},
		},
		Notes: []string{"Waiting for nobody."},
		Links: []adapters.Link{{Text: "Where it is said", URL: "https://example.com/"}},
		Form:  []adapters.Field{{ID: "reason", Kind: adapters.LongField, Label: "Why?"}, {ID: "days", Kind: adapters.IntField, Label: "Days", Min: "1", Max: "30"}},
		Actions: []adapters.Action{
			{ID: "approve", Label: "Approve", Style: adapters.Primary},
			{ID: "reject", Label: "Reject", Style: adapters.Danger, Asks: []string{"reason", "days"}, Require: []string{"reason"}},
		},
	}
	closed := open
	closed.Mood, closed.Title, closed.Actions, closed.Form = adapters.Approved, "Approved: a check of signoff", nil, nil
	form, err := draw.Modal(open, open.Actions[1], adapters.MessageRef{Place: "C1", Message: "1.1"})
	if err != nil {
		return nil, err
	}
	out := []sample{{name: "a card that waits"}, {name: "a card that is decided"}, {name: "a form"}}
	for i, v := range []any{draw.Card(open).Blocks, draw.Card(closed).Blocks, form} {
		out[i].kind = "blocks"
		if i == len(out)-1 {
			out[i].kind = "view"
		}
		if out[i].raw, err = json.Marshal(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}
