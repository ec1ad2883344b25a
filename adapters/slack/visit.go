package slack

import (
	"context"
	"fmt"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// visit is a person who did something, verified: in which workspace, and what
// came in.
type visit struct {
	req   interaction
	p     wire.Payload
	w     *workspace // nil: not one of ours
	actor adapters.Account
	began time.Time
}

// visitor finds the workspace that something came from, and verifies who sent it.
// If it cannot, it returns what to tell them.
func (d *dispatcher) visitor(ctx context.Context, req interaction, from wire.Origin, p wire.Payload) (visit, string) {
	v := visit{req: req, p: p, began: time.Now()}
	var err error
	if v.w, err = d.spaces.of(ctx, from); err != nil {
		v.w = nil
		d.log.WarnContext(ctx, "an interaction of another workspace", "adapter", Surface, "user", p.User.ID, "err", err)
		return v, textElsewhere
	}
	if v.actor, err = v.w.accounts.clicker(ctx, p); err != nil {
		d.log.WarnContext(ctx, "a clicker could not be verified", "adapter", Surface, "user", p.User.ID, "err", err)
		return v, draw.TextUnverified
	}
	return v, ""
}

// clicker is visitor for an interaction.
func (d *dispatcher) clicker(ctx context.Context, req interaction, p wire.Payload) (visit, string) {
	from, err := wire.DecodeOrigin(req.payload)
	if err != nil {
		return visit{req: req, p: p}, textElsewhere
	}
	return d.visitor(ctx, req, from, p)
}

// touched names the message that was touched.
func (w *workspace) touched(p wire.Payload) adapters.MessageRef {
	ref := p.Touched()
	return w.ref(ref.Place, ref.Message)
}

// place is the channel in which it happened; empty if in none.
func (v visit) place() string {
	place := v.p.Container.ChannelID
	if place == "" && v.p.Channel != nil {
		place = v.p.Channel.ID
	}
	return v.w.ref(place, "").Place
}

// say tells a visitor something, and nobody else, where they are: below what they
// touched, or in a window.
func (d *dispatcher) say(ctx context.Context, v visit, text string) {
	switch {
	case text == "":
	case v.p.View != nil && v.w != nil && v.p.View.CallbackID == wire.ReviewCallback:
		d.redrawLater(ctx, v, draw.Notice(draw.TitleNothingDone, text))
	case v.p.ResponseURL == "" && v.p.Container.ChannelID == "" && v.w != nil && v.p.TriggerID != "":
		d.window(ctx, v, draw.Notice(draw.TitleNothingDone, text))
	default:
		out := whisper{responseURL: v.p.ResponseURL, user: v.p.User.ID, text: text}
		if v.w != nil {
			out.channel = v.place()
		}
		d.whisper(ctx, out)
	}
}

// wrong logs a failure and returns the text for the person, who learns how to
// name it and nothing else.
func (d *dispatcher) wrong(ctx context.Context, req interaction, err error) string {
	reference := req.once[:10]
	d.log.ErrorContext(ctx, "handle a click", "adapter", Surface, "reference", reference, "err", err)
	return fmt.Sprintf(draw.TextWrong, reference)
}
