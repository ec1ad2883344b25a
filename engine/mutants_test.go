package engine_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestModelCatches plants faults, one at a time, and expects the model test to
// fail for each: the proof that it sees. The source on disk is not touched.
func TestModelCatches(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the engine once for each fault")
	}
	for _, m := range []struct{ name, file, old, new string }{
		{"nothing", "step.go", "// Step applies", "// Step applies"}, // the control of the control
		{"shallow copy in Step", "step.go", "r.Copies = slices.Clone(r.Copies)", ""},
		{"shallow copy of the requests", "step.go", "run.Request = &r", "_ = r"},
		{"quorum off by one", "approval/tally.go", "need > 0 {", "need > 1 {"},
		{"quorum never met", "approval/tally.go", "need > 0 {", "need >= 0 {"},
		{"forgotten settle of the timer", "close.go", "m.drop(timerKey(run.ID))", ""},
		{"timer that fires after a decision", "timer.go", "run.State != Paused || ", ""},
		{"deadline not looked at", "respond.go", "!m.facts.Now.Before(r.Deadline)", "false"},
		{"stale version accepted", "respond.go", "c.Version < r.Since", "c.Version < 0"},
		{"copy forgotten after a decision", "copies.go", "m.owe(run, &run.Request.Copies[i])", "_ = i"},
		{"expiry reported as a rejection", "timer.go", "outcome: Expired", "outcome: Rejected"},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			out, err := runModelWith(t, m.file, m.old, m.new)
			switch caught := err != nil; {
			case m.old == m.new && caught:
				t.Fatalf("the model test fails without a fault:\n%s", out)
			case m.old != m.new && !caught:
				t.Fatalf("the model test does not see it:\n%s", out)
			case m.old != m.new && !strings.Contains(out, "--- FAIL: TestModel"):
				t.Fatalf("it did not fail by the model test:\n%s", out)
			}
		})
	}
}

// runModelWith runs the model test against the engine with one text replaced.
func runModelWith(t *testing.T, file, old, replacement string) (string, error) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), old); n == 0 {
		t.Fatalf("%s does not hold %q any more: plant the fault elsewhere", file, old)
	}
	dir := t.TempDir()
	planted := filepath.Join(dir, "planted.go")
	write(t, planted, []byte(strings.Replace(string(source), old, replacement, 1)))
	original, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: planted}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), overlay)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"),
		"-run", "^TestModel$", "-rapid.nofailfile", "-rapid.checks=2000", ".")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
