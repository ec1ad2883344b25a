package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"signoff/story"
)

// coverage holds the tasks of flows and the ends of their gates, and whether a
// story reached them.
type coverage map[string]bool

// expect adds what can be reached of a file's own flow.
func (c coverage) expect(s *story.Suite) {
	for _, name := range s.Ends() {
		if _, known := c[name]; !known {
			c[name] = false
		}
	}
}

func (c coverage) take(r story.Result) {
	for name := range r.Reached {
		if _, own := c[name]; own {
			c[name] = true
		}
	}
}

// print tells how much was reached, and what was not.
func (c coverage) print(w io.Writer) {
	var missed []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if !c[name] {
			missed = append(missed, name)
		}
	}
	if len(c) == 0 {
		return
	}
	_, _ = fmt.Fprintf(w, "coverage: %.1f%% of tasks and ends of gates (%d of %d)\n", 100*float64(len(c)-len(missed))/float64(len(c)), len(c)-len(missed), len(c))
	for _, name := range missed {
		_, _ = fmt.Fprintf(w, "  no story reached %s\n", name)
	}
}
