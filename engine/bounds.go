package engine

import (
	"fmt"
	"time"
)

// The bounds of what one execution may do. Each is a failure that says so.
const (
	// maxRuns is how many task runs an execution may have; spareRuns more are
	// for its errors, finally and afterExecution.
	maxRuns   = 10_000
	spareRuns = 500
	// maxItems is how many values a loop may go through.
	maxItems = 1_000
	// usualRounds and maxRounds bound a LoopUntil that names no maximum, and one
	// that does.
	usualRounds = 100
	maxRounds   = 1_000
	// maxWork is what the expressions of one step may do together, in steps of
	// about a nanosecond.
	maxWork = 250_000_000
	// maxNested is how deep subflows may start subflows.
	maxNested = 8
	// maxSpread bounds what subflows of subflows may multiply to.
	maxSpread = 10_000
	// maxTries is how often anything is tried.
	maxTries = 1_000
	// longestWait is the longest time between two tries.
	longestWait = 365 * 24 * time.Hour
	// maxLabels and maxLabel bound the labels of an execution, and one of them
	// in bytes.
	maxLabels = 100
	maxLabel  = 1_000
)

// tooMany says why no more runs may begin; "" if they may.
func (m *machine) tooMany() string {
	limit := maxRuns
	if m.late > 0 {
		limit += spareRuns
	}
	if len(m.next.Runs) < limit {
		return ""
	}
	return fmt.Sprintf("The execution has %d task runs, and more are not possible; split the work into several executions.", limit)
}
