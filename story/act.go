package story

import (
	"context"
	"errors"
	"fmt"

	"signoff/bot"
	"signoff/engine"
)

// act does something to an execution as a whole.
func (w *world) act(ctx context.Context, a *Act) error {
	x, ok, err := w.execution(ctx, a.Of)
	if err != nil {
		return err
	}
	if !ok {
		w.fail(a.Pos, "there is no execution to %s", a.Verb)
		return nil
	}
	after, err := w.order(ctx, x, a)
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		w.note("%s by %s: refused: %s", a.Verb, who(a.By), no.Text)
		w.refused(a.Pos, string(a.Verb), a.Refused, no.Text)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", a.Verb, x.ID, err)
	}
	if a.Refused != nil {
		w.fail(a.Refused.Pos, "%s was to be refused with %q, and was not", a.Verb, a.Refused.Text)
	}
	if a.As != "" {
		w.named[a.As] = after.ID
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if after, err = w.store.Execution(ctx, after.ID); err != nil {
		return err
	}
	w.note("%s by %s: %s", a.Verb, who(a.By), after.State)
	return nil
}

func (w *world) order(ctx context.Context, x engine.Execution, a *Act) (engine.Execution, error) {
	by := w.principal(a.By)
	switch a.Verb {
	case Kill:
		return w.bot.Do(ctx, x.ID, bot.Order{Verb: bot.Kill, By: by})
	case Cancel:
		return w.bot.Do(ctx, x.ID, bot.Order{Verb: bot.Cancel, By: by, Reason: a.Reason})
	case Hold:
		return w.bot.Do(ctx, x.ID, bot.Order{Verb: bot.Hold, By: by})
	case Release:
		return w.bot.Do(ctx, x.ID, bot.Order{Verb: bot.Release, By: by})
	case Restart:
		return w.bot.Do(ctx, x.ID, bot.Order{Verb: bot.Restart, By: by})
	case ForceRun:
		return w.bot.Do(ctx, x.ID, bot.Order{Verb: bot.ForceRun, By: by})
	case Relabel:
		return w.bot.Do(ctx, x.ID, bot.Order{Verb: bot.Relabel, By: by, Labels: a.Labels})
	case Replay:
		r := bot.ReplayRequest{Of: x.ID, By: by, Inputs: a.Inputs}
		if run, ok := last(runs(x, Gate{Task: a.From})); ok {
			r.From = run.ID
		}
		return w.bot.Replay(ctx, r)
	}
	panic("story: unknown verb " + string(a.Verb))
}
