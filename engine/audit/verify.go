package audit

import (
	"fmt"
	"iter"
)

// Verify follows the chain through lines, which come after start (the zero Head
// for a whole log), and returns the head it reached. A log that is not as it
// was written gives a *[FaultError] that names the first wrong line; an error of
// the sequence itself is returned with the place where it happened.
//
// want is a head that was noted earlier, in a place that whoever changes the
// log cannot reach. The log may have grown since. What can be found depends on
// it: without one, every change, removal, insertion and exchange within the log
// is found, because the lines after it no longer follow; but a log whose tail
// was cut off, or which was rewritten from some line to its end with new
// hashes, is a valid log, and nothing in it can tell. With want, both are found
// for all lines up to it.
func Verify(lines iter.Seq2[Line, error], start, want Head) (Head, error) {
	if want.Seq != 0 && want.Seq < start.Seq {
		return start, fmt.Errorf("the known head is line %d, before the first line to verify", want.Seq)
	}
	next, stop := iter.Pull2(lines)
	defer stop()

	head := start
	for {
		if fault := compare(head, want); fault != nil {
			return head, fault
		}
		line, err, ok := next()
		switch {
		case !ok && head.Seq < want.Seq:
			return head, &FaultError{Kind: Cut, Seq: head.Seq + 1}
		case !ok:
			return head, nil
		case err != nil:
			return head, fmt.Errorf("after line %d: %w", head.Seq, err)
		}
		if !follows(head, line) {
			return head, explain(head, line, next)
		}
		head = line.Head()
	}
}

func compare(head, want Head) error {
	if want.Seq == 0 || head.Seq != want.Seq || head.Hash == want.Hash {
		return nil
	}
	return &FaultError{Kind: Rewritten, Seq: want.Seq, Want: want.Hash, Got: head.Hash}
}

func follows(head Head, l Line) bool {
	return l.Seq == head.Seq+1 && chain(l.Seq, head.Hash, l.Raw) == l.Hash
}

// explain names what is wrong when odd stands where the line after head should.
// It reads the rest of the log to tell the kinds apart, and keeps none of it.
func explain(head Head, odd Line, next func() (Line, error, bool)) error {
	due := head.Seq + 1
	fault := &FaultError{Kind: Changed, Seq: due, Want: chain(due, head.Hash, odd.Raw), Got: odd.Hash}
	if odd.Seq != due && fault.Want == odd.Hash {
		return fault // the right line under a wrong number
	}
	rest, err := survey(head, odd, next)
	if err != nil {
		return fmt.Errorf("after line %d: %w", head.Seq, err)
	}
	switch {
	case rest.dueAt == 1 && (odd.Seq <= due || rest.oddAgain || !rest.oddMissing):
		fault.Kind, fault.Seq = Inserted, odd.Seq
	case rest.dueAt == 1:
		fault.Kind, fault.Seq = Reordered, odd.Seq
	case rest.dueAt > 1:
		fault.Kind = Reordered
	case odd.Seq < due:
		fault.Kind, fault.Seq = Inserted, odd.Seq
	case odd.Seq > due:
		*fault = FaultError{Kind: Removed, Seq: due}
	}
	return fault
}

// rest is what the lines after an odd one say about it.
type rest struct {
	dueAt      int  // how many lines later the line that was due stands; 0: nowhere
	oddAgain   bool // the odd line's number comes once more
	oddMissing bool // the odd line's own place is left out
}

func survey(head Head, odd Line, next func() (Line, error, bool)) (rest, error) {
	var r rest
	last := head.Seq
	for i := 1; ; i++ {
		l, err, ok := next()
		if !ok {
			r.oddMissing = r.oddMissing || last == odd.Seq-1
			return r, nil
		}
		if err != nil {
			return r, err
		}
		if r.dueAt == 0 && follows(head, l) {
			r.dueAt = i
		}
		r.oddAgain = r.oddAgain || l.Seq == odd.Seq
		r.oddMissing = r.oddMissing || (last == odd.Seq-1 && l.Seq == odd.Seq+1)
		last = l.Seq
	}
}
