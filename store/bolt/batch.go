package bolt

import (
	"encoding/binary"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/internal/due"
	"signoff/store/internal/plan"
	"signoff/store/internal/tally"
)

// How full pages are made: to the brim where nothing is ever changed, nearly so
// where records grow a little.
const (
	appendOnly = 1.0
	mostlyFull = 0.9
)

// batch is a transaction and what becomes true in memory when it is durable.
type batch struct {
	s      *Store
	tx     *bbolt.Tx
	change *due.Change
	slots  *tally.Change
	ends   map[string]time.Time // of values that were set; zero: it never expires, or is gone
	swept  bool
	state  state
	now    time.Time
	lines  []audit.Line // the tail and the new ones
	seen   map[onceName]struct{}
	causes []onceName

	// The others are opened when they are needed, which is seldom.
	meta, executions, log *bbolt.Bucket
}

var _ plan.View = (*batch)(nil)

func (s *Store) begin() (*batch, error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return nil, err
	}
	b := &batch{
		s: s, tx: tx, change: s.queue.Begin(), slots: s.tally.Begin(), state: s.state, now: s.clock.Now(),
		lines:      slices.Clip(s.tail),
		seen:       make(map[onceName]struct{}),
		meta:       tx.Bucket(bucketMeta),
		executions: tx.Bucket(bucketExecutions),
		log:        tx.Bucket(bucketAudit),
	}
	b.executions.FillPercent = mostlyFull
	b.log.FillPercent = appendOnly
	return b, nil
}

// add applies the requests in turn and notes each refusal with its request. It
// stops at one that fails half-way and returns its place, else -1.
func (b *batch) add(requests []*request) (failed, accepted int) {
	for i, r := range requests {
		b.now = b.s.clock.Now()
		var verdict plan.Verdict
		if verdict, r.err = r.plan.Check(b, b.change, b.now); r.err != nil {
			continue
		}
		if r.err = b.apply(r.plan, verdict); r.err != nil {
			return i, accepted
		}
		accepted++
	}
	return -1, accepted
}

func (b *batch) apply(p *plan.Plan, verdict plan.Verdict) error {
	for _, id := range p.Owe(verdict, b.change) {
		if err := b.putExecution(p, id); err != nil {
			return err
		}
	}
	if p.Head.ID != "" {
		b.slots.Set(verdict.Was, p.Head)
	}
	if p.Head.Version == 1 {
		b.state.executions++
	}
	if p.Once != "" {
		name := nameOf(p.Once)
		b.seen[name] = struct{}{}
		b.causes = append(b.causes, name)
	}
	for _, raw := range p.Records {
		l := audit.Append(b.state.head, raw)
		b.lines, b.state.head = append(b.lines, l), l.Head()
	}
	if f := verdict.Flow; f != nil {
		b.state.flows++
		key := flowKey(f.Ref)
		if err := b.tx.Bucket(bucketFlows).Put(key, store.SealFlow(string(key), *f)); err != nil {
			return err
		}
	}
	return b.applyKept(p)
}

func (b *batch) putExecution(p *plan.Plan, id engine.ExecutionID) error {
	encoded := p.Encoded
	if id != p.Head.ID {
		x, err := store.UnsealExecution(id, b.executions.Get([]byte(id)))
		if err != nil {
			return err
		}
		encoded = x.Encoded
	}
	rec, err := store.SealExecution(id, b.change.Owed(id), encoded)
	if err != nil {
		return err
	}
	return b.executions.Put([]byte(id), rec)
}

// commit writes what belongs to the batch as a whole, makes all of it durable,
// and then true in memory.
func (b *batch) commit() error {
	if err := b.putLines(); err != nil {
		return err
	}
	once, forget, err := b.putOnce()
	if err != nil {
		return err
	}
	b.state.clock = b.now
	if err := b.meta.Put(keyState, b.state.encode()); err != nil {
		return err
	}
	if err := b.s.commit(b.tx); err != nil {
		return err
	}
	b.s.state, b.s.tail = b.state, b.lines
	b.change.Apply()
	b.slots.Apply()
	b.applyEnds()
	b.s.once.forget(forget)
	if once != nil {
		b.s.once.add(*once)
	}
	return nil
}

// postpone makes the batch true in memory alone.
func (b *batch) postpone() error {
	if err := b.tx.Rollback(); err != nil {
		return err
	}
	b.change.Apply()
	return nil
}

func (b *batch) putOnce() (added *onceBatch, forget int, err error) {
	if len(b.causes) == 0 {
		return nil, 0, nil
	}
	bucket, log := b.tx.Bucket(bucketOnce), b.s.once
	forget = log.old(b.now)
	for _, old := range log.batches[:forget] {
		if err := bucket.Delete(old.key()); err != nil {
			return nil, 0, err
		}
	}
	next := log.next(b.now, b.causes)
	b.state.once += 1 - uint64(forget) //nolint:gosec // wraps and wraps back
	return &next, forget, next.write(bucket)
}

// Seen implements plan.View.
func (b *batch) Seen(once string) bool {
	name := nameOf(once)
	_, before := b.s.once.names[name]
	_, now := b.seen[name]
	return before || now
}

// Head implements plan.View.
func (b *batch) Head(id engine.ExecutionID) (store.Head, error) {
	rec := b.executions.Get([]byte(id))
	if rec == nil {
		return store.Head{}, nil
	}
	x, err := store.UnsealExecution(id, rec)
	if err != nil {
		return store.Head{}, err
	}
	return x.Head()
}

// Slots implements plan.View.
func (b *batch) Slots(ref engine.FlowRef) int { return b.slots.Slots(ref) }

// Trigger implements plan.View.
func (b *batch) Trigger(key string) []byte { return b.tx.Bucket(bucketTriggers).Get([]byte(key)) }

// Value implements plan.View.
func (b *batch) Value(key string) []byte { return b.tx.Bucket(bucketKV).Get([]byte(key)) }

// Latest implements plan.View.
func (b *batch) Latest(ref engine.FlowRef) (*store.Flow, error) {
	return latestFlow(b.tx.Bucket(bucketFlows), ref)
}

func flowKey(ref engine.FlowRef) []byte {
	key := slices.Concat([]byte(ref.Namespace), []byte{0}, []byte(ref.ID), []byte{0})
	return binary.BigEndian.AppendUint32(key, uint32(ref.Revision)) //nolint:gosec // counted from 1
}
