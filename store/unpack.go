package store

import (
	"encoding/hex"
	"strings"
)

// unpack returns the text that pack packed. It may share b's memory.
func unpack(b string) (string, error) {
	if b == "" {
		return "", errPacked
	}
	if b[0] == packedNot {
		return b[1:], nil
	}
	c := coder{reading: true, in: b[1:]}
	size := read(&c, (*coder).uint)
	if b[0] != packedLZ || c.err != nil || size > maxPack {
		return "", errPacked
	}
	u := unpacker{in: c.in, left: int(size), ok: true}
	u.out.Grow(u.left)
	for u.ok && len(u.in) > 0 {
		u.sequence()
	}
	if !u.ok || u.left != 0 {
		return "", errPacked
	}
	return u.out.String(), nil
}

// unpacker reads in and writes no more than was left to write at first.
type unpacker struct {
	in   string
	out  strings.Builder
	left int
	ok   bool
}

func (u *unpacker) sequence() {
	token := u.in[0]
	u.in = u.in[1:]
	l := u.length(int(token >> 4))
	if l > len(u.in) || l > u.left {
		u.ok = false
		return
	}
	u.write(u.in[:l])
	u.in = u.in[l:]
	if len(u.in) == 0 && token&15 == 0 {
		return // the last literals
	}
	m := u.length(int(token&15)) + minMatch
	if len(u.in) < 2 || m > u.left {
		u.ok = false
		return
	}
	back := int(u.in[0]) | int(u.in[1])<<8
	u.in = u.in[2:]
	if back == 0 {
		u.hex(m / 2)
		return
	}
	u.copy(back, m)
}

func (u *unpacker) write(s string) {
	u.out.WriteString(s)
	u.left -= len(s)
}

func (u *unpacker) hex(n int) {
	if n > len(u.in) {
		u.ok = false
		return
	}
	for n > 0 {
		var buf [2 * minHex]byte
		some := min(n, minHex)
		u.write(string(hex.AppendEncode(buf[:0], []byte(u.in[:some]))))
		u.in, n = u.in[some:], n-some
	}
}

// length reads the rest of a length. The offset follows a match's length, so
// that this cannot be at the end.
func (u *unpacker) length(n int) int {
	if n < 15 {
		return n
	}
	for len(u.in) > 0 {
		b := u.in[0]
		u.in = u.in[1:]
		n += int(b)
		if b < 255 {
			return n
		}
	}
	u.ok = false
	return n
}

// copy repeats n bytes from back bytes ago, which may go on into what it writes.
func (u *unpacker) copy(back, n int) {
	if at := len(dictionary) + u.out.Len() - back; at < len(dictionary) {
		if at < 0 {
			u.ok = false
			return
		}
		some := dictionary[at:min(at+n, len(dictionary))]
		u.write(some)
		n -= len(some)
		back = u.out.Len() // what follows the dictionary is the text's beginning
	}
	for n > 0 {
		text := u.out.String()[u.out.Len()-back:]
		some := text[:min(n, len(text))]
		u.write(some)
		n -= len(some)
	}
}
