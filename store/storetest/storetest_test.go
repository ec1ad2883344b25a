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
	audit  func(lines []audit.Line)
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

// TestSuiteSeesABrokenStore is the suite's own control: each fault must make at
// least the named case fail.
func TestSuiteSeesABrokenStore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		store broken
		seen  string
	}{
		"forgets to settle":     {edit(func(c *store.Commit) { c.Settle = nil }), "settled_work_is_gone"},
		"forgets to postpone":   {edit(func(c *store.Commit) { c.Postpone = nil }), "postponed_work_comes_back"},
		"forgets the cause":     {edit(func(c *store.Commit) { c.Once = "" }), "remembers_once"},
		"forgets values":        {edit(func(c *store.Commit) { c.KV = nil }), "values_are_set_and_removed"},
		"forgets sources":       {edit(func(c *store.Commit) { c.Flow = nil }), "a_changed_source_is_a_new_revision"},
		"ignores the version":   {broken{commit: ignoreVersion}, "one_wins_each_version"},
		"is not atomic":         {broken{commit: split}, "a_refused_commit_leaves_nothing"},
		"says yes and does not": {broken{commit: func(context.Context, store.Store, store.Commit) error { return nil }}, "keeps_an_execution_as_it_was"},
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
