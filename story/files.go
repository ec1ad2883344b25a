package story

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"signoff/store"
)

// files keeps files in memory. Those of a story are there from the start, at
// signoff:///story/file/NAME.
type files struct {
	kept map[string]keptFile
	n    int
}

type keptFile struct {
	store.File
	content []byte
}

var _ store.Files = (*files)(nil)

func newFiles(given map[string]string) *files {
	f := &files{kept: map[string]keptFile{}}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		f.keep("signoff:///story/file/"+name, "story", name, []byte(given[name]))
	}
	return f
}

func (f *files) keep(uri, owner, name string, content []byte) store.File {
	sum := sha256.Sum256(content)
	file := store.File{
		URI: uri, Owner: owner, Name: name, Size: int64(len(content)),
		Type: http.DetectContentType(content), SHA256: hex.EncodeToString(sum[:]),
	}
	f.kept[uri] = keptFile{file, content}
	return file
}

// Put keeps a file.
func (f *files) Put(_ context.Context, owner, name string, r io.Reader, limit int64) (store.File, error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return store.File{}, err
	}
	if int64(len(content)) > limit {
		return store.File{}, store.ErrTooLarge
	}
	f.n++
	return f.keep(fmt.Sprintf("signoff:///%s/%d/%s", owner, f.n, name), owner, name, content), nil
}

// Open reads a file.
func (f *files) Open(_ context.Context, uri string) (io.ReadCloser, store.File, error) {
	file, ok := f.kept[uri]
	if !ok {
		return nil, store.File{}, store.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(file.content)), file.File, nil
}

// Remove removes all files of an owner.
func (f *files) Remove(_ context.Context, owner string) error {
	maps.DeleteFunc(f.kept, func(_ string, k keptFile) bool { return k.Owner == owner })
	return nil
}
