package store

import (
	"time"

	"signoff/engine"
	"signoff/engine/audit"
)

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
	// number; any other must be the next, or the commit is ErrConflict. With
	// Deleted it is a revision without source that ends the flow; nothing if
	// there is none.
	Flow *Flow
	// KV sets values of a namespace.
	KV *Values
	// Triggers change the state of triggers: Version must be one above the stored
	// version, which is 0 for a new one, or the commit is ErrConflict.
	Triggers []TriggerState
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
