package bot

import (
	"context"
	"errors"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// schedules starts what is due until ctx ends. It returns early only if the
// store cannot go on.
//
// Nothing is kept in memory: when a schedule is due next is in the store, and is
// moved on in the transaction that starts the execution. Of several processes on
// one store, the one that commits first starts it.
func (b *Bot) schedules(ctx context.Context) error {
	for {
		next, err := b.schedulesOnce(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // we are being stopped; what failed was stopped, too
		}
		switch {
		case errors.Is(err, store.ErrUnknown), errors.Is(err, store.ErrClosed):
			return err
		case err != nil:
			b.Log.WarnContext(ctx, "looking after schedules failed, will retry", "err", err)
			next = b.Store.Now().Add(poll)
		}
		b.sleep(ctx, next)
	}
}

// sleep waits until a schedule is due, or it is time to look at the flows again.
func (b *Bot) sleep(ctx context.Context, next time.Time) {
	d := rearm
	if !next.IsZero() {
		d = min(d, max(next.Sub(b.Store.Now()), time.Millisecond))
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-b.rewind:
	case <-timer.C:
	}
}

// schedulesOnce looks at every schedule, does what is due, and returns when to
// look again; zero if nothing is ever due.
func (b *Bot) schedulesOnce(ctx context.Context) (time.Time, error) {
	// What is remembered is read before the flows: what is remembered of a flow
	// that is then not there was deleted.
	states, err := b.states(ctx)
	if err != nil {
		return time.Time{}, err
	}
	all, err := b.triggers(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if len(gone(states, all)) > 0 {
		b.armory.changed()
		if all, err = b.triggers(ctx); err != nil {
			return time.Time{}, err
		}
	}
	var next time.Time
	for _, t := range all {
		if t.schedule == nil {
			continue
		}
		at, err := b.tended(ctx, t, states[t.triggerRef])
		if err != nil {
			return time.Time{}, err
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, b.forget(ctx, gone(states, all))
}

// tended looks after one schedule, which hurts only itself when it breaks. The
// error is one that ends the bot.
func (b *Bot) tended(ctx context.Context, t *armed, s store.TriggerState) (next time.Time, err error) {
	err = unbroken(func() (err error) { next, err = b.tend(ctx, t, s); return err })
	switch {
	case err == nil:
		return next, nil
	case errors.Is(err, store.ErrUnknown), errors.Is(err, store.ErrClosed), ctx.Err() != nil:
		return next, err
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrSeen):
		return b.Store.Now(), nil // somebody was faster; look at what is true now
	}
	b.Log.WarnContext(ctx, "a schedule failed, will retry", "flow", t.flow.String(), "trigger", t.id, "err", err)
	return b.Store.Now().Add(poll), nil
}

// gone lists what is remembered of triggers that are no more.
func gone(states map[triggerRef]store.TriggerState, all []*armed) []store.TriggerState {
	known := make(map[triggerRef]bool, len(all))
	for _, t := range all {
		known[t.triggerRef] = true
	}
	var gone []store.TriggerState
	for ref, s := range states {
		if !known[ref] {
			gone = append(gone, s)
		}
	}
	return gone
}

// forget removes what is remembered of triggers that are no more, but for those
// of flows that could not be read.
func (b *Bot) forget(ctx context.Context, gone []store.TriggerState) error {
	var forgotten []store.TriggerState
	for _, s := range gone {
		if !b.armory.keeps(refOf(s)) {
			s.Removed = true
			s.Version++
			forgotten = append(forgotten, s)
		}
	}
	if len(forgotten) == 0 {
		return nil
	}
	err := b.commit(ctx, store.Commit{Triggers: forgotten})
	if errors.Is(err, store.ErrConflict) {
		return nil // it changed meanwhile; the next look decides
	}
	return err
}

// wind lets the schedules be looked at again at once.
func (b *Bot) wind() {
	select {
	case b.rewind <- struct{}{}:
	default:
	}
}

// line is an audit record about a trigger.
func (t *armed) line(at time.Time, event audit.Event, data map[string]any) audit.Record {
	if data == nil {
		data = map[string]any{}
	}
	data["trigger"] = t.id
	return audit.Record{
		At: at, Event: event, Namespace: t.flow.Namespace, Flow: t.flow.ID, Revision: t.rev.number,
		Actor: audit.Actor{Via: "engine"}, Data: data,
	}
}

// by is the service that starts what the trigger starts.
func (t *armed) by(via string) engine.Principal {
	return engine.Principal{Name: t.id, Account: via + "::" + t.String(), Via: via}
}
