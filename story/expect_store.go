package story

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"signoff/engine"
	"signoff/engine/audit"
)

// subflow compares the states of the executions of a flow, or of a named one.
func (w *world) subflow(ctx context.Context, item Item) error {
	x, ok, err := w.execution(ctx, item.Key)
	if err != nil {
		return err
	}
	if !ok {
		w.same(item, "the execution of "+item.Key, None)
		return nil
	}
	if want, ok := item.Want.([]any); ok {
		return w.states(ctx, item, x.Flow, want)
	}
	if !fits(item.Want, string(x.State)) {
		w.fail(item.Pos, "the execution of %s is %s, want %v%s", item.Key, x.State, item.Want, because(x))
	}
	return nil
}

// value compares a value of the flow's namespace.
func (w *world) value(ctx context.Context, x engine.Execution, item Item) error {
	all, err := w.store.KV(ctx, x.Flow.Namespace)
	if err != nil {
		return err
	}
	if e, ok := all[item.Key]; ok {
		w.same(item, "the value "+item.Key, e.Value)
		return nil
	}
	w.same(item, "the value "+item.Key, None)
	return nil
}

// trail wants events of an execution, in this order, with any others between.
func (w *world) trail(ctx context.Context, x engine.Execution, item Item) error {
	lines, _, err := w.store.Audit(ctx, 1, mostLines)
	if err != nil {
		return err
	}
	var events []string
	for _, l := range lines {
		var r audit.Record
		if err := json.Unmarshal(l.Raw, &r); err != nil {
			return fmt.Errorf("read the trail: %w", err)
		}
		if r.Execution == string(x.ID) {
			events = append(events, string(r.Event))
		}
	}
	rest := events
	for _, want := range list(item.Want) {
		i := slices.Index(rest, fmt.Sprint(want))
		if i < 0 {
			w.fail(item.Pos, "the trail holds no %v at its place; it holds:\n%s", want, indented(events))
			return nil
		}
		rest = rest[i+1:]
	}
	return nil
}
