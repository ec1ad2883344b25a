package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
)

// domain separates these hashes from every other use of SHA-256. A change of
// what is hashed changes it.
const domain = "signoff audit v1\x00"

// String is the hash in hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Append puts a canonical record after prev. The line keeps raw, which the
// caller must not change afterwards.
func Append(prev Head, raw []byte) Line {
	seq := prev.Seq + 1
	return Line{Seq: seq, Raw: raw, Hash: chain(seq, prev.Hash, raw)}
}

// Head is the end of a log whose last line is l.
func (l Line) Head() Head { return Head{Seq: l.Seq, Hash: l.Hash} }

func chain(seq uint64, prev Hash, raw []byte) Hash {
	b := make([]byte, 0, 1024)
	b = append(b, domain...)
	b = binary.BigEndian.AppendUint64(b, seq)
	b = append(b, prev[:]...)
	b = append(b, raw...)
	return sha256.Sum256(b)
}

// The parts of a line as it is written, see [Line.MarshalJSON].
const (
	beforeSeq    = `{"seq":`
	beforeHash   = `,"hash":"`
	beforeRecord = `","record":`
	afterRecord  = `}`
)

// MarshalJSON writes the line as one object, {"seq":7,"hash":"…","record":{…}},
// with the record byte for byte as it was hashed. One such object a line is the
// export format; nothing but the file is needed to verify it.
func (l Line) MarshalJSON() ([]byte, error) {
	if !json.Valid(l.Raw) {
		return nil, errors.New("audit: the record of line " + strconv.FormatUint(l.Seq, 10) + " is not JSON")
	}
	b := make([]byte, 0, len(l.Raw)+128)
	b = append(b, beforeSeq...)
	b = strconv.AppendUint(b, l.Seq, 10)
	b = append(b, beforeHash...)
	b = hex.AppendEncode(b, l.Hash[:])
	b = append(b, beforeRecord...)
	b = append(b, l.Raw...)
	return append(b, afterRecord...), nil
}

// errForm is deliberately one error: what is not written by MarshalJSON is not
// guessed at, because two readers might guess differently.
var errForm = errors.New(`audit: not a line of the form {"seq":1,"hash":"<64 hex digits>","record":{…}}`)

// UnmarshalJSON reads what [Line.MarshalJSON] wrote and nothing else: no other
// order, no more fields, no white space. It undoes the escapes that
// [json.Marshal] puts around <, > and &, which a canonical record never holds.
func (l *Line) UnmarshalJSON(b []byte) error {
	rest, ok := bytes.CutPrefix(b, []byte(beforeSeq))
	digits, rest, ok2 := bytes.Cut(rest, []byte(beforeHash))
	sum, raw, ok3 := bytes.Cut(rest, []byte(beforeRecord))
	raw, ok4 := bytes.CutSuffix(raw, []byte(afterRecord))
	if !ok || !ok2 || !ok3 || !ok4 {
		return errForm
	}
	seq, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil || strconv.FormatUint(seq, 10) != string(digits) {
		return errForm
	}
	var h Hash
	if n, err := hex.Decode(h[:], sum[:min(len(sum), 2*len(h))]); err != nil || n != len(h) || h.String() != string(sum) {
		return errForm
	}
	if !bytes.HasPrefix(raw, []byte("{")) || !json.Valid(raw) {
		return errForm
	}
	*l = Line{Seq: seq, Raw: unescapeHTML(raw), Hash: h}
	return nil
}

// unescapeHTML returns a copy of the JSON text raw in which the escapes of <, >
// and & are undone. An escaped backslash before a "u" is no such escape.
func unescapeHTML(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 == len(raw) {
			out = append(out, raw[i])
			continue
		}
		if i+6 <= len(raw) {
			switch string(raw[i : i+6]) {
			case `\u003c`:
				out, i = append(out, '<'), i+5
				continue
			case `\u003e`:
				out, i = append(out, '>'), i+5
				continue
			case `\u0026`:
				out, i = append(out, '&'), i+5
				continue
			}
		}
		out = append(out, raw[i], raw[i+1])
		i++
	}
	return out
}
