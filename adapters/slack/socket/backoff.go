package socket

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"signoff/adapters"
)

const (
	firstPause = time.Second
	// longestPause is short: while no socket is open, nobody's button works.
	longestPause = 30 * time.Second
)

// backoff is how long to wait before the next attempt: longer each time, and
// not the same for everybody.
type backoff struct{ attempts int }

// next returns the pause after a failed attempt. Slack's own wish counts.
func (b *backoff) next(err error) time.Duration {
	d := longestPause
	if b.attempts < 5 {
		d = firstPause << b.attempts
	}
	b.attempts++
	d = d/2 + rand.N(d/2) //nolint:gosec // spreads attempts, guards nothing
	if busy, ok := errors.AsType[*adapters.DeliveryError](err); ok && busy.RetryAfter > 0 {
		return busy.RetryAfter + d
	}
	return d
}

// pause waits unless ctx ends first.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
