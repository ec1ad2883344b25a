package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
	"signoff/engine/trigger/match"
	"signoff/store"
)

// firing is a trigger that something moved.
type firing struct {
	*armed

	at time.Time // on the clocks of the trigger's zone
	// root is what expressions see as "trigger".
	root       map[string]any
	conditions []flow.Condition
	subject    *match.Execution // what changed its state, for conditions
	by         engine.Principal
	origin     []engine.Principal // who asked for what set it off, besides by
	// once names what moved it: it starts one execution, however often it is told.
	once string
	// data is told in the trail.
	data map[string]any
	// state is what is remembered afterwards; the id is empty when nothing was
	// started. Nil remembers nothing.
	state func(engine.ExecutionID) []store.TriggerState
}

// fired is what came of a firing: an execution, or a problem that is in the
// trail, or neither when a condition said no.
type fired struct {
	x       engine.Execution
	problem error
}

// fire starts an execution, unless a condition says no. Either is one
// transaction with what the trigger remembers. A flow that refuses its start is
// a problem and no error.
func (b *Bot) fire(ctx context.Context, f firing) (fired, error) {
	env, err := b.triggerEnv(ctx, f)
	if err != nil {
		return fired{}, err
	}
	subject := match.Subject{At: f.at, Execution: f.subject, Env: env}
	ok, problem := f.wanted(subject)
	if problem == nil && !ok {
		return fired{}, b.passed(ctx, f, nil)
	}
	// A start that fails counts, too: each leaves a line in the trail for ever.
	if err := b.storms.take(f.flow.Namespace, b.Store.Now()); err != nil {
		b.stormed(ctx, f.flow.Namespace, err)
		return fired{}, err
	}
	if problem != nil {
		return fired{problem: problem}, b.failed(ctx, f, problem)
	}
	cmd, err := f.command(env)
	if err != nil {
		return fired{problem: err}, b.failed(ctx, f, err)
	}
	x, err := b.begin(ctx, f.rev, cmd, func(id engine.ExecutionID) store.Commit {
		line := f.line(b.Store.Now(), audit.TriggerFired, maps.Clone(f.data))
		line.Execution = string(id)
		return store.Commit{Records: []audit.Record{line}, Triggers: f.remembered(id), Once: f.once}
	})
	if unverified(err) {
		return fired{}, err // it is due until it can be done
	}
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		return fired{problem: no}, b.failed(ctx, f, no)
	}
	return fired{x: x}, err
}

func (f firing) remembered(id engine.ExecutionID) []store.TriggerState {
	if f.state == nil {
		return nil
	}
	return f.state(id)
}

// wanted judges the trigger's conditions.
func (f firing) wanted(s match.Subject) (bool, error) {
	if ok, err := match.All(f.conditions, s); !ok || err != nil {
		return false, err
	}
	ok, err := match.Truth(f.spec.When, s.Env)
	if err != nil {
		return false, fmt.Errorf("when: %w", err)
	}
	return ok, nil
}

// command makes the start out of the trigger's inputs and labels.
func (f firing) command(env expr.Env) (engine.Start, error) {
	cmd := engine.Start{Trigger: f.root, Labels: maps.Clone(f.spec.Labels), By: f.by, Origin: f.origin}
	for _, in := range f.spec.Inputs {
		v, err := in.Value.Eval(env)
		if err != nil {
			return cmd, fmt.Errorf("input %s: %w", in.Name, err)
		}
		if cmd.Inputs == nil {
			cmd.Inputs = make(map[string]any, len(f.spec.Inputs))
		}
		cmd.Inputs[in.Name] = v
	}
	return cmd, nil
}

// triggerEnv is what a trigger's expressions see: no execution yet.
func (b *Bot) triggerEnv(ctx context.Context, f firing) (expr.Env, error) {
	facts, err := b.facts(ctx, f.rev)
	if err != nil {
		return expr.Env{}, err
	}
	ref := f.flow
	ref.Revision = f.rev.number
	x := engine.Execution{Flow: ref, State: engine.Created, Started: facts.Now, Trigger: f.root, Requester: f.by}
	return engine.Env(f.rev.flow, x, engine.TaskRun{}, facts), nil
}

// failed writes into the trail that a trigger could start nothing.
func (b *Bot) failed(ctx context.Context, f firing, problem error) error {
	data := maps.Clone(f.data)
	if data == nil {
		data = make(map[string]any)
	}
	data["problem"] = problem.Error()
	b.Log.WarnContext(ctx, "a trigger could not start its flow", "flow", f.flow.String(), "trigger", f.id, "err", problem)
	return b.passed(ctx, f, []audit.Record{f.line(b.Store.Now(), audit.TriggerFailed, data)})
}

// passed remembers that the trigger was moved and started nothing.
func (b *Bot) passed(ctx context.Context, f firing, lines []audit.Record) error {
	states := f.remembered("")
	if len(states) == 0 && len(lines) == 0 {
		return nil
	}
	return b.commit(ctx, store.Commit{Triggers: states, Records: lines, Once: f.once})
}

// begin starts an execution together with what extra says of it. An id that the
// command names may be there already, which is store.ErrConflict.
func (b *Bot) begin(ctx context.Context, rev revision, cmd engine.Start, extra func(engine.ExecutionID) store.Commit) (engine.Execution, error) {
	ref := engine.FlowRef{Namespace: rev.flow.Namespace, ID: rev.flow.ID}
	if err := rev.startable(); err != nil {
		return engine.Execution{}, err
	}
	if cmd.ID == "" {
		id, err := newID(b.Store.Now(), b.Random)
		if err != nil {
			return engine.Execution{}, err
		}
		cmd.ID = id
	}
	cmd.Revision = rev.number
	for range maxTries {
		facts, err := b.facts(ctx, rev)
		if err != nil {
			return engine.Execution{}, err
		}
		facts.Patient = true // whoever starts it comes again
		facts.RequesterOn = b.requesterOn(cmd.By)
		t, err := engine.Step(rev.flow, engine.Execution{}, cmd, facts)
		if err != nil {
			return engine.Execution{}, err
		}
		c := extra(cmd.ID)
		c.Transition = &t
		err = b.commit(ctx, c)
		if errors.Is(err, store.ErrFull) {
			continue // the last slot went meanwhile
		}
		if err != nil {
			return engine.Execution{}, fmt.Errorf("start %s: %w", ref, err)
		}
		return t.Next, nil
	}
	return engine.Execution{}, fmt.Errorf("start %s: %w", ref, store.ErrFull)
}
