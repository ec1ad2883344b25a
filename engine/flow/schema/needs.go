package schema

import "signoff/engine/flow"

// needed adds what the types need. It is asked for only where no defaults could
// bring it.
func (b *builder) needed(root *node) {
	for _, sort := range sorts() {
		if defaulted(sort) && len(b.types(sort)) > 0 {
			b.neededBySort(sort)
		}
	}
	whole := b.needs(*b.root())
	if len(whole.Properties) == 0 {
		return
	}
	b.defs["needs"] = whole
	root.If, root.Then = &node{Not: oneOf([]string{"pluginDefaults", "taskDefaults"})}, refer("needs")
}

func (b *builder) neededBySort(s flow.Sort) {
	n := &node{Properties: map[string]*node{}}
	for _, d := range b.types(s) {
		one := b.needs(d)
		if len(one.Properties) == 0 && len(one.AllOf) == 0 {
			continue
		}
		n.AllOf = append(n.AllOf, &node{If: typed(refer("called-" + nameOf(d))), Then: one})
	}
	if s == flow.SortTask { // whatever the type
		n.Properties = b.needs(*b.part("foreign task")).Properties
	}
	b.defs["needs-"+string(s)] = n
}

// needs is what a map needs besides what its own schema says: its keys, if
// defaults could bring them, and what its tasks and triggers need.
func (b *builder) needs(d flow.Definition) *node {
	n := &node{Properties: map[string]*node{}}
	for _, p := range d.Properties {
		if inner := b.within(p); inner != nil {
			n.Properties[p.Name] = inner
			inner.Hidden = true // an editor has offered it once
		}
	}
	if !defaulted(d.Sort) {
		return n
	}
	b.require(n, d)
	for _, name := range n.Required {
		if n.Properties[name] == nil {
			n.Properties[name] = &node{Hidden: true, Type: append(scalar(), "object", "array")}
		} else {
			n.Properties[name].Type = kinds{"array"}
		}
	}
	return n
}

// within is what the tasks, triggers and conditions behind a key need; nil if
// there are none.
func (b *builder) within(p flow.Property) *node {
	tasks := &node{Items: refer("needs-task")}
	switch p.Kind { //nolint:exhaustive // nothing else holds any
	case flow.KindTask:
		return refer("needs-task")
	case flow.KindTasks:
		return tasks
	case flow.KindCases:
		return &node{Others: tasks}
	case flow.KindList:
		if defaulted(flow.Sort(p.Of)) {
			return &node{Items: refer("needs-" + p.Of)}
		}
		if inner := b.needs(*b.part(p.Of)); len(inner.Properties) > 0 {
			return &node{Items: inner}
		}
	}
	return nil
}
