package bot

import (
	"context"
	"fmt"
	"time"

	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
)

// Nobody looks at a list of what waits in vain unless somebody tells them to. So
// the places that are named for alerts are told of it once a day, if there is
// anything to tell. That they were is kept; what could not be told is told later,
// and after a crash perhaps twice.

const (
	// stuckSaid is how long nothing more is said after an alert.
	stuckSaid = 24 * time.Hour
	// stuckLook is how often it is looked whether something is to be said.
	stuckLook = time.Hour
	// stuckFirst is when it is looked first.
	stuckFirst = time.Minute
)

// alertsNamespace and stuckKey are where it is kept when something was said last.
const (
	alertsNamespace = "~alerts"
	stuckKey        = "stuck"
)

// watchStuck tells of what waits in vain until ctx ends.
func (b *Bot) watchStuck(ctx context.Context) {
	if len(b.Alerts) == 0 {
		return
	}
	for wait := stuckFirst; pause(ctx.Done(), wait); wait = stuckLook {
		if err := b.tellStuck(ctx); err != nil && ctx.Err() == nil {
			b.Log.WarnContext(ctx, "what waits in vain was not told, will retry", "err", err)
		}
	}
}

// tellStuck tells of what waits in vain, unless that was said within a day.
func (b *Bot) tellStuck(ctx context.Context) error {
	kept, err := b.Store.KV(ctx, alertsNamespace)
	if err != nil {
		return fmt.Errorf("read when it was told last: %w", err)
	}
	now := b.Store.Now()
	if last := kept[stuckKey].Updated; !last.IsZero() && now.Before(last.Add(stuckSaid)) {
		return nil
	}
	lines, err := b.inVain(ctx)
	if err != nil || len(lines) == 0 {
		return err
	}
	text := card.InVain(lines)
	if !b.alert(ctx, text) {
		return nil // the log says why; it is tried again
	}
	set := store.Values{Namespace: alertsNamespace, Set: map[string]*store.Entry{stuckKey: {Value: now.UTC().Format(time.RFC3339)}}}
	line := audit.Record{
		At: now, Event: audit.NoticeSent, Actor: audit.Actor{Via: "engine"},
		Data: map[string]any{"what": "stuck", "text": text, "count": len(lines)},
	}
	if err := b.Store.Commit(ctx, store.Commit{KV: &set, Records: []audit.Record{line}}); err != nil {
		return fmt.Errorf("keep that it was told: %w", err)
	}
	return nil
}

// inVain says of each request that waits in vain why, and what is wrong with
// those who stand in for others.
func (b *Bot) inVain(ctx context.Context) ([]string, error) {
	stuck, err := b.Stuck(ctx, engine.Principal{Via: "engine"})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range stuck {
		out = append(out, card.WaitsInVain(s.Request, s.Namespace+"/"+s.Flow, s.Title, s.Why))
	}
	for _, f := range approval.CheckPeople(b.Directory("")) {
		out = append(out, f.Text)
	}
	return out, nil
}
