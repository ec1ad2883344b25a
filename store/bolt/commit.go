package bolt

import (
	"context"
	"fmt"
	"runtime"
	"slices"
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
	done  chan struct{} // closed when err is final
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
	p, err := plan.New(c, s.clock.Now())
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
			// Whoever is ready to run may be about to commit too, and one sync for
			// many is cheaper than many. If nobody is, this takes no time.
			runtime.Gosched()
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

// write writes a batch and answers it. A refusal waits for the outcome too: it
// may rest on what the others of the batch change.
func (s *Store) write(requests []*request) {
	requests, err := s.writeAll(requests)
	if err == nil {
		for _, r := range requests {
			r.answer(r.err)
		}
		return
	}
	// From here on nobody may read what this process might see and the disk
	// might not hold.
	s.failure.Store(&err)
	s.halt()
	for _, r := range requests {
		r.answer(fmt.Errorf("%w: %w", store.ErrUnknown, err))
	}
	if s.opt.OnUnknown != nil {
		s.opt.OnUnknown(err)
	}
}

// fleeting reports whether the requests only give work back. That needs no
// disk: work that nobody holds is due again after a restart anyhow.
func fleeting(requests []*request) bool {
	return !slices.ContainsFunc(requests, func(r *request) bool { return !r.plan.Fleeting() })
}

// writeAll applies each request in one transaction and commits it. It returns
// the requests, each with its refusal if it was refused; an error is about all.
func (s *Store) writeAll(requests []*request) ([]*request, error) {
	for {
		b, err := s.begin()
		if err != nil {
			return requests, err
		}
		failed, accepted := b.add(requests)
		switch {
		case failed < 0 && accepted > 0 && fleeting(requests):
			return requests, b.postpone()
		case failed < 0 && accepted > 0:
			return requests, b.commit()
		}
		if err := b.tx.Rollback(); err != nil || failed < 0 {
			return requests, err
		}
		// One failed half-way, so nothing of this transaction can stay. The
		// others are not to suffer for it, and are tried again without it.
		bad := requests[failed]
		bad.answer(bad.err)
		requests = slices.Delete(requests, failed, failed+1)
	}
}
