package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/flow"
	"signoff/store"
)

// asked is a request and everything around it.
type asked struct {
	x   engine.Execution
	run engine.TaskRun
	// inputs are the names of the flow's inputs in its own order.
	inputs []string
	// fields are the flow's inputs; copy is the one that is drawn or was touched,
	// zero for a page.
	fields []flow.Field
	copy   engine.Copy
	// filling is the form that somebody has open.
	filling filling
}

func (a asked) request() *engine.Request { return a.run.Request }

// Click takes a person's answer. What it says is recorded is durable.
func (b *Bot) Click(ctx context.Context, c adapters.Click) (adapters.Answer, error) {
	if o, ok := b.ordered(c); ok {
		return b.DoRequest(ctx, o)
	}
	a, err := b.find(ctx, c.Request)
	if err != nil {
		return b.answerTo(a, err, c.WantCard)
	}
	told := refusal{touched: touch(c.Actor, c.Copy), once: c.Once, evidence: c.Evidence, card: c.WantCard}
	by, err := b.Identify(ctx, c.Actor)
	if err != nil {
		told.by = stranger(c.Actor)
		return b.refuse(ctx, a, told, err)
	}
	told.by = by
	a = a.touchedBy(c.Actor, c.Copy)
	if b.hides(ctx, a, by, c.Copy) {
		return b.refuse(ctx, a, told, noRequest())
	}
	verdict, values := card.Values(c.Action, *a.request(), c.Values)
	if handsIn(values) { // nothing is fetched or kept for somebody who may not answer
		if err := b.mayRespond(ctx, a, engine.Respond{Run: a.run.ID, Version: c.Version, By: by}); err != nil {
			return b.refuse(ctx, a, told, err)
		}
	}
	if values, err = b.prepared(ctx, a.request().Form, values); err != nil {
		return adapters.Answer{}, err
	}
	next, err := b.apply(ctx, a.x.ID, engine.Respond{
		Run: a.run.ID, Version: c.Version, By: by,
		Verdict: verdict, Values: values, Evidence: c.Evidence, Touched: told.touched,
	}, cause{once: c.Once, read: &a.x, patient: true})
	switch {
	case err == nil:
		a = a.as(next)
		out := adapters.Answer{Kind: adapters.Recorded, Text: card.Recorded(*a.request(), verdict)}
		return b.withCard(a, out, c.WantCard), nil
	case errors.Is(err, store.ErrSeen):
		return adapters.Answer{Kind: adapters.Repeated}, nil
	}
	return b.refuse(ctx, a.as(next), told, err)
}

// Look returns the card as it is now. With an action it says beforehand
// whether this person could answer.
func (b *Bot) Look(ctx context.Context, l adapters.Look) (adapters.Answer, error) {
	a, err := b.find(ctx, l.Request)
	if err != nil {
		return b.answerTo(a, err, true)
	}
	if l.Action != "" {
		told := refusal{by: stranger(l.Actor), touched: touch(l.Actor, l.Copy), once: l.Once, card: true}
		by, err := b.Identify(ctx, l.Actor)
		if err != nil {
			return b.refuse(ctx, a, told, err)
		}
		told.by = by
		if b.hides(ctx, a, by, l.Copy) {
			return b.refuse(ctx, a, told, noRequest())
		}
		a = a.touchedBy(l.Actor, l.Copy)
		if card.ByRequester(l.Action) {
			return b.lookAsRequester(ctx, a, told)
		}
		if err := b.mayRespond(ctx, a, engine.Respond{Run: a.run.ID, Version: l.Version, By: by}); err != nil {
			return b.refuse(ctx, a, told, err)
		}
		a.filling = b.fillingOf(l)
	} else if a = a.touchedBy(l.Actor, l.Copy); l.Copy == (adapters.MessageRef{}) {
		if err := b.maySee(ctx, a, l.Actor); err != nil {
			return b.answerTo(a, err, false)
		}
	}
	out := b.withCard(a, adapters.Answer{Kind: adapters.Shown}, true)
	if l.Action == "" && out.Card != nil {
		out.Card.Body = slices.Concat(out.Card.Body, b.view(a).Long())
	}
	return out, nil
}

// hides reports whether a request is not there for somebody. Whoever touched a
// copy of it has seen it, and is told the reason of a refusal.
func (b *Bot) hides(ctx context.Context, a asked, by engine.Principal, ref adapters.MessageRef) bool {
	return ref == (adapters.MessageRef{}) && !b.seesRequest(ctx, a, by)
}

// maySee refuses whoever asks for a request out of the blue and may not see it. It
// writes nothing.
func (b *Bot) maySee(ctx context.Context, a asked, who adapters.Account) error {
	if err := b.register.Learn(ctx); err != nil {
		return err
	}
	by, err := b.People.Identify(who)
	if err == nil && !b.seesRequest(ctx, a, by) {
		return noRequest()
	}
	return err
}

// withCard adds the card as it is now, where it is wanted.
func (b *Bot) withCard(a asked, out adapters.Answer, wanted bool) adapters.Answer {
	if wanted && a.run.Request != nil {
		card := b.card(a)
		b.accounted(card.Form, a.filling)
		out.Card = &card
	}
	return out
}

func (b *Bot) mayRespond(ctx context.Context, a asked, r engine.Respond) error {
	rev, err := b.revision(ctx, a.x.Flow)
	if err != nil {
		return err
	}
	b.knowAway(ctx, &a.x)
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return err
	}
	return engine.MayRespond(rev.flow, a.x, r, facts)
}

// find loads a request by its id. What is not there and what is not an id are
// answered alike.
func (b *Bot) find(ctx context.Context, request string) (asked, error) {
	none := &engine.RejectionError{Code: engine.NotFound, Text: "There is no such request any more."}
	id, run, ok := engine.RequestID(request).Split()
	if !ok {
		return asked{}, none
	}
	x, err := b.Store.Execution(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return asked{}, none
	} else if err != nil {
		return asked{}, fmt.Errorf("find request %s: %w", request, err)
	}
	tr, ok := x.Run(run)
	if !ok || tr.Request == nil {
		return asked{}, none
	}
	return b.asked(ctx, x, tr)
}

func (b *Bot) asked(ctx context.Context, x engine.Execution, run engine.TaskRun) (asked, error) {
	rev, err := b.revision(ctx, x.Flow)
	if err != nil {
		return asked{}, err
	}
	if run.Request != nil && run.Request.Open() { // a card says who is missing
		if err := b.knowPeople(ctx, rev.flow, b.namespace(x.Flow.Namespace).Approvers); err != nil {
			return asked{}, err
		}
	}
	a := asked{x: x, run: run, fields: flow.Blank(rev.flow.Inputs)}
	for _, in := range rev.flow.Inputs {
		a.inputs = append(a.inputs, in.ID)
	}
	return a, nil
}

// as is the same request in a later state of the execution.
func (a asked) as(x engine.Execution) asked {
	if run, ok := x.Run(a.run.ID); ok && run.Request != nil {
		a.x, a.run = x, run
	}
	return a
}

func (b *Bot) card(a asked) adapters.Card {
	return card.Draw(b.view(a))
}

func (b *Bot) view(a asked) card.View {
	return card.View{
		Execution: a.x, Run: a.run, People: b.Directory(a.x.Flow.Namespace), BaseURL: b.BaseURL, InputOrder: a.inputs, Now: b.Store.Now(),
		Copy: a.copy, Inputs: a.fields, LoudReject: b.LoudReject, Given: a.filling.values, Action: a.filling.action,
	}
}

func touch(by adapters.Account, ref adapters.MessageRef) engine.Touch {
	return engine.Touch{Surface: by.Surface, Ref: engine.CopyRef{Place: ref.Place, Message: ref.Message}}
}

// stranger is how the trail names an account that is nobody's.
func stranger(a adapters.Account) engine.Principal {
	return engine.Principal{Name: a.Name, Account: a.Surface + ":" + a.Tenant + ":" + a.ID, Via: a.Surface}
}
