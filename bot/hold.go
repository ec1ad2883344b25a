package bot

import (
	"context"
	"errors"
	"time"

	"signoff/store"
)

// hold keeps a claim ours for as long as its work takes. The context that it
// returns ends when somebody else has the work nevertheless, so that it is not
// done twice at once. The function ends the holding and waits for its end.
func (b *Bot) hold(ctx context.Context, claim store.Claim) (context.Context, func()) {
	ctx, stop := context.WithCancelCause(ctx)
	holding := make(chan struct{})
	// Most work is done long before, and costs no more than a timer.
	later := time.AfterFunc(lease/4, func() {
		defer close(holding)
		b.extend(ctx, claim, stop)
	})
	return ctx, func() {
		stop(nil)
		if !later.Stop() {
			<-holding
		}
	}
}

// extend prolongs the lease, now and again until ctx ends. One that cannot be
// prolonged now is tried again three times before it is over.
func (b *Bot) extend(ctx context.Context, claim store.Claim, stop context.CancelCauseFunc) {
	every := time.NewTicker(lease / 4)
	defer every.Stop()
	for ctx.Err() == nil {
		switch err := b.Store.Extend(ctx, claim, lease); {
		case err == nil || ctx.Err() != nil:
		case errors.Is(err, store.ErrLostClaim):
			b.Log.WarnContext(ctx, "the work is done elsewhere, it ends here", "execution", claim.Effect.Execution, "work", claim.Effect.Key)
			stop(err)
			return
		default:
			b.Log.WarnContext(ctx, "a lease could not be extended, will retry", "execution", claim.Effect.Execution, "work", claim.Effect.Key, "err", err)
		}
		select {
		case <-ctx.Done():
		case <-every.C:
		}
	}
}
