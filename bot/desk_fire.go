package bot

import (
	"context"
	"errors"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// fireSlash starts the flow of a command. The person who typed it began it.
func (b *Bot) fireSlash(ctx context.Context, k typedCommand, values map[string]any, came cameBy) (adapters.Reply, error) {
	f := k.firing(b)
	if err := b.storms.take(f.flow.Namespace, b.Store.Now()); err != nil {
		b.stormed(ctx, f.flow.Namespace, err)
		return turned(refuse(engine.TooEarly, "So much was started in the last minute that nothing more is for now. Try again in a minute."))
	}
	rev := f.rev
	inputs, err := b.prepared(ctx, flow.Blank(rev.flow.Inputs), values)
	if err != nil {
		return adapters.Reply{}, err
	}
	cmd := engine.Start{Inputs: inputs, Labels: f.spec.Labels, By: k.by, Trigger: f.root, Evidence: came.evidence}
	x, err := b.begin(ctx, rev, cmd, func(id engine.ExecutionID) store.Commit {
		line := f.line(b.Store.Now(), audit.TriggerFired, map[string]any{"command": f.root["command"]})
		line.Execution, line.Actor = string(id), k.by.Actor()
		return store.Commit{Records: []audit.Record{line}, Once: came.once}
	})
	if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code != engine.BadInput {
		return turned(err)
	}
	return b.started(ctx, x, err)
}
