// Package api is signoff's HTTP API: JSON over REST, for the command line and
// for other programs.
//
// It verifies who speaks (a bearer token, in the header and nowhere else),
// decodes strictly, and hands what it was told to a [Service]. A decision that
// comes in here is an [adapters.Click] like any other: the same rules decide
// whether it counts. It is not a page for people; that is adapters/web.
package api

import (
	"context"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/audit"
)

// Surface is the name under which this adapter's accounts act.
const Surface = "api"

// Service is what the API needs of the product. Every method is told who calls,
// and answers what the caller may not see as if it were not there. A refusal that
// the caller may read is an [*engine.RejectionError]; what does not exist has the
// code [engine.NotFound].
type Service interface {
	// Start begins an execution of the latest revision of a flow.
	Start(ctx context.Context, r StartRequest) (engine.Execution, error)
	Execution(ctx context.Context, id engine.ExecutionID, by adapters.Account) (engine.Execution, error)
	// Executions lists those executions that the caller may see, newest first.
	Executions(ctx context.Context, f Filter, by adapters.Account) ([]engine.Execution, error)
	// Handler takes decisions, exactly as every other surface hands them in.
	adapters.Handler
	// Audit returns lines of the log and its head at that moment.
	Audit(ctx context.Context, r AuditRange, by adapters.Account) ([]audit.Line, audit.Head, error)
	// Flows describes those flows that the caller may see.
	Flows(ctx context.Context, by adapters.Account) ([]FlowInfo, error)
	Life
	Library
	Triggers
	Requests
	Explainer
	People
	Rights
}

// AuditRange names up to N lines from sequence number From on.
type AuditRange struct {
	From uint64
	N    int
}

// StartRequest asks for a new execution.
type StartRequest struct {
	Namespace string
	Flow      string
	Inputs    map[string]any
	Labels    map[string]string
	// By is who starts it. Without an ID it is a service: its Name says which.
	By adapters.Account
}

// FlowInfo describes a flow that can be started.
type FlowInfo struct {
	Namespace   string      `json:"namespace"`
	ID          string      `json:"id"`
	Revision    int         `json:"revision"`
	Description string      `json:"description,omitempty"`
	Inputs      []InputInfo `json:"inputs,omitempty"`
	// Disabled: the flow is kept and not started.
	Disabled bool `json:"disabled,omitempty"`
	// CannotStart says why the flow cannot be started: it holds a task that
	// nothing here can run. Empty for one that can.
	CannotStart string `json:"cannot_start,omitempty"`
}

// InputInfo describes one input of a flow.
type InputInfo struct {
	ID          string   `json:"id"`
	Type        string   `json:"type"`
	Label       string   `json:"label,omitempty"`
	Description string   `json:"description,omitempty"`
	Required    bool     `json:"required,omitempty"`
	Default     any      `json:"default,omitempty"`
	Values      []string `json:"values,omitempty"`
}
