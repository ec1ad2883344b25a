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
		p, err := r.scratch.open("", directory)
		if err != nil {
			t.Fatal(err)
		}
		there[directory] = p.root
	}
	own, err := r.scratch.open("call", "")
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
