package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestModelCatches plants faults, one at a time, and expects a model test to
// fail for each: the proof that it sees. The source on disk is not touched.
func TestModelCatches(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the engine once for each fault")
	}
	for _, m := range []mutant{
		{"nothing", "step.go", "// Step applies", "// Step applies"}, // the control of the control
		{"shallow copy in Step", "step.go", "r.Copies = slices.Clone(r.Copies)", ""},
		{"shallow copy of the requests", "step.go", "run.Request = &r", "_ = r"},
		{"quorum off by one", "approval/tally.go", "need > 0 {", "need > 1 {"},
		{"quorum never met", "approval/tally.go", "need > 0 {", "need >= 0 {"},
		{"forgotten settle of the timer", "endrun.go", "m.drop(timerKey(run.ID))", ""},
		{"timer that fires after a decision", "seats.go", "!run.State.Final() && ", ""},
		{"deadline not looked at", "respond.go", "!m.facts.Now.Before(r.Deadline)", "false"},
		{"stale version accepted", "respond.go", "c.Version < r.Since", "c.Version < 0"},
		{"copy forgotten after a decision", "copies.go", "m.owe(run, &run.Request.Copies[i])", "_ = i"},
		{"expiry reported as a rejection", "timer.go", "outcome: Expired", "outcome: Rejected"},
	} {
		t.Run(m.name, func(t *testing.T) { expectCaught(t, "TestModel", 2000, m) })
	}
	for _, m := range []mutant{
		{"nothing", "step.go", "// Step applies", "// Step applies"},
		{"one try too many", "retry.go", "return tries < limit", "return tries <= limit"},
		{"a try without its timer", "retry.go", "m.put(timerKey(run.ID), Effect{Due: due, Work: Timer{Run: run.ID}})", ""},
		{"a round more after a failure", "together.go", "!t.failed && ", ""},
		{"a round too many until", "until.go", "rounds(run) >= l.rounds", "rounds(run) > l.rounds"},
		{"errors that do not run", "walk.go", "if m.run(id).Ends == Failed {", "if false {"},
		{"a failure that is not allowed", "endrun.go", "state == Failed && allow", "state == Killed && allow"},
		{"a killed subflow that is gone past", "subflow.go", "m.endRun(run, Failed, why)", "m.succeed(t, run)"},
		{"what stands beside a gate is forgotten", "advance.go", "if m.besides() {", "if false {"},
		{"a hold that holds nothing", "advance.go", "case m.next.Held:\n\t\tm.pass(true)", "case m.next.Held:\n\t\tm.pass(false)"},
		{"an item of another round", "seats.go", "loop.Items[at.iteration-1]", "loop.Items[0]"},
	} {
		t.Run(m.name, func(t *testing.T) { expectCaught(t, "TestTreeModel", 200, m) })
	}
	for _, m := range []mutant{
		{"nothing", "step.go", "// Step applies", "// Step applies"},
		{"a kill that leaves runs open", "stop.go", "\tm.stopRuns(state, by, why)\n\tm.end", "\tm.end"},
		{"a slot kept after the end", "slot.go", "m.next.Slot = false", ""},
		{"a queue that is gone past", "slot.go", "\t\tm.next.State = Queued", "\t\tm.next.State, m.next.Slot = Queued, true"},
	} {
		t.Run(m.name, func(t *testing.T) { expectCaught(t, "TestStepIsTotal", 1000, m) })
	}
	for test, m := range map[string]mutant{
		"TestRestartFromWhatFailed": {
			"a restart that leaves the end standing", "restart.go",
			"case parent != nil && parent.Past, parent == nil && run.Branch != \"\":", "case parent != nil && parent.Past:",
		},
		"TestRestartAndGates":                  {"a restart that overturns a no", "restart.go", "run.Request.Outcome == Rejected && !wentOn(run)", "false"},
		"TestReplayDoesNotCarryAnApprovalOver": {"a replay past a gate", "replay.go", "case !same:", "case !same && i < 0:"},
		"TestPausedExecutionReleasesItsSlot":   {"a limit that does not hold", "slot.go", "if !m.facts.Full {", "if len(m.next.Runs) > 0 || !m.facts.Full {"},
		"TestKillReachesTheSubflow":            {"a subflow that outlives its parent", "stop.go", "m.stopChild(run, run.Child)", ""},
		"TestTimeoutOfACall":                   {"work forgotten at the end of a run", "endrun.go", "m.drop(callKey(run.ID))", ""},
		"TestWhatBelongsToAGate":               {"tasks of a gate that nobody passed", "gate.go", "if m.run(id).Ends != Failed {", "if true {"},
		"TestSetStateNeverPassesAGate":         {"a change of state past a gate", "restart.go", "if t == nil || gated(t) {", "if t == nil {"},
		"TestRandomWaitIsKnown":                {"a wait that is the same for all", "retry.go", "string(m.next.ID) + ", ""},
	} {
		t.Run(m.name, func(t *testing.T) { expectCaught(t, test, 1, m) })
	}
}

// mutant is a fault: a text of a file, replaced by another.
type mutant struct{ name, file, old, new string }

// expectCaught runs a test with the fault and expects it to fail; or to pass, if
// nothing was replaced.
func expectCaught(t *testing.T, test string, checks int, m mutant) {
	t.Parallel()
	out, err := runWith(t, test, checks, m)
	switch caught := err != nil; {
	case m.old == m.new && caught:
		t.Fatalf("%s fails without a fault:\n%s", test, out)
	case m.old != m.new && !caught:
		t.Fatalf("%s does not see it:\n%s", test, out)
	case m.old != m.new && !strings.Contains(out, "--- FAIL: "+test):
		t.Fatalf("it did not fail by %s:\n%s", test, out)
	}
}

// runWith runs a test against the engine with one text replaced.
func runWith(t *testing.T, test string, checks int, m mutant) (string, error) {
	t.Helper()
	source, err := os.ReadFile(m.file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.old); n == 0 {
		t.Fatalf("%s does not hold %q any more: plant the fault elsewhere", m.file, m.old)
	}
	dir := t.TempDir()
	planted := filepath.Join(dir, "planted.go")
	write(t, planted, []byte(strings.Replace(string(source), m.old, m.new, 1)))
	original, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: planted}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), overlay)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"),
		"-run", "^"+test+"$", "-rapid.nofailfile", "-rapid.shrinktime=1ms", fmt.Sprintf("-rapid.checks=%d", checks), ".")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
