package engine

import (
	"fmt"
	"strings"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

func (m *machine) start(c Start) error {
	if m.next.ID != "" {
		return reject(NotAllowed, "This execution has started already.")
	}
	if c.ID == "" {
		return reject(NotAllowed, "An execution without an id cannot start.")
	}
	m.next = Execution{
		ID:        c.ID,
		Flow:      FlowRef{Namespace: m.flow.Namespace, ID: m.flow.ID, Revision: c.Revision},
		State:     Running,
		Labels:    c.Labels,
		Requester: c.By,
		Started:   m.facts.Now,
	}
	fields, err := flow.Fields(m.flow.Inputs, m.env(nil))
	if err != nil {
		return reject(BadInput, "The flow's inputs cannot be prepared: %v", err)
	}
	values, faults := flow.Bind(fields, c.Inputs)
	if len(faults) > 0 {
		return badInput(faults)
	}
	m.next.Inputs = values
	m.record(audit.ExecutionStarted, nil, c.By, map[string]any{"inputs": values, "flowDigest": m.facts.FlowDigest})
	m.advance()
	return nil
}

// badInput is a refusal that names every field.
func badInput(faults []flow.FieldError) *RejectionError {
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.Error()
	}
	return &RejectionError{
		Code:   BadInput,
		Text:   fmt.Sprintf("Not accepted: %s.", strings.Join(texts, "; ")),
		Fields: faults,
	}
}
