package engine

import (
	"fmt"
	"maps"
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
	labels := maps.Clone(m.flow.Labels)
	if labels == nil {
		labels = c.Labels
	} else {
		maps.Copy(labels, c.Labels)
	}
	m.next = Execution{
		ID:        c.ID,
		Flow:      FlowRef{Namespace: m.flow.Namespace, ID: m.flow.ID, Revision: c.Revision},
		State:     Running,
		Labels:    labels,
		Requester: c.By,
		Started:   m.facts.Now,
		Trigger:   c.Trigger,
		Parent:    c.Parent,
		Tries:     max(c.Tries, 1),
	}
	if c.Inputs == nil && c.Replay != nil {
		c.Inputs = c.Replay.Of.Inputs
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
	m.view = view{}
	data := map[string]any{"inputs": flow.HideAll(values), "flowDigest": m.facts.FlowDigest}
	if c.Replay != nil {
		if err := m.replay(*c.Replay); err != nil {
			return err
		}
		data["replays"], data["from"] = string(c.Replay.Of.ID), string(c.Replay.From)
	}
	m.record(audit.ExecutionStarted, nil, c.By, data)
	if !m.lacksSlot() {
		m.begins()
	}
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
