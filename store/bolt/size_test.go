package bolt_test

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"signoff/store/bolt"
)

// TestWaitingIsCheap keeps the promise about executions that wait for a
// person: at most 2 KiB each in the file, with their log and what they owe. How
// soon ten thousand are ready again is measured on the server itself.
func TestWaitingIsCheap(t *testing.T) {
	t.Parallel()
	const n, workers = 2_000, 8
	path := newFile(t)
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.NoSync()
	var wg sync.WaitGroup
	var next atomic.Int64
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
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
	each := info.Size() / n
	t.Logf("%d bytes each", each)
	if each > 2048 {
		t.Errorf("%d paused executions take %d bytes each, want at most 2048", n, each)
	}
}
