package store

import (
	"time"

	"signoff/engine"
	"signoff/engine/approval"
)

// Flow is a saved revision.
type Flow struct {
	Ref    engine.FlowRef
	Source []byte
	Digest string // SHA-256 of Source, in hex
	Saved  time.Time
	// By names who saved it, for people; the audit log is the proof.
	By string
	// Author is the person who wrote the source; empty if it was none whom the
	// directory knows.
	Author approval.PersonID
	// Deleted: from this revision on there is no such flow. Executions keep the
	// revision they began with.
	Deleted bool
	// Disabled: the flow is kept and not started.
	Disabled bool
}

// Values sets keys of a namespace. A nil entry removes the key.
type Values struct {
	Namespace string
	Set       map[string]*Entry
	// New refuses, with ErrConflict, to set a key that is there.
	New bool
}

// Entry is a value that is kept under a key of a namespace.
type Entry struct {
	// Type is one of Kestra's: STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION,
	// JSON. The store does not look at it.
	Type        string
	Value       any
	Description string
	// Expires is when the entry ends, by the store's clock; zero is never.
	Expires time.Time
	// Updated is when it was set. The store sets it.
	Updated time.Time
}

// Expired reports whether the entry has ended at now.
func (e Entry) Expired(now time.Time) bool { return !e.Expires.IsZero() && !now.Before(e.Expires) }

// TriggerState is what is remembered of a trigger of a flow, whatever its
// revision.
type TriggerState struct {
	Flow engine.FlowRef // without revision
	ID   string
	// Version counts the changes from 1.
	Version uint64
	// Next is when it is to be looked at again; zero is never.
	Next time.Time
	// Last is when it last started something, or was due.
	Last          time.Time
	LastExecution engine.ExecutionID
	// Disabled: somebody switched it off.
	Disabled bool
	// Data is what the trigger itself wants to know the next time.
	Data map[string]any
	// Removed, in a commit, forgets the trigger. It is never read.
	Removed bool
}
