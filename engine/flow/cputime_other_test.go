//go:build !unix

package flow_test

import "time"

var begin = time.Now()

// cpuTime is the time on the wall, where the processor's is not known.
func cpuTime() time.Duration { return time.Since(begin) }
