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
	return b.RedrawSome(ctx, func(engine.Copy) bool { return true })
}

// RedrawSome owes a redraw to those copies of open requests that which selects,
// such as those in a workspace that has taken signoff away: what cannot be drawn
// there any more is given up with a word, and people are asked elsewhere.
func (b *Bot) RedrawSome(ctx context.Context, which func(engine.Copy) bool) error {
	q := store.Query{States: []engine.State{engine.Paused, engine.Running}, Limit: redrawnAtOnce}
	for {
		waiting, err := b.Store.Executions(ctx, q)
		if err != nil {
			return fmt.Errorf("redraw: %w", err)
		}
		for _, x := range waiting {
			if err := b.redrawOne(ctx, x, which); err != nil {
				return err
			}
		}
		if len(waiting) < redrawnAtOnce {
			return nil
		}
		q.After = waiting[len(waiting)-1].ID
	}
}

// redrawnAtOnce is how many executions are read at once.
const redrawnAtOnce = 1000

func (b *Bot) redrawOne(ctx context.Context, x engine.Execution, which func(engine.Copy) bool) error {
	for _, run := range x.Runs {
		if run.Request == nil || !run.Request.Open() {
			continue
		}
		for _, cp := range run.Request.Copies {
			if !which(cp) {
				continue
			}
			cmd := engine.Adopt{Run: run.ID, Touched: engine.Touch{Surface: cp.Surface, Ref: cp.Ref}, Known: true}
			_, err := b.apply(ctx, x.ID, cmd, cause{})
			if _, no := errors.AsType[*engine.RejectionError](err); err != nil && !no { // no: it is not posted yet
				return fmt.Errorf("redraw: %w", err)
			}
		}
	}
	return nil
}
