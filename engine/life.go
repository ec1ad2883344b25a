package engine

import (
	"fmt"
	"maps"
	"strings"

	"signoff/engine/audit"
)

// The labels that signoff puts itself. Nobody else may use their prefix.
const (
	// LabelCorrelation is the first execution of a family of subflows.
	LabelCorrelation = "system.correlationId"
	// LabelRestarted and LabelReplayed say "true".
	LabelRestarted = "system.restarted"
	LabelReplayed  = "system.replayed"
	// LabelFrom says what started an execution: "trigger", "api" …; the shell
	// sets it.
	LabelFrom = "system.from"
)

func reserved(label string) bool { return strings.HasPrefix(label, "system.") }

// hold pauses the execution as a whole.
func (m *machine) hold(c Hold) error {
	switch {
	case m.next.State.Final():
		return reject(Ended, "The execution has ended already, as %s.", m.next.State)
	case m.next.Held:
		return reject(Settled, "The execution is paused already.")
	case m.next.State == Queued:
		return reject(NotAllowed, "The execution waits in the queue; nothing runs that could be paused.")
	}
	m.next.Held, m.next.State = true, Paused
	m.record(audit.ExecutionHeld, nil, c.By, nil)
	return nil
}

// release lets a held execution go on. What people are asked stays asked.
func (m *machine) release(c Release) error {
	switch {
	case m.next.State.Final():
		return reject(Ended, "The execution has ended already, as %s.", m.next.State)
	case !m.next.Held:
		return reject(NotAllowed, "Nobody paused this execution as a whole. If it waits for an answer, answer its request.")
	}
	m.next.Held = false
	m.record(audit.ExecutionReleased, nil, c.By, nil)
	m.advance()
	return nil
}

// relabel adds and removes labels, at any time.
func (m *machine) relabel(c Relabel) error {
	merged, why := merge(m.next.Labels, c.Labels)
	if why != "" {
		return reject(NotAllowed, "%s.", why)
	}
	if maps.Equal(merged, m.next.Labels) {
		return reject(Settled, "The execution has these labels already.")
	}
	changed := make(map[string]any, len(c.Labels))
	for name, value := range c.Labels {
		changed[name] = value
	}
	m.relabelled(merged)
	m.record(audit.ExecutionRelabelled, nil, c.By, map[string]any{"labels": changed})
	return nil
}

// merge adds labels to others; an empty value removes one. It says why it
// cannot be.
func merge(have, given map[string]string) (map[string]string, string) {
	merged := make(map[string]string, len(have)+len(given))
	maps.Copy(merged, have)
	for name, value := range given {
		switch {
		case reserved(name):
			return nil, "Labels that begin with \"system.\" are signoff's own"
		case name == "" || len(name) > maxLabel || len(value) > maxLabel:
			return nil, fmt.Sprintf("A label must have a name, and name and value at most %d bytes each", maxLabel)
		case value == "":
			delete(merged, name)
		default:
			merged[name] = value
		}
	}
	if len(merged) > maxLabels {
		return nil, fmt.Sprintf("An execution has at most %d labels", maxLabels)
	}
	return merged, ""
}

// relabelled gives the execution other labels. The map is never changed in
// place: the execution before the step shares it.
func (m *machine) relabelled(labels map[string]string) {
	m.next.Labels = labels
	m.view.labels = nil
}

// mark puts a label of signoff's own.
func (m *machine) mark(label, value string) {
	labels := maps.Clone(m.next.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[label] = value
	m.relabelled(labels)
}
