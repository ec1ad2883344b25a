package bolt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// The tests below run this test binary again as a child, which may die.
const (
	childRole  = "SIGNOFF_BOLT_CHILD" // commit, early or read
	childPath  = "SIGNOFF_BOLT_PATH"
	killsWant  = "SIGNOFF_BOLT_KILLS" // how often to kill; 30 if not set
	flipsWant  = "SIGNOFF_BOLT_FLIPS" // how many bits to flip, each in a file of its own; 300 if not set
	committers = 8
)

func TestMain(m *testing.M) {
	switch os.Getenv(childRole) {
	case "commit":
		commitForever(false)
	case "early":
		commitForever(true)
	case "read":
		readFiles()
	default:
		os.Exit(m.Run())
	}
}

func child(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role, childPath+"="+path)
	return cmd
}

func number(t *testing.T, env string, otherwise int) int {
	t.Helper()
	text := os.Getenv(env)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// commitForever commits to several executions at once and prints each commit
// once it is durable; or, to show that the parent can see a loss, before.
func commitForever(early bool) {
	s, err := Open(os.Getenv(childPath), Options{})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	ack := func(id engine.ExecutionID, v engine.Version) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(id, v)
	}
	var wg sync.WaitGroup
	for i := range committers {
		wg.Go(func() {
			id := engine.ExecutionID(fmt.Sprint("x", i))
			x, err := s.Execution(context.Background(), id)
			for err == nil || errors.Is(err, store.ErrNotFound) {
				x.ID, x.State = id, engine.Running
				x.Version++
				if early {
					ack(id, x.Version)
				}
				if err = s.Commit(context.Background(), step(x)); err == nil && !early {
					ack(id, x.Version)
				}
			}
			fmt.Println("error", err)
		})
	}
	wg.Wait()
}

func step(x engine.Execution) store.Commit {
	return store.Commit{
		Once: fmt.Sprint(x.ID, x.Version),
		Transition: &engine.Transition{
			Next:    x,
			Records: []audit.Record{{Event: audit.TaskStarted, Execution: string(x.ID), Revision: int(x.Version)}},
			Effects: []engine.Effect{{Execution: x.ID, Key: engine.EffectKey(fmt.Sprint("call/", x.Version%5)), Work: engine.Call{Run: "1", Attempt: int(x.Version)}}},
		},
	}
}

// TestKill kills a committing process at random moments, again and again on one
// file: what was acknowledged is there, nothing is there that was not tried, and
// the log fits.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	for cycle := range number(t, killsWant, 30) {
		acked := runAndKill(t, "commit", path)
		if err := checkAcked(t, path, acked); err != nil {
			t.Fatalf("cycle %d: %v", cycle, err)
		}
	}
}

// TestKillSeesALoss is the control of TestKill: a child that acknowledges before
// it commits must be caught.
func TestKillSeesALoss(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	for range 20 {
		if err := checkAcked(t, path, runAndKill(t, "early", path)); err != nil {
			t.Logf("seen: %v", err)
			return
		}
	}
	t.Error("a store that answers before it writes was not caught")
}

// runAndKill returns the last version of each execution that was acknowledged.
func runAndKill(t *testing.T, role, path string) map[engine.ExecutionID]engine.Version {
	t.Helper()
	cmd := child(t, role, path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := make(map[engine.ExecutionID]engine.Version)
	left := rand.IntN(100)
	for lines := bufio.NewScanner(out); lines.Scan(); left-- {
		var id engine.ExecutionID
		var v engine.Version
		if _, err := fmt.Sscan(lines.Text(), &id, &v); err != nil {
			t.Errorf("the child says %q", lines.Text())
		}
		acked[id] = v
		if left == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	return acked
}

func checkAcked(t *testing.T, path string, acked map[engine.ExecutionID]engine.Version) error {
	t.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatalf("Open after the kill = %v", err)
	}
	defer s.Close()
	lines, head, err := s.Audit(t.Context(), 1, math.MaxInt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Verify(allOf(lines), audit.Head{}, head); err != nil {
		t.Fatal(err)
	}
	var sum uint64
	for i := range committers {
		id := engine.ExecutionID(fmt.Sprint("x", i))
		x, err := s.Execution(t.Context(), id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		sum += uint64(x.Version)
		if last, ok := acked[id]; ok && (x.Version < last || x.Version > last+1) {
			return fmt.Errorf("%s is at version %d, %d was acknowledged", id, x.Version, last)
		}
		// The cause of the last commit is known, that of the next is not.
		if err := s.Commit(t.Context(), store.Commit{Once: fmt.Sprint(id, x.Version)}); x.Version > 0 && !errors.Is(err, store.ErrSeen) {
			return fmt.Errorf("the cause of version %d of %s: %w, want %w", x.Version, id, err, store.ErrSeen)
		}
	}
	if sum != head.Seq {
		return fmt.Errorf("%d transitions and %d lines", sum, head.Seq)
	}
	return nil
}

func allOf(lines []audit.Line) func(func(audit.Line, error) bool) {
	return func(yield func(audit.Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}
