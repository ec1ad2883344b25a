package main

import (
	"strings"

	"signoff/cmd/signoff/config"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// world is who could be asked, by a configuration alone: without what people
// set themselves (absences), and without outside sources. Nil is no
// configuration.
type world struct {
	people     *approval.Directory
	namespaces map[string]config.Namespace
}

func worldOf(cfg config.Config) (*world, error) {
	known, err := people(cfg, nil)
	if err != nil {
		return nil, usagef("%s", err)
	}
	return &world{people: known.Directory(), namespaces: cfg.Namespaces}, nil
}

// gates are all places in the flows at which people approve.
func (w *world) gates(flows []*flow.Flow) []approval.Gate {
	var out []approval.Gate
	for _, f := range flows {
		for t := range f.Walk() {
			pause, ok := t.Spec.(*flow.Pause)
			if !ok || pause.Timer() {
				continue
			}
			out = append(out, approval.Gate{
				Flow: f.Namespace + "/" + f.ID, Task: t.ID, Policy: w.policy(f, pause), Rules: gateRules(pause),
			})
		}
	}
	return out
}

// populate says of gates who people are. Names whose members are not known
// stand for themselves.
func (w *world) populate(gates []approval.Gate, policies []approval.Policy) {
	var base *approval.Directory
	if w != nil {
		base = w.people
	}
	people := approval.Named(base, policies)
	for i := range gates {
		gates[i].People = people
	}
}

// policy is the approval block of a Pause, or the approvers of its namespace.
func (w *world) policy(f *flow.Flow, pause *flow.Pause) approval.Policy {
	if pause.Approval != nil {
		return *pause.Approval
	}
	var approvers []approval.Selector
	if w != nil {
		approvers = w.approvers(f.Namespace)
	}
	return approval.Policy{Stages: []approval.Stage{{ID: "approval", Who: approvers}}}
}

// approvers are those of the nearest namespace at or above a name.
func (w *world) approvers(namespace string) []approval.Selector {
	for {
		if n := w.namespaces[namespace]; n.Approvers != nil || namespace == "" {
			return n.Approvers
		}
		namespace = namespace[:max(0, strings.LastIndexByte(namespace, '.'))]
	}
}

// gateRules are the conditions of a gate in sentences.
func gateRules(pause *flow.Pause) []string {
	var out []string
	for i, when := range pause.When {
		if when != nil && pause.Approval != nil && i < len(pause.Approval.Stages) {
			out = append(out, "Step "+pause.Approval.Stages[i].ID+" is asked only when "+when.Source()+".")
		}
	}
	if pause.Auto != nil {
		out = append(out, "Nobody is asked when "+pause.Auto.When.Source()+".")
	}
	if pause.NoOverride {
		out = append(out, "Nobody may decide over the heads of those who are asked.")
	}
	return out
}
