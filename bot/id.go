package bot

import (
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
	var raw [16]byte
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(raw[:6], ms[2:])
	if _, err := io.ReadFull(random, raw[6:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	out := make([]byte, 0, 26)
	acc, bits := uint(0), 2 // 128 bits in 26 characters: two zero bits in front
	for _, b := range raw {
		acc, bits = acc<<8|uint(b), bits+8
		for bits >= 5 {
			bits -= 5
			out = append(out, crockford[acc>>bits&31])
		}
	}
	return engine.ExecutionID(out), nil
}
