package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/store"
)

// model is a store in the plainest way, and the commands that are tried on both.
type model struct {
	store  store.Store
	clock  *Clock
	reopen func(store.Store) store.Store // nil: not durable

	versions map[engine.ExecutionID]engine.Version
	slots    map[engine.ExecutionID]bool
	queued   map[engine.ExecutionID]bool
	pieces   map[pieceName]*modelPiece
	claims   []modelClaim
	once     map[string]bool
	lines    uint64
}

type pieceName struct {
	id  engine.ExecutionID
	key engine.EffectKey
}

type modelPiece struct {
	due, until time.Time
	kept       time.Time // what a restart makes of due
	attempt    int
	holder     int // the claim that holds or held it; -1: none
}

type modelClaim struct {
	store.Claim
	piece *modelPiece // as it was claimed; replaced by a put, gone after a settle
	old   bool        // of an earlier process
}

func followsTheModel(t *testing.T, open Open) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		clock := NewClock()
		m := newModel(open(t, clock.Now), clock)
		rt.Repeat(rapid.StateMachineActions(m))
	})
}

func followsTheModelOverRestarts(t *testing.T, open OpenDir) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		dir, clock := t.TempDir(), NewClock()
		m := newModel(open(t, dir, clock.Now), clock)
		m.reopen = func(s store.Store) store.Store {
			closeStore(rt, s)
			return open(t, dir, clock.Now)
		}
		defer func() { closeStore(rt, m.store) }()
		rt.Repeat(rapid.StateMachineActions(m))
	})
}

func newModel(s store.Store, clock *Clock) *model {
	return &model{
		store: s, clock: clock,
		versions: make(map[engine.ExecutionID]engine.Version),
		slots:    make(map[engine.ExecutionID]bool),
		queued:   make(map[engine.ExecutionID]bool),
		pieces:   make(map[pieceName]*modelPiece),
		once:     make(map[string]bool),
	}
}

// Check compares what can be seen, after every command.
func (m *model) Check(t *rapid.T) {
	Invariants(t, m.store)
	all, err := m.store.Executions(t.Context(), store.Query{Limit: math.MaxInt})
	if err != nil {
		t.Fatalf("Executions = %v", err)
	}
	got := make(map[engine.ExecutionID]engine.Version)
	for _, x := range all {
		got[x.ID] = x.Version
	}
	if diff := gocmp.Diff(m.versions, got); diff != "" {
		t.Fatalf("versions (-model +store):\n%s", diff)
	}
	m.checkSlots(t)
	if _, head, err := m.store.Audit(t.Context(), 1, 0); err != nil || head.Seq != m.lines {
		t.Fatalf("%d lines, %v, want %d", head.Seq, err, m.lines)
	}
}

func (m *model) checkSlots(t *rapid.T) {
	wantSlots(t, m.store, len(m.slots))
	got, err := m.store.Executions(t.Context(), store.Query{States: []engine.State{engine.Queued}, Oldest: true})
	if err != nil {
		t.Fatalf("Executions = %v", err)
	}
	if diff := gocmp.Diff(slices.Sorted(maps.Keys(m.queued)), ids(got)); diff != "" {
		t.Fatalf("queued (-model +store):\n%s", diff)
	}
}

// Change commits a transition, sometimes of a wrong version, with puts, drops,
// claims and a cause.
func (m *model) Change(t *rapid.T) {
	id := rapid.SampledFrom([]engine.ExecutionID{"a", "b", "c"}).Draw(t, "id")
	c := first(id, m.clock.Now())
	c.Transition.Next.Version = m.versions[id] + 1
	m.drawSlot(t, c.Transition)
	c.Transition.Records[0].Data[versionField] = int64(m.versions[id]) + 1 //nolint:gosec // small
	if rapid.IntRange(0, 9).Draw(t, "stale") == 0 {
		c.Transition.Next.Version = engine.Version(rapid.Uint64Range(1, 9).Draw(t, "version"))
	}
	for _, key := range rapid.SliceOfN(keyGen(), 0, 2).Draw(t, "put") {
		due := m.clock.Now().Add(time.Duration(rapid.IntRange(-5, 60).Draw(t, "due")) * time.Second)
		c.Transition.Effects = append(c.Transition.Effects, timer(id, key, due))
	}
	c.Transition.Drop = rapid.SliceOfN(keyGen(), 0, 1).Draw(t, "drop")
	m.drawClaims(t, &c)
	if rapid.IntRange(0, 3).Draw(t, "cause") == 0 {
		c.Once = rapid.StringMatching(`[a-d]`).Draw(t, "once")
	}
	m.commit(t, c)
}

func (m *model) drawSlot(t *rapid.T, c *engine.Transition) {
	c.Next.State = rapid.SampledFrom([]engine.State{engine.Queued, engine.Running}).Draw(t, "state")
	c.Next.Slot = rapid.Bool().Draw(t, "slot")
	c.Slots = rapid.IntRange(0, 3).Draw(t, "slots")
}

// Settle commits claims without a transition.
func (m *model) Settle(t *rapid.T) {
	var c store.Commit
	m.drawClaims(t, &c)
	m.commit(t, c)
}

func keyGen() *rapid.Generator[engine.EffectKey] {
	return rapid.SampledFrom([]engine.EffectKey{"k1", "k2", "k3"})
}

// drawClaims settles or postpones one of the claims ever made, if any.
func (m *model) drawClaims(t *rapid.T, c *store.Commit) {
	i := rapid.IntRange(-1, len(m.claims)-1).Draw(t, "claim")
	if i < 0 {
		return
	}
	if rapid.Bool().Draw(t, "settle") {
		c.Settle = []store.Claim{m.claims[i].Claim}
		return
	}
	due := m.clock.Now().Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "postpone")) * time.Second)
	c.Postpone = []store.Postponed{{Claim: m.claims[i].Claim, Due: due}}
}

func (m *model) commit(t *rapid.T, c store.Commit) {
	want := m.judge(c)
	if err := m.store.Commit(t.Context(), c); !errors.Is(err, want) {
		t.Fatalf("Commit = %v, the model says %v", err, want)
	}
	if want == nil {
		m.apply(c)
	}
}

func (m *model) judge(c store.Commit) error {
	if c.Once != "" && m.once[c.Once] {
		return store.ErrSeen
	}
	for _, claim := range c.Settle {
		if _, err := m.holds(claim); err != nil {
			return err
		}
	}
	for _, p := range c.Postpone {
		if _, err := m.holds(p.Claim); err != nil {
			return err
		}
	}
	if t := c.Transition; t != nil && t.Next.Version != m.versions[t.Next.ID]+1 {
		return store.ErrConflict
	}
	if t := c.Transition; t != nil && t.Slots > 0 && t.Next.Slot && !m.slots[t.Next.ID] && len(m.slots) >= t.Slots {
		return store.ErrFull
	}
	return nil
}

func (m *model) holds(claim store.Claim) (bool, error) {
	i := slices.IndexFunc(m.claims, func(c modelClaim) bool { return c.Token == claim.Token })
	p := m.pieces[pieceName{claim.Effect.Execution, claim.Effect.Key}]
	switch {
	case p == nil && m.clock.Now().Before(claim.Until):
		return false, nil
	case p == nil:
		return false, store.ErrLostClaim
	case p.holder == i:
		return true, nil
	case p != m.claims[i].piece && !m.claims[i].old:
		return false, nil // put anew
	}
	return false, store.ErrLostClaim
}

func (m *model) apply(c store.Commit) {
	written := map[engine.ExecutionID]bool{} // those whose work is written to the disk
	for _, claim := range c.Settle {
		if ok, _ := m.holds(claim); ok {
			delete(m.pieces, pieceName{claim.Effect.Execution, claim.Effect.Key})
			written[claim.Effect.Execution] = true
		}
	}
	for _, p := range c.Postpone {
		if ok, _ := m.holds(p.Claim); ok {
			piece := m.pieces[pieceName{p.Claim.Effect.Execution, p.Claim.Effect.Key}]
			piece.due, piece.until, piece.holder = p.Due, time.Time{}, -1
			// By itself a postponement need not survive a restart.
			written[p.Claim.Effect.Execution] = c.Once != "" || c.Transition != nil
		}
	}
	if c.Once != "" {
		m.once[c.Once] = true
	}
	defer m.keep(written)
	if c.Transition == nil {
		return
	}
	id := c.Transition.Next.ID
	m.versions[id]++
	mark(m.slots, id, c.Transition.Next.Slot)
	mark(m.queued, id, c.Transition.Next.State == engine.Queued)
	m.lines++
	written[id] = true
	for _, key := range c.Transition.Drop {
		delete(m.pieces, pieceName{id, key})
	}
	for _, e := range c.Transition.Effects {
		m.pieces[pieceName{id, e.Key}] = &modelPiece{due: e.Due, holder: -1}
	}
}

func mark(set map[engine.ExecutionID]bool, id engine.ExecutionID, in bool) {
	if in {
		set[id] = true
		return
	}
	delete(set, id)
}

// keep notes what is on the disk of the work of some executions.
func (m *model) keep(written map[engine.ExecutionID]bool) {
	for name, p := range m.pieces {
		if written[name.id] {
			p.kept = p.due
		}
	}
}

// Claim takes what is due and compares it with the model.
func (m *model) Claim(t *rapid.T) {
	n := rapid.IntRange(0, 4).Draw(t, "n")
	got, next, err := m.store.Claim(t.Context(), time.Minute, n)
	if err != nil {
		t.Fatalf("Claim = %v", err)
	}
	free := m.free()
	free = free[:min(n, len(free))]
	var want []string
	for i, name := range free {
		want = append(want, fmt.Sprintf("%s %s", name.id, name.key))
		if i < len(got) {
			m.take(t, name, got[i])
		}
	}
	if diff := gocmp.Diff(want, keys(got)); diff != "" {
		t.Fatalf("claimed (-model +store):\n%s", diff)
	}
	m.checkNext(t, next)
}

// Extend prolongs one of the claims ever made.
func (m *model) Extend(t *rapid.T) {
	if len(m.claims) == 0 {
		t.Skip("nothing was claimed")
	}
	c := m.claims[rapid.IntRange(0, len(m.claims)-1).Draw(t, "claim")].Claim
	lease := time.Duration(rapid.IntRange(0, 120).Draw(t, "lease")) * time.Second
	holds, want := m.holds(c)
	if err := m.store.Extend(t.Context(), c, lease); !errors.Is(err, want) {
		t.Fatalf("Extend = %v, the model says %v", err, want)
	}
	p := m.pieces[pieceName{c.Effect.Execution, c.Effect.Key}]
	if until := m.clock.Now().Add(lease); holds && until.After(p.until) {
		p.until = until
	}
}

func (m *model) free() []pieceName {
	var free []pieceName
	for name, p := range m.pieces {
		if !p.due.After(m.clock.Now()) && !p.until.After(m.clock.Now()) {
			free = append(free, name)
		}
	}
	slices.SortFunc(free, func(a, b pieceName) int {
		return cmp.Or(m.pieces[a].due.Compare(m.pieces[b].due), cmp.Compare(a.id, b.id), cmp.Compare(a.key, b.key))
	})
	return free
}

func (m *model) take(t *rapid.T, name pieceName, c store.Claim) {
	p := m.pieces[name]
	p.attempt++
	p.until, p.holder = m.clock.Now().Add(time.Minute), len(m.claims)
	if c.Attempt != p.attempt && m.reopen == nil {
		t.Fatalf("%v: attempt %d, want %d", name, c.Attempt, p.attempt)
	}
	m.claims = append(m.claims, modelClaim{Claim: c, piece: p})
}

func (m *model) checkNext(t *rapid.T, got time.Time) {
	var want time.Time
	for p := range maps.Values(m.pieces) {
		free := p.due
		if p.until.After(free) {
			free = p.until
		}
		if want.IsZero() || free.Before(want) {
			want = free
		}
	}
	if now := m.clock.Now(); !want.After(now) && !want.IsZero() && !got.IsZero() && !got.After(now) {
		return // at once is at once
	}
	if !got.Equal(want) {
		t.Fatalf("next = %v, want %v", got, want)
	}
}

// Wait moves the clock.
func (m *model) Wait(t *rapid.T) {
	m.clock.Move(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second)
}

// Restart closes the store and opens it again.
func (m *model) Restart(t *rapid.T) {
	if m.reopen == nil {
		t.Skip("not durable")
	}
	m.store = m.reopen(m.store)
	for _, p := range m.pieces {
		p.due, p.until, p.holder = p.kept, time.Time{}, -1
	}
	for i := range m.claims {
		m.claims[i].old = true
	}
}
