package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"signoff/engine/flow"
)

// Reference returns the page of reference in Markdown: a section a type, each
// with a table of its keys and an example. The head stands on top of it.
func (d Document) Reference(head string) []byte {
	p := page{Document: d}
	p.out.WriteString(head)
	p.section("## The file", *d.root(), nil)
	chapters := []struct {
		sort  flow.Sort
		title string
	}{
		{flow.SortTask, "Tasks"}, {flow.SortInput, "Inputs"}, {flow.SortTrigger, "Triggers"}, {flow.SortCondition, "Conditions"},
	}
	for _, c := range chapters {
		p.chapter(c.title, d.types(c.sort))
	}
	p.chapter("Parts", d.types(flow.SortPart))
	return []byte(p.out.String())
}

// page is a page that is being written.
type page struct {
	Document

	out strings.Builder
}

func (p *page) printf(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

// chapter describes definitions of one sort. What all of them have stands on top.
func (p *page) chapter(title string, list []flow.Definition) {
	if len(list) == 0 {
		return
	}
	p.printf("\n## %s\n", title)
	shared := common(list)
	if len(shared) > 0 {
		p.printf("\nAll of them have these keys:\n")
		p.table(shared)
	}
	for _, d := range list {
		p.section("### "+d.Name, d, shared)
	}
}

// common lists the keys that all definitions share.
func common(list []flow.Definition) []flow.Property {
	var shared []flow.Property
	for _, k := range list[0].Properties {
		all := len(list) > 1
		for _, d := range list {
			all = all && slices.ContainsFunc(d.Properties, func(o flow.Property) bool { return reflect.DeepEqual(k, o) })
		}
		if all {
			shared = append(shared, k)
		}
	}
	return shared
}

func (p *page) section(title string, d flow.Definition, shared []flow.Property) {
	p.printf("\n%s\n\n%s\n", title, d.Doc)
	if len(d.Names) > 0 {
		p.printf("\nKestra's names: %s.\n", codes(d.Names))
	}
	var own []flow.Property
	for _, k := range d.Properties {
		if !slices.ContainsFunc(shared, func(o flow.Property) bool { return reflect.DeepEqual(k, o) }) {
			own = append(own, k)
		}
	}
	p.table(own)
	for _, keys := range d.Either {
		p.printf("\nIt needs one of %s at least.\n", codes(keys))
	}
	if d.Single {
		p.printf("\nIt has exactly one of these keys.\n")
	}
	if d.Alone != "" {
		p.printf("\nA text in its place is its `%s`.\n", d.Alone)
	}
	if d.Example != "" {
		p.printf("\n```yaml\n%s\n```\n", strings.TrimSuffix(d.Example, "\n"))
	}
}

// table lists keys, and below them those that do nothing.
func (p *page) table(keys []flow.Property) {
	lost := map[string][]string{}
	var losses []string
	head := "\n| key | value | meaning |\n| --- | --- | --- |\n"
	for _, k := range keys {
		if k.Ignored {
			if len(lost[k.Loses]) == 0 {
				losses = append(losses, k.Loses)
			}
			lost[k.Loses] = append(lost[k.Loses], k.Name)
			continue
		}
		p.printf("%s| `%s`%s | %s | %s |\n", head, k.Name, needed(k), p.kind(k), cell(meaning(k)))
		head = ""
	}
	if len(losses) == 0 {
		return
	}
	p.printf("\nKeys of Kestra that have no effect here:\n\n")
	for _, what := range losses {
		p.printf("- %s%s\n", codes(lost[what]), because(what))
	}
}

func because(loses string) string {
	if loses == "" {
		return ""
	}
	return ": " + loses
}

func needed(k flow.Property) string {
	if k.Required {
		return " (needed)"
	}
	return ""
}

func meaning(k flow.Property) string {
	if k.Example == "" {
		return k.Doc
	}
	return k.Doc + " Such as `" + strings.TrimSpace(k.Example) + "`."
}

// cell keeps a text within its cell of a table.
func cell(text string) string {
	return strings.NewReplacer("\n", " ", "|", `\|`).Replace(text)
}

func codes(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "`" + name + "`"
	}
	return strings.Join(quoted, ", ")
}

// kind says in words what may stand behind a key.
func (p *page) kind(k flow.Property) string {
	words := codes(k.Enum)
	switch k.Kind {
	case flow.KindText:
		return "text"
	case flow.KindWord:
		return words
	case flow.KindChoice:
		return words + ", or an expression"
	case flow.KindTemplate:
		return "text with expressions"
	case flow.KindDuration:
		return "duration"
	case flow.KindNumber:
		return "number"
	case flow.KindFlag:
		return "`true` or `false`"
	case flow.KindValue:
		return "any value"
	case flow.KindMap:
		if k.Of != "" {
			return "map of names and " + p.link(k.Of)
		}
		return "map"
	case flow.KindFiles:
		return "map, or a text that yields one"
	case flow.KindLabels:
		return "map, or list of " + p.link("label")
	case flow.KindTexts:
		if words != "" {
			return "one or a list of " + words
		}
		return "text, or list of texts"
	case flow.KindWords:
		if words != "" {
			return "list of " + words
		}
		return "list of texts"
	case flow.KindList:
		return "list of " + p.link(k.Of)
	case flow.KindPart:
		return p.link(k.Of)
	case flow.KindTask:
		return "a [task](#tasks)"
	case flow.KindTasks:
		return "list of [tasks](#tasks)"
	case flow.KindCases:
		return "map of lists of [tasks](#tasks)"
	case flow.KindInputs:
		return "list of [inputs](#inputs)"
	}
	panic("schema: unknown kind " + string(k.Kind))
}

// link leads to the section of a part, or to the chapter of what has types.
func (p *page) link(of string) string {
	if slices.Contains(sorts(), flow.Sort(of)) {
		return "[" + of + "s](#" + of + "s)"
	}
	return "[" + of + "](#" + p.anchor(of) + ")"
}

// anchor is how a page of Markdown calls the section of a part: a heading that
// stands twice has a number.
func (p *page) anchor(of string) string {
	before := 0
	for _, sort := range append(sorts(), flow.SortPart) {
		for _, d := range p.types(sort) {
			if sort == flow.SortPart && d.Name == of {
				break
			}
			if slug(d.Name) == slug(of) {
				before++
			}
		}
	}
	if before == 0 {
		return slug(of)
	}
	return fmt.Sprintf("%s-%d", slug(of), before)
}

func slug(heading string) string {
	return strings.NewReplacer(" ", "-", ".", "").Replace(strings.ToLower(heading))
}
