package bolt

import (
	"bytes"
	"context"
	"errors"
	"math"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/internal/plan"
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

// Executions lists executions, newest first. See [store.Store].
func (s *Store) Executions(ctx context.Context, q store.Query) ([]engine.Execution, error) {
	var found []engine.Execution
	var before []byte // the last id that was looked at
	for more := true; more; {
		var page []store.Record
		err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
			page, before, more, err = nextPage(tx, q, before)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			if len(found) == q.Max() {
				return found, nil
			}
			x, err := p.Decode()
			if err != nil {
				return nil, err
			}
			found = append(found, x)
		}
	}
	return found, nil
}

// listPage bounds how long a list holds a transaction.
const listPage = 256

// nextPage looks at the executions before an id, newest first, and copies those
// that are selected.
func nextPage(tx *bbolt.Tx, q store.Query, before []byte) (page []store.Record, last []byte, more bool, err error) {
	c := tx.Bucket(bucketExecutions).Cursor()
	k, v := c.Last()
	if before != nil {
		if k, _ = c.Seek(before); k == nil {
			c.Last()
		}
		k, v = c.Prev()
	}
	for n := 0; k != nil; k, v = c.Prev() {
		if n++; n > listPage || len(page) == q.Max() {
			return page, last, true, nil
		}
		last = bytes.Clone(k)
		x, err := store.UnsealExecution(engine.ExecutionID(k), v)
		if err != nil {
			return nil, nil, false, err
		}
		head, err := x.Head()
		if err != nil {
			return nil, nil, false, err
		}
		if q.Selects(head) {
			x.Encoded = bytes.Clone(x.Encoded)
			page = append(page, x)
		}
	}
	return page, last, false, nil
}

// Flow returns a revision. See [store.Store].
func (s *Store) Flow(ctx context.Context, ref engine.FlowRef) (store.Flow, error) {
	var f *store.Flow
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		bucket := tx.Bucket(bucketFlows)
		if ref.Revision == 0 {
			f, err = latestFlow(bucket, ref)
			return err
		}
		key := flowKey(ref)
		if rec := bucket.Get(key); rec != nil && ref.Revision > 0 && ref.Revision <= math.MaxUint32 {
			f, err = unsealFlow(key, rec)
		}
		return err
	})
	if err == nil && f == nil {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Flow{}, err
	}
	return *f, nil
}

func unsealFlow(key, rec []byte) (*store.Flow, error) {
	f, err := store.UnsealFlow(string(key), rec)
	return &f, err
}

// latestFlow returns the latest revision, nil if there is none.
func latestFlow(bucket *bbolt.Bucket, ref engine.FlowRef) (*store.Flow, error) {
	ref.Revision = 0
	lowest := flowKey(ref)
	ref.Revision = math.MaxUint32
	c := bucket.Cursor()
	k, _ := c.Seek(flowKey(ref))
	var v []byte
	if k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	name := lowest[:len(lowest)-4]
	if !bytes.HasPrefix(k, name) || len(k) != len(lowest) {
		return nil, nil //nolint:nilnil // there is none
	}
	return unsealFlow(k, v)
}

// Flows returns the latest revision of each flow. See [store.Store].
func (s *Store) Flows(ctx context.Context) ([]store.Flow, error) {
	var flows []store.Flow
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketFlows).ForEach(func(k, v []byte) error {
			f, err := unsealFlow(k, v)
			if err != nil {
				return err
			}
			// Revisions of one flow stand together, the latest last.
			if n := len(flows); n > 0 && flows[n-1].Ref.Namespace == f.Ref.Namespace && flows[n-1].Ref.ID == f.Ref.ID {
				flows[n-1] = *f
				return nil
			}
			flows = append(flows, *f)
			return nil
		})
	})
	return flows, err
}

// KV returns the values of a namespace. See [store.Store].
func (s *Store) KV(ctx context.Context, namespace string) (map[string]any, error) {
	values := make(map[string]any)
	prefix := []byte(plan.ValueKey(namespace, ""))
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketKV).Cursor()
		for k, rec := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, rec = c.Next() {
			v, err := store.UnsealValue(string(k), rec)
			if err != nil {
				return err
			}
			values[string(k[len(prefix):])] = v
		}
		return nil
	})
	return values, err
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
