package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"signoff/store"
)

// A bbolt file has two heads, written in turn. bbolt takes the other one when one
// is harmed, and so forgets the last commit without a word. A power cut cannot
// leave a harmed head, because a head lies within one sector of the disk; so it
// is refused here.
//
// A head follows the 16 bytes of its page's own head: magic and version, page
// size, flags, root, sequence, free list, end, transaction; and over these 56
// bytes an FNV-1a in the byte order of the machine.
const (
	headAt   = 16
	headSize = 56
	magic    = 0xED0CDAED
)

func checkHeads(path string) error {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	var sound int
	for page := range int64(2) {
		b := make([]byte, headSize+8)
		if _, err := f.ReadAt(b, page*pageSize+headAt); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		sum := fnv.New64a()
		_, _ = sum.Write(b[:headSize]) // never fails
		if binary.NativeEndian.Uint32(b) == magic && binary.NativeEndian.Uint64(b[headSize:]) == sum.Sum64() {
			sound++
		}
	}
	switch sound {
	case 0:
		return fmt.Errorf("%w: it is not a data file of signoff, or its beginning is overwritten", store.ErrDamaged)
	case 1:
		return fmt.Errorf("%w: one of the two heads of the file is, and with it perhaps the last commit: put a backup in its place", store.ErrDamaged)
	}
	return nil
}
