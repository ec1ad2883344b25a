package flow

import "slices"

// Called lists every name by which flows may call a type: its full names, and
// each ending of one that begins at a dot and is no other type's. It is nil for
// a part of the language, and the name alone for an input.
func (d *Definition) Called() []string {
	var index map[string][]*Definition
	switch d.Sort {
	case SortTask:
		index = lang.tasks
	case SortTrigger:
		index = lang.triggers
	case SortCondition:
		index = lang.conditions
	case SortInput:
		return []string{d.Name}
	case SortFlow, SortPart:
		return nil
	}
	var names []string
	for name, types := range index {
		if len(types) == 1 && types[0].Name == d.Name {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
