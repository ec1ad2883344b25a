package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestModelCatches plants faults, one at a time, and expects a test to fail for
// each: the proof that it sees. All faults are built into one test binary, in
// which the environment chooses one. The source on disk is not touched.
func TestModelCatches(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the engine anew")
	}
	groups := []plants{
		{"TestModel", 2000, modelFaults},
		{"TestTreeModel", 5000, treeFaults},
		{"TestDeskModel", 10_000, deskFaults},
		{"TestStepIsTotal", 1000, totalFaults},
	}
	for test, m := range storyFaults {
		groups = append(groups, plants{test, 1, []mutant{m}})
	}
	var all []mutant
	for _, g := range groups {
		all = append(all, g.faults...)
	}
	binary := buildWith(t, all)
	for _, g := range groups {
		t.Run(g.test+"/nothing", func(t *testing.T) { expectCaught(t, binary, g, "") })
		for _, m := range g.faults {
			t.Run(g.test+"/"+m.name, func(t *testing.T) { expectCaught(t, binary, g, m.name) })
		}
	}
}

// plants are faults that one test must see, in so many checks.
type plants struct {
	test   string
	checks int
	faults []mutant
}

// mutant is a fault: a part of a file, replaced by another. The part is an
// expression, or, with do, a statement. It is found within at, if that is given.
type mutant struct {
	name, file, old, new string
	at                   string
	do                   bool
	lazy                 bool // the old part is not even evaluated; the new one is false
}

var modelFaults = []mutant{
	{name: "shallow copy in Step", file: "step.go", do: true, old: "r.Copies = slices.Clone(r.Copies)"},
	{name: "shallow copy of the requests", file: "step.go", do: true, old: "run.Request = &r", new: "_ = r"},
	{name: "quorum off by one", file: "approval/tally.go", at: "if n > 0 {\n\t\t\treturn Waiting", old: "n > 0", new: "n > 1"},
	{name: "quorum never met", file: "approval/tally.go", at: "range b.gaps(votes) {\n\t\tif eitherPlanted(\"quorum off by one\", n > 0", old: "n > 0", new: "n >= 0"},
	{name: "forgotten settle of the timer", file: "endrun.go", do: true, old: "m.drop(timerKey(run.ID))"},
	{name: "timer that fires after a decision", file: "seats.go", old: "!run.State.Final()", new: "true"},
	{name: "deadline not looked at", file: "respond.go", old: "!m.facts.Now.Before(end)", new: "false"},
	{name: "stale version accepted", file: "respond.go", old: "version < r.Since", new: "version < 0"},
	{name: "copy forgotten after a decision", file: "copies.go", do: true, old: "m.owe(run, &run.Request.Copies[i])", new: "_ = i"},
	{name: "expiry reported as a rejection", file: "timer.go", at: "outcome: Expired", old: "Expired", new: "Rejected"},
}

var deskFaults = []mutant{
	{
		name: "votes of an old round count", file: "round.go", do: true, at: "fresh.Copies, fresh.Comments = old.Copies, old.Comments\n",
		old: "fresh.Copies, fresh.Comments = old.Copies, old.Comments", new: "fresh.Copies, fresh.Comments, fresh.Responses = old.Copies, old.Comments, old.Responses",
	},
	{name: "old buttons answer the new round", file: "round.go", do: true, old: "fresh.Since = fresh.Version"},
	{name: "answers while the requester changes it", file: "respond.go", old: "r.Wanted != \"\"", new: "false"},
	{name: "a requester who is asked no more", file: "returned.go", do: true, at: "r.Chased++\n\tm.chaseLater(run)", old: "m.chaseLater(run)", new: "_ = r"},
	{name: "a word about what was changed", file: "ladder.go", do: true, old: "m.drop(returnKey(run.ID))"},
	{name: "a reminder after the decision", file: "close.go", do: true, old: "m.stageEnds(run)"},
	{name: "a reminder of the stage before", file: "respond.go", do: true, old: "m.stageEnds(run)"},
	{name: "a stage that may take for ever", file: "case.go", old: "r.StageDue.Before(r.Deadline)", new: "false"},
	{name: "an override by who may not decide", file: "override.go", old: "bars(no.Kind)", new: "false"},
	{name: "a withdrawal by anybody", file: "remark.go", at: "c.By.Person == \"\" || c.By.Person != m.next.Requester.Person", old: "c.By.Person != m.next.Requester.Person", new: "false"},
	{name: "a change by anybody", file: "round.go", at: "c.By.Person == \"\" || c.By.Person != m.next.Requester.Person", old: "c.By.Person != m.next.Requester.Person", new: "false"},
	{name: "the requester decides", file: "approval/exclude.go", old: "id == b.requester", new: "false"},
	{name: "a seat that was given away", file: "move.go", do: true, old: "r.Moves = append(r.Moves, mv)", new: "_ = r"},
}

var treeFaults = []mutant{
	{name: "one try too many", file: "retry.go", old: "tries < limit", new: "tries <= limit"},
	{
		name: "a try without its timer", file: "retry.go", do: true,
		old: "m.put(timerKey(run.ID), Effect{Due: due, Work: Timer{Run: run.ID}})",
	},
	{name: "a round more after a failure", file: "together.go", at: "t.begun[i] && !t.failed && ", old: "!t.failed", new: "true"},
	{name: "a round too many until", file: "until.go", old: "rounds(run) >= l.rounds", new: "rounds(run) > l.rounds"},
	{name: "errors that do not run", file: "walk.go", old: "m.run(id).Ends == Failed", new: "false"},
	{name: "a failure that is not allowed", file: "endrun.go", old: "state == Failed && allow", new: "state == Killed && allow"},
	{name: "a killed subflow that is gone past", file: "subflow.go", do: true, old: "m.endRun(run, Failed, why)", new: "m.succeed(t, run)"},
	{name: "what stands beside a gate is forgotten", file: "advance.go", at: "if m.besides() {", old: "m.besides()", new: "false", lazy: true},
	{name: "a hold that holds nothing", file: "advance.go", do: true, at: "case m.next.Held:\n\t\tm.pass(true)", old: "m.pass(true)", new: "m.pass(false)"},
	{name: "an item of another round", file: "seats.go", old: "loop.Items[at.iteration-1]", new: "loop.Items[0]"},
}

var totalFaults = []mutant{
	{
		name: "a kill that leaves runs open", file: "stop.go", do: true,
		at: "\tm.stopRuns(state, by, why)\n\tm.end", old: "m.stopRuns(state, by, why)",
	},
	{name: "a slot kept after the end", file: "slot.go", do: true, old: "m.next.Slot = false"},
	{name: "a queue that is gone past", file: "slot.go", do: true, old: "m.next.State = Queued", new: "m.next.State, m.next.Slot = Queued, true"},
}

// storyFaults are by the story that must fail.
var storyFaults = map[string]mutant{
	"TestOverrideRefuses": {name: "override by the requester", file: "override.go", old: "m.next.Asked(c.By.Person)", new: "false"},
	"TestDelegationIsJudgedWhenItIsUsed": {
		name: "a delegate of the requester decides", file: "approval/exclude.go", old: "a.person == id && !a.since.After(at)", new: "false",
	},
	"TestOverrideOfWhatWasSentBack":    {name: "an override that can be blocked", file: "respond.go", at: "if err := m.seen(run, c.By, c.Version); err != nil {\n\t\t\treturn approval", old: "m.seen(run, c.By, c.Version)", new: "m.takes(run, c.By, c.Version)"},
	"TestReturnedIsNotForgotten":       {name: "who wanted it never learns", file: "returned.go", old: "c.N == len(times)-1", new: "false"},
	"TestOverrideByAStandIn":           {name: "a stand-in of the requester overrides", file: "override.go", old: `of != ""`, new: "false"},
	"TestReplayIsAskedByWhoAskedFirst": {name: "a replay asked by nobody else", file: "replay.go", do: true, old: "m.next.Origin = Askers(m.next.Requester, r.Of)"},
	"TestRestartAsksToo":               {name: "a restart asked by nobody else", file: "restart.go", do: true, old: "m.next.Restarted = join(m.next.Restarted, by)", new: "_ = by"},
	"TestD5_ApprovedValuesAreFrozen":   {name: "a value that was not approved", file: "bound.go", at: "m.view.bound == nil || m.view.written", old: "m.view.bound == nil", new: "true"},
	"TestD5_DriftAsksAnew":             {name: "drift that nobody sees", file: "bound.go", old: "was != nil", new: "false"},
	"TestWhatWasApprovedCannotChangeAtTheNextGate": {
		name: "a change of what was approved", file: "round.go", old: "m.boundElsewhere(run)", new: "false",
	},
	"TestRestartFromWhatFailed": {
		name: "a restart that leaves the end standing", file: "restart.go", old: `parent == nil && run.Branch != ""`, new: "false",
	},
	"TestRestartAndGates": {
		name: "a restart that overturns a no", file: "restart_rejected.go", old: "run.Request.Outcome == Rejected && !wentOn(run)", new: "false",
	},
	"TestRejectedSubflowIsNotAskedAgain": {
		name: "a restart that overturns a no of a subflow", file: "restart_rejected.go", old: `run.saidNo() != ""`, new: "false",
	},
	"TestReplayDoesNotCarryAnApprovalOver": {name: "a replay past a gate", file: "replay.go", old: `run.Request != nil || run.Child != ""`, new: "false"},
	"TestPausedExecutionReleasesItsSlot": {
		name: "a limit that does not hold", file: "slot.go", old: "!m.facts.Full", new: "len(m.next.Runs) > 0 || !m.facts.Full",
	},
	"TestKillReachesTheSubflow":    {name: "a subflow that outlives its parent", file: "stop.go", do: true, old: "m.stopChild(run, run.Child)"},
	"TestTimeoutOfACall":           {name: "work forgotten at the end of a run", file: "endrun.go", do: true, old: "m.drop(callKey(run.ID))"},
	"TestWhatBelongsToAGate":       {name: "tasks of a gate that nobody passed", file: "gate.go", old: "m.run(id).Ends != Failed", new: "true"},
	"TestSetStateNeverPassesAGate": {name: "a change of state past a gate", file: "restart.go", old: "t == nil || gated(t)", new: "t == nil"},
	"TestRandomWaitIsKnown":        {name: "a wait that is the same for all", file: "retry.go", old: "string(m.next.ID)", new: `""`},
}

// expectCaught runs a test with a fault and expects it to fail; or to pass, if
// none is chosen.
func expectCaught(t *testing.T, binary string, g plants, fault string) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), binary, "-test.short", "-test.run", "^"+g.test+"$", "-test.timeout", "5m",
		"-rapid.nofailfile", "-rapid.shrinktime=1ms", fmt.Sprintf("-rapid.checks=%d", g.checks))
	cmd.Env = append(os.Environ(), "SIGNOFF_PLANTED="+fault)
	out, err := cmd.CombinedOutput()
	switch caught := err != nil; {
	case fault == "" && caught:
		t.Fatalf("%s fails without a fault:\n%s", g.test, out)
	case fault == "" && strings.Contains(string(out), "no tests to run"):
		t.Fatalf("there is no test %s", g.test)
	case fault != "" && !caught:
		t.Fatalf("%s does not see it:\n%s", g.test, out)
	case fault != "" && !strings.Contains(string(out), "--- FAIL: "+g.test):
		t.Fatalf("it did not fail by %s:\n%s", g.test, out)
	}
}

// buildWith builds the tests of the engine with all faults in it, none chosen.
func buildWith(t *testing.T, faults []mutant) string {
	t.Helper()
	dir, replace := t.TempDir(), map[string]string{}
	place := func(file, text string) {
		original, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		planted := filepath.Join(dir, strconv.Itoa(len(replace))+".go")
		write(t, planted, []byte(text))
		replace[original] = planted
	}
	texts := map[string]string{}
	for _, m := range faults {
		if texts[m.file] == "" {
			source, err := os.ReadFile(m.file)
			if err != nil {
				t.Fatal(err)
			}
			texts[m.file] = string(source)
		}
		texts[m.file] = m.plant(t, texts[m.file])
	}
	for file, text := range texts {
		place(file, text)
	}
	for folder, name := range map[string]string{".": "engine", "approval": "approval"} {
		place(filepath.Join(folder, "planted.go"), fmt.Sprintf(chooser, name))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), overlay)
	binary := filepath.Join(dir, "engine.test")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the planted faults do not build: %v\n%s", err, out)
	}
	return binary
}

// chooser is in each package that has faults.
const chooser = `package %s

import "os"

var plantedFault = os.Getenv("SIGNOFF_PLANTED")

func planted(name string) bool { return name == plantedFault }

func eitherPlanted[T any](name string, was, fault T) T {
	if planted(name) {
		return fault
	}
	return was
}
`

// plant puts the fault into a text, beside what it replaces.
func (m mutant) plant(t *testing.T, text string) string {
	t.Helper()
	at := m.at
	if at == "" {
		at = m.old
	}
	if !strings.Contains(text, at) || !strings.Contains(at, m.old) {
		t.Fatalf("%s does not hold %q any more: plant the fault elsewhere", m.file, at)
	}
	both := fmt.Sprintf("eitherPlanted(%q, %s, %s)", m.name, m.old, m.new)
	switch {
	case m.lazy:
		both = fmt.Sprintf("(!planted(%q) && %s)", m.name, m.old)
	case m.do:
		both = fmt.Sprintf("if planted(%q) {\n%s\n} else {\n%s\n}", m.name, m.new, m.old)
	}
	return strings.Replace(text, at, strings.Replace(at, m.old, both, 1), 1)
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
