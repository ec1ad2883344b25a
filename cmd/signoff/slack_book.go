package main

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"signoff/adapters/slack"
	"signoff/adapters/slack/install"
	"signoff/engine/audit"
	"signoff/store"
)

// slackNamespace is where the store keeps installs. No flow can have a name like
// it, and nobody reads or sets its values as values.
const slackNamespace = "~slack"

// slackBook keeps installs in the store, with a line in the trail for each
// change.
type slackBook struct {
	// store is set before anything is served.
	store store.Store
	// left is told of a workspace that has taken the app away; nil is nobody.
	left func(ctx context.Context, workspace string)
}

var _ install.Book = (*slackBook)(nil)

// Read returns what is kept.
func (b *slackBook) Read(ctx context.Context) (map[string]install.Entry, error) {
	values, err := b.store.KV(ctx, slackNamespace)
	if err != nil {
		return nil, fmt.Errorf("read the store: %w", err)
	}
	all := map[string]install.Entry{}
	for key, v := range values {
		fields, ok := v.Value.(map[string]any)
		if !ok {
			continue
		}
		e := install.Entry{Fields: map[string]string{}, Expires: v.Expires}
		for name, value := range fields {
			if text, ok := value.(string); ok {
				e.Fields[name] = text
			}
		}
		all[key] = e
	}
	return all, nil
}

// Write makes a change durable.
func (b *slackBook) Write(ctx context.Context, w install.Write) error {
	set := map[string]*store.Entry{}
	for key, e := range w.Set {
		if e == nil {
			set[key] = nil
			continue
		}
		fields := map[string]any{}
		for name, text := range e.Fields {
			fields[name] = text
		}
		set[key] = &store.Entry{Type: "JSON", Value: fields, Expires: e.Expires}
	}
	c := store.Commit{KV: &store.Values{Namespace: slackNamespace, Set: set}, Once: slackNamespace + "/" + w.Once}
	if w.Event != nil {
		c.Records = []audit.Record{{
			At: b.store.Now(), Event: surfaceEvent(w.Event.What), Actor: surfaceActor(w.Event.Account), Data: surfaceData(w.Event.Data),
		}}
	}
	err := b.store.Commit(ctx, c)
	if errors.Is(err, store.ErrSeen) {
		return install.ErrTaken
	}
	if err != nil {
		return fmt.Errorf("write to the store: %w", err)
	}
	if workspace, ok := removedOf(w.Event); ok && b.left != nil {
		b.left(context.WithoutCancel(ctx), workspace)
	}
	return nil
}

// removedOf is the workspace that a change took away.
func removedOf(e *install.Event) (string, bool) {
	if e == nil || e.What != install.Removed {
		return "", false
	}
	workspace, ok := e.Data["workspace"].(string)
	return workspace, ok
}

func surfaceEvent(what string) audit.Event {
	switch what {
	case install.Renewed:
		return audit.SurfaceRenewed
	case install.Removed:
		return audit.SurfaceRemoved
	}
	return audit.SurfaceInstalled
}

func surfaceActor(account string) audit.Actor {
	if account == "" {
		return audit.Actor{Via: "engine"}
	}
	return audit.Actor{Account: account, Via: slack.Surface}
}

func surfaceData(data map[string]any) map[string]any {
	out := map[string]any{"surface": slack.Surface}
	maps.Copy(out, data)
	return out
}
