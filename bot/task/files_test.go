package task_test

import (
	"bytes"
	"context"
	"io"
	"sync"

	"signoff/store"
)

// memoryFiles is a folder of files in memory.
type memoryFiles struct {
	mu    sync.Mutex
	files map[string]string // guarded by mu
}

func (k *memoryFiles) Put(_ context.Context, owner, name string, r io.Reader, limit int64) (store.File, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return store.File{}, err
	}
	if int64(len(b)) > limit {
		return store.File{}, store.ErrTooLarge
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	uri := "signoff:///" + owner + "/" + name
	k.files[uri] = string(b)
	return store.File{URI: uri, Owner: owner, Name: name, Size: int64(len(b))}, nil
}

func (k *memoryFiles) Open(_ context.Context, uri string) (io.ReadCloser, store.File, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, ok := k.files[uri]
	if !ok {
		return nil, store.File{}, store.ErrNotFound
	}
	return io.NopCloser(bytes.NewBufferString(text)), store.File{URI: uri, Size: int64(len(text))}, nil
}

func (k *memoryFiles) Remove(context.Context, string) error { return nil }
