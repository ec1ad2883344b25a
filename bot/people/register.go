package people

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// Keeper keeps what is learned of people: a store, and whoever wants to know
// what is written to it.
type Keeper interface {
	// Now is the store's clock.
	Now() time.Time
	// KV returns the values of a namespace, as [store.Store] does.
	KV(ctx context.Context, namespace string) (map[string]store.Entry, error)
	// Commit stores a change, as [store.Store] does.
	Commit(ctx context.Context, c store.Commit) error
}

// Register is what was learned of people: which account was found to be whose,
// and who is away. It reads that from a [Keeper], teaches it to [People], and
// changes it, with a line in the trail. Who may do so is the caller's to say. It
// is safe for concurrent use.
type Register struct {
	people *People
	keeper Keeper

	absences sync.Mutex // held while one is judged and kept, so that no circle closes meanwhile
}

// NewRegister makes a register of these people. It reads nothing yet.
func NewRegister(p *People, k Keeper) *Register { return &Register{people: p, keeper: k} }

// Learn reads what the store knows of people, unless it was read a moment ago.
func (r *Register) Learn(ctx context.Context) error {
	if r.people.knows(learnedFor) {
		return nil
	}
	return r.LearnNow(ctx)
}

// LearnNow reads what the store knows of people, however young what is known is.
func (r *Register) LearnNow(ctx context.Context) error {
	r.people.learning.Lock()
	defer r.people.learning.Unlock()
	now := r.people.now()
	entries, err := r.keeper.KV(ctx, keptIn)
	if err != nil {
		return fmt.Errorf("read what is known of people: %w", err)
	}
	r.people.taught(readLearned(entries, now))
	return nil
}

// change is what is to be kept under one key; nil removes it.
type change struct {
	key   string
	entry *store.Entry
	also  map[string]*store.Entry // under other keys
	isNew bool                    // [store.ErrConflict] if something is there
	cause Cause
}

// Cause is the request of a surface by which something changes.
type Cause struct {
	// Once, if not empty, names it: a second one with it is [store.ErrSeen].
	Once string
	// Evidence is told in the trail.
	Evidence string
}

// remember keeps a change, with a line in the trail.
func (r *Register) remember(ctx context.Context, c change, line audit.Record) error {
	line.At = r.keeper.Now()
	if c.cause.Evidence != "" {
		if line.Data == nil {
			line.Data = map[string]any{}
		}
		line.Data["evidence"] = c.cause.Evidence
	}
	set := store.Values{Namespace: keptIn, Set: map[string]*store.Entry{c.key: c.entry}, New: c.isNew}
	maps.Copy(set.Set, c.also)
	var lines []audit.Record
	if line.Event != "" { // what nobody was told needs no word that it is over
		lines = append(lines, line)
	}
	if err := r.keeper.Commit(ctx, store.Commit{KV: &set, Records: lines, Once: c.cause.Once}); err != nil {
		return fmt.Errorf("keep what is known of people: %w", err)
	}
	return r.LearnNow(ctx)
}

// somebody refuses whoever is no person that signoff knows.
func (r *Register) somebody(by engine.Principal) error {
	if _, known := r.people.people[by.Person]; !known {
		return refuse(engine.NotEligible, "Only a person whom signoff knows can do this.")
	}
	return nil
}
