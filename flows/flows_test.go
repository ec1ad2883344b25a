package flows_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"signoff/engine/flow"
	"signoff/flows"
)

func TestEveryShippedFlowIsClean(t *testing.T) {
	t.Parallel()
	all := flows.All()
	if len(all) == 0 {
		t.Fatal("no flow is shipped")
	}
	for _, f := range all {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			parsed, faults := flow.Parse(f.Name, f.Source)
			for _, fault := range faults {
				t.Error(fault) // a shipped flow has no warnings either
			}
			if parsed == nil {
				t.Fatal("the flow does not load")
			}
			if got, want := parsed.ID+".yaml", f.Name; got != want {
				t.Errorf("the flow's id says %s, its file is %s", got, want)
			}
		})
	}
}

// The README's flow is the first that a reader copies.
func TestTheReadmesFlowIsClean(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```yaml\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("the README shows no flow")
	}
	for _, block := range blocks {
		src, _, _ := strings.Cut(block, "```")
		_, faults := flow.Parse("README.md", []byte(src))
		for _, fault := range faults {
			t.Error(fault)
		}
	}
}

func TestAllGivesItsBytesAway(t *testing.T) {
	t.Parallel()
	first := flows.All()[0].Source
	first[0] = '!'
	if again := flows.All()[0].Source; again[0] == '!' {
		t.Error("All returned bytes that another caller can change")
	}
}

// What the page about the shipped flows shows of each stands in it so, in this
// order.
func TestThePageShowsWhatIsShipped(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/approval-flows.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")[1:]
	if len(blocks) != len(flows.All()) {
		t.Errorf("the page shows %d of %d flows", len(blocks), len(flows.All()))
	}
	for _, f := range flows.All() {
		if id := strings.TrimSuffix(f.Name, ".yaml"); !strings.Contains(string(page), "| ["+id+"](#") {
			t.Errorf("the page does not name %s", id)
		}
	}
	for _, block := range blocks {
		src, _, _ := strings.Cut(block, "```")
		if !slices.ContainsFunc(flows.All(), func(f flows.File) bool { return holds(string(f.Source), src) }) {
			t.Errorf("no flow holds these lines in this order:\n%s", src)
		}
	}
}

// holds reports whether a text has all lines of another, in their order.
func holds(text, lines string) bool {
	all := strings.Split(text, "\n")
	for want := range strings.Lines(lines) {
		i := slices.IndexFunc(all, func(l string) bool { return strings.TrimSpace(l) == strings.TrimSpace(want) })
		if i < 0 {
			return false
		}
		all = all[i+1:]
	}
	return true
}
