package storetest

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/memory"
)

// broken is a store with one thing wrong.
type broken struct {
	store.Store
	commit func(ctx context.Context, s store.Store, c store.Commit) error
	claim  func(ctx context.Context, s store.Store, lease time.Duration, n int) ([]store.Claim, time.Time, error)
	extend func(ctx context.Context, s store.Store, c store.Claim, lease time.Duration) error
	audit  func(lines []audit.Line)
}

func (b broken) Extend(ctx context.Context, c store.Claim, lease time.Duration) error {
	if b.extend != nil {
		return b.extend(ctx, b.Store, c, lease)
	}
	return b.Store.Extend(ctx, c, lease)
}

func (b broken) Commit(ctx context.Context, c store.Commit) error {
	if b.commit != nil {
		return b.commit(ctx, b.Store, c)
	}
	return b.Store.Commit(ctx, c)
}

func (b broken) Claim(ctx context.Context, lease time.Duration, n int) ([]store.Claim, time.Time, error) {
	if b.claim != nil {
		return b.claim(ctx, b.Store, lease, n)
	}
	return b.Store.Claim(ctx, lease, n)
}

func (b broken) Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error) {
	lines, head, err := b.Store.Audit(ctx, from, n)
	if b.audit != nil {
		b.audit(lines)
	}
	return lines, head, err
}

// edit breaks a store by changing what is committed.
func edit(change func(c *store.Commit)) broken {
	return broken{commit: func(ctx context.Context, s store.Store, c store.Commit) error {
		if c.Transition != nil {
			t := *c.Transition
			c.Transition = &t
		}
		change(&c)
		return s.Commit(ctx, c)
	}}
}

func ignoreVersion(ctx context.Context, s store.Store, c store.Commit) error {
	if c.Transition == nil {
		return s.Commit(ctx, c)
	}
	t := *c.Transition
	c.Transition = &t
	x, _ := s.Execution(ctx, t.Next.ID)
	t.Next.Version = x.Version + 1
	return s.Commit(ctx, c)
}

// split commits the parts one after the other, as a store without transactions.
func split(ctx context.Context, s store.Store, c store.Commit) error {
	if err := s.Commit(ctx, store.Commit{Records: c.Records, KV: c.KV}); err != nil {
		return err
	}
	c.Records, c.KV = nil, nil
	return s.Commit(ctx, c)
}

// slotsOutside counts the slots first and commits then.
func slotsOutside(ctx context.Context, s store.Store, c store.Commit) error {
	if c.Transition == nil || c.Transition.Slots == 0 {
		return s.Commit(ctx, c)
	}
	t := *c.Transition
	if n, _ := s.Slots(ctx, t.Next.Flow); t.Next.Slot && n >= t.Slots {
		return store.ErrFull
	}
	for range 100 {
		runtime.Gosched()
	}
	t.Slots, c.Transition = 0, &t
	return s.Commit(ctx, c)
}

func ignoreTriggerVersion(ctx context.Context, s store.Store, c store.Commit) error {
	all, _ := s.Triggers(ctx)
	c.Triggers = slices.Clone(c.Triggers)
	for i, t := range c.Triggers {
		c.Triggers[i].Version = 1
		for _, have := range all {
			if have.ID == t.ID && have.Flow.ID == t.Flow.ID {
				c.Triggers[i].Version = have.Version + 1
			}
		}
	}
	return s.Commit(ctx, c)
}

// triggersFirst commits the triggers by themselves.
func triggersFirst(ctx context.Context, s store.Store, c store.Commit) error {
	if err := s.Commit(ctx, store.Commit{Triggers: c.Triggers}); err != nil {
		return err
	}
	c.Triggers = nil
	return s.Commit(ctx, c)
}

// editKV breaks a store by changing each value that is set.
func editKV(change func(e *store.Entry)) func(context.Context, store.Store, store.Commit) error {
	return func(ctx context.Context, s store.Store, c store.Commit) error {
		if c.KV != nil {
			kv := store.Values{Namespace: c.KV.Namespace, New: c.KV.New, Set: make(map[string]*store.Entry)}
			for k, e := range c.KV.Set {
				if kv.Set[k] = e; e != nil {
					copied := *e
					change(&copied)
					kv.Set[k] = &copied
				}
			}
			c.KV = &kv
		}
		return s.Commit(ctx, c)
	}
}

func withoutNew(kv *store.Values) *store.Values {
	if kv == nil {
		return nil
	}
	return &store.Values{Namespace: kv.Namespace, Set: kv.Set}
}

func withFlow(f *store.Flow, change func(f *store.Flow)) *store.Flow {
	if f == nil {
		return nil
	}
	copied := *f
	change(&copied)
	return &copied
}

// TestSuiteSeesABrokenStore is the suite's own control: each fault must make at
// least the named case fail.
func TestSuiteSeesABrokenStore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		store broken
		seen  string
	}{
		"forgets to settle":   {edit(func(c *store.Commit) { c.Settle = nil }), "settled_work_is_gone"},
		"forgets to postpone": {edit(func(c *store.Commit) { c.Postpone = nil }), "postponed_work_comes_back"},
		"forgets the cause":   {edit(func(c *store.Commit) { c.Once = "" }), "remembers_once"},
		"forgets values":      {edit(func(c *store.Commit) { c.KV = nil }), "values_are_set_and_removed"},
		"forgets sources":     {edit(func(c *store.Commit) { c.Flow = nil }), "a_changed_source_is_a_new_revision"},
		"passes the slots": {edit(func(c *store.Commit) {
			if c.Transition != nil {
				c.Transition.Slots = 0
			}
		}), "slots_are_not_passed"},
		"counts slots before the commit": {broken{commit: slotsOutside}, "the_last_slot_is_taken_once"},
		"counts no slots": {edit(func(c *store.Commit) {
			if c.Transition != nil {
				c.Transition.Next.Slot = false
			}
		}), "slots_are_not_passed"},
		"forgets triggers":                    {edit(func(c *store.Commit) { c.Triggers = nil }), "triggers_are_set_and_removed"},
		"ignores the version of triggers":     {broken{commit: ignoreTriggerVersion}, "a_trigger_changes_with_its_version"},
		"writes triggers before the rest":     {broken{commit: triggersFirst}, "a_refused_commit_leaves_nothing"},
		"forgets when values end":             {broken{commit: editKV(func(e *store.Entry) { e.Expires = time.Time{} })}, "a_value_ends_when_it_expires"},
		"forgets the type of values":          {broken{commit: editKV(func(e *store.Entry) { e.Type = "" })}, "values_are_set_and_removed"},
		"overwrites what should be new":       {edit(func(c *store.Commit) { c.KV = withoutNew(c.KV) }), "a_new_value_is_refused_where_one_is"},
		"forgets that a flow is deleted":      {edit(func(c *store.Commit) { c.Flow = withFlow(c.Flow, func(f *store.Flow) { f.Deleted = false }) }), "a_deleted_flow_keeps_its_revisions"},
		"forgets that a flow is switched off": {edit(func(c *store.Commit) { c.Flow = withFlow(c.Flow, func(f *store.Flow) { f.Disabled = false }) }), "a_flow_is_switched_off_by_a_revision"},
		"ignores the version":                 {broken{commit: ignoreVersion}, "one_wins_each_version"},
		"is not atomic":                       {broken{commit: split}, "a_refused_commit_leaves_nothing"},
		"says yes and does not":               {broken{commit: func(context.Context, store.Store, store.Commit) error { return nil }}, "keeps_an_execution_as_it_was"},
		"ignores the deadline": {edit(func(c *store.Commit) {
			if c.Transition != nil {
				c.Transition.NotAfter = time.Time{}
			}
		}), "bounds_are_inclusive"},
		"ignores the start": {edit(func(c *store.Commit) {
			if c.Transition != nil {
				c.Transition.NotBefore = time.Time{}
			}
		}), "bounds_are_inclusive"},
		"forgets a line": {edit(func(c *store.Commit) {
			if c.Transition != nil {
				c.Transition.Records = nil
			}
		}), "keeps_all_parts_of_a_commit"},
		"keeps dropped work": {edit(func(c *store.Commit) {
			if c.Transition != nil {
				c.Transition.Drop = nil
			}
		}), "keeps_all_parts_of_a_commit"},
		"forgets an effect": {edit(func(c *store.Commit) {
			if c.Transition != nil && len(c.Transition.Effects) > 1 {
				c.Transition.Effects = c.Transition.Effects[1:]
			}
		}), "the_oldest_due_comes_first"},
		"settles what was put anew": {edit(func(c *store.Commit) {
			for _, claim := range c.Settle {
				if c.Transition == nil {
					continue
				}
				c.Transition.Effects = slices.DeleteFunc(slices.Clone(c.Transition.Effects), func(e engine.Effect) bool { return e.Key == claim.Effect.Key })
			}
		}), "a_commit_may_settle_and_put_the_same_piece"},
		"has endless leases": {broken{claim: func(ctx context.Context, s store.Store, _ time.Duration, n int) ([]store.Claim, time.Time, error) {
			return s.Claim(ctx, 1000*time.Hour, n)
		}}, "a_lease_ends"},
		"has short leases": {broken{claim: func(ctx context.Context, s store.Store, lease time.Duration, n int) ([]store.Claim, time.Time, error) {
			return s.Claim(ctx, lease/2, n)
		}}, "a_lease_ends"},
		"claims too much": {broken{claim: func(ctx context.Context, s store.Store, lease time.Duration, _ int) ([]store.Claim, time.Time, error) {
			return s.Claim(ctx, lease, 100)
		}}, "the_oldest_due_comes_first"},
		"extends nothing": {broken{extend: func(context.Context, store.Store, store.Claim, time.Duration) error {
			return nil
		}}, "an_extended_lease_lasts"},
		"changes a line": {broken{audit: func(lines []audit.Line) {
			for i := range lines {
				lines[i].Raw = []byte(`{}`)
			}
		}}, "keeps_all_parts_of_a_commit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := make(map[string]string)
			for _, run := range cases() {
				if said := tryOn(t.Context(), c.store, run); said != "" {
					failed[run.name] = said
				}
			}
			if failed[c.seen] == "" {
				t.Errorf("a store that %s passes %s; failed: %v", name, c.seen, slices.Sorted(maps.Keys(failed)))
			}
		})
	}
}

// TestSuiteIsQuietOnASoundStore is the other half of the control.
func TestSuiteIsQuietOnASoundStore(t *testing.T) {
	t.Parallel()
	for _, c := range cases() {
		if said := tryOn(t.Context(), broken{}, c); said != "" {
			t.Errorf("%s on a sound store: %s", c.name, said)
		}
	}
}

// tryOn runs a case on a memory store, broken by b, and returns what it reports.
func tryOn(ctx context.Context, b broken, c testCase) string {
	clock := NewClock()
	b.Store = memory.New(memory.Options{Now: clock.Now})
	r := &recorder{ctx: ctx}
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				r.Errorf("panic: %v", p)
			}
		}()
		c.run(r, b, clock)
		Invariants(r, b)
	})
	wg.Wait()
	return strings.Join(r.said, "\n")
}

// recorder is a T that keeps what is reported.
type recorder struct {
	ctx  context.Context //nolint:containedctx // stands in for testing.T
	mu   sync.Mutex
	said []string // guarded by mu
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
