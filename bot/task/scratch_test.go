package task

import (
	"log/slog"
	"os"
	"testing"
	"time"
)

func TestSweepKeepsWhatIsStillShared(t *testing.T) {
	t.Parallel()
	r, err := New(Config{Now: time.Now, Log: slog.New(slog.DiscardHandler), Scripts: Scripts{Dir: t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]string{}
	for _, directory := range []string{"x1-1", "x2-1"} {
		p, err := r.scratch.share("key", directory, func(string) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		there[directory] = p.root
	}
	own, err := r.scratch.open("call")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Sweep([]string{"x1-1", "x9-9"}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{there["x1-1"]: true, there["x2-1"]: false, own.root: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %t", path, err, want)
		}
	}
	if err := (&Runner{scratch: &scratch{}}).Sweep(nil); err != nil {
		t.Errorf("without a folder: %v", err)
	}
}

// What a process had begun to fill when it died is not taken for the folder.
func TestShareBeginsAnewAfterACrash(t *testing.T) {
	t.Parallel()
	s, err := newScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	half := s.place(fileName("call-", "key"))
	if err := half.make(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half.files+"/half", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	filled := 0
	for range 2 {
		p, err := s.share("key", "x-1", func(string) error { filled++; return nil })
		if err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(p.files); err != nil || len(left) > 0 {
			t.Errorf("the folder begins with %v (%v)", left, err)
		}
	}
	if filled != 1 {
		t.Errorf("it was filled %d times, want once", filled)
	}
}
