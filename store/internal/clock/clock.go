// Package clock makes a clock that never goes back out of one that may.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock reads a wall clock and holds still while that is behind the latest time
// it has told. It is safe for concurrent use.
type Clock struct {
	wall func() time.Time
	last atomic.Int64 // nanoseconds since 1970
}

// New makes a clock that tells nothing before floor. A nil wall is [time.Now].
func New(wall func() time.Time, floor time.Time) *Clock {
	if wall == nil {
		wall = time.Now
	}
	c := &Clock{wall: wall}
	if !floor.IsZero() {
		c.last.Store(floor.UnixNano())
	}
	return c
}

// Now tells the time in UTC.
func (c *Clock) Now() time.Time {
	now := c.wall().UnixNano()
	for {
		last := c.last.Load()
		if now <= last {
			return time.Unix(0, last).UTC()
		}
		if c.last.CompareAndSwap(last, now) {
			return time.Unix(0, now).UTC()
		}
	}
}
