package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"signoff/engine"
	"signoff/store"
)

// startAnew starts a flow once more, with the same inputs, because its retry
// says so. Of a process that dies in between the next one starts no second:
// the id of the new execution follows from the old one.
func (b *Bot) startAnew(ctx context.Context, claim store.Claim) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	} else if err != nil {
		return fmt.Errorf("start anew: %w", err)
	}
	if x.State != engine.Failed { // it was restarted
		return b.settle(ctx, claim)
	}
	err = b.anew(ctx, x, claim)
	if unverified(err) {
		return later(err)
	}
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		b.Log.WarnContext(ctx, "a failed execution is not started anew", "execution", x.ID, "err", no)
		return b.settle(ctx, claim)
	}
	if errors.Is(err, store.ErrConflict) {
		return b.settle(ctx, claim) // it was started before
	}
	return err
}

func (b *Bot) anew(ctx context.Context, x engine.Execution, claim store.Claim) error {
	rev, err := b.startable(ctx, x.Flow)
	if err != nil {
		return err
	}
	labels := maps.Clone(x.Labels)
	delete(labels, engine.LabelRestarted)
	cmd := engine.Start{
		// It sorts after the one that failed, even if that failed at once.
		ID:    derivedID(x.Ended.Add(time.Millisecond), "again", fmt.Sprintf("%s-%d", x.ID, x.Tries)),
		Bound: x.Inputs, Labels: labels, By: x.Requester, Origin: x.Origin, Restarted: x.Restarted,
		Trigger: x.Trigger, Tries: max(x.Tries, 1) + 1,
	}
	if p := x.Parent; p != nil { // it was told of the failure, and waits no more
		cmd.Parent = &engine.ParentRef{Execution: p.Execution, Run: p.Run, Depth: p.Depth, Spread: p.Spread}
	}
	_, err = b.begin(ctx, rev, cmd, func(engine.ExecutionID) store.Commit {
		return store.Commit{Settle: []store.Claim{claim}}
	})
	return err
}
