package engine

import (
	"time"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// ExecutionID names one run of one flow revision. It is chosen by the shell,
// sorts by time of creation, and cannot be guessed.
type ExecutionID string

// TaskRunID names one run of one task within its execution: "1", "2", … in the
// order of creation.
type TaskRunID string

// Version is the compare-and-swap token of an execution. The store refuses a
// transition that does not follow the version it has. Zero is "not stored yet".
type Version uint64

// State is where an execution or a task run stands. Words and meaning are
// Kestra's.
type State string

// The states. Success, Warning, Failed, Killed, Cancelled and Skipped are final.
const (
	Created State = "CREATED"
	// Queued: an execution waits for a slot of its flow's concurrency.
	Queued  State = "QUEUED"
	Running State = "RUNNING"
	Paused  State = "PAUSED"
	// Retrying: a task run waits for its next attempt.
	Retrying  State = "RETRYING"
	Success   State = "SUCCESS"
	Warning   State = "WARNING"
	Failed    State = "FAILED"
	Killed    State = "KILLED"
	Cancelled State = "CANCELLED"
	Skipped   State = "SKIPPED"
)

// Final reports whether nothing can follow s.
func (s State) Final() bool {
	switch s {
	case Success, Warning, Failed, Killed, Cancelled, Skipped:
		return true
	case Created, Queued, Running, Paused, Retrying:
		return false
	}
	panic("engine: unknown state " + string(s))
}

// FlowRef names the revision an execution began with and keeps.
type FlowRef struct {
	Namespace string `json:"ns"`
	ID        string `json:"id"`
	Revision  int    `json:"rev"`
}

func (r FlowRef) String() string { return r.Namespace + "/" + r.ID }

// Principal is a verified actor: which human, through which account, over
// which surface. The shell makes it; the engine believes it.
type Principal struct {
	// Person is the human; empty for a service, which never counts as approver.
	Person approval.PersonID `json:"person,omitempty"`
	Name   string            `json:"name,omitempty"`
	// Account is "surface:tenant:id" as the surface verified it.
	Account string `json:"account,omitempty"`
	Via     string `json:"via,omitempty"`
}

// Execution is one run of one flow revision: everything that is known of it,
// and nothing that must be recomputed from outside.
type Execution struct {
	ID        ExecutionID       `json:"id"`
	Flow      FlowRef           `json:"flow"`
	Version   Version           `json:"v"`
	State     State             `json:"state"`
	Inputs    map[string]any    `json:"inputs,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	Requester Principal         `json:"by,omitzero"`
	Started   time.Time         `json:"start"`
	Ended     time.Time         `json:"end,omitzero"`
	// Problem says in a sentence why the execution failed.
	Problem string    `json:"problem,omitempty"`
	Runs    []TaskRun `json:"runs,omitempty"`

	// Outputs are the flow's own, once it ended well.
	Outputs map[string]any `json:"outputs,omitempty"`
	// Trigger is what the root "trigger" holds; nil for a start by hand.
	Trigger map[string]any `json:"trigger,omitempty"`
	// Parent is the task run that started this as its subflow.
	Parent *ParentRef `json:"parent,omitempty"`
	// Original is the execution that this one replays.
	Original ExecutionID `json:"original,omitempty"`
	// Origin are those who asked for it first, where this replays what others
	// asked for; Restarted those who had it go on after it had ended. What bars
	// the requester bars them.
	Origin    []Principal `json:"origin,omitempty"`
	Restarted []Principal `json:"restarted,omitempty"`
	// Slot says that it counts against its flow's concurrency.
	Slot bool `json:"slot,omitempty"`
	// Held: somebody paused the whole execution; nothing new begins.
	Held bool `json:"held,omitempty"`
	// Tries counts how often it was begun: 1, and one more for each restart.
	Tries int `json:"tries,omitempty"`
	// Began is when this try began: after the wait for a slot, or the restart.
	Began time.Time `json:"began,omitzero"`
	// Breached names the SLAs that were broken.
	Breached []string `json:"breached,omitempty"`
}

// ParentRef names the task run that waits for a subflow, and how deep the
// subflow is nested: 1 for a child of an execution that has no parent.
type ParentRef struct {
	Execution ExecutionID `json:"x"`
	Run       TaskRunID   `json:"run"`
	Depth     int         `json:"depth"`
	// Spread is how many subflows this one may stand for: what each execution
	// above had started, multiplied.
	Spread int `json:"spread,omitempty"`
	// Wait: the parent is told of the end.
	Wait bool `json:"wait,omitempty"`
}

// Branch names the list of tasks, within its parent or the flow, that a run
// belongs to. Empty is "tasks", "then" or whatever the task's one main list is.
type Branch string

// The branches beside the main one.
const (
	BranchErrors  Branch = "errors"
	BranchFinally Branch = "finally"
	// BranchAfter is the flow's afterExecution.
	BranchAfter Branch = "afterExecution"
	// BranchOnPause is the task beside a Pause.
	BranchOnPause Branch = "onPause"
)

// TaskRun is one run of one task. Runs stand in the order of creation.
type TaskRun struct {
	ID     TaskRunID `json:"id"`
	Task   string    `json:"task"`
	Parent TaskRunID `json:"parent,omitempty"`
	State  State     `json:"state"`
	// Attempt counts calls to the outside, from 1. It is part of the key under
	// which the far side may recognise a repetition.
	Attempt int       `json:"attempt,omitempty"`
	Started time.Time `json:"start"`
	Ended   time.Time `json:"end,omitzero"`
	// Due is when a Pause that is running ends by itself; zero if it waits for
	// ever.
	Due     time.Time      `json:"due,omitzero"`
	Outputs map[string]any `json:"outputs,omitempty"`
	Logs    []LogLine      `json:"logs,omitempty"`
	Problem string         `json:"problem,omitempty"`
	Request *Request       `json:"request,omitempty"`

	Branch Branch `json:"branch,omitempty"`
	// Iteration counts from 1 within the loop that is the parent; 0: no loop.
	Iteration int `json:"iter,omitempty"`
	// Value is what the iteration is for.
	Value any `json:"value,omitempty"`
	// Child is the execution that a Subflow started.
	Child ExecutionID `json:"child,omitempty"`
	// First is when the first attempt began, for a retry's bounds.
	First time.Time `json:"first,omitzero"`
	// Items are what a ForEach goes through, frozen when it began.
	Items []any `json:"items,omitempty"`
	// Ends is the state that the run takes once its own errors and finally have
	// run; empty until its main part is over.
	Ends State `json:"ends,omitempty"`
	// Past: a restart set this run aside. It is history, and counts for nothing.
	Past bool `json:"past,omitempty"`
	// Behavior is what a Pause does when its time is up, if an expression said so
	// when it began.
	Behavior flow.Behavior `json:"behavior,omitempty"`
}

// LogLine is what a task said.
type LogLine struct {
	At    time.Time `json:"at"`
	Level string    `json:"level"`
	Text  string    `json:"text"`
}
