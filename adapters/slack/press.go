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
	w, actor, text := d.clicker(ctx, req, p)
	if text != "" {
		d.tellClicker(ctx, w, p, text)
		return
	}
	touched := w.touched(p)
	if form {
		d.tellClicker(ctx, w, p, d.open(ctx, w, p, adapters.Look{
			Actor: actor, Request: a.Request, Copy: touched, Action: a.Action, Version: a.Version, Once: req.once,
		}))
		return
	}
	ans, err := d.handler.Click(ctx, adapters.Click{
		Actor: actor, Request: a.Request, Version: a.Version, Action: a.Action,
		Copy: touched, Once: req.once, Evidence: req.evidence,
	})
	if err != nil {
		d.tellClicker(ctx, w, p, d.wrong(ctx, req, err))
		return
	}
	d.tellClicker(ctx, w, p, draw.Spoken(ans))
}

// clicker finds the workspace that a payload came from, and verifies who sent it.
// If it cannot, it returns what to tell them; the workspace is nil where it is
// not ours.
func (d *dispatcher) clicker(ctx context.Context, req interaction, p wire.Payload) (*workspace, adapters.Account, string) {
	from, err := wire.DecodeOrigin(req.payload)
	var w *workspace
	if err == nil {
		w, err = d.spaces.of(ctx, from)
	}
	if err != nil {
		d.log.WarnContext(ctx, "an interaction of another workspace", "adapter", Surface, "user", p.User.ID, "err", err)
		return nil, adapters.Account{}, textElsewhere
	}
	actor, err := w.accounts.clicker(ctx, p)
	if err != nil {
		d.log.WarnContext(ctx, "a clicker could not be verified", "adapter", Surface, "user", p.User.ID, "err", err)
		return w, adapters.Account{}, draw.TextUnverified
	}
	return w, actor, ""
}

// touched names the message that was touched.
func (w *workspace) touched(p wire.Payload) adapters.MessageRef {
	ref := p.Touched()
	return w.ref(ref.Place, ref.Message)
}

// open shows the form of an action. It returns what to tell the clicker if it
// does not.
func (d *dispatcher) open(ctx context.Context, w *workspace, p wire.Payload, l adapters.Look) string {
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
	view, err := draw.Modal(*ans.Card, ans.Card.Actions[i], w.touched(p))
	if err != nil {
		return draw.TextFormTooBig
	}
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	if _, err := w.api.OpenViewContext(ctx, p.TriggerID, view); err != nil {
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

// tellClicker says something to whoever acted, and to nobody else. Without a
// workspace there is only the address that came with the click.
func (d *dispatcher) tellClicker(ctx context.Context, w *workspace, p wire.Payload, text string) {
	if text == "" {
		return
	}
	out := whisper{responseURL: p.ResponseURL, user: p.User.ID, text: text}
	if w != nil {
		out.channel = w.touched(p).Place
	}
	d.whisper(ctx, out)
}
