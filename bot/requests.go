package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/flow"
	"signoff/store"
)

// RequestOrder is a verb with what it needs, and who asks for it.
type RequestOrder struct {
	Verb    card.Verb
	Request string
	// Version is what the person read; 0 is the request as it stands.
	Version int
	Actor   adapters.Account
	// From and To are people by id or mail address: From is whose seat is moved,
	// the person's own if it is empty; To is who gets it.
	From, To string
	// Until is until when somebody delegates: a moment, a day or a duration as
	// [Bot.Moment] reads it; empty is to the end.
	Until string
	// Text is the reason, the question, or what is to be changed.
	Text string
	// Inputs are what Resubmit and Again change; of Override what the form asks for.
	Inputs map[string]any

	Copy     adapters.MessageRef
	Once     string
	Evidence string
	WantCard bool
	// fields says that a form is open, at whose fields faults are told.
	fields bool
}

// ordered is the order that a click gives; false for one that answers.
func (b *Bot) ordered(c adapters.Click) (RequestOrder, bool) {
	p, ok := card.Press(c.Action, b.named(c.Values))
	if !ok {
		return RequestOrder{}, false
	}
	return RequestOrder{
		Verb: p.Verb, To: p.To, Until: p.Until, Text: p.Text, Inputs: p.Inputs,
		Request: c.Request, Version: c.Version, Actor: c.Actor, Copy: c.Copy, Once: c.Once, Evidence: c.Evidence, WantCard: c.WantCard,
		fields: true,
	}, true
}

// DoRequest does what an order says. Like [Bot.Click] it tells the person what
// came of it; what it says is recorded is durable.
func (b *Bot) DoRequest(ctx context.Context, o RequestOrder) (adapters.Answer, error) {
	a, err := b.find(ctx, o.Request)
	if err != nil {
		return b.answerTo(a, err, o.WantCard)
	}
	told := refusal{touched: touch(o.Actor, o.Copy), once: o.Once, evidence: o.Evidence, card: o.WantCard}
	by, err := b.Identify(ctx, o.Actor)
	if err != nil {
		told.by = stranger(o.Actor)
		return b.refuse(ctx, a, told, err)
	}
	told.by = by
	a = a.touchedBy(o.Actor, o.Copy)
	if o.Verb == card.Again {
		return b.askAgain(ctx, a, told, o)
	}
	cmd, err := b.requestCommand(ctx, a, by, o)
	if err != nil {
		return b.refuse(ctx, a, told, atInputs(o, err))
	}
	next, err := b.apply(ctx, a.x.ID, cmd, cause{once: o.Once, read: &a.x, patient: true})
	switch {
	case err == nil:
		a = a.as(next)
		return b.withCard(a, adapters.Answer{Kind: adapters.Recorded, Text: b.view(a).Done(o.Verb)}, o.WantCard), nil
	case errors.Is(err, store.ErrSeen):
		return adapters.Answer{Kind: adapters.Repeated}, nil
	}
	return b.refuse(ctx, a.as(next), told, atInputs(o, err))
}

// requestCommand turns an order into a command, or refuses it with a
// *engine.RejectionError.
func (b *Bot) requestCommand(ctx context.Context, a asked, by engine.Principal, o RequestOrder) (engine.Command, error) {
	if b.hides(ctx, a, by, o.Copy) {
		return nil, noRequest()
	}
	run, version := a.run.ID, o.Version
	if version == 0 {
		version = a.request().Version
	}
	switch o.Verb {
	case card.Delegate, card.Reassign:
		m, err := b.moveOf(by, o)
		if err != nil {
			return nil, err
		}
		forced := m.Kind == approval.Reassigned && m.From != by.Person
		if forced && !b.authorize(ctx, by, access.MoveRequest, in(a.x.Flow.Namespace)) {
			return nil, refuse(engine.NotAllowed, "You can hand on your own seat only. To move that of somebody else takes the right to %s in this namespace.", access.MoveRequest.Does())
		}
		return engine.Move{Run: run, Version: version, By: by, Move: m, Operator: forced}, nil
	case card.SendBack:
		return engine.SendBack{Run: run, Version: version, By: by, Text: o.Text}, nil
	case card.Resubmit:
		inputs, err := b.preparedInputs(ctx, a, o.Inputs)
		return engine.Resubmit{Run: run, By: by, Inputs: inputs, Text: o.Text}, err
	case card.Comment:
		return engine.Comment{Run: run, By: by, Text: o.Text}, nil
	case card.Remind:
		return engine.Nudge{Run: run, By: by}, nil
	case card.Withdraw:
		return engine.Withdraw{Run: run, By: by, Reason: o.Text}, nil
	case card.Override:
		return b.overriding(ctx, a, by, o, version)
	case card.Again: // it begins another execution, see askAgain
	}
	return nil, refuse(engine.NotAllowed, "There is no verb %.40q for requests.", o.Verb)
}

// seesRequest reports whether somebody may know of a request: they have the right
// to see those of its namespace, began it, were asked, or could answer it now.
func (b *Bot) seesRequest(ctx context.Context, a asked, by engine.Principal) bool {
	o := object{namespace: a.x.Flow.Namespace, mine: begunBy(&a.x, by), asked: involved(a.request(), by.Person)}
	if b.authorize(ctx, by, access.ViewRequest, o) {
		return true
	}
	o.asked = b.mayRespond(ctx, a, engine.Respond{Run: a.run.ID, Version: a.request().Version, By: by}) == nil
	return b.authorized(by, access.ViewRequest, o)
}

// involved reports whether a person is or was asked, in any step.
func involved(r *engine.Request, who approval.PersonID) bool {
	if who == "" {
		return false
	}
	for _, stage := range r.Asked {
		if slices.Contains(stage, who) {
			return true
		}
	}
	for _, c := range r.Copies {
		if c.Person == who {
			return true
		}
	}
	for _, m := range r.Moves {
		if m.To == who || m.From == who {
			return true
		}
	}
	return false
}

// noRequest is said of what is not there and of what somebody may not see.
func noRequest() error {
	return refuse(engine.NotFound, "There is no such request any more.")
}

// moveOf reads who hands what to whom, and until when.
func (b *Bot) moveOf(by engine.Principal, o RequestOrder) (approval.Move, error) {
	m := approval.Move{Kind: approval.Delegated, From: by.Person, Reason: o.Text}
	if o.Verb == card.Reassign {
		m.Kind = approval.Reassigned
	}
	var faults []flow.FieldError
	read := func(field, name string, into *approval.PersonID) {
		id, known := b.People.Called(name)
		if *into = id; !known {
			faults = append(faults, flow.FieldError{Field: o.field(field), Text: fmt.Sprintf("signoff does not know %.80q. Name somebody by mail address or by their name in the directory.", name)})
		}
	}
	read("to", o.To, &m.To)
	if o.From != "" {
		read("from", o.From, &m.From)
	}
	if o.Until != "" {
		var text string
		m.Until, text = b.Moment(by.Person, o.Until)
		if text == "" && !m.Until.After(b.Store.Now()) {
			text = "is over already; name a later moment"
		}
		if text != "" {
			faults = append(faults, flow.FieldError{Field: o.field("until"), Text: text})
		}
	}
	if len(faults) > 0 {
		return m, badFields(faults)
	}
	return m, nil
}

// field is what a fault is told at.
func (o RequestOrder) field(name string) string {
	if o.fields {
		return card.FieldPrefix + name
	}
	return name
}

func badFields(faults []flow.FieldError) error {
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.Field + ": " + f.Text
	}
	return &engine.RejectionError{Code: engine.BadInput, Text: strings.Join(texts, " "), Fields: faults}
}

// preparedInputs makes of changed inputs what the engine takes.
func (b *Bot) preparedInputs(ctx context.Context, a asked, raw map[string]any) (map[string]any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	rev, err := b.revision(ctx, a.x.Flow)
	if err != nil {
		return nil, err
	}
	return b.prepared(ctx, flow.Blank(rev.flow.Inputs), raw)
}

// overriding is an approval over the heads of those who are asked.
func (b *Bot) overriding(ctx context.Context, a asked, by engine.Principal, o RequestOrder, version int) (engine.Command, error) {
	if !b.authorize(ctx, by, access.Override, in(a.x.Flow.Namespace)) {
		return nil, refuse(engine.NotAllowed, "You may not %s in this namespace. Ask somebody who may, or those who are asked.", access.Override.Does())
	}
	if prose.OneLine(o.Text) == "" {
		return nil, refuse(engine.BadInput, "Say why you override the request: everybody who was asked will read it.")
	}
	r := a.request()
	values, err := b.prepared(ctx, r.Form, o.Inputs)
	if err != nil {
		return nil, err
	}
	verdict := engine.Approve
	if r.Verdict == "" {
		verdict = engine.None
	}
	return engine.Respond{
		Run: a.run.ID, Version: version, By: by, Verdict: verdict, Values: values, Evidence: o.Evidence,
		Touched: touch(o.Actor, o.Copy), Override: o.Text,
	}, nil
}
