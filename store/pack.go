package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/bits"
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
// This is the idea of LZ4, and digests in half the space. It is 300 lines here
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
		p[hash4(load4(dictionaryBytes[i:]))] = uint16(i + 1)
	}
	return &p
}()

var dictionaryBytes = []byte(dictionary) //nolint:gochecknoglobals // a table

func load4(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

func hash4(v uint32) uint32 { return v * 2654435761 >> (32 - hashBits) }

// pack appends text to out in as few bytes as it quickly can.
func pack(out, text []byte) []byte {
	if len(text) > maxPack || len(text) < 2*minMatch {
		return packNot(out, text)
	}
	start := len(out)
	out = binary.AppendUvarint(append(out, packedLZ), uint64(len(text)))
	out = packLZ(out, text)
	if len(out)-start > len(text) {
		out = packNot(out[:start], text)
	}
	return out
}

// packNot appends text so that unpack returns it.
func packNot(out, text []byte) []byte {
	return append(append(out, packedNot), text...)
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
			seen.note(text, i+1, i+n)
		default:
			continue
		}
		done = i + n
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

// note notes every fourth place from i to end: enough to be found again.
func (p *positions) note(text []byte, i, end int) {
	for end = min(end, len(text)-minMatch+1); i < end; i += 4 {
		p[hash4(load4(text[i:]))] = uint16(len(dictionary) + i + 1) //nolint:gosec // maxPack and the dictionary are below 64 KiB
	}
}

// matchLen is how far text[i:] agrees with what stands at a position of the
// dictionary and the text after it.
func matchLen(text []byte, i, at int) int {
	if at < 0 {
		return 0
	}
	n := 0
	if at < len(dictionary) {
		n = common(text[i:], dictionaryBytes[at:])
		if at+n < len(dictionary) {
			return n
		}
	}
	return n + common(text[i+n:], text[at+n-len(dictionary):])
}

// common is how many bytes a and b begin with in common.
func common(a, b []byte) int {
	n := 0
	for n+8 <= len(a) && n+8 <= len(b) {
		if diff := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); diff != 0 {
			return n + bits.TrailingZeros64(diff)/8
		}
		n += 8
	}
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// hexLen is how many hexadecimal digits, in pairs, stand at the beginning; 0 if
// too few to be worth it.
func hexLen(b []byte) int {
	if len(b) < minHex || !isHex(b[minHex-1]) {
		return 0
	}
	n := 0
	for n < len(b) && isHex(b[n]) {
		n++
	}
	return n &^ 1
}

func isHex(b byte) bool { return b-'0' < 10 || b-'a' < 6 }

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
