package main

import "runtime/debug"

// collectAt is how much the heap may grow, in percent of what is live, before
// it is collected. The server holds a few MiB and makes a lot of short-lived
// values: collecting half as often costs a few MiB and saves a tenth of the
// processor under load (docs/performance.md).
const collectAt = 200

// tuneMemory sets the collector, unless the operator did with GOGC.
func tuneMemory(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
}
