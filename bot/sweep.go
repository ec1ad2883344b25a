package bot

import (
	"context"
	"fmt"

	"signoff/engine"
	"signoff/store"
)

// sweepFolders removes the working directories of executions that have ended or
// that nobody knows. It goes before the first call is made. Folders that stay are
// no reason not to start.
func (b *Bot) sweepFolders(ctx context.Context) {
	s, ok := b.Tasks.(Settler)
	if !ok {
		return
	}
	err := b.sweep(ctx, s)
	if err != nil && ctx.Err() == nil {
		b.Log.WarnContext(ctx, "old working directories stay", "err", err)
	}
}

func (b *Bot) sweep(ctx context.Context, s Settler) error {
	var keep []string
	err := b.eachExecution(ctx, []engine.State{engine.Created, engine.Queued, engine.Running, engine.Paused, engine.Retrying}, func(x *engine.Execution) {
		for i := range x.Runs {
			keep = append(keep, directoryOf(x.ID, x.Runs[i].ID))
		}
	})
	if err != nil {
		return err
	}
	return s.Sweep(keep)
}

// readAtOnce is how many executions are held at a time.
const readAtOnce = 200

// eachExecution calls f for every execution in one of the states; all if none is
// named.
func (b *Bot) eachExecution(ctx context.Context, states []engine.State, f func(*engine.Execution)) error {
	q := store.Query{States: states, Limit: readAtOnce}
	for {
		xs, err := b.Store.Executions(ctx, q)
		if err != nil {
			return fmt.Errorf("read the executions: %w", err)
		}
		for i := range xs {
			f(&xs[i])
		}
		if len(xs) < readAtOnce {
			return nil
		}
		q.After = xs[len(xs)-1].ID
	}
}
