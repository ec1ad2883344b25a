package engine

import (
	"time"

	"signoff/engine/approval"
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
	Created   State = "CREATED"
	Running   State = "RUNNING"
	Paused    State = "PAUSED"
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
	case Created, Running, Paused:
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
}

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
}

// LogLine is what a task said.
type LogLine struct {
	At    time.Time `json:"at"`
	Level string    `json:"level"`
	Text  string    `json:"text"`
}
