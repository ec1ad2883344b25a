package approval_test

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

// plant is a fault: a part of a file, replaced by another, that a test must see.
// The part is an expression or, with do, a statement; it is found within at, if
// that is given. The test is the one of random organisations if none is named.
type plant struct {
	name, file, old, new string
	at, test             string
	do                   bool
}

const randomTest = "TestRandomOrganisations"

func plants() []plant {
	return []plant{
		{name: "quorum off by one", file: "tally.go", at: "if n > 0 {\n\t\t\treturn Waiting", old: "n > 0", new: "n > 1"},
		{name: "one vote for two groups", file: "tally.go", at: "if len(b.slots) == 1 {\n\t\treturn out", old: "len(b.slots) == 1", new: "true"},
		{name: "a rejection too many", file: "tally.go", old: "no >= max(l.Policy.Stages[b.stage].Deny, 1)", new: "no > max(l.Policy.Stages[b.stage].Deny, 1)"},
		{name: "too few left unseen", file: "tally.go", at: "return !p.possible(votes)", old: "!p.possible(votes)", new: "false"},
		{name: "an outage is a rejection", file: "tally.go", do: true, at: "p.hope()\n\treturn", old: "p.hope()"},
		{name: "the requester decides", file: "exclude.go", old: "id == b.requester", new: "false"},
		{name: "the author decides", file: "exclude.go", old: "id == b.author", new: "false"},
		{name: "an excluded person decides", file: "exclude.go", old: "b.named.has(id)", new: "false"},
		{name: "who asked first decides", file: "exclude.go", old: "b.origin.has(id)", new: "false"},
		{name: "who restarted it decides", file: "exclude.go", old: "b.restarted.has(id)", new: "false"},
		{name: "a stand-in of the requester decides", file: "exclude.go", old: "c.People == nil || len(c.People.Absent) == 0", new: "true"},
		{name: "a stand-in of the stand-in decides", file: "exclude.go", do: true, old: "seen, of = seen.with(id), id", new: "of = \"\""},
		{name: "a requester takes a seat by naming", file: "exclude.go", old: "!a.since.After(at)", new: "true"},
		{name: "the first of two times", file: "exclude.go", old: "a.since.Before(b.agents[i].since)", new: "false"},
		{name: "who stands in for two", file: "seat.go", old: "!l.barred.actedFor(who, l.People.Absent[owner].From)", new: "true"},
		{name: "a hand to who acts for them", file: "board.go", at: "&& !l.barred.actedFor(m.To, m.At) {\n\t\t\tb.hands", old: "!l.barred.actedFor(m.To, m.At)", new: "true"},
		{name: "a seat to who acts for them", file: "board.go", at: "if l.People.active(m.To) && !l.barred.actedFor(m.To, m.At)", old: "!l.barred.actedFor(m.To, m.At)", new: "true"},
		{name: "a move to who acts for them", file: "move.go", old: `l.barred.actsFor(m.To) != ""`, new: "false"},
		{name: "a delegation without an end", file: "board.go", old: "l.Now.Before(m.Until)", new: "true"},
		{name: "delegation where it is forbidden", file: "seat.go", at: "if l.Policy.NoDelegate {\n\t\treturn out", old: "l.Policy.NoDelegate", new: "false"},
		{name: "a hand too far", file: "seat.go", old: "b.used[owner]+hops <= l.Policy.hops()", new: "b.used[owner]+hops <= l.Policy.hops()+1"},
		{name: "a chain through who is out", file: "seat.go", old: "l.sound(h.from)", new: "true"},
		{name: "one human in two steps", file: "may.go", at: "if spent(taken, who) {", old: "spent(taken, who)", new: "false"},
		{name: "a seat filled twice", file: "may.go", at: "slices.Clone(held), func(id PersonID) bool { return spent(taken, id)", old: "spent(taken, id)", new: "false"},
		{name: "a step that nobody can finish", file: "may.go", at: "if !possible ||", old: "!possible", new: "true"},
		{name: "a seat that helps nobody", file: "may.go", do: true, old: "b.bestFirst(free, votes, who)"},
		{name: "a seat in two hands", file: "board.go", do: true, old: "s.owners = s.owners.without(m.From)"},
		{name: "replaced in name only", file: "board.go", do: true, old: "s.owners, s.asked, s.climbed = to, to, nil", new: "s.owners = s.owners.with(to...)"},
		{name: "a seat of an excluded owner", file: "board.go", at: `return l.barred.why(id) == "" })` + "\n\t}\n\tif len(l.Asked)", old: `l.barred.why(id) == ""`, new: "true"},
		{name: "a seat in no group", file: "board.go", old: "len(b.slots) == 1 && s.asked.has(m.From)", new: "s.asked.has(m.From)"},
		{name: "who joined fills a seat of all", file: "ballot.go", at: "!s.party.Need.All || s.asked.has(owner)", old: "s.asked.has(owner)", new: "true"},
		{name: "a list that was not read", file: "directory.go", at: "d == nil || d.unsure(s)", old: "d.unsure(s)", new: "false"},
		{name: "who was switched off", file: "directory.go", old: "ok && !p.Inactive", new: "ok"},
		{name: "a move to who is out", file: "move.go", at: "switch kind := l.barred.why(m.To)", old: "l.barred.why(m.To)", new: `RefusalKind("")`},
		{name: "a move in a circle", file: "move.go", old: "b.leads(m.To, m.From)", new: "false"},
		{name: "a move that strands", file: "move.go", old: "l.strandedBy(b, m)", new: "false"},
		{name: "an operator helps themselves", file: "move.go", old: "m.To == m.By", new: "false", test: "TestMayForce"},
		{name: "a human and their seat", file: "ballot.go", old: "!used[v.owner()]", new: "true", test: "TestTally"},
		{name: "a stand-in after the absence", file: "directory.go", old: "a.Covers(now)", new: "true", test: "TestMayRefuses"},
		{name: "an absence that was not read", file: "seat.go", old: "!l.People.Absent[owner].Unsure", new: "true", test: "TestUnsureAbsence"},
		{name: "an exclusion that names nothing", file: "exclude.go", old: "!c.People.knows(s, c.Requester)", new: "false", test: "TestAskRefuses"},
		{name: "a minute after work", file: "hours.go", old: "minute < h.To", new: "minute <= h.To", test: "TestNextWorking"},
		{name: "the second of two openings", file: "hours.go", old: "at.Before(first)", new: "at.After(first)", test: "TestNextWorking"},
	}
}

// TestPlantedFaultsAreSeen plants faults, one at a time, and expects a test to
// fail for each: the proof that it sees. All are built into one binary, in which
// the environment chooses one. The source on disk is not touched. Without a fault
// the tests must pass.
func TestPlantedFaultsAreSeen(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the rules anew")
	}
	binary := buildPlanted(t, plants())
	control := "^(" + strings.Join([]string{randomTest, "TestMayForce", "TestTally", "TestMayRefuses", "TestAskRefuses", "TestNextWorking", "TestUnsureAbsence"}, "|") + ")$"
	if out, err := runPlanted(t, binary, "", control); err != nil {
		t.Fatalf("it fails without a fault:\n%s", out)
	}
	for _, p := range plants() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			test := p.test
			if test == "" {
				test = randomTest
			}
			switch out, err := runPlanted(t, binary, p.name, "^"+test+"$"); {
			case err == nil:
				t.Errorf("%s does not see it", test)
			case !strings.Contains(out, "--- FAIL: "+test):
				t.Errorf("it did not fail by %s:\n%s", test, out)
			}
		})
	}
}

func runPlanted(t *testing.T, binary, fault, test string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "-test.short", "-test.run", test, "-test.timeout", "8m", "-rapid.nofailfile")
	cmd.Env = append(os.Environ(), "SIGNOFF_PLANTED="+fault)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// buildPlanted builds the tests with all faults in them, none chosen.
func buildPlanted(t *testing.T, faults []plant) string {
	t.Helper()
	dir, texts := t.TempDir(), map[string]string{"planted.go": plantedSource}
	for _, p := range faults {
		if texts[p.file] == "" {
			source, err := os.ReadFile(p.file)
			if err != nil {
				t.Fatal(err)
			}
			texts[p.file] = string(source)
		}
		texts[p.file] = p.into(t, texts[p.file])
	}
	replace := map[string]string{}
	for file, text := range texts {
		original, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		replace[original] = filepath.Join(dir, strconv.Itoa(len(replace))+".go")
		if err := os.WriteFile(replace[original], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	list, binary := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "approval.test")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", list, "-o", binary, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the planted faults do not build: %v\n%s", err, out)
	}
	return binary
}

const plantedSource = `package approval

import "os"

var plantedFault = os.Getenv("SIGNOFF_PLANTED")

func planted(name string) bool { return name == plantedFault }
`

// into puts the fault into a text, beside what it replaces.
func (p plant) into(t *testing.T, text string) string {
	t.Helper()
	at := p.at
	if at == "" {
		at = p.old
	}
	if !strings.Contains(text, at) || !strings.Contains(at, p.old) {
		t.Fatalf("%s does not hold %q any more: plant the fault elsewhere", p.file, at)
	}
	both := fmt.Sprintf("(planted(%q) && %s || !planted(%q) && (%s))", p.name, p.new, p.name, p.old)
	switch {
	case p.do:
		both = fmt.Sprintf("if planted(%q) {\n%s\n} else {\n%s\n}", p.name, p.new, p.old)
	case strings.HasPrefix(p.new, "RefusalKind("):
		both = fmt.Sprintf("map[bool]RefusalKind{true: %s, false: %s}[planted(%q)]", p.new, p.old, p.name)
	}
	return strings.Replace(text, at, strings.Replace(at, p.old, both, 1), 1)
}
