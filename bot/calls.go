package bot

import (
	"context"
	"errors"
	"sync"

	"signoff/engine"
)

// calls are those that are being made here, so that one that is no longer waited
// for ends at once: its execution was killed, or its time is over. The zero
// value is ready.
type calls struct {
	mu   sync.Mutex
	made map[callAt]callMade // guarded by mu
}

type callAt struct {
	execution engine.ExecutionID
	key       engine.EffectKey
}

type callMade struct {
	attempt int
	stop    context.CancelCauseFunc
}

var errNotWaitedFor = errors.New("the call is no longer waited for")

// begin returns a context that ends when the call is no longer waited for, and
// what is to be called at its end.
func (c *calls) begin(ctx context.Context, e engine.Effect, attempt int) (context.Context, func()) {
	ctx, stop := context.WithCancelCause(ctx)
	at := callAt{e.Execution, e.Key}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil {
		c.made = map[callAt]callMade{}
	}
	c.made[at] = callMade{attempt, stop}
	return ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.made[at].attempt == attempt {
			delete(c.made, at)
		}
		stop(nil)
	}
}

// look ends the calls that a transition has given up.
func (c *calls) look(t *engine.Transition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range t.Drop {
		if made, ok := c.made[callAt{t.Next.ID, key}]; ok {
			made.stop(errNotWaitedFor)
		}
	}
	for _, e := range t.Effects {
		w, isCall := e.Work.(engine.Call)
		if made, ok := c.made[callAt{t.Next.ID, e.Key}]; ok && isCall && w.Attempt != made.attempt {
			made.stop(errNotWaitedFor)
		}
	}
}
