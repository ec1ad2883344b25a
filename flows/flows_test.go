package flows_test

import (
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

func TestAllGivesItsBytesAway(t *testing.T) {
	t.Parallel()
	first := flows.All()[0].Source
	first[0] = '!'
	if again := flows.All()[0].Source; again[0] == '!' {
		t.Error("All returned bytes that another caller can change")
	}
}
