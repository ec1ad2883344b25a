package bot

import (
	"context"
	"fmt"
	"time"
)

// Drain does everything that is owed and due now, one piece after the other in a
// fixed order, and returns when more will be due; zero if nothing will be. It is
// [Bot.Run] for a caller whose clock stands still meanwhile, such as a test of a
// flow; the two are not used together. What failed and is to be tried again is
// due later.
func (b *Bot) Drain(ctx context.Context) (time.Time, error) {
	for {
		claims, next, err := b.Store.Claim(ctx, lease, 1)
		if err != nil {
			return time.Time{}, fmt.Errorf("claim work: %w", err)
		}
		if len(claims) == 0 {
			return next, nil
		}
		if err := b.work(ctx, claims[0]); err != nil {
			return time.Time{}, err
		}
		if err := ctx.Err(); err != nil {
			return time.Time{}, err
		}
	}
}

// Tick starts what schedules say is due now, and returns when to look again; zero
// if nothing is ever due. As with [Bot.Drain], the caller moves the clock.
func (b *Bot) Tick(ctx context.Context) (time.Time, error) { return b.schedulesOnce(ctx) }
