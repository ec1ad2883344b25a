//go:build !unix

package expr

import "time"

// processTime is the time of day, for want of anything better.
func processTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
