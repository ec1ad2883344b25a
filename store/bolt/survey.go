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
		{bucketAudit, s.state.records, func(k, v []byte) error { return s.surveyLines(&head, k, v) }},
		{bucketOnce, s.state.once, s.surveyOnce},
		{bucketFlows, s.state.flows, func(k, v []byte) error { _, err := unsealFlow(k, v); return err }},
		{bucketKV, s.state.values, func(k, v []byte) error { _, err := store.UnsealValue(string(k), v); return err }},
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
	if head != s.state.head {
		return fmt.Errorf("%w: the audit log ends at line %d, the state says %d", store.ErrDamaged, head.Seq, s.state.head.Seq)
	}
	return nil
}

// surveyLines does not verify the chain, which is for whoever asks; it sees that
// there are no gaps.
func (s *Store) surveyLines(head *audit.Head, k, v []byte) error {
	lines, err := store.UnsealLines(string(k), v)
	if err != nil {
		return err
	}
	if len(lines) == 0 || lines[0].Seq != head.Seq+1 {
		return fmt.Errorf("%w: no line follows line %d", store.ErrDamaged, head.Seq)
	}
	*head = lines[len(lines)-1].Head()
	s.tail = nil
	size := 0
	for _, l := range lines {
		size += len(l.Raw)
	}
	if size < room {
		s.tail = lines
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
	return nil
}
