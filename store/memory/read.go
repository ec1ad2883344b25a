package memory

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/internal/plan"
)

func (s *Store) put(id engine.ExecutionID, rec []byte) {
	if _, ok := s.executions[id]; !ok {
		i, _ := slices.BinarySearch(s.ids, id)
		s.ids = slices.Insert(s.ids, i, id)
	}
	s.executions[id] = rec
}

// read runs fn under the read lock, unless the caller gave up or the store is
// closed.
func (s *Store) read(ctx context.Context, fn func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	return fn()
}

// Execution returns one execution. See [store.Store].
func (s *Store) Execution(ctx context.Context, id engine.ExecutionID) (engine.Execution, error) {
	var rec []byte
	err := s.read(ctx, func() error {
		var ok bool
		if rec, ok = s.executions[id]; !ok {
			return store.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return engine.Execution{}, err
	}
	x, err := store.UnsealExecution(id, rec) // records never change
	if err != nil {
		return engine.Execution{}, err
	}
	return x.Decode()
}

// Executions lists executions, newest first. See [store.Store].
func (s *Store) Executions(ctx context.Context, q store.Query) ([]engine.Execution, error) {
	var found []engine.Execution
	err := s.read(ctx, func() error {
		for _, id := range slices.Backward(s.ids) {
			if len(found) == q.Max() {
				return nil
			}
			x, err := store.UnsealExecution(id, s.executions[id])
			if err != nil {
				return err
			}
			head, err := x.Head()
			if err != nil {
				return err
			}
			if !q.Selects(head) {
				continue
			}
			v, err := x.Decode()
			if err != nil {
				return err
			}
			found = append(found, v)
		}
		return nil
	})
	return found, err
}

// Flow returns a revision. See [store.Store].
func (s *Store) Flow(ctx context.Context, ref engine.FlowRef) (store.Flow, error) {
	var f store.Flow
	err := s.read(ctx, func() (err error) {
		f, err = s.flow(ref)
		return err
	})
	return f, err
}

func (s *Store) flow(ref engine.FlowRef) (store.Flow, error) {
	revisions := s.flows[flowName{ref.Namespace, ref.ID}]
	i := cmp.Or(ref.Revision, len(revisions)) - 1
	if i < 0 || i >= len(revisions) {
		return store.Flow{}, store.ErrNotFound
	}
	return store.UnsealFlow(ref.String(), revisions[i])
}

// Flows returns the latest revision of each flow. See [store.Store].
func (s *Store) Flows(ctx context.Context) ([]store.Flow, error) {
	var flows []store.Flow
	err := s.read(ctx, func() error {
		names := slices.SortedFunc(maps.Keys(s.flows), func(a, b flowName) int {
			return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.id, b.id))
		})
		for _, name := range names {
			f, err := s.flow(engine.FlowRef{Namespace: name.namespace, ID: name.id})
			if err != nil {
				return err
			}
			flows = append(flows, f)
		}
		return nil
	})
	return flows, err
}

// KV returns the values of a namespace. See [store.Store].
func (s *Store) KV(ctx context.Context, namespace string) (map[string]any, error) {
	values := make(map[string]any)
	err := s.read(ctx, func() error {
		prefix := plan.ValueKey(namespace, "")
		for key, rec := range s.values {
			name, ok := strings.CutPrefix(key, prefix)
			if !ok {
				continue
			}
			v, err := store.UnsealValue(key, rec)
			if err != nil {
				return err
			}
			values[name] = v
		}
		return nil
	})
	return values, err
}

// Audit returns lines and the head. See [store.Store].
func (s *Store) Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error) {
	var lines []audit.Line
	var head audit.Head
	err := s.read(ctx, func() error {
		head = s.head()
		first := min(max(from, 1)-1, head.Seq)
		last := min(first+uint64(max(n, 0)), head.Seq)
		lines = slices.Clone(s.lines[first:last])
		for i := range lines {
			lines[i].Raw = bytes.Clone(lines[i].Raw)
		}
		return nil
	})
	return lines, head, err
}
