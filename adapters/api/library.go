package api

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/flow"
)

// Library is what the API needs to keep flows and values. Refusals are as with
// [Service].
type Library interface {
	// Apply saves flows where they differ. A fault in any of them is an [*Error]
	// that holds all faults, and nothing is saved.
	Apply(ctx context.Context, r ApplyRequest) (ApplyAnswer, error)
	// Source returns a revision of a flow, the latest for revision 0.
	Source(ctx context.Context, ref engine.FlowRef, by adapters.Account) (FlowRevision, error)
	// Revisions lists the revisions of a flow, newest first, without sources.
	Revisions(ctx context.Context, ref engine.FlowRef, by adapters.Account) ([]FlowRevision, error)
	// Rollback saves the source of an old revision as a new one.
	Rollback(ctx context.Context, ref engine.FlowRef, by adapters.Account) (FlowRevision, error)
	// SwitchFlow switches a flow on or off.
	SwitchFlow(ctx context.Context, ref engine.FlowRef, on bool, by adapters.Account) (FlowRevision, error)
	RemoveFlow(ctx context.Context, ref engine.FlowRef, by adapters.Account) error

	// Namespaces lists those namespaces that hold a flow or a value and that the
	// caller may see, in order.
	Namespaces(ctx context.Context, by adapters.Account) ([]NamespaceInfo, error)
	// Values returns a namespace's own values by key.
	Values(ctx context.Context, namespace string, by adapters.Account) (map[string]Value, error)
	SetValue(ctx context.Context, r SetValueRequest) (Value, error)
	DeleteValue(ctx context.Context, namespace, key string, by adapters.Account) error
}

// ApplyRequest asks that flows be as files say.
type ApplyRequest struct {
	Files  []FlowFile
	Prune  bool
	DryRun bool
	By     adapters.Account
}

// FlowFile is a flow as somebody wrote it.
type FlowFile struct {
	Name   string `json:"name"` // in faults
	Source string `json:"source"`
}

// ApplyAnswer is what applying files changed, or would change.
type ApplyAnswer struct {
	DryRun   bool         `json:"dryRun,omitempty"`
	Changes  []FlowChange `json:"changes"`
	Warnings []flow.Fault `json:"warnings,omitempty"`
}

// FlowChange is what happened to one flow: "created", "changed", "unchanged" or
// "removed". Added and Removed count the lines that differ.
type FlowChange struct {
	Namespace string `json:"namespace"`
	ID        string `json:"id"`
	Revision  int    `json:"revision"`
	File      string `json:"file,omitempty"`
	Change    string `json:"change"`
	Added     int    `json:"added"`
	Removed   int    `json:"removed"`
}

// FlowRevision is a saved revision of a flow.
type FlowRevision struct {
	Namespace string    `json:"namespace"`
	ID        string    `json:"id"`
	Revision  int       `json:"revision"`
	Source    string    `json:"source,omitempty"`
	Digest    string    `json:"digest"` // SHA-256 of the source, in hex
	Saved     time.Time `json:"saved"`
	By        string    `json:"by,omitempty"`
	// Deleted: with this revision the flow was removed.
	Deleted bool `json:"deleted,omitempty"`
	// Disabled: the flow is kept and not started.
	Disabled bool `json:"disabled,omitempty"`
	// CannotStart says why the revision cannot be started, with its source only.
	CannotStart string `json:"cannot_start,omitempty"`
}

// NamespaceInfo is a namespace and what is in it, not below it.
type NamespaceInfo struct {
	Name   string `json:"name"`
	Flows  int    `json:"flows"`
	Values int    `json:"values"`
}

// Value is a typed value of a namespace.
type Value struct {
	Type        string    `json:"type"`
	Value       any       `json:"value"`
	Description string    `json:"description,omitempty"`
	Expires     time.Time `json:"expires,omitzero"`
	Updated     time.Time `json:"updated"`
}

// UnmarshalJSON keeps every digit of a number.
func (v *Value) UnmarshalJSON(raw []byte) error {
	type plain Value
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return dec.Decode((*plain)(v))
}

// SetValueRequest asks that a key hold a value.
type SetValueRequest struct {
	Namespace, Key string
	// Type is one of Kestra's; empty: what the value is.
	Type        string
	Value       any
	Description string
	// TTL is how long it lasts, such as PT1H; empty: for ever.
	TTL string
	By  adapters.Account
}
