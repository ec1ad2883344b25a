package slack

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxErrands is how many may wait; more are dropped and logged.
	maxErrands = 256
	// errandRunners is how many are run at once.
	errandRunners = 8
	// errandTimeout bounds one.
	errandTimeout = 10 * time.Second
	// lastWords bounds what is still done when the adapter stops.
	lastWords = 2 * time.Second

	// maxWorking is how many people's wishes are worked on at once beside those
	// whom a transport is waiting for.
	maxWorking = 512
	// workWithin bounds what somebody asked for, even if nobody waits any more.
	workWithin = 8 * time.Second
)

// errands are calls of Slack that nobody waits for.
type errands struct {
	line chan func(context.Context)
	// working holds a token for each piece of work that was begun.
	working chan struct{}
}

func newErrands() errands {
	return errands{line: make(chan func(context.Context), maxErrands), working: make(chan struct{}, maxWorking)}
}

// later puts a call in line. It never waits. Slack is told that what a person did
// arrived before it is made.
func (a *Adapter) later(ctx context.Context, what string, do func(context.Context)) {
	select {
	case a.errands.line <- do:
	default:
		a.log.WarnContext(ctx, "an errand was dropped, too many wait", "adapter", Surface, "what", what)
	}
}

// runErrands runs what is in line until ctx ends, and then for a moment what is
// left, and what people are still waiting for.
func (a *Adapter) runErrands(ctx context.Context) {
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, stop) })()
	idle := make(chan struct{})
	var all sync.WaitGroup
	for range errandRunners {
		all.Go(func() { a.errandLoop(life, idle) })
	}
	<-ctx.Done()
	for range maxWorking { // nothing is begun any more, and what was begun ends
		a.errands.working <- struct{}{}
	}
	close(idle)
	all.Wait()
}

// errandLoop takes from the line until nothing comes any more and the line is
// empty, or life ends.
func (a *Adapter) errandLoop(life context.Context, idle <-chan struct{}) {
	for life.Err() == nil {
		select {
		case do := <-a.errands.line:
			a.runErrand(life, do)
			continue
		default:
		}
		select {
		case do := <-a.errands.line:
			a.runErrand(life, do)
		case <-idle:
			if len(a.errands.line) == 0 {
				return
			}
		case <-life.Done():
		}
	}
}

// runErrand is one call. A panic costs one errand and not the process.
func (a *Adapter) runErrand(life context.Context, do func(context.Context)) {
	ctx, cancel := context.WithTimeout(life, errandTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			a.log.ErrorContext(ctx, "an errand ended in a panic", "adapter", Surface, "panic", fmt.Sprint(v))
		}
	}()
	do(ctx)
}

// promptly does what somebody waits for. It returns what came of it, or false if
// that takes longer than within: then it goes on, and late, unless it is nil, is
// an errand when it is done. A panic of work is one of promptly, or costs what
// was asked for.
func promptly[T any](ctx context.Context, a *Adapter, within time.Duration, work func(context.Context) T, late func(context.Context, T)) (out T, inTime bool) {
	select {
	case a.errands.working <- struct{}{}:
	default: // too much is going on, or the adapter stops
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		return work(ctx), true
	}
	done, waiting := make(chan T, 1), new(atomic.Bool)
	waiting.Store(true)
	go func() {
		defer func() { <-a.errands.working }()
		defer close(done)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workWithin)
		defer cancel()
		defer func() {
			if v := recover(); v != nil {
				a.log.ErrorContext(ctx, "an interaction ended in a panic", "adapter", Surface, "panic", fmt.Sprint(v))
			}
		}()
		got := work(ctx)
		if waiting.CompareAndSwap(true, false) {
			done <- got
		} else if late != nil {
			a.later(ctx, "an answer that came late", func(ctx context.Context) { late(ctx, got) })
		}
	}()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case got, ok := <-done:
		return arrived(got, ok), true
	case <-timer.C:
	}
	if waiting.CompareAndSwap(true, false) {
		return out, false
	}
	got, ok := <-done // at this very moment
	return arrived(got, ok), true
}

func arrived[T any](got T, ok bool) T {
	if !ok {
		panic("slack: what was asked for ended in a panic")
	}
	return got
}
