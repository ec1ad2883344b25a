// Package due keeps the work that executions owe: what is due, who holds it and
// until when. It is the part of a store that lives in memory, because leases end
// with the process that holds them; what must survive is written by the store
// before it is applied here.
package due

import (
	"cmp"
	"container/heap"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	"signoff/engine"
	"signoff/store"
)

// Queue is the work of all executions. It is safe for concurrent use.
type Queue struct {
	mu sync.Mutex
	// Everything below is guarded by mu.
	pieces map[engine.ExecutionID]map[engine.EffectKey]*piece
	// A piece is in exactly one of the heaps: waiting until it is due and free,
	// ready from then on.
	waiting pieceHeap
	ready   pieceHeap
	// tick numbers claims and puts, so that a claim's number tells whether it
	// was made before or after the piece was put. Its upper half is drawn at
	// random, so that a claim of an earlier queue is known as such.
	tick uint64
}

type piece struct {
	effect  engine.Effect
	attempt int       // claims so far
	put     uint64    // the tick at which it was put
	token   uint64    // of the claim that holds or held it; 0: none since it was put or postponed
	until   time.Time // the end of the lease
	index   int       // in its heap
	heap    *pieceHeap
}

// free is when the piece can be claimed.
func (p *piece) free() time.Time {
	if p.until.After(p.effect.Due) {
		return p.until
	}
	return p.effect.Due
}

// New makes an empty queue. Claims from an earlier queue over the same work are
// lost to it.
func New() *Queue {
	var session [4]byte
	_, _ = rand.Read(session[:]) // never fails
	q := &Queue{
		pieces: make(map[engine.ExecutionID]map[engine.EffectKey]*piece),
		tick:   uint64(binary.LittleEndian.Uint32(session[:])) << 32,
	}
	q.waiting.before = func(a, b *piece) bool { return a.free().Before(b.free()) }
	q.ready.before = func(a, b *piece) bool {
		return cmp.Or(
			a.effect.Due.Compare(b.effect.Due),
			cmp.Compare(a.effect.Execution, b.effect.Execution),
			cmp.Compare(a.effect.Key, b.effect.Key),
		) < 0
	}
	return q
}

// Load adds work that an earlier process left. Nobody holds it.
func (q *Queue) Load(owed []store.Owed) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, o := range owed {
		q.add(&piece{effect: o.Effect, attempt: o.Attempt})
	}
}

// Claim takes up to n pieces that are due and free at now, and tells when the
// next will be. See [store.Store].
func (q *Queue) Claim(now time.Time, lease time.Duration, n int) ([]store.Claim, time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.waiting.Len() > 0 && !q.waiting.list[0].free().After(now) {
		q.move(q.waiting.list[0], &q.ready)
	}
	var claims []store.Claim
	for len(claims) < n && q.ready.Len() > 0 {
		p := q.ready.list[0]
		q.tick++
		p.attempt++
		p.token, p.until = q.tick, now.Add(lease)
		q.move(p, &q.waiting)
		claims = append(claims, store.Claim{Effect: p.effect, Attempt: p.attempt, Token: p.token, Until: p.until})
	}
	switch {
	case q.ready.Len() > 0:
		return claims, q.ready.list[0].effect.Due
	case q.waiting.Len() > 0:
		return claims, q.waiting.list[0].free()
	}
	return claims, time.Time{}
}

func (q *Queue) find(id engine.ExecutionID, key engine.EffectKey) *piece {
	return q.pieces[id][key]
}

func (q *Queue) add(p *piece) {
	of := q.pieces[p.effect.Execution]
	if of == nil {
		of = make(map[engine.EffectKey]*piece, 1)
		q.pieces[p.effect.Execution] = of
	}
	of[p.effect.Key] = p
	p.heap = &q.waiting
	heap.Push(p.heap, p)
}

func (q *Queue) remove(p *piece) {
	heap.Remove(p.heap, p.index)
	of := q.pieces[p.effect.Execution]
	delete(of, p.effect.Key)
	if len(of) == 0 {
		delete(q.pieces, p.effect.Execution)
	}
}

func (q *Queue) move(p *piece, to *pieceHeap) {
	heap.Remove(p.heap, p.index)
	p.heap = to
	heap.Push(to, p)
}

// Extend lets a claim hold its piece for a lease from now, unless it holds it for
// longer already. See [store.Store].
func (q *Queue) Extend(claim store.Claim, now time.Time, lease time.Duration) error {
	holds, err := q.Begin().Check(claim, now)
	if err != nil || !holds {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	p := q.find(claim.Effect.Execution, claim.Effect.Key)
	if p == nil || p.token != claim.Token {
		return nil // it changed hands this instant; the next call says how
	}
	if until := now.Add(lease); until.After(p.until) {
		p.until = until
		q.move(p, &q.waiting)
	}
	return nil
}
