// Package schema turns the definitions of a language into a JSON Schema, by
// which editors complete and check, and into a page of reference.
//
//	[]flow.Definition -> [Document.JSON]      -> JSON Schema, draft 2020-12
//	                  -> [Document.Reference] -> Markdown
//
// A schema sees the shape of a file: keys, kinds of values, words. It knows
// nothing of what names mean, so what it takes may still be refused; what it
// refuses is refused by the parser, too. The tests hold both against each other.
//
// Defaults for tasks of a type may bring keys that a task needs. So what the
// types need stands apart from what they may have, and is asked for only where
// a flow has no defaults.
package schema

import "signoff/engine/flow"

// Document is a language of YAML files.
type Document struct {
	Title string
	// Root names the definition of the whole file.
	Root        string
	Definitions []flow.Definition
	// Empty says that a key without a value counts as absent.
	Empty bool
}

// Flow is the language of flows.
func Flow() Document {
	return Document{Title: "A flow of signoff", Root: "flow", Definitions: flow.Definitions(), Empty: true}
}

// root returns the definition of the whole file.
func (d Document) root() *flow.Definition {
	for i := range d.Definitions {
		if one := &d.Definitions[i]; one.Name == d.Root && (one.Sort == flow.SortFlow || one.Sort == flow.SortPart) {
			return one
		}
	}
	panic("schema: undefined file " + d.Root)
}

// part returns the definition of a part.
func (d Document) part(name string) *flow.Definition {
	for i := range d.Definitions {
		if d.Definitions[i].Sort == flow.SortPart && d.Definitions[i].Name == name {
			return &d.Definitions[i]
		}
	}
	panic("schema: undefined part " + name)
}

// types lists the definitions of a sort.
func (d Document) types(sort flow.Sort) []flow.Definition {
	var list []flow.Definition
	for _, one := range d.Definitions {
		if one.Sort == sort {
			list = append(list, one)
		}
	}
	return list
}
