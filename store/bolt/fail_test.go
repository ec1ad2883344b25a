package bolt

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

func openAt(t *testing.T, path string, opt Options) *Store {
	t.Helper()
	s, err := Open(path, opt)
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func note(text string) store.Commit {
	return store.Commit{Records: []audit.Record{{Event: audit.NoticeSent, Task: text}}}
}

// TestUnknownCommitStopsTheStore fails the write in the two ways there are: the
// change is on the disk, or it is not. The store must say the same to both, and
// the next process must read one of the two worlds.
func TestUnknownCommitStopsTheStore(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]struct {
		commit func(tx *bbolt.Tx) error
		lines  uint64 // afterwards
	}{
		"after it was written": {func(tx *bbolt.Tx) error { return errors.Join(tx.Commit(), syscall.EIO) }, 2},
		"before":               {func(tx *bbolt.Tx) error { return errors.Join(tx.Rollback(), syscall.EIO) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "s.db")
			told := make(chan error, 1)
			s := openAt(t, path, Options{OnUnknown: func(err error) { told <- err }})
			if err := s.Commit(t.Context(), note("good")); err != nil {
				t.Fatal(err)
			}
			s.commit = fails.commit
			if err := s.Commit(t.Context(), note("bad")); !errors.Is(err, store.ErrUnknown) || !errors.Is(err, syscall.EIO) {
				t.Fatalf("Commit = %v, want %v because of %v", err, store.ErrUnknown, syscall.EIO)
			}
			if err := <-told; !errors.Is(err, syscall.EIO) {
				t.Errorf("OnUnknown(%v), want %v", err, syscall.EIO)
			}
			s.commit = (*bbolt.Tx).Commit
			wantStopped(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			_, head, err := openAt(t, path, Options{}).Audit(t.Context(), 1, 0)
			if err != nil || head.Seq != fails.lines {
				t.Errorf("after the restart: %d lines, %v, want %d", head.Seq, err, fails.lines)
			}
		})
	}
}

func wantStopped(t *testing.T, s *Store) {
	t.Helper()
	_, _, claim := s.Claim(t.Context(), time.Minute, 1)
	_, _, lines := s.Audit(t.Context(), 1, 1)
	for name, err := range map[string]error{"Commit": s.Commit(t.Context(), note("late")), "Claim": claim, "Audit": lines} {
		if !errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrUnknown) || !errors.Is(err, syscall.EIO) {
			t.Errorf("%s after the failure = %v, want %v because of %v", name, err, store.ErrClosed, syscall.EIO)
		}
	}
}

// TestFailureIsToldToTheWholeBatch holds the disk until a batch has gathered
// behind it, and fails that batch.
func TestFailureIsToldToTheWholeBatch(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "s.db"), Options{})
	busy, release := make(chan struct{}), make(chan struct{})
	s.commit = func(tx *bbolt.Tx) error {
		busy <- struct{}{}
		<-release
		s.commit = func(tx *bbolt.Tx) error { return errors.Join(tx.Commit(), syscall.EIO) }
		return tx.Commit()
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Commit(t.Context(), note("first")); err != nil {
			t.Errorf("the first: %v", err)
		}
	})
	<-busy
	const others = 10
	for range others {
		wg.Go(func() {
			if err := s.Commit(t.Context(), note("batch")); !errors.Is(err, store.ErrUnknown) {
				t.Errorf("in the batch: %v, want %v", err, store.ErrUnknown)
			}
		})
	}
	waitFor(t, func() bool { return len(s.requests) == others })
	close(release)
	wg.Wait()
	if s.state.head.Seq != 1 {
		t.Errorf("the committer believes in %d lines, want 1", s.state.head.Seq)
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for tick := time.NewTicker(time.Millisecond); !done(); {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("it never happened")
		}
	}
}

// hold makes the next commit wait for the disk until release is called.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	busy, free := make(chan struct{}), make(chan struct{})
	s.commit = func(tx *bbolt.Tx) error {
		s.commit = (*bbolt.Tx).Commit
		close(busy)
		<-free
		return tx.Commit()
	}
	done := make(chan error, 1)
	go func() { done <- s.Commit(context.WithoutCancel(t.Context()), note("held")) }()
	<-busy
	return func() {
		close(free)
		if err := <-done; err != nil {
			t.Errorf("the held commit: %v", err)
		}
	}
}

func TestWaitingCommitCanBeTakenBack(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "s.db"), Options{})
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Commit(ctx, note("taken back")) }()
	waitFor(t, func() bool { return len(s.requests) == 1 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Commit = %v, want %v", err, context.Canceled)
	}
	release()
	if err := s.Commit(t.Context(), note("last")); err != nil {
		t.Fatal(err)
	}
	if _, head, _ := s.Audit(t.Context(), 1, 0); head.Seq != 2 {
		t.Errorf("%d lines, want 2: what was taken back must not be written", head.Seq)
	}
}

func TestCommitBeingWrittenTellsTheTruth(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "s.db"), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	s.commit = func(tx *bbolt.Tx) error {
		cancel() // too late to take it back
		return tx.Commit()
	}
	if err := s.Commit(ctx, note("written")); err != nil {
		t.Errorf("Commit = %v, want nil: it is on the disk", err)
	}
}

func TestCloseRefusesWhatWaits(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "s.db"), Options{})
	release := hold(t, s)
	waiting, closed := make(chan error, 1), make(chan error, 1)
	go func() { waiting <- s.Commit(t.Context(), note("waiting")) }()
	waitFor(t, func() bool { return len(s.requests) == 1 })
	go func() { closed <- s.Close() }()
	<-s.stop
	release()
	if err := <-closed; err != nil {
		t.Errorf("Close = %v", err)
	}
	// Both are true answers; which one comes is a matter of luck.
	if err := <-waiting; err != nil && !errors.Is(err, store.ErrClosed) {
		t.Errorf("the waiting commit = %v, want nil or %v", err, store.ErrClosed)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close again = %v", err)
	}
}

// TestHalfWrittenCommitDisturbsNobody lets one commit of a batch fail after it
// has written something.
func TestHalfWrittenCommitDisturbsNobody(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "s.db"), Options{})
	start := func(id engine.ExecutionID) store.Commit {
		return store.Commit{Transition: &engine.Transition{
			Next:    engine.Execution{ID: id, Version: 1, State: engine.Running},
			Records: []audit.Record{{Event: audit.ExecutionStarted, Execution: string(id)}},
			Effects: []engine.Effect{{Execution: id, Key: "t", Work: engine.Timer{Run: "1"}}},
		}}
	}
	if err := s.Commit(t.Context(), start("harmed")); err != nil {
		t.Fatal(err)
	}
	claims, _, err := s.Claim(t.Context(), time.Minute, 1)
	if err != nil || len(claims) != 1 {
		t.Fatalf("Claim = %v, %v", claims, err)
	}
	// The record is harmed on the disk, so that settling the claim fails when
	// the record is read, which is after the batch's first commits were applied.
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketExecutions).Put([]byte("harmed"), []byte("rubbish")) }); err != nil {
		t.Fatal(err)
	}
	release := hold(t, s)
	bad := start("z")
	bad.Settle = claims
	results := make(chan error, 3)
	for _, c := range []store.Commit{start("a"), bad, start("b")} {
		n := len(s.requests)
		go func() { results <- s.Commit(t.Context(), c) }()
		waitFor(t, func() bool { return len(s.requests) == n+1 })
	}
	release()
	var damaged int
	for range 3 {
		if err := <-results; errors.Is(err, store.ErrDamaged) && strings.Contains(err.Error(), "harmed") {
			damaged++
		} else if err != nil {
			t.Errorf("Commit = %v", err)
		}
	}
	if damaged != 1 {
		t.Errorf("%d commits were refused for damage, want 1", damaged)
	}
	for id, want := range map[engine.ExecutionID]error{"a": nil, "b": nil, "z": store.ErrNotFound} {
		if _, err := s.Execution(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("Execution(%s) = %v, want %v", id, err, want)
		}
	}
	if _, head, _ := s.Audit(t.Context(), 1, 0); head.Seq != 4 { // harmed, held, a, b
		t.Errorf("%d lines, want 4", head.Seq)
	}
}
