package bot

import (
	"context"
	"errors"
	"slices"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/flow"
	"signoff/store"
)

// requesterOn are the surfaces on which somebody can be written to: they have an
// account there, as the configuration or a link says, or came from there.
func (b *Bot) requesterOn(by engine.Principal) []string {
	if by.Person == "" {
		return nil
	}
	var out []string
	for name := range b.Adapters {
		if name == by.Via || b.People.Person(by.Person, name).Account != "" || b.People.LinkedOn(by.Person, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// touchedBy notes on which copy somebody pressed, so that what they are shown is
// that copy.
func (a asked) touchedBy(who adapters.Account, ref adapters.MessageRef) asked {
	t := touch(who, ref)
	for _, c := range a.request().Copies {
		if t.Ref != (engine.CopyRef{}) && c.Surface == t.Surface && c.Ref == t.Ref {
			a.copy = c
		}
	}
	return a
}

// lookAsRequester shows the form of a button of the requester's copy, to them
// alone.
func (b *Bot) lookAsRequester(ctx context.Context, a asked, told refusal) (adapters.Answer, error) {
	if !begunBy(&a.x, told.by) {
		return b.refuse(ctx, a, told, notRequester(a))
	}
	a.copy.Role = engine.ForRequester
	return b.withCard(a, adapters.Answer{Kind: adapters.Shown}, true), nil
}

func notRequester(a asked) error {
	return refuse(engine.NotEligible, "Only %s, who made the request, can do this.", a.x.Requester)
}

// askAgain starts the flow once more, with the same inputs but for what was
// changed, for whoever asked and got a no or no answer. It is done once for each
// request, however often it is pressed. A flow that has changed since is not
// started: its rules may be others now.
func (b *Bot) askAgain(ctx context.Context, a asked, told refusal, o RequestOrder) (adapters.Answer, error) {
	if b.hides(ctx, a, told.by, o.Copy) {
		return b.refuse(ctx, a, told, noRequest())
	}
	r := a.request()
	switch {
	case !begunBy(&a.x, told.by):
		return b.refuse(ctx, a, told, notRequester(a))
	case r.Outcome != engine.Rejected && r.Outcome != engine.Expired || a.x.Parent != nil:
		return b.refuse(ctx, a, told, refuse(engine.NotAllowed, "Only what was rejected or expired can be asked once more. Start the flow anew."))
	case !b.authorize(ctx, told.by, access.StartExecution, in(a.x.Flow.Namespace)):
		return b.refuse(ctx, a, told, refuse(engine.NotAllowed, "You may not start flows of this namespace any more. Ask somebody who may."))
	}
	x, err := b.beginAgain(ctx, a, told.by, o)
	if errors.Is(err, store.ErrSeen) {
		return adapters.Answer{Kind: adapters.Refused, Code: string(engine.Settled), Text: "You asked once more before. Look at the newer request."}, nil
	}
	if err != nil {
		return b.refuse(ctx, a, told, atInputs(o, err))
	}
	text := b.view(a).Done(card.Again) + " It is " + string(x.ID) + "."
	return b.withCard(a, adapters.Answer{Kind: adapters.Recorded, Text: text}, o.WantCard), nil
}

func (b *Bot) beginAgain(ctx context.Context, a asked, by engine.Principal, o RequestOrder) (engine.Execution, error) {
	rev, err := b.startable(ctx, a.x.Flow)
	if err != nil {
		return engine.Execution{}, err
	}
	if latest, err := b.latest(ctx, a.x.Flow); err != nil {
		return engine.Execution{}, err
	} else if latest.number != rev.number {
		return engine.Execution{}, refuse(engine.NotAllowed, "The flow has changed since. Start it anew, with the inputs that it asks for now.")
	}
	inputs, err := b.prepared(ctx, flow.Blank(rev.flow.Inputs), o.Inputs)
	if err != nil {
		return engine.Execution{}, err
	}
	cmd := engine.Start{Inputs: inputs, Bound: a.x.Inputs, Labels: ownLabels(a.x), By: by}
	return b.begin(ctx, rev, cmd, func(engine.ExecutionID) store.Commit {
		return store.Commit{Once: "again/" + string(engine.NewRequestID(a.x.ID, a.run.ID))}
	})
}

// atInputs tells what is wrong with a flow's inputs at the fields of the form in
// which the requester changed them.
func atInputs(o RequestOrder, err error) error {
	no, ok := errors.AsType[*engine.RejectionError](err)
	if !o.fields || !ok || len(no.Fields) == 0 || o.Verb != card.Again && o.Verb != card.Resubmit {
		return err
	}
	at := *no
	at.Fields = slices.Clone(no.Fields)
	for i := range at.Fields {
		at.Fields[i].Field = card.InputField(at.Fields[i].Field)
	}
	return &at
}
