package schema

import (
	"slices"

	"signoff/engine/flow"
)

const (
	// aDuration is an ISO 8601 duration, or holds an expression that yields one.
	aDuration = `\{\{|\{%|^[Pp]([0-9.,]+[WwDd])*([Tt]([0-9.,]+[HhMmSs])+)?$`
	// anExpression is found in a text that is known only later.
	anExpression = `\{\{|\{%`
	// aNumber is a number that is written as a text.
	aNumber = `^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$`
	aFlag   = `^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$`
)

// key is the schema of a key with what is said about it.
func (b *builder) key(p flow.Property, must bool) *node {
	n := b.value(p)
	if p.Required && len(n.Type) > 0 && slices.Contains(n.Type, "array") {
		n.MinItems = 1 // what is needed must not be empty
	}
	if !must {
		n = nullable(n)
	}
	n.Description, n.Examples = p.Doc, examples(p.Example)
	if p.Loses != "" {
		n.Description = "It has no effect here: " + p.Loses + "."
	}
	// Editors show a message about what is old as an error, so there is none.
	n.Deprecated = p.AliasOf != "" || p.Ignored
	n.Hidden = n.Deprecated
	return n
}

// nothing is the name of a schema that only an empty value fits.
const nothing = "nothing"

// nullable lets a key stand without a value. Where a person would write one
// word, nothing is described by what it is not, because editors offer to write
// each kind of value that is named.
func nullable(n *node) *node {
	switch {
	case len(n.AnyOf) > 0:
		n.AnyOf = append(n.AnyOf, refer(nothing))
		return n
	case len(n.Enum) > 0 || slices.Contains(n.Type, "string"):
		return &node{AnyOf: []*node{n, refer(nothing)}}
	}
	return n.withNull()
}

// value is the schema of what may stand behind a key.
func (b *builder) value(p flow.Property) *node {
	switch p.Kind {
	case flow.KindText, flow.KindTemplate:
		return &node{Type: scalar()}
	case flow.KindWord:
		return &node{Enum: p.Enum}
	case flow.KindChoice:
		return &node{AnyOf: []*node{{Enum: p.Enum}, {Type: kinds{"string"}, Pattern: anExpression}}}
	case flow.KindDuration:
		return &node{Type: kinds{"string"}, Pattern: aDuration, Otherwise: "It must be a duration such as PT30M or P3D, or an expression."}
	case flow.KindNumber:
		return &node{Type: kinds{"number", "string"}, Pattern: aNumber, Otherwise: "It must be a number."}
	case flow.KindFlag:
		return &node{Type: kinds{"boolean", "string"}, Pattern: aFlag, Otherwise: "It must be true or false."}
	case flow.KindValue:
		return &node{}
	case flow.KindTexts:
		return b.texts(p, true)
	case flow.KindWords:
		return b.texts(p, p.Lone)
	case flow.KindMap:
		n := &node{Type: kinds{"object"}}
		if p.Of != "" {
			n.Others = b.item(p.Of)
			if p.Lone {
				n.Others = list(b.item(p.Of), true)
			}
		}
		return n
	case flow.KindFiles:
		return &node{AnyOf: []*node{{Type: kinds{"object"}}, {Type: scalar()}}}
	case flow.KindLabels:
		return &node{Type: kinds{"object", "array"}, Others: b.text(), Items: b.item("label")}
	case flow.KindPart:
		return b.item(p.Of)
	case flow.KindList:
		return list(b.item(p.Of), p.Lone)
	case flow.KindInputs:
		return list(b.item("input"), p.Lone)
	case flow.KindTask:
		return b.item("task")
	case flow.KindTasks:
		return b.tasks()
	case flow.KindCases:
		return &node{Type: kinds{"object"}, Others: b.tasks()}
	}
	panic("schema: unknown kind " + string(p.Kind))
}

// text is one text within a list or map.
func (b *builder) text() *node {
	n := &node{Type: scalar()}
	if b.Empty {
		return n.withNull()
	}
	return n
}

// texts is a list of texts or words, and where alone is true also one of them.
func (b *builder) texts(p flow.Property, alone bool) *node {
	item := b.text()
	if len(p.Enum) > 0 {
		item = &node{Enum: p.Enum}
	}
	list := &node{Type: kinds{"array"}, Items: item}
	switch {
	case !alone:
	case len(p.Enum) > 0:
		return &node{AnyOf: []*node{item, list}}
	default:
		list.Type = append(scalar(), "array")
	}
	return list
}

func (b *builder) tasks() *node {
	return &node{Type: kinds{"array"}, MinItems: 1, Items: b.item("task")}
}

// list is a list of items, or one of them where that is the same.
func list(item *node, lone bool) *node {
	n := &node{Type: kinds{"array"}, Items: item}
	if lone {
		n.Ref, n.Type = item.Ref, append(slices.Clone(item.Type), "array")
	}
	return n
}

// item is one use of a definition. The definition itself speaks of the map
// alone, so that a text may stand in its place here.
func (b *builder) item(of string) *node {
	if slices.Contains(sorts(), flow.Sort(of)) {
		return &node{Ref: ref(of), Type: kinds{"object"}}
	}
	d := b.part(of)
	n := &node{Ref: ref(nameOf(*d)), Type: kinds{"object"}}
	if d.Alone != "" {
		n.Type = append(scalar(), "object")
	}
	return n
}
