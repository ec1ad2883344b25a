package api

import (
	"time"

	"signoff/engine"
	"signoff/engine/flow"
)

// The types below are the API's words. They are kept apart from the engine's
// so that the way we store an execution can change and this cannot.

// Execution is one run of one flow revision.
type Execution struct {
	ID        string            `json:"id"`
	Namespace string            `json:"namespace"`
	Flow      string            `json:"flow"`
	Revision  int               `json:"revision"`
	Version   uint64            `json:"version"`
	State     engine.State      `json:"state"`
	Inputs    map[string]any    `json:"inputs,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	Requester Actor             `json:"requester,omitzero"`
	Started   time.Time         `json:"started"`
	Ended     time.Time         `json:"ended,omitzero"`
	Problem   string            `json:"problem,omitempty"`
	// Outputs are the flow's own, once it ended well.
	Outputs map[string]any `json:"outputs,omitempty"`
	// Parent is the task run that started this as its subflow.
	Parent *Parent `json:"parent,omitempty"`
	// Original is the execution that this one replays.
	Original string `json:"original,omitempty"`
	// Origin are those who asked for it first, Restarted those who had it go on
	// after it had ended. They may answer as little as the requester.
	Origin    []Actor `json:"origin,omitempty"`
	Restarted []Actor `json:"restarted,omitempty"`
	// Held: somebody paused the whole execution.
	Held bool `json:"held,omitempty"`
	// Tries counts how often it was begun, when that is more than once.
	Tries int       `json:"tries,omitempty"`
	Runs  []TaskRun `json:"taskRuns,omitempty"`
}

// Parent names the task run that started a subflow.
type Parent struct {
	Execution string `json:"execution"`
	TaskRun   string `json:"taskRun"`
}

// Actor is who did something.
type Actor struct {
	Person  string `json:"person,omitempty"`
	Name    string `json:"name,omitempty"`
	Account string `json:"account,omitempty"`
	Via     string `json:"via,omitempty"`
}

// TaskRun is one run of one task.
type TaskRun struct {
	ID      string           `json:"id"`
	Task    string           `json:"task"`
	Parent  string           `json:"parent,omitempty"`
	State   engine.State     `json:"state"`
	Attempt int              `json:"attempt,omitempty"`
	Started time.Time        `json:"started"`
	Ended   time.Time        `json:"ended,omitzero"`
	Outputs map[string]any   `json:"outputs,omitempty"`
	Logs    []engine.LogLine `json:"logs,omitempty"`
	Problem string           `json:"problem,omitempty"`
	Request *Request         `json:"request,omitempty"`
	// Branch is errors, finally, afterExecution or onPause, or else empty.
	Branch engine.Branch `json:"branch,omitempty"`
	// Iteration counts from 1 within the loop around the run, Value is what it is
	// for.
	Iteration int `json:"iteration,omitempty"`
	Value     any `json:"value,omitempty"`
	// Child is the execution that a Subflow started.
	Child string `json:"child,omitempty"`
	// Past: a restart set it aside; it is history.
	Past bool `json:"past,omitempty"`
}

func viewActors(people []engine.Principal) []Actor {
	var out []Actor
	for _, p := range people {
		out = append(out, viewActor(p))
	}
	return out
}

// View returns an execution in the API's words.
func View(x engine.Execution) Execution {
	v := Execution{
		ID: string(x.ID), Namespace: x.Flow.Namespace, Flow: x.Flow.ID, Revision: x.Flow.Revision,
		Version: uint64(x.Version), State: x.State, Inputs: flow.HideAll(x.Inputs), Labels: x.Labels,
		Requester: viewActor(x.Requester), Started: x.Started, Ended: x.Ended, Problem: x.Problem,
		Outputs: flow.HideAll(x.Outputs), Original: string(x.Original), Held: x.Held,
	}
	v.Origin, v.Restarted = viewActors(x.Origin), viewActors(x.Restarted)
	if x.Tries > 1 {
		v.Tries = x.Tries
	}
	if p := x.Parent; p != nil {
		v.Parent = &Parent{Execution: string(p.Execution), TaskRun: string(p.Run)}
	}
	for _, t := range x.Runs {
		v.Runs = append(v.Runs, TaskRun{
			ID: string(t.ID), Task: t.Task, Parent: string(t.Parent), State: t.State, Attempt: t.Attempt,
			Started: t.Started, Ended: t.Ended, Outputs: flow.HideAll(t.Outputs), Logs: t.Logs, Problem: t.Problem,
			Request: viewRequest(engine.NewRequestID(x.ID, t.ID), t.Request),
			Branch:  t.Branch, Iteration: t.Iteration, Value: t.Value, Child: string(t.Child), Past: t.Past,
		})
	}
	return v
}

func viewActor(p engine.Principal) Actor {
	return Actor{Person: string(p.Person), Name: p.Name, Account: p.Account, Via: p.Via}
}
