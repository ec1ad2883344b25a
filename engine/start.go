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
		Origin:    c.Origin,
		Restarted: c.Restarted,
		Tries:     max(c.Tries, 1),
	}
	values, err := m.bind(c)
	if err != nil {
		return err
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
	if people := People(m.next.Origin); len(people) > 0 {
		data["origin"] = names(people)
	}
	if c.Evidence != "" {
		data["evidence"] = c.Evidence
	}
	m.record(audit.ExecutionStarted, nil, c.By, data)
	if !m.lacksSlot() {
		m.begins()
	}
	m.advance()
	return nil
}

// bind makes the inputs. Those of an earlier execution are bound already, and
// only new ones are checked, as long as it is the same revision that has them.
func (m *machine) bind(c Start) (map[string]any, error) {
	bound, same := c.Bound, true
	if c.Replay != nil {
		bound, same = c.Replay.Of.Inputs, c.Replay.Of.Flow == m.next.Flow
	}
	if bound != nil && same && len(c.Inputs) == 0 {
		return bound, nil
	}
	fields, err := m.fields(m.flow.Inputs, m.env(nil))
	if err != nil {
		return nil, reject(BadInput, "The flow's inputs cannot be prepared: %v", err)
	}
	values, faults := flow.BindAgain(fields, m.meant(fields, c.Inputs), bound, same)
	if len(faults) > 0 {
		return nil, badInput(faults)
	}
	return values, nil
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
