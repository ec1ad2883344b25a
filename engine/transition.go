package engine

import (
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
)

// Transition is everything that changed. A store makes all of it true in one
// transaction, or none of it.
type Transition struct {
	// Next is the execution after the change; Next.Version is one above the
	// version that the change was computed from.
	Next    Execution
	Records []audit.Record
	// Effects are put under their keys; one that stands under the same key is
	// replaced.
	Effects []Effect
	// Drop names effects that are no longer owed.
	Drop []EffectKey
	// NotBefore and NotAfter bound the store's clock inside the transaction;
	// zero is unbounded. This is where exactly one of decision and deadline wins.
	NotBefore time.Time
	NotAfter  time.Time
	// Slots, if not 0, is the most executions of the flow that may hold a slot,
	// this one included. A store refuses what would be one more.
	Slots int
	// Refused, if not nil, is what the person is told: the change is made, and
	// their answer is not part of it. What they were shown is no longer true.
	Refused *RejectionError
}

// EffectKey names a piece of owed work within its execution: "call/3",
// "copy/2/1", "timer/2", "notice/2/1", "launch/3", "parent", "stop/3/child",
// "dequeue", "again", "state/PAUSED/7", "timer/sla/long", "stage/2",
// "climb/2", "remind/2/ann", "return/2", "tell/2/ann/reminder/1", "log/2/1".
type EffectKey string

// Effect is work owed to the outside after the change is stored.
type Effect struct {
	Execution ExecutionID
	Key       EffectKey
	Due       time.Time
	Work      Work
}

// Work is what an effect asks for.
type Work interface{ work() }

// Call asks for a task that touches the world.
type Call struct {
	Run     TaskRunID `json:"run"`
	Attempt int       `json:"attempt"`
}

// Deliver asks that a copy show the request as it stands when the work is done.
type Deliver struct {
	Run  TaskRunID `json:"run"`
	Copy int       `json:"copy"`
}

// Timer asks for [Expire] when it is due.
type Timer struct {
	Run TaskRunID `json:"run"`
}

// Notice asks that a person be told that a copy could not be delivered.
type Notice struct {
	Run  TaskRunID `json:"run"`
	Copy int       `json:"copy"`
}

// Launch asks that the subflow of a task run be started.
type Launch struct {
	Run TaskRunID `json:"run"`
}

// TellParent asks that the parent learn how this execution ended.
type TellParent struct{}

// StopChild asks that the subflow of a task run be killed. The run may have
// started another by then.
type StopChild struct {
	Run   TaskRunID   `json:"run"`
	Child ExecutionID `json:"child"`
}

// Dequeue asks that the oldest queued execution of the flow be admitted.
type Dequeue struct{}

// Announce asks that flows that listen be told of a state.
type Announce struct {
	State State `json:"state"`
}

// Again asks that the flow be started anew, with the same inputs, because its
// retry says so.
type Again struct{}

// Reminder asks for [Remind] when it is due: the person is reminded for the Nth
// time, counted from 0, in a stage.
type Reminder struct {
	Run    TaskRunID         `json:"run"`
	Stage  int               `json:"stage"`
	N      int               `json:"n"`
	Person approval.PersonID `json:"person"`
}

// Climb asks for [Escalate] when it is due: the Nth rung of a stage's ladder,
// counted from 0.
type Climb struct {
	Run   TaskRunID `json:"run"`
	Stage int       `json:"stage"`
	N     int       `json:"n"`
}

// StageTimer asks for [StageOver] when it is due.
type StageTimer struct {
	Run   TaskRunID `json:"run"`
	Stage int       `json:"stage"`
}

// ReturnReminder asks for [RemindReturned] when it is due: the requester of a
// request that was sent back, or at the last whoever sent it back, is told for
// the Nth time, counted from 0, that it still waits.
type ReturnReminder struct {
	Run TaskRunID `json:"run"`
	N   int       `json:"n"`
}

// Tell asks that one person be told something about a request, in words.
type Tell struct {
	Run    TaskRunID         `json:"run"`
	Person approval.PersonID `json:"person"`
	What   News              `json:"what"`
	// N says which: the reminder, the move or the comment, counted from 0.
	N int `json:"n"`
}

// News is what a person is told.
type News string

// The news.
const (
	NewsReminder  News = "reminder"  // they have not answered yet
	NewsNudge     News = "nudge"     // the requester wants their answer
	NewsMoved     News = "moved"     // a question was handed to them: Moves[N]
	NewsTaken     News = "taken"     // their seat was given to somebody: Moves[N]
	NewsStandIn   News = "stand_in"  // they stand in for somebody who is asked
	NewsEscalated News = "escalated" // nobody answered, so they are asked: Moves[N]
	NewsOverride  News = "override"  // it was decided over their heads: Responses[N]
	NewsChanges   News = "changes"   // the requester is to change something: Comments[N]
	NewsToChange  News = "to_change" // the requester has not changed it yet
	NewsUnchanged News = "unchanged" // what they sent back was not changed
	NewsQuestion  News = "question"  // the requester was asked something: Comments[N]
	NewsReply     News = "reply"     // their question was answered: Comments[N]
	NewsAnew      News = "anew"      // it is asked anew: Rounds[N] is void
)

func (Call) work()       {}
func (Deliver) work()    {}
func (Timer) work()      {}
func (Notice) work()     {}
func (Launch) work()     {}
func (TellParent) work() {}
func (StopChild) work()  {}
func (Dequeue) work()    {}
func (Announce) work()   {}
func (Again) work()      {}
func (Reminder) work()   {}
func (Climb) work()      {}
func (StageTimer) work() {}
func (Tell) work()       {}

func (ReturnReminder) work() {}
