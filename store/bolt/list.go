package bolt

import (
	"bytes"
	"context"
	"slices"

	"go.etcd.io/bbolt"

	"signoff/engine"
	"signoff/store"
)

// listPage bounds how many records a list looks at in one transaction.
const listPage = 256

// Executions lists executions. See [store.Store]. What is not in the head of a
// record is decoded to be looked at, outside the transaction.
func (s *Store) Executions(ctx context.Context, q store.Query) ([]engine.Execution, error) {
	pages := s.scan
	switch {
	case len(q.IDs) > 0:
		ids := slices.Sorted(slices.Values(q.IDs))
		pages = s.named(slices.Compact(ids))
	case q.Queued():
		pages = s.named(s.tally.Queued(q))
	}
	var found []engine.Execution
	err := pages(ctx, q, func(page []store.Record) (more bool, err error) {
		for _, r := range page {
			x, ok, err := q.Pick(r)
			if err != nil {
				return false, err
			}
			if ok {
				found = append(found, x)
			}
			if len(found) == q.Max() {
				return false, nil
			}
		}
		return true, nil
	})
	return found, err
}

// pages gives the records that a query may select, in pieces, in its order,
// until each says that it has enough.
type pages func(ctx context.Context, q store.Query, each func([]store.Record) (more bool, err error)) error

// named gives the records with the ids, which are sorted.
func (s *Store) named(ids []engine.ExecutionID) pages {
	return func(ctx context.Context, q store.Query, each func([]store.Record) (bool, error)) error {
		for some := range slices.Chunk(slices.Collect(q.Walk(ids)), listPage) {
			var page []store.Record
			err := s.view(ctx, func(tx *bbolt.Tx) error {
				for _, id := range some {
					rec := tx.Bucket(bucketExecutions).Get([]byte(id))
					if rec == nil {
						continue
					}
					if err := look(&page, q, id, rec); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			if more, err := each(page); err != nil || !more {
				return err
			}
		}
		return nil
	}
}

// scan gives every record.
func (s *Store) scan(ctx context.Context, q store.Query, each func([]store.Record) (bool, error)) error {
	last := []byte(q.After)
	for more := true; more; {
		var page []store.Record
		err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
			page, last, more, err = nextPage(tx, q, last)
			return err
		})
		if err != nil {
			return err
		}
		if wants, err := each(page); err != nil || !wants {
			return err
		}
	}
	return nil
}

// nextPage looks at the executions behind an id, in the order of the list.
func nextPage(tx *bbolt.Tx, q store.Query, after []byte) (page []store.Record, last []byte, more bool, err error) {
	c := tx.Bucket(bucketExecutions).Cursor()
	next := c.Prev
	if q.Oldest {
		next = c.Next
	}
	k, v := from(c, q, after)
	for n := 0; k != nil; k, v = next() {
		if n++; n > listPage || len(page) == q.Max() {
			return page, last, true, nil
		}
		last = bytes.Clone(k)
		if err := look(&page, q, engine.ExecutionID(k), v); err != nil {
			return nil, nil, false, err
		}
	}
	return page, last, false, nil
}

// from finds the first record behind an id; without one, the first of all.
func from(c *bbolt.Cursor, q store.Query, after []byte) (k, v []byte) {
	switch {
	case q.Oldest && len(after) == 0:
		return c.First()
	case q.Oldest:
		if k, v = c.Seek(after); bytes.Equal(k, after) {
			return c.Next()
		}
		return k, v
	case len(after) == 0:
		return c.Last()
	}
	if k, _ = c.Seek(after); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// look adds a copy of the record to the page if its head may be selected.
func look(page *[]store.Record, q store.Query, id engine.ExecutionID, rec []byte) error {
	x, err := store.UnsealExecution(id, rec)
	if err != nil {
		return err
	}
	head, err := x.Head()
	if err != nil {
		return err
	}
	if q.Selects(head) {
		x.Encoded = bytes.Clone(x.Encoded)
		*page = append(*page, x)
	}
	return nil
}

// Slots counts the executions of a flow that hold a slot. See [store.Store].
func (s *Store) Slots(ctx context.Context, ref engine.FlowRef) (int, error) {
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	return s.tally.Slots(ref), nil
}
