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
	"time"

	"signoff/engine"
	"signoff/engine/audit"
)

// The outcomes that a caller is expected to handle.
var (
	// ErrNotFound: there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the execution, flow, trigger or value has moved on; load it and
	// step again.
	ErrConflict = errors.New("it has changed meanwhile")
	// ErrTooLate: the store's clock is past Transition.NotAfter.
	ErrTooLate = errors.New("too late")
	// ErrTooEarly: the store's clock is before Transition.NotBefore.
	ErrTooEarly = errors.New("too early")
	// ErrSeen: Commit.Once has been committed before.
	ErrSeen = errors.New("seen before")
	// ErrLostClaim: the claim's lease ended, and the piece was claimed anew or is
	// gone; or the claim was given back. What was learned under it may be stale.
	ErrLostClaim = errors.New("the claim was lost")
	// ErrFull: no slot of the flow's concurrency is free; see Transition.Slots.
	ErrFull = errors.New("no slot is free")
	// ErrTooLarge: a file is larger than it may be.
	ErrTooLarge = errors.New("too large")
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

// Store keeps executions, audit lines, owed work, flows, values and the state of
// triggers. It is safe for concurrent use. What it returns belongs to the caller.
type Store interface {
	// Commit makes all of c durable, or nothing. It refuses with ErrSeen,
	// ErrLostClaim, ErrConflict, ErrFull, ErrTooEarly or ErrTooLate, checked in
	// this order within the transaction: seen, claims, versions (of the
	// execution, the flow, the triggers, the values), slots, clock. A commit that no
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
	// Extend lets a claim hold its piece for a lease from now; it never holds it
	// for less long than before. It is ErrLostClaim where Commit would say so, and
	// does nothing where the piece was put anew or is gone. Commit goes by the
	// token, so the claim stays good as it is.
	Extend(ctx context.Context, c Claim, lease time.Duration) error

	// Execution returns one execution, or ErrNotFound.
	Execution(ctx context.Context, id engine.ExecutionID) (engine.Execution, error)
	// Executions lists executions in the order of their ids, newest first. It
	// reads in pieces: what is committed meanwhile may be seen or not.
	Executions(ctx context.Context, q Query) ([]engine.Execution, error)
	// Slots counts the executions of a flow, of any revision, that hold a slot.
	// It is a hint; Transition.Slots is the rule.
	Slots(ctx context.Context, ref engine.FlowRef) (int, error)
	// Flow returns a revision, or the latest for revision 0; ErrNotFound if there
	// is none, or the latest says that the flow is deleted.
	Flow(ctx context.Context, ref engine.FlowRef) (Flow, error)
	// Flows returns the latest revision of each flow that is not deleted, ordered
	// by namespace and id.
	Flows(ctx context.Context) ([]Flow, error)
	// Revisions returns all revisions of a flow, newest first, without their
	// sources; none if there never was such a flow.
	Revisions(ctx context.Context, ref engine.FlowRef) ([]Flow, error)
	// Namespaces returns the namespaces that hold a flow or a value, in order.
	Namespaces(ctx context.Context) ([]string, error)
	// KV returns the values of a namespace that have not expired, and nothing of
	// those above or below it. It is never nil.
	KV(ctx context.Context, namespace string) (map[string]Entry, error)
	// Triggers returns the state of every trigger, ordered by flow and id.
	Triggers(ctx context.Context) ([]TriggerState, error)
	// Audit returns up to n lines from sequence number from on, and the head of
	// the log at that moment. The first line is number 1; 0 is taken for it.
	Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error)

	// Now is the store's clock. It never goes back, not over a restart either.
	Now() time.Time
	Close() error
}
