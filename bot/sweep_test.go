package bot_test

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// sweeper is a far end that keeps working directories.
type sweeper struct {
	farEnd

	mu   sync.Mutex
	kept [][]string // guarded by mu; what each sweep was told to keep
}

func (s *sweeper) Settle(string) error { return nil }
func (s *sweeper) Leave(string) error  { return nil }

func (s *sweeper) Sweep(keep []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, keep)
	return nil
}

// A process that starts removes the working directories of what has ended; what
// still runs keeps its own.
func TestStartSweepsTheFoldersOfWhatHasEnded(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(slowFlow)
		ended, _ := w.beginFlow("call", nil)
		w.begin() // waits for an answer
		w.stop()
		s := &sweeper{}
		w.tasks = s
		w.run()
		time.Sleep(time.Second)
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.kept) != 1 || len(s.kept[0]) == 0 {
			t.Fatalf("swept %v, want once, and something kept", s.kept)
		}
		for _, run := range w.execution(ended.ID).Runs {
			if slices.Contains(s.kept[0], string(ended.ID)+"-"+string(run.ID)) {
				t.Errorf("the folder of %s is kept, which is %s", run.Task, w.execution(ended.ID).State)
			}
		}
	})
}
