package bolt

import (
	"bytes"
	"fmt"

	"go.etcd.io/bbolt"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// survey reads every record once: damage is found before anything is believed,
// and what lives in memory is filled. The pages of a B+tree can be harmed so that
// records are out of order or not found at all; so order and numbers are checked
// too.
func (s *Store) survey(tx *bbolt.Tx) error {
	var head audit.Head
	for _, part := range []struct {
		bucket []byte
		want   uint64
		each   func(k, v []byte) error
	}{
		{bucketExecutions, s.state.executions, s.surveyExecution},
		{bucketAudit, s.state.records, func(k, v []byte) error { return surveyLines(&head, k, v) }},
		{bucketOnce, s.state.once, s.surveyOnce},
		{bucketFlows, s.state.flows, func(k, v []byte) error { _, err := unsealFlow(k, v); return err }},
		{bucketKV, s.state.values, s.surveyValue},
		{bucketTriggers, s.state.triggers, func(k, v []byte) error { _, err := store.UnsealTrigger(string(k), v); return err }},
	} {
		var n uint64
		var last []byte
		c := tx.Bucket(part.bucket).Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			if n > 0 && bytes.Compare(last, k) >= 0 {
				return fmt.Errorf("%w: %s: %x stands after %x", store.ErrDamaged, part.bucket, k, last)
			}
			if err := part.each(k, v); err != nil {
				return err
			}
			last = k
			n++
		}
		if n != part.want {
			return fmt.Errorf("%w: %s: %d records where %d were written", store.ErrDamaged, part.bucket, n, part.want)
		}
	}
	var err error
	if s.tail, err = readTail(tx, s.state); err != nil {
		return err
	}
	if err := follow(&head, s.tail); err != nil {
		return err
	}
	if head != s.state.head {
		return fmt.Errorf("%w: the audit log ends at line %d, the state says %d", store.ErrDamaged, head.Seq, s.state.head.Seq)
	}
	return nil
}

func (s *Store) surveyOnce(k, v []byte) error {
	b, err := readOnce(k, v)
	if err == nil {
		s.once.add(b)
	}
	return err
}

func (s *Store) surveyValue(k, v []byte) error {
	e, err := store.UnsealEntry(string(k), v)
	if err == nil && !e.Expires.IsZero() {
		s.ends[string(k)] = e.Expires
	}
	return err
}

func (s *Store) surveyExecution(k, v []byte) error {
	x, err := store.UnsealExecution(engine.ExecutionID(k), v)
	if err != nil {
		return err
	}
	owed, err := x.Owed()
	if err != nil {
		return err
	}
	s.queue.Load(owed)
	head, err := x.Head()
	if err != nil {
		return err
	}
	s.tally.Load(head)
	return nil
}
