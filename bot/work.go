package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"signoff/bot/people"
	"signoff/engine"
	"signoff/store"
)

const (
	// lease is how long claimed work is ours, and again whenever a quarter of it
	// has gone by while we work: a call may take an hour.
	lease = 10 * time.Minute
	// grace is how long work that was begun may take once we are being stopped,
	// so that no post is left behind whose answer nobody heard.
	grace = 5 * time.Second
	// poll is how often the store is asked when nothing woke us; another
	// process may have owed the work.
	poll = time.Second
	// soon is for what happens at this moment elsewhere in this process.
	soon = 20 * time.Millisecond
)

// Run does owed work until ctx ends, and returns when nothing that it started
// still runs: what was begun gets a few seconds to end. It returns early only
// if the store cannot go on.
func (b *Bot) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	hands, letGo := outlive(ctx, grace)
	defer letGo()
	var working sync.WaitGroup
	defer working.Wait()
	b.sweepFolders(ctx)
	working.Go(func() { b.sweepUploads(ctx) })
	working.Go(func() { b.People.KeepFresh(ctx) })
	working.Go(func() { b.warm(ctx) })
	working.Go(func() { b.watchStuck(ctx) })
	working.Go(func() { b.watchHomes(ctx) })
	working.Go(func() {
		if err := b.schedules(ctx); err != nil {
			stop(err)
		}
	})
	free, turns := make(chan struct{}, inHand), newTurns(b.Workers)
	for {
		claims, next, err := b.Store.Claim(ctx, lease, cap(free)-len(free))
		switch {
		case ctx.Err() != nil:
			return fatal(context.Cause(ctx))
		case errors.Is(err, store.ErrUnknown), errors.Is(err, store.ErrClosed):
			stop(err) // what is under way could not be written down
			return fmt.Errorf("claim work: %w", err)
		case err != nil:
			b.Log.WarnContext(ctx, "claiming work failed, will retry", "err", err)
		}
		for _, claim := range claims {
			free <- struct{}{}
			working.Go(func() {
				defer b.nudge()
				defer func() { <-free }()
				do := func() error { return b.work(hands, claim) }
				if err := b.inTurn(ctx, turns, claim, do); errors.Is(err, store.ErrUnknown) {
					stop(err)
				}
			})
		}
		b.wait(ctx, next, len(free) < cap(free))
	}
}

// outlive returns a context that ends some time after ctx has.
func outlive(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(by)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel() }
}

// fatal tells the end of the context from the end of the store.
func fatal(err error) error {
	if errors.Is(err, store.ErrUnknown) {
		return err
	}
	return nil
}

// wait sleeps until there may be work: something was owed, a worker became
// free, or a timer is due.
func (b *Bot) wait(ctx context.Context, next time.Time, hands bool) {
	d := poll
	if !next.IsZero() && hands {
		d = min(d, max(next.Sub(b.Store.Now()), 0))
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-b.wake:
	case <-timer.C:
	}
}

// work does one piece and reports what must stop the bot. A piece that breaks
// hurts only itself.
func (b *Bot) work(ctx context.Context, claim store.Claim) error {
	ctx, letGo := b.hold(ctx, claim)
	defer letGo()
	err := unbroken(func() error { return b.do(ctx, claim) })
	if workDone(ctx, err) {
		return nil
	}
	if errors.Is(err, store.ErrUnknown) {
		return err
	}
	log := b.Log.With("execution", claim.Effect.Execution, "work", claim.Effect.Key, "attempt", claim.Attempt)
	log.WarnContext(ctx, "work failed, will retry", "err", err)
	if b.givenUp(ctx, claim, log) {
		return nil
	}
	return b.postpone(ctx, claim, 0)
}

// workDone reports whether nothing is left to do here: it succeeded, somebody
// else has it now, or we are being stopped.
func workDone(ctx context.Context, err error) bool {
	return err == nil || errors.Is(err, store.ErrLostClaim) || ctx.Err() != nil
}

func (b *Bot) do(ctx context.Context, claim store.Claim) error {
	switch w := claim.Effect.Work.(type) {
	case engine.Timer:
		return b.report(ctx, claim, engine.Expire(w))
	case engine.Call:
		return b.call(ctx, claim, w)
	case engine.Deliver:
		return b.deliver(ctx, claim, w)
	case engine.Notice:
		return b.notify(ctx, claim, w)
	case engine.Log:
		return b.tellLog(ctx, claim, w)
	case engine.Announce:
		return b.announce(ctx, claim, w)
	case engine.Launch:
		return b.launch(ctx, claim, w)
	case engine.TellParent:
		return b.tellParent(ctx, claim)
	case engine.StopChild:
		return b.stopChild(ctx, claim, w)
	case engine.Dequeue:
		return b.dequeue(ctx, claim)
	case engine.Again:
		return b.startAnew(ctx, claim)
	case engine.Tell:
		return b.tellPerson(ctx, claim, w)
	case engine.Reminder:
		return b.report(ctx, claim, engine.Remind(w))
	case engine.ReturnReminder:
		return b.report(ctx, claim, engine.RemindReturned(w))
	case engine.Climb:
		return b.report(ctx, claim, engine.Escalate(w))
	case engine.StageTimer:
		return b.report(ctx, claim, engine.StageOver(w))
	}
	return fmt.Errorf("unknown work %T", claim.Effect.Work)
}

// unbroken turns a panic into an error.
func unbroken(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// report applies what came of a piece of work and settles it in the same
// transaction. News that is too old to matter only settles. What was done
// outside is written down even if we are being stopped.
func (b *Bot) report(ctx context.Context, claim store.Claim, cmd engine.Command) error {
	stopped := ctx.Done()
	ctx = context.WithoutCancel(ctx)
	_, err := b.apply(ctx, claim.Effect.Execution, cmd, cause{claim: &claim, patient: true})
	for waited := time.Duration(0); unverified(err); waited += people.TryAgain {
		if !pause(stopped, people.TryAgain) {
			return err // it is done again after the restart
		}
		_, err = b.apply(ctx, claim.Effect.Execution, cmd, cause{claim: &claim, patient: waited < longestPatience})
	}
	no, ok := errors.AsType[*engine.RejectionError](err)
	switch {
	case err == nil:
		return nil
	case ok && no.Code == engine.TooEarly:
		return b.again(ctx, claim, poll)
	case ok, errors.Is(err, store.ErrNotFound):
		return b.settle(ctx, claim)
	}
	return err
}

// longestPatience is how long a result of work waits for people whose group
// cannot be read, before the request fails for want of them.
const longestPatience = 10 * time.Minute

// unverified reports that it cannot be read now who is to be asked.
func unverified(err error) bool {
	no, ok := errors.AsType[*engine.RejectionError](err)
	return ok && no.Code == engine.Unverified
}

// later makes an error of such a refusal, for work that is then tried again.
func later(err error) error { return errors.New("not now: " + err.Error()) }

// pause waits, and reports whether it was not stopped meanwhile.
func pause(stopped <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stopped:
		return false
	}
}

func (b *Bot) settle(ctx context.Context, claim store.Claim) error {
	return b.Store.Commit(ctx, store.Commit{Settle: []store.Claim{claim}})
}

// postpone gives work back, to be tried again when the far side asked for it,
// or else after a growing time.
func (b *Bot) postpone(ctx context.Context, claim store.Claim, asked time.Duration) error {
	wait := asked
	if wait <= 0 {
		wait = backoff(claim.Attempt)
	}
	return b.Store.Commit(ctx, store.Commit{Postpone: []store.Postponed{{Claim: claim, Due: b.Store.Now().Add(wait)}}})
}

const (
	firstWait   = time.Second
	longestWait = 5 * time.Minute
)

// backoff is how long to wait after the nth failed try.
func backoff(attempt int) time.Duration {
	return min(firstWait<<min(max(attempt-1, 0), 10), longestWait)
}
