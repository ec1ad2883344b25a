package bolt

import (
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"signoff/engine/audit"
	"signoff/store"
)

// room is how many bytes of lines make a record of the log: lines say nearly the
// same things, so that many of them pack into little. Fewer are the tail, which
// stands unpacked beside the state, on a page that each commit writes anyway.
const room = 6 << 10

// putLines writes the new lines.
func (b *batch) putLines() error {
	if b.state.head == b.s.state.head {
		return nil
	}
	for n := fill(b.lines); n > 0; n = fill(b.lines) {
		if err := b.log.Put([]byte(store.LinesKey(b.lines[0].Seq)), store.SealLines(b.lines[:n], true)); err != nil {
			return err
		}
		b.state.records++
		b.lines = b.lines[n:]
	}
	b.lines = slices.Clone(b.lines) // and let go of the others
	b.state.tail = uint64(len(b.lines))
	if len(b.lines) == 0 {
		return b.meta.Delete(keyTail)
	}
	return b.meta.Put(keyTail, store.SealLines(b.lines, false))
}

// fill is how many of the lines make a record; 0 if all of them are too few.
func fill(lines []audit.Line) int {
	size := 0
	for i := range lines {
		if size += len(lines[i].Raw); size >= room {
			return i + 1
		}
	}
	return 0
}

// tailStart is the number of the tail's first line.
func (s *state) tailStart() uint64 { return s.head.Seq - s.tail + 1 }

func readTail(tx *bbolt.Tx, s state) ([]audit.Line, error) {
	if s.tail == 0 {
		return nil, nil
	}
	lines, err := store.UnsealLines(store.LinesKey(s.tailStart()), tx.Bucket(bucketMeta).Get(keyTail))
	if err == nil && uint64(len(lines)) != s.tail {
		err = fmt.Errorf("%w: %d lines at the end of the log where %d were written", store.ErrDamaged, len(lines), s.tail)
	}
	return lines, err
}

// readLines reads up to n lines from a number on. The record that holds the
// first of them may begin before it.
func readLines(tx *bbolt.Tx, s state, from uint64, n int) ([]audit.Line, error) {
	var lines []audit.Line
	take := func(some []audit.Line) {
		for _, l := range some {
			if l.Seq >= from && len(lines) < n {
				lines = append(lines, l)
			}
		}
	}
	c := tx.Bucket(bucketAudit).Cursor()
	k, v := c.Seek([]byte(store.LinesKey(from)))
	if k == nil {
		k, v = c.Last()
	} else if string(k) != store.LinesKey(from) {
		k, v = c.Prev()
	}
	for ; k != nil && len(lines) < n; k, v = c.Next() {
		some, err := store.UnsealLines(string(k), v)
		if err != nil {
			return nil, err
		}
		take(some)
	}
	if len(lines) == n {
		return lines, nil
	}
	tail, err := readTail(tx, s)
	take(tail)
	return lines, err
}

func surveyLines(head *audit.Head, k, v []byte) error {
	lines, err := store.UnsealLines(string(k), v)
	if err == nil && len(lines) == 0 {
		err = fmt.Errorf("%w: no line follows line %d", store.ErrDamaged, head.Seq)
	}
	if err != nil {
		return err
	}
	return follow(head, lines)
}

// follow does not verify the chain, which is for whoever asks; it sees that there
// are no gaps.
func follow(head *audit.Head, lines []audit.Line) error {
	for _, l := range lines {
		if l.Seq != head.Seq+1 {
			return fmt.Errorf("%w: line %d does not follow line %d", store.ErrDamaged, l.Seq, head.Seq)
		}
		*head = l.Head()
	}
	return nil
}
