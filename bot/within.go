package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"

	"signoff/bot/task"
	"signoff/engine"
	"signoff/store"
)

// Within is what tasks reach within signoff: values and other executions. Tasks
// are made before the bot that they reach, so it is bound later.
type Within struct {
	// Reach lists, for a namespace and those below it, further namespaces that
	// its flows may reach, with those below them; "*" is all. Their own and those
	// below it they may always.
	Reach map[string][]string
	bot   atomic.Pointer[Bot]
}

var (
	_ task.Values     = (*Within)(nil)
	_ task.Executions = (*Within)(nil)
)

// Bind says whose values and executions are meant. No call may come before.
func (w *Within) Bind(b *Bot) { w.bot.Store(b) }

// mayReach refuses a namespace that is neither the caller's, nor below it, nor
// configured.
func (w *Within) mayReach(by task.Caller, namespace string) error {
	if Reserved(namespace) {
		return refuse(engine.NotAllowed, "%.80q is not the name of a namespace.", namespace)
	}
	allowed := []string{by.Namespace}
	for _, ns := range ancestors(by.Namespace) {
		allowed = append(allowed, w.Reach[ns]...)
	}
	covers := func(ns string) bool {
		return ns == "*" || ns == namespace || strings.HasPrefix(namespace, ns+".")
	}
	if slices.ContainsFunc(allowed, covers) {
		return nil
	}
	return refuse(engine.NotAllowed, "A flow of %s may not reach %s; the operator can allow it with tasks.reach in the configuration.", by.Namespace, namespace)
}

// service is a flow as an actor. It is nobody, so it approves nothing.
func service(by task.Caller) engine.Principal {
	name := by.Namespace + "/" + by.Flow
	return engine.Principal{Name: "the flow " + name, Account: "flow:" + name + ":" + string(by.Execution), Via: "flow"}
}

// Value implements [task.Values].
func (w *Within) Value(ctx context.Context, by task.Caller, namespace, key string) (any, bool, error) {
	if err := w.mayReach(by, namespace); err != nil {
		return nil, false, err
	}
	all, err := w.bot.Load().inherited(ctx, namespace)
	if err != nil {
		return nil, false, err
	}
	v, ok := all[key]
	return v, ok, nil
}

// ChangeValue implements [task.Values].
func (w *Within) ChangeValue(ctx context.Context, by task.Caller, v task.ValueChange) error {
	if err := w.mayReach(by, v.Namespace); err != nil {
		return err
	}
	b := w.bot.Load()
	if v.Remove {
		err := b.deleteValue(ctx, v.Namespace, v.Key, service(by))
		if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code == engine.NotFound {
			return nil // it is inherited, or was removed meanwhile
		}
		return err
	}
	e, err := NewValue(v.Type, v.Value)
	if err != nil {
		return err
	}
	if v.Lasts > 0 {
		e.Expires = b.Store.Now().Add(v.Lasts)
	}
	return b.setValue(ctx, v.Namespace, v.Key, e, service(by), v.New)
}

// Resume implements [task.Executions]. What asks people is refused: a flow is
// nobody.
func (w *Within) Resume(ctx context.Context, by task.Caller, id engine.ExecutionID, _ map[string]any) error {
	x, err := w.reached(ctx, by, id)
	if err != nil {
		return err
	}
	asks := func(r engine.TaskRun) bool { return r.Request != nil && r.Request.Open() }
	switch {
	case slices.ContainsFunc(x.Runs, asks):
		return refuse(engine.NotEligible, "The execution %s asks people, and only a person can answer; a flow is nobody.", id)
	case !x.Held:
		return refuse(engine.NotAllowed, "The execution %s does not wait to be resumed.", id)
	}
	_, err = w.bot.Load().apply(ctx, id, engine.Release{By: service(by)}, cause{})
	return err
}

// Kill implements [task.Executions]. One that was killed before is killed.
func (w *Within) Kill(ctx context.Context, by task.Caller, id engine.ExecutionID) error {
	x, err := w.reached(ctx, by, id)
	if err != nil || x.State == engine.Killed {
		return err
	}
	_, err = w.bot.Load().apply(ctx, id, engine.Kill{By: service(by)}, cause{})
	return err
}

// Summary implements [task.Executions].
func (w *Within) Summary(ctx context.Context, by task.Caller, id engine.ExecutionID) (task.Summary, error) {
	x, err := w.reached(ctx, by, id)
	if err != nil {
		return task.Summary{}, err
	}
	return task.Summary{
		Namespace: x.Flow.Namespace, Flow: x.Flow.ID, ID: x.ID, State: x.State, Started: x.Started, Problem: x.Problem,
	}, nil
}

// reached loads an execution that the caller may reach. One that it may not is
// not told from one that is not there.
func (w *Within) reached(ctx context.Context, by task.Caller, id engine.ExecutionID) (engine.Execution, error) {
	x, err := w.bot.Load().Store.Execution(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && w.mayReach(by, x.Flow.Namespace) != nil {
		return engine.Execution{}, refuse(engine.NotFound, "There is no execution %.80q in the namespace %s or below it, nor where tasks.reach leads.", id, by.Namespace)
	}
	return x, err
}
