package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
)

// JSON returns the schema in JSON. The same definitions give the same bytes.
func (d Document) JSON() ([]byte, error) {
	b := builder{Document: d, defs: map[string]*node{}}
	if d.Empty {
		b.defs[nothing] = &node{Not: &node{Type: append(scalar(), "object", "array")}}
	}
	root := b.object(*d.root())
	root.Schema, root.Title = "https://json-schema.org/draft/2020-12/schema", d.Title
	root.Type = kinds{"object"}
	for _, part := range d.types(flow.SortPart) {
		if part.Name == d.Root {
			continue
		}
		b.defs[nameOf(part)] = b.object(part)
		b.defs[nameOf(part)].Title = part.Name
	}
	for _, sort := range sorts() {
		if len(d.types(sort)) > 0 {
			b.sort(sort)
		}
	}
	b.share(root)
	b.needed(root)
	return b.lines(root)
}

// lines writes one definition a line, which is short and can be compared.
func (b *builder) lines(root *node) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(root); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	out.Truncate(out.Len() - len("}\n"))
	sep := `,"$defs":{` + "\n"
	for _, name := range slices.Sorted(maps.Keys(b.defs)) {
		out.WriteString(sep + strconv.Quote(name) + ":")
		if err := e.Encode(b.defs[name]); err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		out.Truncate(out.Len() - len("\n"))
		sep = ",\n"
	}
	out.WriteString("\n}}\n")
	return out.Bytes(), nil
}

// sorts are those whose definitions are told apart by their type.
func sorts() []flow.Sort {
	return []flow.Sort{flow.SortTask, flow.SortInput, flow.SortTrigger, flow.SortCondition}
}

// builder collects the definitions of one schema.
type builder struct {
	Document

	defs map[string]*node
}

// nameOf is what a definition is called within the schema.
func nameOf(d flow.Definition) string {
	return string(d.Sort) + "-" + strings.ReplaceAll(d.Name, " ", "-")
}

// object is the schema of a map with the keys of a definition.
func (b *builder) object(d flow.Definition) *node {
	n := &node{Description: d.Doc, Markdown: withExample(d.Doc, d.Example), Properties: map[string]*node{}}
	for _, p := range d.Properties {
		n.Properties[p.Name] = b.key(p, b.must(d, p))
		if open(d) && p.Kind == flow.KindTasks {
			n.Properties[p.Name].Type = nil // of another type it may be anything
		}
	}
	if !open(d) {
		n.Others = false
	}
	if d.Single {
		n.MinKeys, n.MaxKeys = 1, 1
	}
	if !defaulted(d.Sort) {
		b.require(n, d)
	}
	return n
}

// open reports whether a definition says only some of the keys.
func open(d flow.Definition) bool { return d.Sort == flow.SortPart && d.Name == "foreign task" }

// defaulted reports whether defaults may bring what a definition needs.
func defaulted(s flow.Sort) bool {
	return s == flow.SortTask || s == flow.SortTrigger || s == flow.SortCondition
}

// must reports whether the key must have a value wherever it stands.
func (b *builder) must(d flow.Definition, p flow.Property) bool {
	return !b.Empty || p.Required && (!defaulted(d.Sort) || p.Name == "id" || p.Name == "type")
}

// require asks for the keys that a definition needs, each by any of its names.
func (b *builder) require(n *node, d flow.Definition) {
	for _, p := range d.Properties {
		if !p.Required || p.AliasOf != "" || defaulted(d.Sort) && (p.Name == "id" || p.Name == "type") {
			continue
		}
		names := []string{p.Name}
		for _, other := range d.Properties {
			if other.AliasOf == p.Name {
				names = append(names, other.Name)
			}
		}
		if len(names) == 1 {
			n.Required = append(n.Required, p.Name)
			continue
		}
		n.AllOf = append(n.AllOf, oneOf(names))
	}
	for _, names := range d.Either {
		n.AllOf = append(n.AllOf, oneOf(names))
	}
}

// oneOf asks for one of several keys.
func oneOf(names []string) *node {
	n := &node{}
	for _, name := range names {
		n.AnyOf = append(n.AnyOf, &node{Required: []string{name}})
	}
	return n
}

// sort adds the schema of an item whose type says which keys it has.
func (b *builder) sort(s flow.Sort) {
	n := &node{Required: []string{"type"}, Properties: map[string]*node{"type": b.typeKey(s)}}
	if s == flow.SortTask || s == flow.SortTrigger {
		n.Required = []string{"id", "type"}
		n.Properties["id"] = &node{Type: scalar()}
	}
	var called []*node
	for _, d := range b.types(s) {
		object := b.object(d)
		object.Properties["type"] = &node{Description: d.Doc}
		b.defs[nameOf(d)] = object
		b.defs["called-"+nameOf(d)] = anyOfThese(d.Called())
		called = append(called, refer("called-"+nameOf(d)))
		n.AllOf = append(n.AllOf, &node{If: typed(refer("called-" + nameOf(d))), Then: refer(nameOf(d))})
	}
	if s == flow.SortTask {
		n.AllOf = append(n.AllOf, &node{If: typed(&node{Not: &node{AnyOf: called}}), Then: refer("part-foreign-task")})
	}
	b.defs[string(s)] = n
}

// typed is the condition that an item has a type.
func typed(n *node) *node {
	return &node{Properties: map[string]*node{"type": n}, Required: []string{"type"}}
}

// typeKey is the key that names the type: short names first, for an editor to
// offer, then Kestra's, then all that is understood.
func (b *builder) typeKey(s flow.Sort) *node {
	n := &node{Description: "What it is: a short name, or Kestra's."}
	var full, others []string // names to offer, and those to understand
	for _, d := range b.types(s) {
		n.AnyOf = append(n.AnyOf, &node{Const: d.Name, Description: d.Doc, Markdown: withExample(d.Doc, d.Example)})
		full = append(full, d.Names[:min(1, len(d.Names))]...)
		for _, name := range d.Called() {
			if !strings.Contains(name, ".") && name != d.Name {
				others = append(others, name)
			}
		}
	}
	if len(full) > 0 {
		n.AnyOf = append(n.AnyOf, &node{Enum: full})
	}
	if len(others) > 0 {
		n.AnyOf = append(n.AnyOf, anyOfThese(others))
	}
	switch s {
	case flow.SortTask, flow.SortTrigger: // Kestra's plugins have names with dots
		n.AnyOf = append(n.AnyOf, &node{Type: kinds{"string"}, Pattern: `^[^.].*\..*[^.]$`})
	case flow.SortCondition:
		n.AnyOf = append(n.AnyOf, &node{Type: scalar()}) // it is warned of
	case flow.SortFlow, flow.SortInput, flow.SortPart:
		n.Description = "What it is."
	}
	return n
}

// anyOfThese takes some names. Editors offer what is listed and not what fits a
// pattern.
func anyOfThese(names []string) *node {
	return &node{Type: kinds{"string"}, Pattern: "^(" + strings.ReplaceAll(strings.Join(names, "|"), ".", `\.`) + ")$"}
}

func withExample(doc, example string) string {
	if example == "" {
		return doc
	}
	return doc + "\n\n```yaml\n" + strings.TrimSuffix(example, "\n") + "\n```"
}

// examples reads an example as the value that an editor may offer.
func examples(text string) []any {
	if text == "" {
		return nil
	}
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		panic("schema: an example is no YAML: " + text)
	}
	return []any{v}
}

// withNull lets a key stand without a value.
func (n *node) withNull() *node {
	if len(n.Type) > 0 && !slices.Contains(n.Type, "null") {
		n.Type = append(slices.Clone(n.Type), "null")
	}
	return n
}
