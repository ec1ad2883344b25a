package memory

import (
	"context"
	"iter"
	"slices"

	"signoff/engine"
	"signoff/store"
)

// Executions lists executions. See [store.Store].
func (s *Store) Executions(ctx context.Context, q store.Query) ([]engine.Execution, error) {
	var found []engine.Execution
	err := s.read(ctx, func() error {
		for id := range s.candidates(q) {
			x, ok, err := s.pick(id, q)
			if err != nil {
				return err
			}
			if ok {
				found = append(found, x)
			}
			if len(found) == q.Max() {
				return nil
			}
		}
		return nil
	})
	return found, err
}

// candidates yields the ids that the query may select, in its order.
func (s *Store) candidates(q store.Query) iter.Seq[engine.ExecutionID] {
	ids := s.ids
	switch {
	case len(q.IDs) > 0:
		ids = slices.Sorted(slices.Values(q.IDs))
		ids = slices.Compact(ids)
	case q.Queued():
		ids = s.tally.Queued(q)
	}
	return q.Walk(ids)
}

func (s *Store) pick(id engine.ExecutionID, q store.Query) (x engine.Execution, ok bool, err error) {
	rec, ok := s.executions[id]
	if !ok {
		return x, false, nil
	}
	r, err := store.UnsealExecution(id, rec)
	if err != nil {
		return x, false, err
	}
	return q.Pick(r)
}

// Slots counts the executions of a flow that hold a slot. See [store.Store].
func (s *Store) Slots(ctx context.Context, ref engine.FlowRef) (int, error) {
	var n int
	err := s.read(ctx, func() error {
		n = s.tally.Slots(ref)
		return nil
	})
	return n, err
}
