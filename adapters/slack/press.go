package slack

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// openWithin bounds views.open, the one call that a person waits for: the
// trigger that came with the click lives for 3 s.
const openWithin = 2 * time.Second

// press handles a button: an answer, or the wish to see a form.
func (d *dispatcher) press(ctx context.Context, req interaction, p wire.Payload) {
	a, form, ours := p.Button()
	if !ours {
		return
	}
	actor, err := d.accounts.clicker(ctx, p)
	if err != nil {
		d.log.WarnContext(ctx, "a clicker could not be verified", "adapter", Surface, "user", p.User.ID, "err", err)
		d.tellClicker(ctx, p, draw.TextUnverified)
		return
	}
	if form {
		d.tellClicker(ctx, p, d.open(ctx, p, adapters.Look{
			Actor: actor, Request: a.Request, Copy: p.Touched(), Action: a.Action, Version: a.Version, Once: req.once,
		}))
		return
	}
	ans, err := d.handler.Click(ctx, adapters.Click{
		Actor: actor, Request: a.Request, Version: a.Version, Action: a.Action,
		Copy: p.Touched(), Once: req.once, Evidence: req.evidence,
	})
	if err != nil {
		d.tellClicker(ctx, p, d.wrong(ctx, req, err))
		return
	}
	d.tellClicker(ctx, p, draw.Spoken(ans))
}

// open shows the form of an action. It returns what to tell the clicker if it
// does not.
func (d *dispatcher) open(ctx context.Context, p wire.Payload, l adapters.Look) string {
	ans, err := d.handler.Look(ctx, l)
	if err != nil {
		d.log.ErrorContext(ctx, "look at a request", "adapter", Surface, "err", err)
		return draw.TextNoForm
	}
	if ans.Kind != adapters.Shown {
		return draw.Spoken(ans)
	}
	if ans.Card == nil {
		return draw.TextChanged
	}
	i := slices.IndexFunc(ans.Card.Actions, func(b adapters.Action) bool { return b.ID == l.Action })
	if i < 0 {
		return draw.TextChanged
	}
	view, err := draw.Modal(*ans.Card, ans.Card.Actions[i], p.Touched())
	if err != nil {
		return draw.TextFormTooBig
	}
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	if _, err := d.api.OpenViewContext(ctx, p.TriggerID, view); err != nil {
		d.log.WarnContext(ctx, "a form was not opened", "adapter", Surface, "err", deliveryError(methodOpen, err))
		return draw.TextNoForm
	}
	return ""
}

// wrong logs a failure and returns the text for the person, who learns how to
// name it and nothing else.
func (d *dispatcher) wrong(ctx context.Context, req interaction, err error) string {
	reference := req.once[:10]
	d.log.ErrorContext(ctx, "handle a click", "adapter", Surface, "reference", reference, "err", err)
	return fmt.Sprintf(draw.TextWrong, reference)
}

func (d *dispatcher) tellClicker(ctx context.Context, p wire.Payload, text string) {
	if text != "" {
		d.whisper(ctx, whisper{responseURL: p.ResponseURL, channel: p.Touched().Place, user: p.User.ID, text: text})
	}
}
