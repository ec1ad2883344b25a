// Package storetest is what the store contract means, as a test suite that every
// store passes: [Run] for all, [RunDurable] for those that survive a restart.
//
// After each case the store's invariants are checked: the audit chain holds, and
// every execution has exactly one line for each of its versions. The suite is
// itself tested against stores that are broken on purpose.
package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"signoff/store"
)

// T is the part of *testing.T that the cases use, so that the suite can also be
// run against a broken store and be seen to fail.
type T interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Open makes an empty store with the given clock. It closes the store when the
// test ends.
type Open func(t *testing.T, now func() time.Time) store.Store

// OpenDir opens the store that lives in dir, an empty folder at first. The
// caller closes it.
type OpenDir func(t *testing.T, dir string, now func() time.Time) store.Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock := NewClock()
			s := open(t, clock.Now)
			c.run(t, s, clock)
			Invariants(t, s)
		})
	}
	t.Run("follows_the_model", func(t *testing.T) {
		t.Parallel()
		followsTheModel(t, open)
	})
}

// RunDurable runs the suite, and what must hold over a restart.
func RunDurable(t *testing.T, open OpenDir) {
	t.Helper()
	Run(t, func(t *testing.T, now func() time.Time) store.Store {
		s := open(t, t.TempDir(), now)
		t.Cleanup(func() { closeStore(t, s) })
		return s
	})
	for _, c := range durableCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, clock := t.TempDir(), NewClock()
			s := open(t, dir, clock.Now)
			c.before(t, s, clock)
			closeStore(t, s)
			s = open(t, dir, clock.Now)
			c.after(t, s, clock)
			Invariants(t, s)
			closeStore(t, s)
		})
	}
	t.Run("follows_the_model_over_restarts", func(t *testing.T) {
		t.Parallel()
		followsTheModelOverRestarts(t, open)
	})
}

func closeStore(t T, s store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("Close() = %v, want nil", err)
	}
}

type testCase struct {
	name string
	run  func(t T, s store.Store, clock *Clock)
}

func cases() []testCase {
	var all []testCase
	for _, group := range [][]testCase{commitCases(), refusalCases(), claimCases(), settleCases(), queryCases(), keptCases(), slotCases(), raceCases()} {
		all = append(all, group...)
	}
	return all
}

// Clock is a clock that the test moves. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

// NewClock makes a clock that stands at a fixed time.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
}

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves the clock, also back.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
