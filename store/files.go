package store

import (
	"context"
	"io"
	"time"
)

// Files keeps what people hand in and tasks make, beside the store: records hold
// a file's URI alone. It is safe for concurrent use.
type Files interface {
	// Put keeps what r gives under a new URI, which nobody can guess. The owner
	// is the execution, or the upload, that the file belongs to: letters, digits,
	// "-" and "_", at most 100. The name is for people; what is no part of a
	// file's name is left out of it. More than limit bytes are ErrTooLarge, and
	// nothing is kept. The file is durable when Put returns.
	Put(ctx context.Context, owner, name string, r io.Reader, limit int64) (File, error)
	// Open reads a file, or returns ErrNotFound, whatever else uri may be. The
	// reader ends with ErrDamaged where the file is not what was put. The caller
	// closes it.
	Open(ctx context.Context, uri string) (io.ReadCloser, File, error)
	// Remove removes all files of an owner, if there are any.
	Remove(ctx context.Context, owner string) error
}

// File is what is known of a kept file.
type File struct {
	URI   string `json:"uri"`
	Owner string `json:"owner"`
	Name  string `json:"name"`
	Size  int64  `json:"size"` // bytes
	// Type is the media type that the first bytes speak for, as net/http detects
	// it. The name may say something else.
	Type   string `json:"type"`
	SHA256 string `json:"sha256"` // in hex
}

// Owners is a [Files] that can tell whose files it keeps.
type Owners interface {
	// Owners lists all owners, in no order.
	Owners(ctx context.Context) ([]Owner, error)
}

// Owner is who files belong to.
type Owner struct {
	Name string
	Put  time.Time // about when the last file was put or removed
}
