package bolt

import (
	"bytes"
	"context"
	"errors"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// view runs fn in a read transaction. fn copies what it needs and does nothing
// slow: an open transaction keeps old pages alive.
func (s *Store) view(ctx context.Context, fn func(tx *bbolt.Tx) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	err := s.db.View(fn)
	if errors.Is(err, bbolterrors.ErrDatabaseNotOpen) {
		return s.closed()
	}
	return err
}

// Execution returns one execution. See [store.Store].
func (s *Store) Execution(ctx context.Context, id engine.ExecutionID) (engine.Execution, error) {
	var rec []byte
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		rec = bytes.Clone(tx.Bucket(bucketExecutions).Get([]byte(id)))
		if rec == nil {
			return store.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return engine.Execution{}, err
	}
	x, err := store.UnsealExecution(id, rec)
	if err != nil {
		return engine.Execution{}, err
	}
	return x.Decode()
}

// Audit returns lines and the head. See [store.Store].
func (s *Store) Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error) {
	from = max(from, 1)
	var lines []audit.Line
	var head audit.Head
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		state, err := decodeState(tx.Bucket(bucketMeta).Get(keyState))
		if err != nil {
			return err
		}
		head = state.head
		if n <= 0 || from > head.Seq {
			return nil
		}
		lines, err = readLines(tx, state, from, n)
		return err
	})
	return lines, head, err
}
