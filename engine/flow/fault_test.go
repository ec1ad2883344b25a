package flow_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"signoff/engine/flow"
)

var update = flag.Bool("update", false, "rewrite the expected faults in testdata/err")

// Each file holds a flow and the faults that it has: all of them, in order.
func TestParseReports(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/err/*.txtar")
	if err != nil || len(files) < 120 {
		t.Fatalf("found %d files (%v), want at least 120", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			reports(t, file)
		})
	}
}

func reports(t *testing.T, file string) {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) != 2 || a.Files[0].Name != "flow.yaml" || a.Files[1].Name != "faults" {
		t.Fatalf("%s must hold flow.yaml and faults", file)
	}
	f, faults := flow.Parse("flow.yaml", a.Files[0].Data)
	if (f == nil) != faults.Stop() {
		t.Errorf("Parse returned flow %v, but Stop() = %v", f != nil, faults.Stop())
	}
	got := text(faults)
	if got == "" {
		t.Error("Parse found nothing wrong")
	}
	if *update {
		a.Files[1].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(a.Files[1].Data), got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func text(faults flow.Faults) string {
	var b strings.Builder
	for _, f := range faults {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}
