package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/store"
)

// deliver makes a copy show the request as it is now: posts it, or redraws it.
// It begins only when an older drawing of the same copy has landed and is
// written down: the copy would be posted twice, or end with the older drawing.
func (b *Bot) deliver(ctx context.Context, claim store.Claim, w engine.Deliver) error {
	leave, ok := b.drawing.enter(string(claim.Effect.Execution) + "/" + string(claim.Effect.Key))
	if !ok {
		return b.again(ctx, claim, poll)
	}
	defer leave()
	a, cp, err := b.copyOf(ctx, claim.Effect.Execution, w.Run, w.Copy)
	if err != nil {
		return err
	}
	if cp == nil {
		return b.settle(ctx, claim)
	}
	ref, err := b.show(ctx, a, *cp)
	if err != nil {
		return b.undelivered(ctx, claim, a, *cp, err)
	}
	return b.report(ctx, claim, engine.Delivered{
		Run: w.Run, Copy: w.Copy, Shown: a.request().Version,
		Ref: engine.CopyRef{Place: ref.Place, Message: ref.Message},
	})
}

// copyOf loads the copy that work is about; nil if there is none.
func (b *Bot) copyOf(ctx context.Context, id engine.ExecutionID, name engine.TaskRunID, n int) (asked, *engine.Copy, error) {
	x, err := b.Store.Execution(ctx, id)
	if err != nil {
		return asked{}, nil, fmt.Errorf("load a copy's request: %w", err)
	}
	run, ok := x.Run(name)
	if !ok || run.Request == nil || n < 1 || n > len(run.Request.Copies) {
		return asked{}, nil, nil
	}
	a, err := b.asked(ctx, x, run)
	a.copy = run.Request.Copies[n-1]
	return a, &run.Request.Copies[n-1], err
}

// show posts a copy, or redraws the one that is there. A copy that somebody
// deleted is posted anew while an answer is wanted.
func (b *Bot) show(ctx context.Context, a asked, cp engine.Copy) (adapters.MessageRef, error) {
	adapter, ok := b.Adapters[cp.Surface]
	if !ok {
		return adapters.MessageRef{}, &adapters.DeliveryError{
			Kind: adapters.Unreachable, Code: "no_adapter",
			Advice: fmt.Sprintf("Configure %s, or deliver this flow's requests elsewhere.", cp.Surface),
		}
	}
	ref := adapters.MessageRef{Place: cp.Ref.Place, Message: cp.Ref.Message}
	if ref == (adapters.MessageRef{}) {
		return adapter.Post(ctx, b.destination(cp), b.card(a))
	}
	err := adapter.Update(ctx, ref, b.card(a))
	if failure, ok := errors.AsType[*adapters.DeliveryError](err); ok && failure.Kind == adapters.Gone {
		if !a.request().Open() {
			return ref, nil // nothing shows live buttons any more
		}
		return adapter.Post(ctx, b.destination(cp), b.card(a))
	}
	return ref, err
}

func (b *Bot) destination(cp engine.Copy) adapters.Destination {
	switch {
	case cp.Person != "":
		p := b.People.Person(cp.Person, cp.Surface)
		return adapters.Destination{Person: &p}
	case cp.Place != "":
		return adapters.Destination{Channel: cp.Place}
	default: // adopted: known only by where it was found
		return adapters.Destination{Channel: cp.Ref.Place}
	}
}

// undelivered decides what follows a failed delivery: try again, leave a word
// beside the message, or give up and tell a person.
func (b *Bot) undelivered(ctx context.Context, claim store.Claim, a asked, cp engine.Copy, err error) error {
	failure, ok := errors.AsType[*adapters.DeliveryError](err)
	if !ok {
		return err
	}
	told := 0
	switch failure.Kind {
	case adapters.Busy, adapters.Unknown, adapters.Denied, adapters.Gone:
		paced := failure.RetryAfter > 0 && claim.Attempt < pacedTries
		if paced || !b.spent(claim, lastChange(a.x, a.run)) {
			b.Log.WarnContext(ctx, "delivery failed, will retry", "execution", a.x.ID, "adapter", cp.Surface,
				"attempt", claim.Attempt, "err", failure)
			return b.postpone(ctx, claim, failure.RetryAfter)
		}
	case adapters.Frozen:
		if cp.Shown == a.request().Version {
			break // said before
		}
		err := b.noteBeside(ctx, a, cp)
		if err != nil && claim.Attempt < noticePatience {
			return err
		} else if err == nil {
			told = a.request().Version
		}
	case adapters.Unreachable, adapters.Malformed:
	}
	b.Log.ErrorContext(ctx, "delivery given up", "execution", a.x.ID, "adapter", cp.Surface, "err", failure)
	return b.report(ctx, claim, engine.Undeliverable{
		Run: a.run.ID, Copy: cp.ID, Problem: card.Problem(failure), Told: told,
	})
}

// noteBeside says in words what a message that cannot be changed should show.
func (b *Bot) noteBeside(ctx context.Context, a asked, cp engine.Copy) error {
	card := b.card(a)
	if below, ok := b.Adapters[cp.Surface].(adapters.Threads); ok && cp.Ref != (engine.CopyRef{}) {
		ref := adapters.MessageRef{Place: cp.Ref.Place, Message: cp.Ref.Message}
		if err := below.Reply(ctx, ref, adapters.Line{Text: card.Summary, At: b.Store.Now()}); err == nil {
			return nil
		}
	}
	return b.Adapters[cp.Surface].Tell(ctx, b.destination(cp), card.Summary)
}
