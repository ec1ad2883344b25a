package main

import (
	"cmp"
	"slices"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// checkPeople warns of questions that nobody, or not enough people, could
// answer, by the people of a configuration; without one it says nothing.
func (w *world) checkPeople(all []checked) {
	if w == nil {
		return
	}
	for i, c := range all {
		if c.flow == nil {
			continue
		}
		people := w.directory(c.flow.Namespace)
		for task, pause := range pauses(c.flow) {
			for _, f := range approval.Check(w.policy(c.flow, pause), people) {
				at := placeOf(c.source, task.Pos, f)
				all[i].faults = append(all[i].faults, flow.Fault{
					File: c.file, Line: at.Line, Col: at.Col, Severity: flow.Warning, Rule: string(f.Rule), Message: f.Text,
				})
			}
		}
		slices.SortStableFunc(all[i].faults, func(a, b flow.Fault) int {
			return cmp.Or(a.Line-b.Line, a.Col-b.Col)
		})
	}
}

// placeOf is where a finding stands: at what it names, else at its stage, else
// at its task.
func placeOf(src []byte, task flow.Pos, f approval.Finding) flow.Pos {
	var doc yaml.Node
	if yaml.Unmarshal(src, &doc) != nil { // it was read before
		return task
	}
	stages := value(value(mappingAt(&doc, task), "approval"), "stages")
	if stages == nil || f.Stage < 0 || f.Stage >= len(stages.Content) {
		return task
	}
	stage := stages.Content[f.Stage]
	if named := scalar(stage, f.Selector.String()); named != nil {
		stage = named
	}
	return flow.Pos{Line: stage.Line, Col: stage.Column}
}

// mappingAt finds the mapping that begins at a place.
func mappingAt(n *yaml.Node, at flow.Pos) *yaml.Node {
	if n.Kind == yaml.MappingNode && n.Line == at.Line && n.Column == at.Col {
		return n
	}
	for _, c := range n.Content {
		if found := mappingAt(c, at); found != nil {
			return found
		}
	}
	return nil
}

// value is what a key of a mapping holds; nil if there is none.
func value(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// scalar finds a text below a node.
func scalar(n *yaml.Node, text string) *yaml.Node {
	if n.Kind == yaml.ScalarNode && n.Value == text {
		return n
	}
	for _, c := range n.Content {
		if found := scalar(c, text); found != nil {
			return found
		}
	}
	return nil
}
