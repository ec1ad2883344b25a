package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/flow"
	"signoff/store"
)

// Settler is a [Tasks] that remembers, over a crash, what it has begun, and
// keeps working directories.
type Settler interface {
	// Settle forgets a call, by its idempotency key, whose end is written down.
	Settle(key string) error
	// Leave removes a working directory that several calls shared.
	Leave(directory string) error
	// Sweep removes the working directories that several calls shared, but
	// those to keep. Nothing works in any of them yet.
	Sweep(keep []string) error
}

// call runs a task that touches the world and reports what came of it. A call
// that a dying process cut short is made again under the same key, by which the
// far side may recognise it; what must not be made again says so.
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
	c := task.Call{
		Namespace:      x.Flow.Namespace,
		Flow:           x.Flow.ID,
		Execution:      x.ID,
		Task:           rev.flow.Task(run.Task),
		Env:            engine.Env(rev.flow, x, run, facts),
		IdempotencyKey: fmt.Sprintf("%s-%s-%d", x.ID, w.Run, w.Attempt),
	}
	if around, files, ok := sharedDirectory(rev.flow, &x, run); ok {
		c.Directory, c.Fill = directoryOf(x.ID, around.ID), files
		if !files.Empty() {
			c.FillEnv = engine.Env(rev.flow, x, around, facts)
		}
	}
	if !run.Due.IsZero() {
		c.Timeout = max(run.Due.Sub(b.Store.Now()), 1) // zero would be none
	}
	result := b.make(ctx, claim.Effect, w, c)
	if ctx.Err() != nil && !result.Once {
		return ctx.Err() // we were stopped; the next process makes the call again
	}
	err = b.report(ctx, claim, engine.Finish{
		Run: w.Run, Attempt: w.Attempt, Outputs: result.Outputs, Logs: result.Logs,
		Problem: result.Problem, Warning: result.Warning,
	})
	if err != nil {
		return err
	}
	return b.tidy(ctx, c, x.ID)
}

// make makes a call, until it is no longer waited for.
func (b *Bot) make(ctx context.Context, e engine.Effect, w engine.Call, c task.Call) task.Result {
	ctx, done := b.calls.begin(ctx, e, w.Attempt)
	defer done()
	return b.Tasks.Run(ctx, c)
}

// tidy forgets what is only needed while a call is made. A folder that cannot
// be removed is no reason to make the call again.
func (b *Bot) tidy(ctx context.Context, c task.Call, id engine.ExecutionID) error {
	s, ok := b.Tasks.(Settler)
	if !ok {
		return nil
	}
	err := s.Settle(c.IdempotencyKey)
	if c.Directory != "" {
		err = errors.Join(err, b.leave(context.WithoutCancel(ctx), s, c.Directory, id))
	}
	if err != nil {
		b.Log.WarnContext(ctx, "a finished call left something behind", "execution", id, "err", err)
	}
	return nil
}

// leave removes a shared working directory when the task around it has ended.
func (b *Bot) leave(ctx context.Context, s Settler, directory string, id engine.ExecutionID) error {
	x, err := b.Store.Execution(ctx, id)
	if err != nil {
		return err
	}
	for i := range x.Runs {
		if run := &x.Runs[i]; directoryOf(id, run.ID) == directory && !run.State.Final() && !x.State.Final() {
			return nil
		}
	}
	return s.Leave(directory)
}

// sharedDirectory returns the nearest WorkingDirectory around a run, or the run
// itself if it is one, and the files with which its folder begins.
func sharedDirectory(f *flow.Flow, x *engine.Execution, run engine.TaskRun) (engine.TaskRun, flow.FileSet, bool) {
	for ok := true; ok; run, ok = x.Run(run.Parent) {
		t := f.Task(run.Task)
		if t == nil {
			continue
		}
		if q, ok := t.Spec.(*flow.Sequential); ok && q.Kind == flow.SequenceSharedDirectory {
			return run, q.InputFiles, true
		}
	}
	return engine.TaskRun{}, flow.FileSet{}, false
}

func directoryOf(id engine.ExecutionID, run engine.TaskRunID) string {
	return string(id) + "-" + string(run)
}
