package bot

import (
	"context"
	"time"

	"signoff/engine"
	"signoff/store"
)

const (
	// margin is what is left of the lease, at the least, when work begins: longer
	// than until it is extended.
	margin = 6 * time.Minute
	// inHand is how many pieces may be claimed, most of them waiting.
	inHand = 2000
)

// turns lets each kind of work be done so many at once, so that none starves
// another: while calls hang cards are posted, and while a chat hangs deadlines
// hold.
type turns struct{ calls, surfaces, timers chan struct{} }

func newTurns(n int) turns {
	return turns{make(chan struct{}, n), make(chan struct{}, n), make(chan struct{}, n)}
}

func (t turns) of(w engine.Work) chan struct{} {
	switch w.(type) {
	case engine.Call:
		return t.calls
	case engine.Deliver, engine.Notice, engine.Tell, engine.Log:
		return t.surfaces
	}
	return t.timers
}

// inTurn does a piece when it is its turn, unless ctx has ended by then. One
// that waited for so long that its lease could end while it is done is given
// back, to be claimed anew.
func (b *Bot) inTurn(ctx context.Context, t turns, claim store.Claim, do func() error) error {
	turn := t.of(claim.Effect.Work)
	select {
	case turn <- struct{}{}:
	default:
		tired := time.NewTimer(lease - margin)
		defer tired.Stop()
		select {
		case <-ctx.Done():
			return nil
		case <-tired.C:
			return b.again(ctx, claim, 0)
		case turn <- struct{}{}:
		}
	}
	defer func() { <-turn }()
	if ctx.Err() != nil {
		return nil
	}
	return do()
}

// again gives work back that was not tried.
func (b *Bot) again(ctx context.Context, claim store.Claim, in time.Duration) error {
	return b.Store.Commit(ctx, store.Commit{Postpone: []store.Postponed{{Claim: claim, Due: b.Store.Now().Add(in)}}})
}
