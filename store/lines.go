package store

import (
	"encoding/binary"
	"fmt"

	"signoff/engine/audit"
)

// SealLines makes one record of lines that follow each other, to be kept under
// the number of the first. A full record is packed; one that will be written
// again, with more lines, is not worth it.
func SealLines(lines []audit.Line, full bool) []byte {
	size := 0
	for i := range lines {
		size += len(lines[i].Raw) + binary.MaxVarintLen32
	}
	raws := borrow()
	defer raws.giveBack()
	for i := range lines {
		raws.bytes(&lines[i].Raw)
	}
	if full {
		size /= 2
	}
	rec := coder{out: begin(len(lines)*len(audit.Hash{}) + size)}
	list(&rec, &lines, (*coder).hash)
	if full {
		rec.out = pack(rec.out, raws.out)
	} else {
		rec.out = packNot(rec.out, raws.out)
	}
	return finish(KindLines, LinesKey(lines[0].Seq), rec.out)
}

// LinesKey is the key of a record of lines; it sorts as the numbers do.
func LinesKey(seq uint64) string {
	return string(binary.BigEndian.AppendUint64(nil, seq))
}

// UnsealLines reads what [SealLines] made.
func UnsealLines(key string, rec []byte) ([]audit.Line, error) {
	body, err := Unseal(KindLines, key, rec)
	if err != nil {
		return nil, fmt.Errorf("line %x: %w", key, err)
	}
	if len(key) != 8 {
		return nil, damaged(KindLines, key, errShort)
	}
	c := coder{reading: true, in: string(body)}
	var lines []audit.Line
	if list(&c, &lines, (*coder).hash); c.err == nil {
		if c.in, err = unpack(c.in); err != nil {
			return nil, damaged(KindLines, key, err)
		}
	}
	first := binary.BigEndian.Uint64([]byte(key))
	for i := range lines {
		lines[i].Seq = first + uint64(i)
		c.bytes(&lines[i].Raw)
	}
	if err := c.end(); err != nil {
		return nil, damaged(KindLines, key, err)
	}
	return lines, nil
}
