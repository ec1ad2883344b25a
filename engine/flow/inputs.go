package flow

import (
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

const (
	maxInputs  = 100
	maxOptions = 1_000
	// maxPattern bounds a validator; RE2 keeps it linear, this keeps it small.
	maxPattern = 1 << 10
)

var inputID = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]*(\.[a-zA-Z0-9_-]+)*$`)

// typeForm groups other inputs; there is no value of it.
const typeForm = "FORM"

// inputTypes lists the type names. BOOLEAN and ENUM are the older BOOL and
// SELECT; CHANNEL, GROUP, RICHTEXT, TEXT, USER and USERS are ours and not
// Kestra's.
func inputTypes() []string {
	return []string{
		"ARRAY", "BOOL", "BOOLEAN", "CHANNEL", "DATE", "DATETIME", "DURATION", "EMAIL", "ENUM", "FILE", "FLOAT", typeForm,
		"GROUP", "INT", "JSON", "MULTISELECT", "RICHTEXT", "SECRET", "SELECT", "STRING", "TEXT", "TIME", "URI", "USER",
		"USERS", "YAML",
	}
}

// laterInputTypes are Kestra's types that this version does not have.
func laterInputTypes() []string { return []string{"OBJECT", "TABLE", "REUSABLE_INPUTS", "ION"} }

// inputList reads the inputs of a flow or the form of a Pause.
func (p *parser) inputList(e *entry, in scope) []Input {
	if e == nil {
		return nil
	}
	items := p.list(e)
	if len(items) > maxInputs {
		p.errorf(pos(e.value), ruleLimit, "%s holds %d inputs; at most %d are allowed", quote(e.name), len(items), maxInputs)
		return nil
	}
	in.form = p.inputNames(items)
	if in.zone == zoneInput {
		p.names.inputs = append(p.names.inputs, in.form...)
	}
	r := inputReader{parser: p, in: in, first: map[string]Pos{}}
	for _, item := range items {
		r.item(item)
	}
	r.checkNesting()
	r.checkDepends()
	return r.inputs
}

// inputNames are what expressions call the inputs. What is refused later is
// still what they mean by the name.
func (p *parser) inputNames(items []*yaml.Node) vocabulary {
	names := vocabulary{}
	for _, item := range items {
		if item.Kind != yaml.MappingNode {
			continue
		}
		for _, e := range p.entries(item) {
			if e.name == "id" || e.name == "name" {
				names = append(names, topName(e.value.Value))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// inputReader reads the inputs of one form.
type inputReader struct {
	*parser

	in     scope
	inputs []Input
	first  map[string]Pos // of each id
	// named holds what each dependsOn names, with its place.
	named []namedInput
}

// group is the FORM around an input; the zero group is none.
type group struct {
	id         string
	name       *expr.Template
	dependsOn  []string
	conditions []*expr.Template
}

func (r *inputReader) item(n *yaml.Node) {
	s := r.section(n, "an input")
	if s == nil {
		return
	}
	if e := s.lookup("type"); e != nil && e.value.Value == typeForm {
		r.form(s)
		return
	}
	r.add(r.input(s, group{}))
}

// form reads the inputs of a FORM, each under the form's id.
func (r *inputReader) form(s *section) {
	s.what = "a FORM"
	s.present("type")
	g := group{id: r.inputID(s, group{}), name: s.template("displayName", r.in)}
	s.template("description", r.in)
	s.flag("required", true)
	var own Input
	r.dependsOn(s, &own)
	g.dependsOn, g.conditions = own.DependsOn, own.Conditions
	e := s.need("inputs")
	s.done()
	if e == nil {
		return
	}
	items := r.list(e)
	switch {
	case items != nil && len(items) == 0:
		r.errorf(pos(e.value), ruleMissingKey, "%s must hold at least one input", quote(e.name))
	case len(items) > maxInputs:
		r.errorf(pos(e.value), ruleLimit, "%s holds %d inputs; at most %d are allowed", quote(e.name), len(items), maxInputs)
		return
	}
	for _, item := range items {
		inner := r.section(item, "an input")
		if inner == nil {
			continue
		}
		if t := inner.lookup("type"); t != nil && t.value.Value == typeForm {
			r.errorf(pos(t.value), ruleBadValue, "a FORM cannot hold another FORM")
			continue
		}
		r.add(r.input(inner, g))
	}
}

func (r *inputReader) add(one Input) {
	if one.ID == "" {
		return
	}
	if before, twice := r.first[one.ID]; twice {
		r.errorf(one.Pos, ruleDuplicateID, "the input id %s is used twice; the first is at line %d", quote(one.ID), before.Line)
		return
	}
	if len(r.inputs) == maxInputs {
		r.errorf(one.Pos, ruleLimit, "there are more than %d inputs", maxInputs)
		return
	}
	r.first[one.ID] = one.Pos
	r.inputs = append(r.inputs, one)
}

// input reads what an input of any type says.
func (r *inputReader) input(s *section, g group) Input {
	i := Input{Pos: s.at, Group: g.name}
	i.ID = r.inputID(s, g)
	i.Type = r.inputType(s)
	i.DisplayName = s.template("displayName", r.in)
	i.Description = s.template("description", r.in)
	i.Required = s.flag("required", true)
	i.Defaults = s.offered("defaults", i.Type, r.in)
	i.Prefill = s.offered("prefill", i.Type, r.in)
	r.inputDetails(s, &i)
	r.dependsOn(s, &i)
	i.DependsOn = append(slices.Clone(g.dependsOn), i.DependsOn...)
	i.Conditions = append(slices.Clone(g.conditions), i.Conditions...)
	s.done()
	if i.Type != "" {
		r.checkDefaults(s, &i)
	}
	return i
}

// offered reads a default or prefill. Where the type is a text, what looks like
// a number stays as it is written: version 1.0 is not 1.
func (s *section) offered(name string, t InputType, in scope) *expr.Value {
	e := s.find(name)
	if e == nil || e.value.Kind != yaml.ScalarNode || slices.Contains([]InputType{Int, Float, Bool, JSON, YAML}, t) {
		return s.value(name, in)
	}
	compiled := s.p.template(e.value, quote(name), in)
	if compiled == nil {
		return nil
	}
	v := expr.Text(compiled)
	return &v
}

// inputID reads the id, or its older name; within a FORM it is under that.
func (r *inputReader) inputID(s *section, g group) string {
	key := "id"
	if s.lookup("id") == nil && s.lookup("name") != nil {
		key = "name"
	}
	if e := s.find(key); e != nil {
		s.at = pos(e.value)
	}
	id := s.id(key, inputID, maxTaskID)
	if key == "id" && s.present("name") != nil {
		r.errorf(s.lookup("name").at, ruleKeyConflict, `"name" is the older name of "id"; write one of them`)
	}
	if g.id == "" || id == "" {
		return id
	}
	return g.id + "." + id
}

func (r *inputReader) inputType(s *section) InputType {
	e := s.need("type")
	if e == nil {
		return ""
	}
	name := r.word(e.value, `"type"`)
	switch {
	case name == "BOOLEAN":
		return Bool
	case name == "ENUM":
		return Select
	case slices.Contains(inputTypes(), name):
		return InputType(name)
	case slices.Contains(laterInputTypes(), name):
		r.errorf(pos(e.value), ruleNotYet, "the input type %s is not supported yet; ask for a JSON", name)
		s.forgive()
	case name != "":
		r.errorf(pos(e.value), ruleBadValue, "unknown input type %s%s", quote(name), orKnown(name, inputTypes()))
	}
	return ""
}

// checkNesting reports an id that is a value and, by a dot, holds others.
func (r *inputReader) checkNesting() {
	for _, i := range r.inputs {
		for at := range i.ID {
			if i.ID[at] != '.' {
				continue
			}
			if outer, ok := r.first[i.ID[:at]]; ok {
				r.errorf(i.Pos, ruleDuplicateID, "the input id %s nests in %s, which is an input itself, at line %d",
					quote(i.ID), quote(i.ID[:at]), outer.Line)
			}
		}
	}
}

func orKnown(name string, known []string) string {
	if hint := didYouMean(name, known); hint != "" {
		return hint
	}
	return "; known are " + strings.Join(known, ", ")
}
