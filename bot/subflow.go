package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"signoff/engine"
	"signoff/engine/flow"
	"signoff/store"
)

// launch starts the subflow of a task run and reports it. A process that dies
// in between starts no second one: the id of a subflow follows from the run that
// starts it.
func (b *Bot) launch(ctx context.Context, claim store.Claim, w engine.Launch) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	} else if err != nil {
		return fmt.Errorf("launch: %w", err)
	}
	run, ok := x.Run(w.Run)
	if !ok || run.State != engine.Running || run.Child != "" {
		return b.settle(ctx, claim)
	}
	child, err := b.startChild(ctx, x, run)
	if unverified(err) {
		return later(err)
	}
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		return b.report(ctx, claim, engine.Launched{Run: w.Run, Problem: no.Text})
	}
	if err != nil {
		return err
	}
	return b.launched(ctx, claim, engine.Launched{Run: w.Run, Child: child})
}

// launched reports a subflow that was started. One that nobody waits for any
// more is killed.
func (b *Bot) launched(ctx context.Context, claim store.Claim, cmd engine.Launched) error {
	ctx = context.WithoutCancel(ctx)
	x, err := b.apply(ctx, claim.Effect.Execution, cmd, cause{claim: &claim, patient: true})
	if unverified(err) {
		return later(err)
	}
	_, no := errors.AsType[*engine.RejectionError](err)
	if !no {
		return err
	}
	if run, ok := x.Run(cmd.Run); ok && run.Child == cmd.Child {
		return b.settle(ctx, claim)
	}
	return b.endChild(ctx, claim, cmd.Child, starter(x))
}

// startChild starts the subflow of a task run, unless that was done before. A
// refusal is for the person who wrote the flow.
func (b *Bot) startChild(ctx context.Context, x engine.Execution, run engine.TaskRun) (engine.ExecutionID, error) {
	rev, err := b.revision(ctx, x.Flow)
	if err != nil {
		return "", err
	}
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return "", err
	}
	c, err := engine.ChildOf(rev.flow, x, run.ID, facts)
	if err != nil {
		return "", refuse(engine.BadInput, "%v", err)
	}
	id := derivedID(run.Started, "subflow", c.Key)
	switch _, err := b.Store.Execution(ctx, id); {
	case err == nil:
		return id, nil
	case !errors.Is(err, store.ErrNotFound):
		return "", fmt.Errorf("look for the subflow of %s: %w", x.ID, err)
	}
	sub, err := b.startable(ctx, c.Flow)
	if err != nil {
		return "", err
	}
	inputs, err := b.handed(ctx, flow.Blank(sub.flow.Inputs), c)
	if err != nil {
		return "", err
	}
	// Who asked for the parent asked for this, too, and answers neither.
	cmd := engine.Start{
		ID: id, Inputs: inputs, Labels: c.Labels, By: x.Requester, Origin: x.Origin, Restarted: x.Restarted, Parent: &c.Parent,
		Trigger: map[string]any{
			"executionId": string(x.ID), "namespace": x.Flow.Namespace, "flowId": x.Flow.ID,
			"flowRevision": int64(x.Flow.Revision), "taskId": run.Task, "taskRunId": string(run.ID),
		},
	}
	_, err = b.begin(ctx, sub, cmd, func(engine.ExecutionID) store.Commit { return store.Commit{} })
	if errors.Is(err, store.ErrConflict) {
		return id, nil // somebody else started it meanwhile
	}
	return id, err
}

// handed are the inputs of a subflow. A secret of the parent stays sealed, and
// only a SECRET of the subflow may take it.
func (b *Bot) handed(ctx context.Context, fields []flow.Field, c engine.Child) (map[string]any, error) {
	inputs, err := b.prepared(ctx, fields, c.Inputs)
	if err != nil || len(c.Sealed) == 0 {
		return inputs, err
	}
	inputs = maps.Clone(inputs)
	for name, sealed := range c.Sealed {
		if !slices.ContainsFunc(fields, func(f flow.Field) bool { return f.ID == name && f.Type == flow.Secret }) {
			return nil, refuse(engine.BadInput, "inputs.%s: only an input of type SECRET can take a secret.", name)
		}
		inputs[name] = sealed
	}
	return inputs, nil
}

// startable returns a revision of a flow, or the latest, unless the flow is
// gone by now or switched off.
func (b *Bot) startable(ctx context.Context, ref engine.FlowRef) (revision, error) {
	latest, err := b.latest(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return revision{}, refuse(engine.NotFound, "There is no flow %s.", ref)
	}
	if err != nil || ref.Revision == 0 || ref.Revision == latest.number {
		return latest, err
	}
	if latest.off || latest.flow.Disabled {
		return revision{}, refuse(engine.NotAllowed, "The flow %s is switched off.", ref)
	}
	saved, err := b.Store.Flow(ctx, ref)
	if errors.Is(err, store.ErrNotFound) || err == nil && saved.Deleted {
		return revision{}, refuse(engine.NotFound, "There is no revision %d of the flow %s.", ref.Revision, ref)
	}
	if err != nil {
		return revision{}, fmt.Errorf("load flow %s: %w", ref, err)
	}
	rev, err := b.revision(ctx, ref)
	rev.off = false // it is the latest that counts
	return rev, err
}

// tellParent tells the execution that waits for this one how it ended.
func (b *Bot) tellParent(ctx context.Context, claim store.Claim) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	} else if err != nil {
		return fmt.Errorf("tell the parent: %w", err)
	}
	if x.Parent == nil || !x.State.Final() { // it was restarted, and will tell later
		return b.settle(ctx, claim)
	}
	parent, err := b.Store.Execution(ctx, x.Parent.Execution)
	if errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	} else if err != nil {
		return fmt.Errorf("tell the parent: %w", err)
	}
	if run, ok := parent.Run(x.Parent.Run); ok && run.Child == "" && run.State == engine.Running {
		// It ended before its start was reported.
		return b.again(ctx, claim, soon)
	}
	return b.reportTo(ctx, claim, parent.ID, engine.ChildEnded{
		Run: x.Parent.Run, Child: x.ID, State: x.State, Outputs: x.Outputs, Problem: x.Problem, Rejected: engine.Rejection(x),
	})
}

// stopChild kills the subflow of a task run.
func (b *Bot) stopChild(ctx context.Context, claim store.Claim, w engine.StopChild) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	} else if err != nil {
		return fmt.Errorf("stop a subflow: %w", err)
	}
	return b.endChild(ctx, claim, w.Child, starter(x))
}

func (b *Bot) endChild(ctx context.Context, claim store.Claim, child engine.ExecutionID, by engine.Principal) error {
	return b.reportTo(ctx, claim, child, engine.Kill{By: by})
}

// reportTo applies a command to another execution and settles the work that
// asked for it in the same transaction.
func (b *Bot) reportTo(ctx context.Context, claim store.Claim, to engine.ExecutionID, cmd engine.Command) error {
	ctx = context.WithoutCancel(ctx)
	_, err := b.apply(ctx, to, cmd, cause{claim: &claim, patient: true})
	if unverified(err) {
		return later(err)
	}
	if _, no := errors.AsType[*engine.RejectionError](err); no || errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	}
	return err
}

// starter is an execution as an actor: it is nobody, so it approves nothing.
func starter(x engine.Execution) engine.Principal {
	return engine.Principal{Name: "the flow " + x.Flow.String(), Account: "flow:" + x.Flow.String() + ":" + string(x.ID), Via: "flow"}
}
