package slack

import (
	"context"
	"slices"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// deed is what a press asks for, once it is known who pressed.
type deed func(ctx context.Context, v visit)

// press handles a button or a field that was changed.
func (d *dispatcher) press(ctx context.Context, req interaction, p wire.Payload) {
	do, slowly := d.deed(p)
	if do == nil {
		return
	}
	_, inTime := promptly(ctx, d.Adapter, answerWithin, func(ctx context.Context) struct{} {
		v, text := d.clicker(ctx, req, p)
		if text != "" {
			d.say(ctx, v, text)
			return struct{}{}
		}
		do(ctx, v)
		return struct{}{}
	}, nil)
	if !inTime && slowly != "" {
		d.whisper(ctx, whisper{responseURL: p.ResponseURL, user: p.User.ID, text: slowly})
	}
}

// deed finds out what a press asks for; nil if it is not ours. slowly is what the
// person is told if it takes longer than Slack waits.
func (d *dispatcher) deed(p wire.Payload) (do deed, slowly string) {
	if a, reasons, ok := p.Seen(); ok {
		return func(ctx context.Context, v visit) { d.review(ctx, v, a, reasons) }, ""
	}
	if subject, ok := p.Subject(); ok {
		return func(ctx context.Context, v visit) {
			d.openSheet(ctx, v, adapters.SheetCall{Subject: subject, Place: v.place()})
		}, ""
	}
	if page, ok := p.Page(); ok {
		return func(ctx context.Context, v visit) { d.turn(ctx, v, page) }, ""
	}
	if a, form, ok := p.Button(); ok {
		if form {
			return func(ctx context.Context, v visit) { d.open(ctx, v, a) }, ""
		}
		return func(ctx context.Context, v visit) { d.act(ctx, v, a) }, draw.TextWorking
	}
	if p.Changed() {
		return d.changed, ""
	}
	return nil, ""
}

// act answers a request with one press.
func (d *dispatcher) act(ctx context.Context, v visit, a wire.Aim) {
	inWindow := v.p.View != nil
	ans, err := d.handler.Click(ctx, adapters.Click{
		Actor: v.actor, Request: a.Request, Version: a.Version, Action: a.Action,
		Copy: v.w.touched(v.p), Once: v.req.once, Evidence: v.req.evidence, WantCard: inWindow,
	})
	switch {
	case err != nil:
		d.say(ctx, v, d.wrong(ctx, v.req, err))
	case !inWindow:
		d.say(ctx, v, draw.Spoken(ans))
	case ans.Kind == adapters.Repeated:
	case ans.Card == nil:
		d.say(ctx, v, unshown(ans).text)
	default:
		view, err := draw.Review(*ans.Card, nil, ans.Text)
		if err != nil {
			view = draw.Notice(draw.TitleDone, ans.Text)
		}
		d.redrawLater(ctx, v, view)
	}
}

// open shows the form of an action.
func (d *dispatcher) open(ctx context.Context, v visit, a wire.Aim) {
	l := adapters.Look{
		Actor: v.actor, Request: a.Request, Copy: v.w.touched(v.p), Action: a.Action, Version: a.Version, Once: v.req.once,
		Values: map[string]any{}, // none yet, and the form is drawn anew when there are
	}
	d.openSoon(ctx, v, func(ctx context.Context) drawn { return d.form(ctx, v, l) })
}

// form draws the form of an action as it is now.
func (d *dispatcher) form(ctx context.Context, v visit, l adapters.Look) drawn {
	ans, err := d.handler.Look(ctx, l)
	if err != nil {
		d.log.ErrorContext(ctx, "look at a request", "adapter", Surface, "err", err)
		return drawn{text: draw.TextNoForm}
	}
	if ans.Kind != adapters.Shown {
		return drawn{text: draw.Spoken(ans)}
	}
	return d.formOf(v, ans.Card, l.Action, l.Copy)
}

// formOf draws the form of an action of a card, if it has one; one that is open
// keeps what stands in it.
func (d *dispatcher) formOf(v visit, card *adapters.Card, action string, touched adapters.MessageRef) drawn {
	if card == nil {
		return drawn{text: draw.TextChanged}
	}
	i := slices.IndexFunc(card.Actions, func(b adapters.Action) bool { return b.ID == action })
	if i < 0 {
		return drawn{text: draw.TextChanged}
	}
	var view slackapi.ModalViewRequest
	var err error
	if open := v.p.View; open != nil && open.CallbackID == wire.Callback { // it is open
		view, err = draw.ModalAgain(*card, card.Actions[i], touched, *open)
	} else {
		view, err = draw.Modal(*card, card.Actions[i], touched)
	}
	if err != nil {
		return drawn{text: draw.TextFormTooBig}
	}
	return drawn{view: view}
}

// review shows all of a request, to whoever may see it. The list or the card in
// which it was pressed proves nothing.
func (d *dispatcher) review(ctx context.Context, v visit, a wire.Aim, reasons bool) {
	d.openSoon(ctx, v, func(ctx context.Context) drawn {
		ans, err := d.handler.Look(ctx, adapters.Look{Actor: v.actor, Request: a.Request})
		switch {
		case err != nil:
			d.log.ErrorContext(ctx, "look at a request", "adapter", Surface, "err", err)
			return drawn{text: draw.TextNoForm}
		case ans.Kind != adapters.Shown || ans.Card == nil:
			return unshown(ans)
		}
		var why adapters.Text
		if reasons {
			why = d.reasons(ctx, v, a.Request)
		}
		view, err := draw.Review(*ans.Card, why, "")
		if err != nil {
			return drawn{text: draw.TextFormTooBig}
		}
		return drawn{view: view}
	})
}

// reasons is why these people are asked, if that can be told.
func (d *dispatcher) reasons(ctx context.Context, v visit, request string) adapters.Text {
	r, err := d.handler.Command(ctx, adapters.Command{
		Actor: v.actor, Name: ownCommand, Text: "explain " + request, Once: v.req.once, Evidence: v.req.evidence,
	})
	if err != nil || r.Kind != adapters.Said {
		return nil
	}
	if r.Text == "" {
		return r.Body
	}
	first := adapters.Block{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: r.Text}}}
	return append(adapters.Text{first}, r.Body...)
}
