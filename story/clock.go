package story

import (
	"encoding/binary"
	"io"
	"time"
)

// clock stands still until the story moves it.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// to moves the clock, never back.
func (c *clock) to(t time.Time) {
	if t.After(c.now) {
		c.now = t
	}
}

// counter stands for randomness: every id is another one, and the same in each
// run of the story.
type counter struct{ n uint64 }

var _ io.Reader = (*counter)(nil)

func (c *counter) Read(b []byte) (int, error) {
	c.n++
	clear(b)
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], c.n)
	copy(b[max(0, len(b)-len(raw)):], raw[max(0, len(raw)-len(b)):])
	return len(b), nil
}
