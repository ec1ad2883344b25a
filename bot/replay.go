package bot

import (
	"context"
	"errors"
	"maps"
	"slices"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/flow"
	"signoff/store"
)

// ReplayRequest asks for a new execution that takes over what an earlier one
// did before one of its task runs.
type ReplayRequest struct {
	Of engine.ExecutionID
	// From is the task run to begin with; empty runs everything again.
	From engine.TaskRunID
	// Revision is that of the flow; 0 is the one that the earlier execution had.
	// Latest is the newest, whatever its number.
	Revision int
	Latest   bool
	// Inputs are other values than the earlier ones; what is not named stays.
	Inputs map[string]any
	By     engine.Principal
	// Once, if not empty, names the request; a second one with it is refused.
	Once string
	// DryRun says what would come of it and changes nothing.
	DryRun bool
}

// Replay starts a new execution out of an earlier one that has ended. Gates
// before the task run stay as they were decided, if that was on the same inputs
// and the same revision; every later one asks anew. It refuses with a
// *engine.RejectionError.
func (b *Bot) Replay(ctx context.Context, r ReplayRequest) (engine.Execution, error) {
	of, err := b.reachable(ctx, r.Of, r.By, access.ControlExecution)
	if err != nil {
		return of, err
	}
	rev, err := b.startable(ctx, r.flowOf(of))
	if err != nil {
		return engine.Execution{}, err
	}
	inputs, err := b.prepared(ctx, flow.Blank(rev.flow.Inputs), r.Inputs)
	if err != nil {
		return engine.Execution{}, err
	}
	cmd := engine.Start{
		Inputs: inputs, Labels: ownLabels(of), By: r.By, Trigger: of.Trigger,
		Replay: &engine.Replay{Of: of, From: r.From},
	}
	if r.DryRun {
		return b.whatIfStarted(ctx, rev, cmd)
	}
	x, err := b.begin(ctx, rev, cmd, func(engine.ExecutionID) store.Commit { return store.Commit{Once: r.Once} })
	if errors.Is(err, store.ErrSeen) {
		return engine.Execution{}, refuse(engine.Settled, "This very replay was asked for before; it runs already.")
	}
	return x, err
}

func (r ReplayRequest) flowOf(of engine.Execution) engine.FlowRef {
	ref := of.Flow
	switch {
	case r.Latest:
		ref.Revision = 0
	case r.Revision != 0:
		ref.Revision = r.Revision
	}
	return ref
}

// whatIfStarted takes the first step and forgets it.
func (b *Bot) whatIfStarted(ctx context.Context, rev revision, cmd engine.Start) (engine.Execution, error) {
	if err := rev.startable(); err != nil {
		return engine.Execution{}, err
	}
	cmd.ID, cmd.Revision = "dry-run", rev.number
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return engine.Execution{}, err
	}
	t, err := engine.Step(rev.flow, engine.Execution{}, cmd, facts)
	t.Next.ID = ""
	return t.Next, err
}

// ownLabels are the labels that people and flows gave.
func ownLabels(x engine.Execution) map[string]string {
	labels := maps.Clone(x.Labels)
	maps.DeleteFunc(labels, func(name, _ string) bool {
		return slices.Contains([]string{engine.LabelCorrelation, engine.LabelRestarted, engine.LabelReplayed, engine.LabelFrom}, name)
	})
	return labels
}
