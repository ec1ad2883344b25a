package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/engine"
	"signoff/store"
)

// full reports whether an execution of the flow must wait: no slot of its
// concurrency is free, or others wait already, who come first. The store checks
// the slots again within the commit.
func (b *Bot) full(ctx context.Context, rev revision) (bool, error) {
	if rev.flow.Concurrency == nil {
		return false, nil
	}
	taken, err := b.taken(ctx, rev)
	if err != nil || taken {
		return taken, err
	}
	_, waits, err := b.firstQueued(ctx, engine.FlowRef{Namespace: rev.flow.Namespace, ID: rev.flow.ID}, "")
	return waits, err
}

// taken reports whether no slot of the flow's concurrency is free.
func (b *Bot) taken(ctx context.Context, rev revision) (bool, error) {
	if rev.flow.Concurrency == nil {
		return false, nil
	}
	ref := engine.FlowRef{Namespace: rev.flow.Namespace, ID: rev.flow.ID}
	n, err := b.Store.Slots(ctx, ref)
	if err != nil {
		return false, fmt.Errorf("count the slots of %s: %w", ref, err)
	}
	return n >= rev.flow.Concurrency.Limit, nil
}

// queuePage is how much of a queue is read at once.
const queuePage = 20

// firstQueued is the oldest execution of a flow that waits for a slot, behind
// another in the queue.
func (b *Bot) firstQueued(ctx context.Context, ref engine.FlowRef, after engine.ExecutionID) (engine.Execution, bool, error) {
	for {
		page, err := b.Store.Executions(ctx, store.Query{
			Namespace: ref.Namespace, Flow: ref.ID, States: []engine.State{engine.Queued},
			Oldest: true, After: after, Limit: queuePage,
		})
		if err != nil {
			return engine.Execution{}, false, fmt.Errorf("read the queue of %s: %w", ref, err)
		}
		for _, x := range page {
			if x.Flow.Namespace == ref.Namespace { // and not one below it
				return x, true, nil
			}
			after = x.ID
		}
		if len(page) < queuePage {
			return engine.Execution{}, false, nil
		}
	}
}

// dequeue lets those that wait for a slot of the flow go on, the oldest first,
// while there are slots. It is owed by whoever gave a slot back, and by whoever
// began to wait: a slot may have become free while that was decided.
func (b *Bot) dequeue(ctx context.Context, claim store.Claim) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	} else if err != nil {
		return fmt.Errorf("dequeue: %w", err)
	}
	ref, after := engine.FlowRef{Namespace: x.Flow.Namespace, ID: x.Flow.ID}, engine.ExecutionID("")
	for {
		next, ok, err := b.firstQueued(ctx, ref, after)
		if err != nil {
			return err
		}
		if !ok {
			return b.settle(ctx, claim)
		}
		after = next.ID
		now, err := b.apply(ctx, next.ID, engine.Admit{By: engine.Principal{Via: "engine"}}, cause{})
		switch _, no := errors.AsType[*engine.RejectionError](err); {
		case no && now.State == engine.Queued:
			return b.settle(ctx, claim) // no slot is free
		case err != nil && !no && !errors.Is(err, store.ErrNotFound):
			return err
		}
	}
}
