package bot

import (
	"context"
	"errors"
	"slices"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/store"
)

// threadsOf are the surfaces on which something can be said below a copy.
func threadsOf(all map[string]adapters.Adapter) []string {
	var out []string
	for name, a := range all {
		if _, ok := a.(adapters.Threads); ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// tellLog says the next line of a request's log below a copy. One line is one
// piece of work, and that it was said is written down before the next: after a
// crash, or an answer that was lost, at most that line is said twice.
func (b *Bot) tellLog(ctx context.Context, claim store.Claim, w engine.Log) error {
	leave, ok := b.drawing.enter(string(claim.Effect.Execution) + "/" + string(claim.Effect.Key))
	if !ok {
		return b.again(ctx, claim, poll)
	}
	defer leave()
	a, cp, err := b.copyOf(ctx, claim.Effect.Execution, w.Run, w.Copy)
	if err != nil {
		return err
	}
	if cp == nil || cp.Ref == (engine.CopyRef{}) || cp.Told >= len(a.request().Log) {
		return b.settle(ctx, claim)
	}
	said := card.Say(b.view(a), cp.Told)
	if err := b.sayBelow(ctx, *cp, said); err != nil {
		if done, err := b.unsaid(ctx, claim, a, *cp, err); done {
			return err
		}
	}
	return b.report(ctx, claim, engine.Logged{Run: w.Run, Copy: w.Copy, Told: cp.Told + said.Entries})
}

// sayBelow says a line below a card in a channel. Whoever asked is told it by
// itself: nobody looks below a card that is redrawn in silence.
func (b *Bot) sayBelow(ctx context.Context, cp engine.Copy, said card.Said) error {
	if said.Line.Text == "" {
		return nil
	}
	if cp.Role == engine.ForRequester {
		return b.Adapters[cp.Surface].Tell(ctx, b.destination(cp), said.Line.Text)
	}
	below, ok := b.Adapters[cp.Surface].(adapters.Threads)
	if !ok {
		return nil // the surface was another when this was owed
	}
	for _, p := range said.Mention {
		said.Line.Mention = append(said.Line.Mention, b.People.Person(p, cp.Surface))
	}
	return below.Reply(ctx, adapters.MessageRef{Place: cp.Ref.Place, Message: cp.Ref.Message}, said.Line)
}

// unsaid decides what follows a line that was not said. It reports false where
// the line is left out: the card says the same.
func (b *Bot) unsaid(ctx context.Context, claim store.Claim, a asked, cp engine.Copy, err error) (bool, error) {
	failure, ok := errors.AsType[*adapters.DeliveryError](err)
	if !ok {
		return true, err
	}
	switch failure.Kind {
	case adapters.Busy, adapters.Unknown, adapters.Denied:
		paced := failure.RetryAfter > 0 && claim.Attempt < pacedTries
		if paced || !b.spent(claim, lastChange(a.x, a.run)) {
			return true, b.postpone(ctx, claim, failure.RetryAfter)
		}
	case adapters.Gone:
		if a.request().Open() { // the card is posted anew, and then this is said below it
			touched := engine.Touch{Surface: cp.Surface, Ref: cp.Ref}
			return true, b.report(ctx, claim, engine.Adopt{Run: a.run.ID, Touched: touched, Known: true})
		}
	case adapters.Frozen, adapters.Unreachable, adapters.Malformed:
	}
	b.Log.WarnContext(ctx, "a line below a card was left out", "execution", a.x.ID, "adapter", cp.Surface, "err", failure)
	return false, nil
}
