package bolt

import (
	"context"
	"fmt"
	"sync/atomic"

	"signoff/store"
	"signoff/store/internal/plan"
)

// request is a commit that waits to be written.
type request struct {
	plan *plan.Plan
	// taken decides between the committer, which takes the request, and the
	// caller, who may give up until then.
	taken atomic.Bool
	done  chan struct{} // closed when err is set
	err   error
}

// take reports whether the taker is the first.
func (r *request) take() bool { return r.taken.CompareAndSwap(false, true) }

func (r *request) answer(err error) {
	r.err = err
	close(r.done)
}

// Commit makes all of c durable, or nothing. See [store.Store]. A context that
// ends while the commit waits takes it back; once it is being written, Commit
// waits for the truth.
func (s *Store) Commit(ctx context.Context, c store.Commit) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	p, err := plan.New(c)
	if err != nil {
		return err
	}
	if p.Empty() {
		return nil
	}
	r := &request{plan: p, done: make(chan struct{})}
	select {
	case s.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return s.closed()
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		if r.take() {
			return ctx.Err()
		}
	case <-s.stopped:
		if r.take() {
			return s.closed()
		}
	}
	<-r.done
	return r.err
}

// run is the committer. It ends when the store is closed or a commit has failed.
func (s *Store) run() {
	defer close(s.stopped)
	for {
		select {
		case <-s.stop:
			return
		case first := <-s.requests:
			s.write(s.gather(first))
		}
	}
}

// gather takes first and everything else that waits, and waits for nothing.
func (s *Store) gather(first *request) []*request {
	var batch []*request
	for r := first; ; {
		if r.take() {
			batch = append(batch, r)
		}
		select {
		case r = <-s.requests:
		default:
			return batch
		}
	}
}

// write writes a batch and answers it.
func (s *Store) write(requests []*request) {
	accepted, err := s.writeAll(requests)
	if err == nil {
		for _, r := range accepted {
			r.answer(nil)
		}
		return
	}
	// From here on nobody may read what this process might see and the disk
	// might not hold.
	s.failure.Store(&err)
	s.halt()
	for _, r := range accepted {
		r.answer(fmt.Errorf("%w: %w", store.ErrUnknown, err))
	}
	if s.opt.OnUnknown != nil {
		s.opt.OnUnknown(err)
	}
}

// writeAll applies each request in one transaction and commits it. Those that
// are refused are answered at once; the others are returned, and an error is
// about all of them.
func (s *Store) writeAll(requests []*request) ([]*request, error) {
	for len(requests) > 0 {
		b, err := s.begin()
		if err != nil {
			return requests, err
		}
		accepted, failed := b.add(requests)
		if failed == nil && len(accepted) == 0 {
			return nil, b.tx.Rollback()
		}
		if failed == nil {
			return accepted, b.commit()
		}
		// It failed half-way, so nothing of this transaction can stay. The
		// others are not to suffer for it.
		if err := b.tx.Rollback(); err != nil {
			return accepted, err
		}
		requests = accepted
	}
	return nil, nil
}
