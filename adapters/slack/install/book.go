package install

import (
	"context"
	"errors"
	"time"
)

// Book is where installs are kept; all servers share it. It is safe for
// concurrent use.
type Book interface {
	// Read returns what is kept, by key, but for what has expired.
	Read(ctx context.Context) (map[string]Entry, error)
	// Write makes all of w durable, or nothing. It is [ErrTaken] if a write of the
	// same Once was made before, by whichever server.
	Write(ctx context.Context, w Write) error
}

// ErrTaken says that a write of this name was made before.
var ErrTaken = errors.New("it was done before")

// Entry is what is kept under a key: texts by name.
type Entry struct {
	Fields  map[string]string
	Expires time.Time // zero is never
}

// Write is a change of the book.
type Write struct {
	Set map[string]*Entry // nil removes the key
	// Once names the change for ever.
	Once  string
	Event *Event // a line for the trail; nil is none
}

// What is written down in the trail.
const (
	Installed = "installed"
	Renewed   = "renewed"
	Removed   = "removed"
)

// Event is a line for the trail. It holds no secret.
type Event struct {
	What string
	// Account is who did it, as Slack names them; empty if it happened by itself.
	Account string
	Data    map[string]any
}
