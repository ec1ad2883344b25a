package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"

	"signoff/store"
)

// bounded is a reader and the most that may come out of it.
type bounded struct {
	r     io.Reader
	limit int64
}

// reader gives one byte more than the limit, which tells that there is more.
func (b bounded) reader() io.Reader { return io.LimitReader(b.r, max(b.limit, 0)+1) }

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context //nolint:containedctx // lives as long as one Put
	r   io.Reader
}

func (u untilDone) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}

// sum is what is learned of a file while it passes.
type sum struct {
	size  int64
	hash  hash.Hash
	first []byte // as much as the media type needs
}

const sniffed = 512

func newSum() *sum { return &sum{hash: sha256.New()} }

func (s *sum) Write(b []byte) (int, error) {
	if room := sniffed - len(s.first); room > 0 {
		s.first = append(s.first, b[:min(room, len(b))]...)
	}
	s.size += int64(len(b))
	return s.hash.Write(b)
}

func (s *sum) hex() string       { return hex.EncodeToString(s.hash.Sum(nil)) }
func (s *sum) mediaType() string { return http.DetectContentType(s.first) }

// checked reads a file and compares, at its end, what came with what was put.
type checked struct {
	file *os.File
	sum  *sum
	want store.File
}

func (c *checked) Read(b []byte) (int, error) {
	n, err := c.file.Read(b)
	_, _ = c.sum.Write(b[:n]) // never fails
	if errors.Is(err, io.EOF) && (c.sum.size != c.want.Size || c.sum.hex() != c.want.SHA256) {
		return n, damaged(c.want.URI)
	}
	return n, err
}

func (c *checked) Close() error { return c.file.Close() }

func damaged(uri string) error {
	return fmt.Errorf("%w: the file %s is not what was kept", store.ErrDamaged, uri)
}

func encode(w io.Writer, f store.File) error { return json.NewEncoder(w).Encode(f) }

func decode(p place, text []byte) (store.File, error) {
	var f store.File
	if err := json.Unmarshal(text, &f); err != nil || f.Owner != p.owner || f.URI != p.uri(f.Name) {
		return store.File{}, damaged(p.uri("…"))
	}
	return f, nil
}
