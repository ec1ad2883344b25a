package bolt_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"signoff/store/bolt"
)

// TestWaitingIsCheap keeps the promise about 10,000 executions that wait for a
// person: at most 2 KiB each in the file, with their log and what they owe, and
// the store is open again in the blink of an eye.
func TestWaitingIsCheap(t *testing.T) {
	t.Parallel()
	n := 10_000
	if testing.Short() {
		n = 1_000
	}
	path := newFile(t)
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := worker; i < n; i += 8 {
				for _, c := range vacation(i) {
					if err := s.Commit(t.Context(), c); err != nil {
						t.Errorf("Commit = %v", err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if each := info.Size() / int64(n); each > 2048 {
		t.Errorf("%d paused executions take %d bytes each, want at most 2048", n, each)
	} else {
		t.Logf("%d bytes each", each)
	}
	start := time.Now()
	open(t, path, bolt.Options{})
	if took := time.Since(start); took > 2*time.Second { // the goal is 300 ms for the whole process, on a machine that does nothing else
		t.Errorf("opening took %v", took)
	} else {
		t.Logf("opened in %v", took)
	}
}
