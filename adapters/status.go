package adapters

import "time"

// Status is what somebody says of themselves on a surface.
type Status struct {
	// Text is as they wrote it: nothing in it is to be believed but by the rules
	// of whoever reads it.
	Text string
	// Emoji is ":palm_tree:"; empty is none.
	Emoji string
	// Until is when it ends by itself; zero is never.
	Until time.Time
}
