// Package audit is the arithmetic of the tamper-evident log: what one line
// holds, how lines are chained, and how a chain is verified years later.
//
// It reads and writes nothing. A store appends lines in commit order and asks
// this package for their hashes; a verifier, here or elsewhere, needs only the
// lines. See [Verify] for what can and what cannot be found.
package audit

import (
	"encoding/json"
	"fmt"
	"time"
)

// Event names what happened. The set is closed; a name, once released, keeps
// its meaning for ever because old trails are read by new programs.
type Event string

// The events. An outcome by a person, a timeout and a cancel are never one
// event: "rejected" always means that somebody rejected.
const (
	FlowSaved Event = "flow.saved"
	// FlowRemoved: a flow was deleted; its executions go on.
	FlowRemoved Event = "flow.removed"
	// KVSet and KVDeleted tell the digest of a value, never the value.
	KVSet             Event = "kv.set"
	KVDeleted         Event = "kv.deleted"
	ExecutionStarted  Event = "execution.started"
	ExecutionQueued   Event = "execution.queued"
	ExecutionAdmitted Event = "execution.admitted"
	ExecutionHeld     Event = "execution.held"
	ExecutionReleased Event = "execution.released"
	// ExecutionRestarted: the failed part of an execution is run again.
	ExecutionRestarted Event = "execution.restarted"
	// ExecutionRelabelled: labels were added, changed or removed.
	ExecutionRelabelled Event = "execution.relabelled"
	ExecutionEnded      Event = "execution.ended"
	TaskStarted         Event = "task.started"
	TaskSkipped         Event = "task.skipped"
	// TaskRetried: a try failed, and another follows.
	TaskRetried Event = "task.retried"
	// TaskSet: somebody changed the state of an ended task run.
	TaskSet           Event = "task.set"
	TaskEnded         Event = "task.ended"
	SubflowStarted    Event = "subflow.started"
	SubflowEnded      Event = "subflow.ended"
	SLABreached       Event = "sla.breached"
	RequestOpened     Event = "request.opened"
	ResponseRecorded  Event = "response.recorded"
	ResponseRefused   Event = "response.refused"
	RequestApproved   Event = "request.approved"
	RequestRejected   Event = "request.rejected"
	RequestAnswered   Event = "request.answered"
	RequestExpired    Event = "request.expired"
	RequestCancelled  Event = "request.cancelled"
	RequestSuperseded Event = "request.superseded"
	// RequestAutoApproved: a rule of the flow approved, and nobody was asked.
	RequestAutoApproved Event = "request.auto_approved"
	// RequestOverridden: somebody with the right to approved over the heads of
	// those who were asked.
	RequestOverridden Event = "request.overridden"
	// RequestDelegated and RequestReassigned: a question was handed to somebody
	// else, who answers for its owner or instead of them.
	RequestDelegated  Event = "request.delegated"
	RequestReassigned Event = "request.reassigned"
	// RequestEscalated: nobody answered in time, so others are asked.
	RequestEscalated Event = "request.escalated"
	RequestReminded  Event = "request.reminded"
	// RequestReturned: the requester was asked to change something.
	RequestReturned  Event = "request.returned"
	RequestCommented Event = "request.commented"
	CopyPosted       Event = "copy.posted"
	CopyUpdated      Event = "copy.updated"
	CopyAdopted      Event = "copy.adopted"
	CopyFailed       Event = "copy.failed"
	// CopyTold: a line was said below a copy.
	CopyTold     Event = "copy.told"
	NoticeSent   Event = "notice.sent"
	NoticeFailed Event = "notice.failed"
	// TriggerFired: a trigger started an execution, which the line names.
	TriggerFired Event = "trigger.fired"
	// TriggerSkipped: a trigger was due and started nothing, on purpose.
	TriggerSkipped Event = "trigger.skipped"
	// TriggerFailed: a trigger was due and could not start anything.
	TriggerFailed Event = "trigger.failed"
	// TriggerDisabled and TriggerEnabled: by a person, or by its own stopAfter.
	TriggerDisabled Event = "trigger.disabled"
	TriggerEnabled  Event = "trigger.enabled"
	// PersonAway and PersonBack: somebody said when they are away and who stands
	// in for them, or that they are back; with a source, by their status there.
	PersonAway Event = "person.away"
	PersonBack Event = "person.back"
	// PersonLinked and PersonUnlinked: an account became, or is no more, that of a
	// person.
	PersonLinked   Event = "person.linked"
	PersonUnlinked Event = "person.unlinked"
	// SurfaceInstalled and SurfaceRemoved: a workspace of a chat installed signoff,
	// or took it away. SurfaceRenewed: its token ended and was replaced.
	SurfaceInstalled Event = "surface.installed"
	SurfaceRenewed   Event = "surface.renewed"
	SurfaceRemoved   Event = "surface.removed"
)

// Actor is who did it. A person is always the verified clicker, never the bot
// that carried the click.
type Actor struct {
	// Person is the directory's id of the human; empty when no human is known.
	Person string `json:"person,omitempty"`
	// Name is the display name as it was seen; never used to decide anything.
	Name string `json:"name,omitempty"`
	// Account is the account that acted, as "surface:tenant:id".
	Account string `json:"account,omitempty"`
	// Via is the surface: slack, teams, email, web, api, or "engine" for what
	// happened by itself.
	Via string `json:"via,omitempty"`
}

// Record is one thing that happened, before it has a place in the log.
type Record struct {
	At        time.Time      `json:"at"`
	Event     Event          `json:"event"`
	Namespace string         `json:"namespace,omitempty"`
	Flow      string         `json:"flow,omitempty"`
	Revision  int            `json:"revision,omitempty"`
	Execution string         `json:"execution,omitempty"`
	Task      string         `json:"task,omitempty"`
	TaskRun   string         `json:"taskRun,omitempty"`
	Actor     Actor          `json:"actor,omitzero"`
	Data      map[string]any `json:"data,omitempty"`
}

// Hash is a SHA-256.
type Hash [32]byte

// Line is a record in its place in the log.
type Line struct {
	// Seq counts from 1 without gaps.
	Seq uint64
	// Raw is the record as canonical JSON; exactly these bytes are hashed.
	Raw []byte
	// Hash covers Seq, Raw and the hash of the line before.
	Hash Hash
}

// Record reads what the line holds.
func (l Line) Record() (Record, error) {
	var r Record
	if err := json.Unmarshal(l.Raw, &r); err != nil {
		return Record{}, fmt.Errorf("read audit line %d: %w", l.Seq, err)
	}
	return r, nil
}

// Head is the end of the log: how many lines there are, and the last hash.
type Head struct {
	Seq  uint64
	Hash Hash
}
