package bolt

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"signoff/engine"
	"signoff/store"
)

// TestWorkIsNotHandedOutBeforeItIsDurable claims while the commit that owes the
// work waits for the disk.
func TestWorkIsNotHandedOutBeforeItIsDurable(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "s.db"), Options{})
	busy, free := make(chan struct{}), make(chan struct{})
	s.commit = func(tx *bbolt.Tx) error {
		close(busy)
		<-free
		return tx.Commit()
	}
	done := make(chan error, 1)
	go func() {
		done <- s.Commit(t.Context(), store.Commit{Transition: &engine.Transition{
			Next:    engine.Execution{ID: "a", Version: 1, State: engine.Running},
			Effects: []engine.Effect{{Execution: "a", Key: "call/1", Work: engine.Call{Run: "1", Attempt: 1}}},
		}})
	}()
	<-busy
	if claims, _, err := s.Claim(t.Context(), time.Minute, 9); err != nil || len(claims) != 0 {
		t.Errorf("before the commit is durable: Claim = %v, %v, want nothing", claims, err)
	}
	close(free)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if claims, _, err := s.Claim(t.Context(), time.Minute, 9); err != nil || len(claims) != 1 {
		t.Errorf("after it: Claim = %v, %v, want one piece", claims, err)
	}
}

// TestOldCausesLeaveTheFile lets the promised time pass: the file and the memory
// do not grow for ever.
func TestOldCausesLeaveTheFile(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := openAt(t, filepath.Join(t.TempDir(), "s.db"), Options{Now: func() time.Time { return now }})
	once := func(name string) {
		t.Helper()
		if err := s.Commit(t.Context(), store.Commit{Once: name}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		once(fmt.Sprint("old ", i))
	}
	now = now.Add(store.OnceFor + time.Second)
	for i := range 5 {
		once(fmt.Sprint("new ", i))
	}
	var kept int
	if err := s.db.View(func(tx *bbolt.Tx) error {
		kept = tx.Bucket(bucketOnce).Stats().KeyN
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if kept != 5 || len(s.once.names) != 5 || len(s.once.batches) != 5 {
		t.Errorf("%d records in the file, %d causes in memory in %d batches, want 5 of each", kept, len(s.once.names), len(s.once.batches))
	}
}
