package slack

import (
	"context"
	"time"

	"signoff/adapters/slack/wire"
)

// eventsFor is how long the name of an event is remembered: Slack sends one again
// for a day at most.
const eventsFor = 26 * time.Hour

// event takes what Slack tells by itself, once. An error means that Slack shall
// tell it again. What an event changes for ever is changed in the store, once for
// all servers; the rest only lets this server forget what it knew.
func (d *dispatcher) event(ctx context.Context, e wire.Event) error {
	if d.foreign(ctx, e.AppID) {
		return nil
	}
	if e.Type == wire.AppRateLimited {
		d.log.WarnContext(ctx, "slack sends fewer events than there are", "adapter", Surface, "workspace", e.TeamID)
		return nil
	}
	if e.Type != wire.EventCallback || e.ID == "" {
		return nil
	}
	_, err := d.events.get(ctx, e.ID, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, d.heed(ctx, e)
	})
	return err
}

// heed does what an event asks for. One that means nothing to us is taken without
// a word, so that Slack counts no failure.
func (d *dispatcher) heed(ctx context.Context, e wire.Event) error {
	switch e.Kind {
	case wire.HomeOpened:
		d.opened(ctx, e)
	case wire.UserChange:
		return d.forget(ctx, e)
	case wire.GroupMembers, wire.GroupUpdated:
		if d.regroup != nil {
			d.regroup(e.Group)
		}
	case wire.Uninstalled:
		return d.removed(ctx, e)
	case wire.TokensRevoked:
		if len(e.Bots) > 0 {
			return d.removed(ctx, e)
		}
	}
	return nil
}

// origin says for which install an event came.
func origin(e wire.Event) wire.Origin {
	return wire.Origin{Team: e.TeamID, Enterprise: e.EnterpriseID, Org: e.OrgInstall}
}

// forget lets the next press ask Slack anew who somebody is, and the next decision
// what they say of themselves.
func (d *dispatcher) forget(ctx context.Context, e wire.Event) error {
	w, err := d.spaces.of(ctx, origin(e))
	if err != nil || w == nil || e.User == "" {
		return nil //nolint:nilerr // of a workspace that is not ours nothing is known
	}
	w.accounts.forget(e.User)
	if d.renewed != nil {
		d.renewed(e.User)
	}
	return nil
}

// removed notes that a workspace took the app away.
func (d *dispatcher) removed(ctx context.Context, e wire.Event) error {
	if e.Install() == "" {
		return nil
	}
	return d.Uninstalled(ctx, e.Install(), e.At, e.Kind)
}
