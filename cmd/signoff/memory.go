package main

import "runtime/debug"

// collectAt is how much the heap may grow, in percent of what is live, before
// it is collected. The server holds a few MiB and makes a lot of short-lived
// values: collecting a quarter as often costs a few MiB and saves a tenth of
// the processor under load (docs/performance.md).
const collectAt = 400

// tuneMemory sets the collector, unless the operator did with GOGC. It is for a
// server that has begun: what it read to begin is garbage by then.
func tuneMemory(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
}
