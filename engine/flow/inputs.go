package flow

import (
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

// inputTypes lists the type names of this version. BOOLEAN is the older BOOL.
func inputTypes() []string {
	return []string{"BOOL", "BOOLEAN", "DATE", "DATETIME", "FLOAT", "INT", "SELECT", "STRING"}
}

// insteadOf says what to write for Kestra's other types until they work; ""
// for what is no type at all.
func insteadOf(name string) string {
	switch name {
	case "ENUM":
		return "SELECT"
	case "EMAIL", "URI":
		return "STRING with a validator"
	case "TIME", "DURATION", "JSON", "YAML", "ARRAY":
		return "STRING"
	case "MULTISELECT":
		return "SELECT or STRING"
	case "FILE":
		return "STRING with a link"
	case "SECRET":
		return "secret() in the task that needs it"
	case "FORM":
		return "single inputs"
	}
	return ""
}

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
	var inputs []Input
	first := map[string]Pos{}
	for _, item := range items {
		one := p.input(item, in)
		if one == nil || one.ID == "" {
			continue
		}
		if before, twice := first[one.ID]; twice {
			p.errorf(one.Pos, ruleDuplicateID, "the input id %s is used twice; the first is at line %d", quote(one.ID), before.Line)
			continue
		}
		first[one.ID] = one.Pos
		inputs = append(inputs, *one)
	}
	return inputs
}

func (p *parser) input(n *yaml.Node, in scope) *Input {
	s := p.section(n, "an input")
	if s == nil {
		return nil
	}
	i := &Input{Pos: s.at}
	if e := s.find("id"); e != nil && in.zone == zoneInput {
		// What is refused below is still what expressions mean by the name.
		name, _, _ := strings.Cut(e.value.Value, ".")
		p.names.inputs = append(p.names.inputs, name)
	}
	i.ID = p.inputID(s)
	i.Type = p.inputType(s)
	i.DisplayName = s.template("displayName", in)
	i.Description = s.template("description", in)
	i.Required = s.flag("required", true)
	i.Defaults = s.offered("defaults", i.Type, in)
	i.Prefill = s.offered("prefill", i.Type, in)
	p.inputDetails(s, i)
	s.notYet("dependsOn", "expression", "autoSelectFirst", "itemType", "allowedFileExtensions", "extension",
		"jsonSchema", "inputs", "name")
	s.done()
	if i.Type != "" {
		p.checkDefaults(s, i)
	}
	return i
}

// offered reads a default or prefill. Where the type is a text, what looks like
// a number stays as it is written: version 1.0 is not 1.
func (s *section) offered(name string, t InputType, in scope) *expr.Value {
	e := s.find(name)
	if e == nil || e.value.Kind != yaml.ScalarNode || t == Int || t == Float || t == Bool {
		return s.value(name, in)
	}
	compiled := s.p.template(e.value, quote(name), in)
	if compiled == nil {
		return nil
	}
	v := expr.Text(compiled)
	return &v
}

func (p *parser) inputID(s *section) string {
	if e := s.find("id"); e != nil {
		s.at = pos(e.value)
		if strings.Contains(e.value.Value, ".") {
			p.errorf(s.at, ruleNotYet, "a dot in an input id (%s) is not supported yet", quote(e.value.Value))
			return ""
		}
	}
	return s.id("id", taskID, maxTaskID)
}

func (p *parser) inputType(s *section) InputType {
	e := s.need("type")
	if e == nil {
		return ""
	}
	name := p.word(e.value, `"type"`)
	switch {
	case name == "BOOLEAN":
		return Bool
	case slices.Contains(inputTypes(), name):
		return InputType(name)
	}
	if instead := insteadOf(name); instead != "" {
		p.errorf(pos(e.value), ruleNotYet, "input type %s is not supported yet; use %s", name, instead)
		return ""
	}
	if name != "" {
		p.errorf(pos(e.value), ruleBadValue, "unknown input type %s%s", quote(name),
			orKnown(name, inputTypes()))
	}
	return ""
}

func orKnown(name string, known []string) string {
	if hint := didYouMean(name, known); hint != "" {
		return hint
	}
	return "; known are " + strings.Join(known, ", ")
}
