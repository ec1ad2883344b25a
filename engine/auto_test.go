package engine_test

import (
	"strings"
	"testing"

	"signoff/engine"
)

// A rule that yields something else than true asks people, also where the truth
// rules would take it for true.
func TestOnlyTrueApprovesByItself(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]bool{
		"true": true, "inputs.amount == 60": true, "inputs.amount > 5 and inputs.amount < 100": true,
		"false": false, "inputs.amount": false, "'true'": false, "'no'": false, "[1]": false, "null": false, "1": false,
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, strings.Replace(expenses, "inputs.amount < 50", rule, 1))
			s.facts.People = office()
			s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 60}})
			if r := s.request(); (r.Auto != "") != want || (r.Outcome == engine.Approved) != want {
				t.Errorf("auto %q, outcome %q; want approved: %v", r.Auto, r.Outcome, want)
			}
		})
	}
}
