package due

import (
	"maps"
	"slices"
	"time"

	"signoff/engine"
	"signoff/store"
)

// Change is what commits do to a queue before they are durable. Nothing of it
// can be claimed until [Change.Apply]; the commits of one batch see each other's
// part. It is not safe for concurrent use, and there is one at a time.
type Change struct {
	q   *Queue
	ops map[engine.ExecutionID]map[engine.EffectKey]op
}

type op struct {
	kind    opKind
	effect  engine.Effect
	attempt int
	token   uint64 // postponed: the claim that was given back
}

type opKind int

const (
	removed opKind = iota + 1
	put
	postponed
)

// Begin starts a change.
func (q *Queue) Begin() *Change {
	return &Change{q: q, ops: make(map[engine.ExecutionID]map[engine.EffectKey]op)}
}

// Check reports whether a claim still holds its piece at now. It does not, and
// need not, when the piece was put anew or dropped meanwhile; it is lost, and
// the error is [store.ErrLostClaim], when somebody else has claimed the piece,
// or has done so and settled it.
func (c *Change) Check(claim store.Claim, now time.Time) (holds bool, err error) {
	e := claim.Effect
	if o, ok := c.ops[e.Execution][e.Key]; ok {
		return false, o.check(claim, now)
	}
	c.q.mu.Lock()
	defer c.q.mu.Unlock()
	p := c.q.find(e.Execution, e.Key)
	switch {
	case p == nil:
		return false, gone(claim, now)
	case p.token == claim.Token && p.token != 0:
		return true, nil
	case claim.Token < p.put && claim.Token>>32 == c.q.tick>>32:
		return false, nil
	}
	return false, store.ErrLostClaim
}

func (o op) check(claim store.Claim, now time.Time) error {
	switch o.kind {
	case removed:
		return gone(claim, now)
	case put:
		return nil
	case postponed:
		return store.ErrLostClaim
	}
	panic("due: unknown change")
}

// gone judges the claim of a piece that is no longer there. While the lease
// lasts nobody else can have taken it, so it was dropped, or settled by this
// very claim.
func gone(claim store.Claim, now time.Time) error {
	if now.Before(claim.Until) {
		return nil
	}
	return store.ErrLostClaim
}

// Remove takes a piece away, if it is there.
func (c *Change) Remove(id engine.ExecutionID, key engine.EffectKey) {
	c.set(engine.Effect{Execution: id, Key: key}, op{kind: removed})
}

// Put adds a piece, or replaces it.
func (c *Change) Put(e engine.Effect) {
	c.set(e, op{kind: put})
}

// Postpone gives a piece back that the claim holds.
func (c *Change) Postpone(p store.Postponed) {
	e := p.Claim.Effect
	e.Due = p.Due
	c.set(e, op{kind: postponed, attempt: p.Claim.Attempt, token: p.Claim.Token})
}

func (c *Change) set(e engine.Effect, o op) {
	e.Due = e.Due.Round(0).UTC()
	o.effect = e
	of := c.ops[e.Execution]
	if of == nil {
		of = make(map[engine.EffectKey]op)
		c.ops[e.Execution] = of
	}
	of[e.Key] = o
}

// Owed lists what an execution will owe, by key.
func (c *Change) Owed(id engine.ExecutionID) []store.Owed {
	c.q.mu.Lock()
	defer c.q.mu.Unlock()
	all := make(map[engine.EffectKey]store.Owed)
	for key, p := range c.q.pieces[id] {
		all[key] = store.Owed{Effect: p.effect, Attempt: p.attempt}
	}
	for key, o := range c.ops[id] {
		if o.kind == removed {
			delete(all, key)
			continue
		}
		all[key] = store.Owed{Effect: o.effect, Attempt: o.attempt}
	}
	var owed []store.Owed
	for _, key := range slices.Sorted(maps.Keys(all)) {
		owed = append(owed, all[key])
	}
	return owed
}

// Apply makes the change true. The change must not be used afterwards.
func (c *Change) Apply() {
	c.q.mu.Lock()
	defer c.q.mu.Unlock()
	for _, of := range c.ops {
		for _, o := range of {
			c.q.apply(o)
		}
	}
}

func (q *Queue) apply(o op) {
	old := q.find(o.effect.Execution, o.effect.Key)
	if o.kind == postponed && (old == nil || old.token != o.token) {
		return // the lease ended while the commit was written, and the piece was claimed
	}
	if old != nil {
		q.remove(old)
	}
	if o.kind == removed {
		return
	}
	q.tick++
	p := &piece{effect: o.effect, attempt: o.attempt}
	if o.kind == put {
		p.put = q.tick
	} else {
		p.put = old.put
	}
	q.add(p)
}
