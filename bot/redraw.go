package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/engine"
	"signoff/store"
)

// Redraw owes every copy of every open request a redraw. It is for a chat that
// may have lost its messages: what is gone is posted anew.
func (b *Bot) Redraw(ctx context.Context) error {
	waiting, err := b.Store.Executions(ctx, store.Query{States: []engine.State{engine.Paused}, Limit: maxRedrawn})
	if err != nil {
		return fmt.Errorf("redraw: %w", err)
	}
	for _, x := range waiting {
		for _, run := range x.Runs {
			if run.Request == nil || !run.Request.Open() {
				continue
			}
			for _, cp := range run.Request.Copies {
				cmd := engine.Adopt{Run: run.ID, Touched: engine.Touch{Surface: cp.Surface, Ref: cp.Ref}}
				_, err := b.apply(ctx, x.ID, cmd, cause{})
				if _, no := errors.AsType[*engine.RejectionError](err); err != nil && !no { // no: it is not posted yet
					return fmt.Errorf("redraw: %w", err)
				}
			}
		}
	}
	return nil
}

// maxRedrawn bounds how many requests are drawn anew at once.
const maxRedrawn = 1000
