package bot

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"signoff/engine"
	"signoff/store"
)

// What fails is tried for a day before it is given up and a person is told, and
// at least so many times: the day may have passed while signoff was down. Tries
// alone say nothing, because a busy far side may ask for one every second.
const (
	patience   = 24 * time.Hour
	leastTries = 10
	// pacedTries is for a far side that says when to come again: it is there,
	// and the day may have passed before the copy had to be drawn at all.
	pacedTries = 1000
)

// spent reports whether work was tried long enough.
func (b *Bot) spent(claim store.Claim, since time.Time) bool {
	return claim.Attempt >= leastTries && b.Store.Now().Sub(since) >= patience
}

// givenUp ends work that breaks again and again by a fault of ours, so that it
// does not stay undone in silence. It reports whether it did.
func (b *Bot) givenUp(ctx context.Context, claim store.Claim, log *slog.Logger) bool {
	given := false
	err := unbroken(func() (err error) {
		given, err = b.giveUp(ctx, claim)
		return err
	})
	if err != nil {
		log.ErrorContext(ctx, "work could not be given up", "err", err)
	}
	return given
}

// giveUp is about deliveries, calls and the start of subflows; the rest is tried
// for ever.
func (b *Bot) giveUp(ctx context.Context, claim store.Claim) (bool, error) {
	if claim.Attempt < leastTries {
		return false, nil
	}
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if err != nil {
		return false, fmt.Errorf("give up: %w", err)
	}
	const problem = "signoff failed at it for a day; its log says why"
	switch w := claim.Effect.Work.(type) {
	case engine.Deliver:
		if run, ok := x.Run(w.Run); ok && b.spent(claim, lastChange(x, run)) {
			err := b.report(ctx, claim, engine.Undeliverable{Run: w.Run, Copy: w.Copy, Problem: problem})
			return err == nil, err
		}
	case engine.Log:
		if run, ok := x.Run(w.Run); ok && run.Request != nil && b.spent(claim, lastChange(x, run)) {
			err := b.report(ctx, claim, engine.Logged{Run: w.Run, Copy: w.Copy, Told: len(run.Request.Log)})
			return err == nil, err
		}
	case engine.Call:
		if run, ok := x.Run(w.Run); ok && b.spent(claim, run.Started) {
			err := b.report(ctx, claim, engine.Finish{Run: w.Run, Attempt: w.Attempt, Problem: problem})
			return err == nil, err
		}
	case engine.Launch:
		if run, ok := x.Run(w.Run); ok && b.spent(claim, run.Started) {
			err := b.report(ctx, claim, engine.Launched{Run: w.Run, Problem: problem})
			return err == nil, err
		}
	case engine.Timer, engine.Notice, engine.Announce, engine.TellParent, engine.StopChild, engine.Dequeue, engine.Again,
		engine.Tell, engine.Reminder, engine.ReturnReminder, engine.Climb, engine.StageTimer:
	}
	return false, nil
}

// lastChange is when the cards of a request last became something else.
func lastChange(x engine.Execution, run engine.TaskRun) time.Time {
	at := run.Started
	later := func(t time.Time) {
		if t.After(at) {
			at = t
		}
	}
	later(x.Ended)
	if r := run.Request; r != nil {
		later(r.Closed)
		later(r.StageAt)
		for _, a := range r.Responses {
			later(a.At)
		}
		for _, m := range r.Moves {
			later(m.At)
		}
		for _, c := range r.Comments {
			later(c.At)
		}
		for _, o := range r.Rounds {
			later(o.Ended)
		}
	}
	return at
}
