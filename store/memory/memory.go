// Package memory is a store for tests and trials: it keeps everything in the
// process and loses it at the end.
//
// It keeps encoded records, as a durable store does, so that nothing which a
// caller holds is shared with what is stored, and whatever could not be written
// to a disk cannot be stored here either.
package memory

import (
	"context"
	"errors"
	"sync"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/internal/clock"
	"signoff/store/internal/due"
	"signoff/store/internal/plan"
	"signoff/store/internal/tally"
)

// Options configure a store. The zero value works.
type Options struct {
	// Now is the clock; nil is time.Now. A test moves its own.
	Now func() time.Time
}

// Store is a store.Store in memory.
type Store struct {
	clock *clock.Clock
	queue *due.Queue
	tally *tally.Tally

	mu         sync.RWMutex
	closed     bool                          // guarded by mu, as all below
	executions map[engine.ExecutionID][]byte // records
	ids        []engine.ExecutionID          // sorted
	lines      []audit.Line
	once       map[string]time.Time
	flows      map[flowName][][]byte // records, by revision
	values     map[string][]byte     // records, by plan.ValueKey
	triggers   map[string][]byte     // records, by key
}

type flowName struct{ namespace, id string }

var _ store.Store = (*Store)(nil)

// New makes an empty store.
func New(opt Options) *Store {
	c := clock.New(opt.Now, time.Time{})
	return &Store{
		clock:      c,
		queue:      due.New(),
		tally:      tally.New(),
		executions: make(map[engine.ExecutionID][]byte),
		once:       make(map[string]time.Time),
		flows:      make(map[flowName][][]byte),
		values:     make(map[string][]byte),
		triggers:   make(map[string][]byte),
	}
}

// Commit makes all of c true, or nothing. See [store.Store].
func (s *Store) Commit(ctx context.Context, c store.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p, err := plan.New(c, s.clock.Now())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return store.ErrClosed
	}
	now, change := s.clock.Now(), s.queue.Begin()
	verdict, err := p.Check(view{s}, change, now)
	if err != nil {
		return err
	}
	if err := s.apply(p, verdict, change); err != nil {
		return err
	}
	if p.Once != "" {
		s.remember(p.Once, now)
	}
	return nil
}

// apply is all or nothing: what can fail comes before the first change.
func (s *Store) apply(p *plan.Plan, verdict plan.Verdict, change *due.Change) error {
	records := make(map[engine.ExecutionID][]byte)
	for _, id := range p.Owe(verdict, change) {
		rec, err := s.seal(p, id, change.Owed(id))
		if err != nil {
			return err
		}
		records[id] = rec
	}
	for id, rec := range records {
		s.put(id, rec)
	}
	for _, raw := range p.Records {
		s.lines = append(s.lines, audit.Append(s.head(), raw))
	}
	if f := verdict.Flow; f != nil {
		name := flowName{f.Ref.Namespace, f.Ref.ID}
		s.flows[name] = append(s.flows[name], store.SealFlow(f.Ref.String(), *f))
	}
	for _, v := range p.Values {
		set(s.values, v.Key, v.Record)
	}
	for _, t := range p.Triggers {
		set(s.triggers, t.Key, t.Record)
	}
	change.Apply()
	if p.Head.ID != "" {
		slots := s.tally.Begin()
		slots.Set(verdict.Was, p.Head)
		slots.Apply()
	}
	return nil
}

// set puts a record under a key; a nil one takes away what stands there.
func set(records map[string][]byte, key string, rec []byte) {
	if rec == nil {
		delete(records, key)
		return
	}
	records[key] = rec
}

func (s *Store) seal(p *plan.Plan, id engine.ExecutionID, owed []store.Owed) ([]byte, error) {
	encoded := p.Encoded
	if id != p.Head.ID {
		x, err := store.UnsealExecution(id, s.executions[id])
		if err != nil {
			return nil, err
		}
		encoded = x.Encoded
	}
	return store.SealExecution(id, owed, encoded)
}

func (s *Store) remember(once string, now time.Time) {
	for name, at := range s.once {
		if now.Sub(at) > store.OnceFor {
			delete(s.once, name)
		}
	}
	s.once[once] = now
}

func (s *Store) head() audit.Head {
	if len(s.lines) == 0 {
		return audit.Head{}
	}
	return s.lines[len(s.lines)-1].Head()
}

// Claim takes work that is due. See [store.Store].
func (s *Store) Claim(ctx context.Context, lease time.Duration, n int) ([]store.Claim, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return nil, time.Time{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, time.Time{}, store.ErrClosed
	}
	claims, next := s.queue.Claim(s.clock.Now(), lease, n)
	return claims, next, nil
}

// Extend prolongs a claim. See [store.Store].
func (s *Store) Extend(ctx context.Context, c store.Claim, lease time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	return s.queue.Extend(c, s.clock.Now(), lease)
}

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.clock.Now() }

// Close ends the store; it may be called twice.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// view shows the store to a plan, under the lock that Commit holds.
type view struct{ s *Store }

func (v view) Seen(once string) bool {
	_, ok := v.s.once[once]
	return ok
}

func (v view) Head(id engine.ExecutionID) (store.Head, error) {
	rec, ok := v.s.executions[id]
	if !ok {
		return store.Head{}, nil
	}
	x, err := store.UnsealExecution(id, rec)
	if err != nil {
		return store.Head{}, err
	}
	return x.Head()
}

func (v view) Slots(ref engine.FlowRef) int { return v.s.tally.Slots(ref) }

func (v view) Trigger(key string) []byte { return v.s.triggers[key] }

func (v view) Value(key string) []byte { return v.s.values[key] }

func (v view) Latest(ref engine.FlowRef) (*store.Flow, error) {
	ref.Revision = 0
	f, err := v.s.revision(ref)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	return &f, err
}
