package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// maxTries bounds how often a step is taken anew because the execution moved on
// or the clock passed a deadline meanwhile. Within one process two tries do;
// more are for replicas that share a store.
const maxTries = 20

// cause is where a command came from; it is settled in the same transaction.
type cause struct {
	claim *store.Claim // owed work that is done with this
	once  string       // the name of the click
	// read is the execution as it was read a moment ago; nil if it was not. It
	// may have moved on since, so nothing is refused because of it.
	read *engine.Execution
	// patient: whoever caused it can come again when it cannot be read now who is
	// to be asked.
	patient bool
}

func (c cause) settle() []store.Claim {
	if c.claim == nil {
		return nil
	}
	return []store.Claim{*c.claim}
}

// apply loads, steps and commits. It returns the execution as it then is, with
// a *engine.RejectionError as the execution was when the rules said no.
func (b *Bot) apply(ctx context.Context, id engine.ExecutionID, cmd engine.Command, c cause) (engine.Execution, error) {
	defer b.locks.lock(string(id))()
	for try := range maxTries {
		x, err := b.load(ctx, id, c, try)
		if err != nil {
			return engine.Execution{}, fmt.Errorf("apply %T: load execution %s: %w", cmd, id, err)
		}
		t, err := b.stepAs(ctx, x, cmd, c.patient)
		if err != nil && try == 0 && c.read != nil {
			continue
		} else if err != nil {
			return x, err
		}
		commit := store.Commit{Transition: &t, Settle: c.settle(), Once: c.once}
		if t.Refused != nil {
			commit.Once = "" // the click is not done with: its refusal is written next
		}
		err = b.commit(ctx, commit)
		switch {
		case err == nil && t.Refused != nil:
			return t.Next, t.Refused
		case err == nil:
			return t.Next, nil
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrFull), errors.Is(err, store.ErrTooLate), errors.Is(err, store.ErrTooEarly):
			continue // the rules are asked again, with what is true now
		default:
			return x, fmt.Errorf("apply %T to %s: %w", cmd, id, err)
		}
	}
	return engine.Execution{}, fmt.Errorf("apply %T to %s: %w", cmd, id, store.ErrConflict)
}

func (b *Bot) load(ctx context.Context, id engine.ExecutionID, c cause, try int) (engine.Execution, error) {
	if try == 0 && c.read != nil {
		return *c.read, nil
	}
	return b.Store.Execution(ctx, id)
}

// step takes one step with what is known of the outside now.
func (b *Bot) step(ctx context.Context, x engine.Execution, cmd engine.Command) (engine.Transition, error) {
	return b.stepAs(ctx, x, cmd, false)
}

func (b *Bot) stepAs(ctx context.Context, x engine.Execution, cmd engine.Command, patient bool) (engine.Transition, error) {
	rev, err := b.revision(ctx, x.Flow)
	if err != nil {
		return engine.Transition{}, err
	}
	b.knowAway(ctx, &x)
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return engine.Transition{}, err
	}
	facts.Patient, facts.RequesterOn = patient, b.requesterOn(x.Requester)
	if _, ok := cmd.(engine.Admit); ok { // it is the first in the queue
		if facts.Full, err = b.taken(ctx, rev); err != nil {
			return engine.Transition{}, err
		}
	}
	return engine.Step(rev.flow, x, cmd, facts)
}

// facts gathers what the engine must know of the outside.
func (b *Bot) facts(ctx context.Context, rev revision) (engine.Facts, error) {
	kv, err := b.values(ctx, rev.flow)
	if err != nil {
		return engine.Facts{}, err
	}
	full, err := b.full(ctx, rev)
	if err != nil {
		return engine.Facts{}, err
	}
	watched, err := b.watched(ctx, engine.FlowRef{Namespace: rev.flow.Namespace, ID: rev.flow.ID})
	if err != nil {
		return engine.Facts{}, err
	}
	ns := b.namespace(rev.flow.Namespace)
	if err := b.knowPeople(ctx, rev.flow, ns.Approvers); err != nil {
		return engine.Facts{}, err
	}
	return engine.Facts{
		Now:        b.Store.Now(),
		People:     b.Directory(rev.flow.Namespace),
		KV:         kv,
		BaseURL:    b.BaseURL,
		Approvers:  ns.Approvers,
		Deliver:    ns.Deliver,
		FlowDigest: rev.digest,
		Author:     rev.author,
		Threads:    b.threads,
		Full:       full,
		Watched:    watched,

		Environment: b.Environment,
	}, nil
}

// values are those that the flow sees, if it reads any.
func (b *Bot) values(ctx context.Context, f *flow.Flow) (map[string]any, error) {
	if len(f.Uses.KV) == 0 && !f.Uses.KVAny {
		return nil, nil
	}
	return b.inherited(ctx, f.Namespace)
}

// commit stores a change, tells the observer and wakes the workers.
func (b *Bot) commit(ctx context.Context, c store.Commit) error {
	if err := b.Store.Commit(ctx, c); err != nil {
		return err
	}
	var records []audit.Record
	if c.Transition != nil {
		b.calls.look(c.Transition)
		b.noticed(ctx, &c.Transition.Next)
		records = append(records, c.Transition.Records...)
		if len(c.Transition.Effects) > 0 {
			b.nudge()
		}
	}
	if records = append(records, c.Records...); len(records) > 0 {
		b.Observe(records)
	}
	return nil
}

// nudge wakes the workers. Owed work is found without it too, only later.
func (b *Bot) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}
