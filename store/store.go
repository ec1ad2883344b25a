// Package store is the contract of the place where everything is kept:
// commit, claim, query.
//
// One transition is one transaction: the execution, its audit lines and the
// work it owes become durable together or not at all. What a store promises is
// written down as a test suite in store/storetest, which every store passes.
package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
)

// The outcomes that a caller is expected to handle.
var (
	// ErrNotFound: there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the execution has moved on; load it and step again.
	ErrConflict = errors.New("the execution has changed meanwhile")
	// ErrTooLate: the store's clock is past Transition.NotAfter.
	ErrTooLate = errors.New("too late")
	// ErrTooEarly: the store's clock is before Transition.NotBefore.
	ErrTooEarly = errors.New("too early")
	// ErrSeen: Commit.Once has been committed before.
	ErrSeen = errors.New("seen before")
	// ErrLostClaim: the claim's lease ended, and the piece was claimed anew or is
	// gone; or the claim was given back. What was learned under it may be stale.
	ErrLostClaim = errors.New("the claim was lost")
	// ErrUnknown: the commit may or may not be durable. The store accepts
	// nothing more, and shows nothing more: every later call is ErrClosed. The
	// process must stop and read the truth on restart.
	ErrUnknown = errors.New("the outcome of the commit is unknown")
	// ErrDamaged: a stored record is not what was written. The text names it.
	ErrDamaged = errors.New("damaged")
	// ErrClosed: the store was closed, or stopped after ErrUnknown. The call
	// changed nothing.
	ErrClosed = errors.New("the store is closed")
)

// Store keeps executions, audit lines, owed work, flows and values. It is safe
// for concurrent use. What it returns belongs to the caller.
type Store interface {
	// Commit makes all of c durable, or nothing. It refuses with ErrConflict,
	// ErrTooLate, ErrTooEarly, ErrSeen or ErrLostClaim, checked in this order
	// within the transaction: seen, claims, version, clock. A commit that no
	// store could keep (work for another execution, a value that is a function)
	// is refused before that with a plain error. If ctx ends while the commit
	// waits, nothing was changed and the error is that of ctx; once it is being
	// written, Commit returns what came of it.
	Commit(ctx context.Context, c Commit) error
	// Claim takes up to n pieces of work that are due and free, oldest due
	// first, for the length of the lease. It also returns when the next piece
	// will be due or free; zero if there is none. A claim need not be durable:
	// work that is held when the process ends is free again.
	Claim(ctx context.Context, lease time.Duration, n int) ([]Claim, time.Time, error)

	// Execution returns one execution, or ErrNotFound.
	Execution(ctx context.Context, id engine.ExecutionID) (engine.Execution, error)
	// Executions lists executions, newest first, which is by descending id.
	Executions(ctx context.Context, q Query) ([]engine.Execution, error)
	// Flow returns a revision, the latest for revision 0, or ErrNotFound.
	Flow(ctx context.Context, ref engine.FlowRef) (Flow, error)
	// Flows returns the latest revision of each flow, ordered by namespace and id.
	Flows(ctx context.Context) ([]Flow, error)
	// KV returns the values of a namespace. It is never nil.
	KV(ctx context.Context, namespace string) (map[string]any, error)
	// Audit returns up to n lines from sequence number from on, and the head of
	// the log at that moment. The first line is number 1; 0 is taken for it.
	Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error)

	// Now is the store's clock. It never goes back, not over a restart either.
	Now() time.Time
	Close() error
}

// Commit is everything that becomes true together. Each part may be absent.
type Commit struct {
	// Transition changes an execution: Next.Version must be one above the stored
	// version, which is 0 for a new one. After Settle and Postpone, its Drop is
	// removed and its Effects are put; they are all of Next.
	Transition *engine.Transition
	// Records are lines that belong to no transition: a refusal, a saved flow.
	Records []audit.Record
	// Settle removes work that is done. A piece that was put anew since it was
	// claimed stays, and one that is gone, by a Drop, needs nothing; both while
	// the claim is good, see ErrLostClaim.
	Settle []Claim
	// Postpone gives work back, to be done again at a later time. By itself it
	// need not survive a restart, after which the work is due at once: a surface
	// that is down for a day must not keep the disk busy.
	Postpone []Postponed
	// Once, if not empty, names the cause; a second commit with it is refused.
	// It is remembered for at least [OnceFor].
	Once string
	// Flow saves a source as a new revision; nothing if it equals the latest. The
	// store sets Digest, and Saved if it is zero. Ref.Revision 0 takes the next
	// number; any other must be the next, or the commit is ErrConflict.
	Flow *Flow
	// KV sets values of a namespace.
	KV *Values
}

// OnceFor is how long [Commit.Once] is remembered at the least: longer than
// the last of Slack's redeliveries.
const OnceFor = 26 * time.Hour

// Claim is a piece of work that this process may do until the lease ends.
type Claim struct {
	Effect engine.Effect
	// Attempt counts claims of this piece since it was put, from 1. Claims that
	// a crash cut short may be missing.
	Attempt int
	// Token tells this claim from every other of the same piece.
	Token uint64
	Until time.Time
}

// Postponed is a claim that is given back.
type Postponed struct {
	Claim Claim
	Due   time.Time
}

// Query selects executions. The zero value selects all.
type Query struct {
	Namespace string // and those below it
	Flow      string
	States    []engine.State
	Limit     int // 0: 100
}

// Max is the limit, or its default.
func (q Query) Max() int {
	if q.Limit <= 0 {
		return 100
	}
	return q.Limit
}

// Selects reports whether the query selects an execution with this head.
func (q Query) Selects(h Head) bool {
	if ns := q.Namespace; ns != "" && h.Flow.Namespace != ns && !strings.HasPrefix(h.Flow.Namespace, ns+".") {
		return false
	}
	if q.Flow != "" && h.Flow.ID != q.Flow {
		return false
	}
	return len(q.States) == 0 || slices.Contains(q.States, h.State)
}

// Flow is a saved revision.
type Flow struct {
	Ref    engine.FlowRef
	Source []byte
	Digest string // SHA-256 of Source, in hex
	Saved  time.Time
}

// Values sets keys of a namespace. A nil value removes the key.
type Values struct {
	Namespace string
	Set       map[string]any
}
