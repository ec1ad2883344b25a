package bot

import (
	"context"
	"fmt"

	"signoff/engine"
)

// full reports whether no slot of the flow's concurrency is free. The store
// checks it again within the commit.
func (b *Bot) full(ctx context.Context, rev revision) (bool, error) {
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
