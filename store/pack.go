package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// Records are short and say the same things again and again, so they are packed
// against a dictionary. A packed text is a chain of
//
//	token    high four bits: how many literals; low four: length of the copy - 4
//	         (15 in either: more follows, in bytes of 255 and a last one below)
//	literals
//	offset   two bytes: how far back the copy begins, in the text or before it in
//	         the dictionary; 0: it is hexadecimal digits, two to a byte, which
//	         follow. Missing after the last literals.
//
// This is the idea of LZ4, and digests in half the space. It is 200 lines here
// because Go's compress/flate takes longer to get ready than all the rest of a
// commit.

const (
	minMatch = 4
	// minHex is where digits in pairs are shorter than anything else.
	minHex = 16
	// maxPack bounds what is packed; longer texts are kept as they are.
	maxPack  = 32 << 10
	hashBits = 12
)

// The first byte of what pack makes.
const (
	packedNot byte = iota
	packedLZ
)

var errPacked = errors.New("it does not unpack")

// positions holds, by a hash of four bytes, where they were seen last, plus one:
// an index into the dictionary and the text after it.
type positions [1 << hashBits]uint16

// dictionaryPositions is where a text begins to be packed.
var dictionaryPositions = func() *positions { //nolint:gochecknoglobals // a table
	var p positions
	for i := range len(dictionary) - minMatch + 1 {
		p[hash4(load4(dictionary[i:]))] = uint16(i + 1)
	}
	return &p
}()

func load4[T string | []byte](b T) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func hash4(v uint32) uint32 { return v * 2654435761 >> (32 - hashBits) }

// pack appends text to out in as few bytes as it quickly can.
func pack(out, text []byte) []byte {
	if len(text) > maxPack || len(text) < 2*minMatch {
		return append(append(out, packedNot), text...)
	}
	start := len(out)
	out = binary.AppendUvarint(append(out, packedLZ), uint64(len(text)))
	out = packLZ(out, text)
	if len(out)-start > len(text) {
		out = append(append(out[:start], packedNot), text...)
	}
	return out
}

func packLZ(out, text []byte) []byte {
	seen := *dictionaryPositions
	done := 0 // packed up to here
	for i := 0; i+minMatch <= len(text); i++ {
		at := seen.swap(text, i)
		n := matchLen(text, i, at)
		switch digits := hexLen(text[i:]); {
		case digits >= max(minHex, n):
			n = digits
			out = append(appendSequence(out, text[done:i], n), 0, 0)
			out, _ = hex.AppendDecode(out, text[i:i+n]) // hexLen has seen to it
		case n >= minMatch:
			out = appendSequence(out, text[done:i], n)
			out = binary.LittleEndian.AppendUint16(out, uint16(len(dictionary)+i-at)) //nolint:gosec // maxPack and the dictionary are below 64 KiB
		default:
			continue
		}
		done = i + n
		for i++; i < done && i+minMatch <= len(text); i++ {
			seen.swap(text, i)
		}
		i = done - 1
	}
	return appendSequence(out, text[done:], 0)
}

// swap notes text[i:] and returns where the like was seen before, -1 if nowhere.
func (p *positions) swap(text []byte, i int) int {
	h := hash4(load4(text[i:]))
	at := int(p[h]) - 1
	p[h] = uint16(len(dictionary) + i + 1) //nolint:gosec // maxPack and the dictionary are below 64 KiB
	return at
}

// matchLen is how far text[i:] agrees with what stands at a position of the
// dictionary and the text after it.
func matchLen(text []byte, i, at int) int {
	n := 0
	if at < 0 {
		return 0
	}
	for ; at < len(dictionary); at++ {
		if i+n == len(text) || text[i+n] != dictionary[at] {
			return n
		}
		n++
	}
	for at -= len(dictionary); i+n < len(text) && text[i+n] == text[at]; at++ {
		n++
	}
	return n
}

// hexLen is how many hexadecimal digits, in pairs, stand at the beginning.
func hexLen(b []byte) int {
	n := 0
	for n < len(b) && (b[n]-'0' < 10 || b[n]-'a' < 6) {
		n++
	}
	return n &^ 1
}

// appendSequence appends literals and the length of the match after them; 0 is
// the end.
func appendSequence(out, literals []byte, match int) []byte {
	l, m := len(literals), max(match-minMatch, 0)
	out = append(out, byte(min(l, 15)<<4|min(m, 15))) //nolint:gosec // four bits each
	out = appendLength(out, l)
	out = append(out, literals...)
	return appendLength(out, m)
}

func appendLength(out []byte, n int) []byte {
	if n < 15 {
		return out
	}
	for n -= 15; n >= 255; n -= 255 {
		out = append(out, 255)
	}
	return append(out, byte(n)) //nolint:gosec // below 255
}

// unpack returns the text that pack packed.
func unpack(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, errPacked
	}
	if b[0] == packedNot {
		return b[1:], nil
	}
	size, n := binary.Uvarint(b[1:])
	if b[0] != packedLZ || n <= 0 || size > maxPack {
		return nil, errPacked
	}
	u := unpacker{in: b[1+n:], out: make([]byte, 0, size)}
	for u.ok = true; u.ok && len(u.in) > 0; {
		u.sequence()
	}
	if !u.ok || uint64(len(u.out)) != size {
		return nil, errPacked
	}
	return u.out, nil
}

// unpacker never writes beyond the capacity of out, which is the text's length.
type unpacker struct {
	in, out []byte
	ok      bool
}

func (u *unpacker) sequence() {
	token := u.in[0]
	u.in = u.in[1:]
	l := u.length(int(token >> 4))
	if l > len(u.in) || l > cap(u.out)-len(u.out) {
		u.ok = false
		return
	}
	u.out, u.in = append(u.out, u.in[:l]...), u.in[l:]
	if len(u.in) == 0 && token&15 == 0 {
		return // the last literals
	}
	m := u.length(int(token&15)) + minMatch
	if len(u.in) < 2 || m > cap(u.out)-len(u.out) {
		u.ok = false
		return
	}
	back := int(binary.LittleEndian.Uint16(u.in))
	u.in = u.in[2:]
	if back == 0 {
		u.hex(m / 2)
		return
	}
	u.copy(back, m)
}

func (u *unpacker) hex(n int) {
	if n > len(u.in) {
		u.ok = false
		return
	}
	u.out, u.in = hex.AppendEncode(u.out, u.in[:n]), u.in[n:]
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

func (u *unpacker) copy(back, n int) {
	at := len(dictionary) + len(u.out) - back
	if at < 0 {
		u.ok = false
		return
	}
	for ; n > 0 && at < len(dictionary); at++ {
		u.out = append(u.out, dictionary[at])
		n--
	}
	for at -= len(dictionary); n > 0; at++ {
		u.out = append(u.out, u.out[at])
		n--
	}
}
