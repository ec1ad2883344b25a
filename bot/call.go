package bot

import (
	"context"
	"fmt"

	"signoff/bot/task"
	"signoff/engine"
	"signoff/store"
)

// call runs a task that touches the world and reports what came of it. A call
// that a dying process cut short is made again under the same key, by which the
// far side may recognise it.
func (b *Bot) call(ctx context.Context, claim store.Claim, w engine.Call) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if err != nil {
		return fmt.Errorf("call: %w", err)
	}
	run, ok := x.Run(w.Run)
	if !ok || run.State != engine.Running || run.Attempt != w.Attempt {
		return b.settle(ctx, claim)
	}
	rev, err := b.revision(ctx, x.Flow)
	if err != nil {
		return err
	}
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return err
	}
	result := b.Tasks.Run(ctx, task.Call{
		Namespace:      x.Flow.Namespace,
		Task:           rev.flow.Task(run.Task),
		Env:            engine.Env(rev.flow, x, run, facts),
		IdempotencyKey: fmt.Sprintf("%s-%s-%d", x.ID, w.Run, w.Attempt),
	})
	if ctx.Err() != nil {
		return ctx.Err() // we were stopped; the next process makes the call again
	}
	return b.report(ctx, claim, engine.Finish{
		Run: w.Run, Attempt: w.Attempt, Outputs: result.Outputs, Logs: result.Logs, Problem: result.Problem,
	})
}
