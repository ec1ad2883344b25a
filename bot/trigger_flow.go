package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/engine/trigger/match"
	"signoff/store"
)

// maxChain is how many flows may start each other in a row.
const maxChain = 8

// announce tells the flows that listen that an execution changed its state. It
// may be done again after a crash: each start is named after the announcement
// and happens once.
func (b *Bot) announce(ctx context.Context, claim store.Claim, w engine.Announce) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if errors.Is(err, store.ErrNotFound) {
		return b.settle(ctx, claim)
	} else if err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	all, err := b.triggers(ctx)
	if err != nil {
		return err
	}
	news := news{x: x, state: w.State, key: claim.Effect.Key, at: b.Store.Now()}
	if due := claim.Effect.Due; !due.IsZero() && due.Before(news.at) {
		news.at = due // it happened then, and we were down
	}
	if news.chain, err = b.chain(ctx, x); err != nil {
		return err
	}
	for _, t := range all {
		if !t.listensTo(x.Flow) {
			continue
		}
		err := b.hear(ctx, t, news)
		if wait, ok := errors.AsType[*StormError](err); ok {
			return b.again(ctx, claim, max(wait.Until.Sub(b.Store.Now()), poll))
		}
		if err != nil {
			return fmt.Errorf("trigger %s: %w", t.triggerRef, err)
		}
	}
	return b.settle(ctx, claim)
}

// news is what is announced: an execution came into a state.
type news struct {
	x     engine.Execution
	state engine.State
	key   engine.EffectKey // tells it from other times in the same state
	at    time.Time
	chain int // how many flows started each other before
}

// hear lets one trigger hear the news.
func (b *Bot) hear(ctx context.Context, t *armed, n news) error {
	spec, ok := t.spec.Spec.(*flow.FlowTrigger)
	if !ok || !match.Wants(spec, string(n.state)) {
		return nil
	}
	for range maxTries {
		states, err := b.states(ctx)
		if err != nil {
			return err
		}
		s := states[t.triggerRef]
		if s.Disabled {
			return nil
		}
		switch err := b.hearOnce(ctx, t, spec, s, n); {
		case errors.Is(err, store.ErrSeen):
			return nil // it was heard before
		case errors.Is(err, store.ErrConflict):
		default:
			return err
		}
	}
	return store.ErrConflict
}

func (b *Bot) hearOnce(ctx context.Context, t *armed, spec *flow.FlowTrigger, s store.TriggerState, n news) error {
	f := n.firing(t, spec)
	if s.ID == "" {
		s = store.TriggerState{Flow: t.flow, ID: t.id}
	}
	s.Version++
	if stop, err := b.stopped(ctx, f, s); stop || err != nil {
		return err
	}
	f.state = func(id engine.ExecutionID) []store.TriggerState {
		if id == "" {
			return nil
		}
		s.Last, s.LastExecution = n.at, id
		return []store.TriggerState{s}
	}
	if n.chain >= maxChain {
		line := t.line(n.at, audit.TriggerSkipped, map[string]any{
			"why":       fmt.Sprintf("%d flows have started each other in a row, which is the limit", maxChain),
			"execution": string(n.x.ID),
		})
		return b.passed(ctx, f, []audit.Record{line})
	}
	if len(spec.Upstream) == 0 {
		_, err := b.fire(ctx, f)
		return err
	}
	return b.hearUpstream(ctx, f, spec, s, n)
}

// stopped switches the trigger off when its last execution ended in a state
// after which it is to stop.
func (b *Bot) stopped(ctx context.Context, f firing, s store.TriggerState) (bool, error) {
	x, ok, err := b.lastRun(ctx, s)
	if err != nil || !ok || !f.stopsAfter(x) {
		return false, err
	}
	s.Disabled = true
	return true, b.commit(ctx, store.Commit{
		Triggers: []store.TriggerState{s}, Records: []audit.Record{f.stopLine(b.Store.Now(), x)}, Once: f.once,
	})
}

// hearUpstream fits the news into what the trigger waits for.
func (b *Bot) hearUpstream(ctx context.Context, f firing, spec *flow.FlowTrigger, s store.TriggerState, n news) error {
	env, err := b.triggerEnv(ctx, f)
	if err != nil {
		return err
	}
	keys, err := match.Upstreams(spec, match.Subject{At: f.at, Execution: f.subject, Env: env})
	if err != nil {
		return b.failed(ctx, f, err)
	}
	if len(keys) == 0 {
		return nil
	}
	f.conditions = nil // they held for this execution, and for each that was met before
	if spec.Any {
		_, err := b.fire(ctx, f)
		return err
	}
	met := match.Met{At: f.at, Execution: string(n.x.ID), Trigger: f.root}
	after, complete, err := match.Join(spec, meeting(s.Data), keys, met)
	if err != nil {
		return b.failed(ctx, f, err)
	}
	s.Data = remembered(after)
	if complete == nil {
		f.state = func(engine.ExecutionID) []store.TriggerState { return []store.TriggerState{s} }
		return b.passed(ctx, f, nil)
	}
	if f.origin, err = b.askersOf(ctx, f, complete); err != nil {
		return err
	}
	f.root = together(complete, f.root)
	f.state = func(id engine.ExecutionID) []store.TriggerState {
		if id != "" {
			s.Last, s.LastExecution = n.at, id
		}
		return []store.TriggerState{s}
	}
	_, err = b.fire(ctx, f)
	return err
}

// askersOf are those who asked for any of the executions that came together,
// besides whoever asked for the last. One that is not kept any more tells nobody.
func (b *Bot) askersOf(ctx context.Context, f firing, met match.Meeting) ([]engine.Principal, error) {
	of := []engine.Execution{{Origin: f.origin}}
	for _, m := range met.InOrder() {
		x, err := b.Store.Execution(ctx, engine.ExecutionID(m.Execution))
		if errors.Is(err, store.ErrNotFound) {
			continue
		} else if err != nil {
			return nil, fmt.Errorf("read who asked for %s: %w", m.Execution, err)
		}
		of = append(of, x)
	}
	return engine.Askers(f.by, of...), nil
}

// firing is the news as it moves a trigger.
func (n news) firing(t *armed, spec *flow.FlowTrigger) firing {
	x := n.x
	labels := make(map[string]any, len(x.Labels))
	for k, v := range x.Labels {
		labels[k] = v
	}
	outputs := x.Outputs
	if outputs == nil {
		outputs = map[string]any{}
	}
	// Whoever asked for the first execution asked for what follows from it: they
	// must not approve the one because the other stood between.
	by := t.by("flow")
	if x.Requester.Person != "" {
		by.Person, by.Name, by.Account = x.Requester.Person, x.Requester.Name, x.Requester.Account
	}
	return firing{
		armed: t, at: n.at, conditions: spec.Conditions, by: by, origin: engine.Askers(by, x),
		root: map[string]any{
			"executionId": string(x.ID), "namespace": x.Flow.Namespace, "flowId": x.Flow.ID, "flowRevision": int64(x.Flow.Revision),
			"state": string(n.state), "outputs": outputs, "labels": labels, "startDate": stamp(x.Started), "date": stamp(n.at),
			chainKey: int64(n.chain + 1),
		},
		subject: &match.Execution{
			Namespace: x.Flow.Namespace, Flow: x.Flow.ID, State: string(n.state), Labels: x.Labels, Retried: retried(x),
		},
		once: "trigger/" + t.String() + "/" + string(x.ID) + "/" + string(n.key),
		data: map[string]any{"by": string(x.ID), "state": string(n.state)},
	}
}

func retried(x engine.Execution) bool {
	for i := range x.Runs {
		if x.Runs[i].Attempt > 1 {
			return true
		}
	}
	return false
}

// chainKey is where the root "trigger" says how many flows started each other.
const chainKey = "chain"

// chain is how many flows started each other until this execution began, over
// the executions that started it as their subflow, too.
func (b *Bot) chain(ctx context.Context, x engine.Execution) (int, error) {
	for range maxChain {
		if n, ok := x.Trigger[chainKey].(int64); ok {
			return int(n), nil
		}
		if x.Parent == nil {
			return 0, nil
		}
		parent, err := b.Store.Execution(ctx, x.Parent.Execution)
		if errors.Is(err, store.ErrNotFound) {
			return 0, nil
		} else if err != nil {
			return 0, fmt.Errorf("read who started %s: %w", x.ID, err)
		}
		x = parent
	}
	return maxChain, nil
}
