package main

import (
	"strings"

	"signoff/cmd/signoff/config"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// world is who could be asked, by a configuration alone: without what people
// set themselves (absences), and without outside sources. Nil is no
// configuration.
type world struct {
	people     *approval.Directory
	rights     *access.Rules
	namespaces map[string]config.Namespace
}

func worldOf(cfg config.Config) (*world, error) {
	known, err := configuredPeople(cfg, nil)
	if err != nil {
		return nil, usagef("%s", err)
	}
	may, err := rights(cfg)
	if err != nil {
		return nil, usagef("%s", err)
	}
	return &world{people: known.Directory(), rights: may, namespaces: cfg.Namespaces}, nil
}

// directory is what the rules of a namespace know of people; nil without a
// configuration.
func (w *world) directory(namespace string) *approval.Directory {
	if w == nil {
		return nil
	}
	d := *w.people
	d.Roles = w.rights.AllHolders(w.people, namespace)
	d.Deciders = w.rights.Deciders(w.people, namespace)
	return &d
}

// gates are all places in the flows at which people approve, without who people
// are.
func (w *world) gates(flows []*flow.Flow) []approval.Gate {
	var out []approval.Gate
	for _, f := range flows {
		for t, pause := range pauses(f) {
			out = append(out, approval.Gate{
				Flow: f.Namespace + "/" + f.ID, Task: t.ID, Policy: w.policy(f, pause), Rules: gateRules(pause),
			})
		}
	}
	return out
}

// pauses yields the tasks of a flow that ask people.
func pauses(f *flow.Flow) func(yield func(*flow.Task, *flow.Pause) bool) {
	return func(yield func(*flow.Task, *flow.Pause) bool) {
		for t := range f.Walk() {
			if pause, ok := t.Spec.(*flow.Pause); ok && !pause.Timer() && !yield(t, pause) {
				return
			}
		}
	}
}

// populate says of gates who people are. Names whose members are not known
// stand for themselves.
func (w *world) populate(gates []approval.Gate, policies []approval.Policy) {
	known := map[string]*approval.Directory{}
	for i, g := range gates {
		namespace, _, _ := strings.Cut(g.Flow, "/")
		if known[namespace] == nil {
			known[namespace] = approval.Named(w.directory(namespace), policies)
		}
		gates[i].People = known[namespace]
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
