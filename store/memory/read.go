package memory

import (
	"bytes"
	"context"
	"slices"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
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
