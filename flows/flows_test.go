package flows_test

import (
	"os"
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
