package flow

import (
	"cmp"
	"slices"
	"strings"
)

// Definition is one type of the language, or one part of it: its names, its
// keys and an example. The parser takes the names, keys and words from it, and
// so do the JSON Schema and the reference page.
type Definition struct {
	Sort Sort
	// Name is the short name: "Pause", "http.Request", "STRING"; of a part, what
	// messages call it.
	Name string
	// Names are the full names, Kestra's own, new ones first. Every ending of one
	// that begins at a dot is a name too, as long as only one type has it.
	Names      []string
	Doc        string
	Properties []Property
	// Either lists keys of which each list needs at least one.
	Either [][]string
	// Single says that exactly one of the keys is written.
	Single bool
	// Alone names the key that a text in place of the map means; "" if it must be
	// a map.
	Alone string
	// Example is a complete use in YAML: of a flow the whole file, of anything
	// else one item of the list in which it stands.
	Example string
}

// Sort is what a [Definition] defines.
type Sort string

// The sorts of definition.
const (
	SortFlow      Sort = "flow"
	SortTask      Sort = "task"
	SortInput     Sort = "input"
	SortTrigger   Sort = "trigger"
	SortCondition Sort = "condition"
	SortPart      Sort = "part" // a map within one of the others
)

// Property is one key.
type Property struct {
	Name     string
	Kind     Kind
	Required bool
	Enum     []string // of a word, the words
	Doc      string
	Example  string // in YAML
	// Of names the part that the map, or each item of the list, is.
	Of string
	// Lone says that one item may stand in place of the list.
	Lone bool
	// AliasOf names the key that this one is an older spelling of.
	AliasOf string
	// Ignored: Kestra has the key, and here it does nothing. Loses says what is
	// lost by that, for a warning; "" where nothing is.
	Ignored bool
	Loses   string
}

// Kind is what the value of a key may be.
type Kind string

// The kinds of value.
const (
	KindText     Kind = "text"     // as it stands
	KindWord     Kind = "word"     // one of a list, as it stands
	KindChoice   Kind = "choice"   // one of a list, or an expression that yields one
	KindTemplate Kind = "template" // a text that may hold expressions
	KindDuration Kind = "duration" // ISO 8601, or an expression that yields one
	KindNumber   Kind = "number"
	KindFlag     Kind = "flag"
	KindValue    Kind = "value"  // any YAML, whose texts may hold expressions
	KindMap      Kind = "map"    // of names and values, or of names and what Of names
	KindFiles    Kind = "files"  // a map of names and contents, or a text that yields one
	KindLabels   Kind = "labels" // a map of names and texts, or a list of labels
	KindTexts    Kind = "texts"  // a list of texts, or one text
	KindWords    Kind = "words"  // a list of texts
	KindList     Kind = "list"   // of what Of names
	KindPart     Kind = "part"   // one of what Of names
	KindTask     Kind = "task"
	KindTasks    Kind = "tasks"
	KindCases    Kind = "cases" // lists of tasks by a text
	KindInputs   Kind = "inputs"
)

// Definitions lists the whole language: the flow, its parts, and every type,
// sorted by sort and name. The caller may change the list, not what is in it.
func Definitions() []Definition { return slices.Clone(lang.all) }

// property returns the key's definition, or nil.
func (d *Definition) property(name string) *Property {
	for i := range d.Properties {
		if d.Properties[i].Name == name {
			return &d.Properties[i]
		}
	}
	return nil
}

// keys lists the names that mean something.
func (d *Definition) keys() []string {
	var names []string
	for _, p := range d.Properties {
		if !p.Ignored && p.AliasOf == "" {
			names = append(names, p.Name)
		}
	}
	return names
}

// language is the definitions with their indexes.
type language struct {
	all   []Definition
	parts map[string]*Definition
	// tasks, triggers and conditions hold the types by each of their names; the
	// types that share a name share a list.
	tasks, triggers, conditions map[string][]*Definition
}

//nolint:gochecknoglobals // a table, never written
var lang = newLanguage()

func newLanguage() *language {
	l := &language{
		all: slices.Concat(flowDefinitions(), partDefinitions(), approvalDefinitions(), flowableDefinitions(), simpleDefinitions(),
			worldDefinitions(), scriptDefinitions(), inputDefinitions(), triggerDefinitions(), conditionDefinitions()),
		parts: map[string]*Definition{},
		tasks: map[string][]*Definition{}, triggers: map[string][]*Definition{}, conditions: map[string][]*Definition{},
	}
	slices.SortStableFunc(l.all, func(a, b Definition) int {
		return cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.Name, b.Name))
	})
	for i := range l.all {
		d := &l.all[i]
		switch d.Sort {
		case SortFlow, SortPart, SortInput:
			l.parts[d.Name] = d
		case SortTask:
			endings(l.tasks, d)
		case SortTrigger:
			endings(l.triggers, d)
		case SortCondition:
			endings(l.conditions, d)
		}
	}
	return l
}

// endings enters a type under each of its names.
func endings(index map[string][]*Definition, d *Definition) {
	for _, name := range append([]string{d.Name}, d.Names...) {
		for {
			if !slices.Contains(index[name], d) {
				index[name] = append(index[name], d)
			}
			_, rest, found := strings.Cut(name, ".")
			if !found {
				break
			}
			name = rest
		}
	}
}

// part returns the definition of a part of the language.
func (l *language) part(name string) *Definition {
	d := l.parts[name]
	if d == nil {
		panic("flow: undefined part " + name)
	}
	return d
}

// shorts lists the short names of a sort, in order.
func (l *language) shorts(sort Sort) []string {
	var names []string
	for _, d := range l.all {
		if d.Sort == sort {
			names = append(names, d.Name)
		}
	}
	return names
}

// packages are the first parts of Kestra's names, by which a group is written
// once: in{"io.kestra.plugin.core.flow"}.names("Pause").
type packages []string

func (in packages) names(last ...string) []string {
	var names []string
	for _, pkg := range in {
		for _, name := range last {
			names = append(names, pkg+"."+name)
		}
	}
	return names
}

// with puts keys together.
func with(lists ...[]Property) []Property { return slices.Concat(lists...) }

// ignored are keys that do nothing here and whose loss nobody notices.
func ignored(names ...string) []Property {
	list := make([]Property, len(names))
	for i, name := range names {
		list[i] = Property{Name: name, Kind: KindValue, Ignored: true, Doc: "Kestra's; it has no meaning here."}
	}
	return list
}

// lost are keys that do nothing here, which somebody may rely on.
func lost(what string, names ...string) []Property {
	list := ignored(names...)
	for i := range list {
		list[i].Loses = what
	}
	return list
}
