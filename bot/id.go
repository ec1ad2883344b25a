package bot

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"signoff/engine"
)

// crockford is base 32 without the letters that people mistake for digits. Its
// order is that of the bytes, so ids sort by time.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// newID makes an id of 26 characters: 48 bits of milliseconds, then 80 random
// bits, so that ids sort by creation and cannot be guessed.
func newID(now time.Time, random io.Reader) (engine.ExecutionID, error) {
	var rest [10]byte
	if _, err := io.ReadFull(random, rest[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return idOf(now, rest[:]), nil
}

// derivedID is the id of what follows from something else, the same whenever it
// is made: that of a subflow from the task run that starts it. It names an id,
// so it is as hard to guess.
func derivedID(at time.Time, how, from string) engine.ExecutionID {
	sum := sha256.Sum256([]byte(how + "\x00" + from))
	return idOf(at, sum[:])
}

// idOf makes an id of a time and the first 10 bytes of rest.
func idOf(at time.Time, rest []byte) engine.ExecutionID {
	var raw [16]byte
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(raw[:6], ms[2:])
	copy(raw[6:], rest[:10])
	out := make([]byte, 0, 26)
	acc, bits := uint(0), 2 // 128 bits in 26 characters: two zero bits in front
	for _, b := range raw {
		acc, bits = acc<<8|uint(b), bits+8
		for bits >= 5 {
			bits -= 5
			out = append(out, crockford[acc>>bits&31])
		}
	}
	return engine.ExecutionID(out)
}
