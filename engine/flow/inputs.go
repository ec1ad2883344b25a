package flow

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
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

// inputDetails reads what only some types have. What another type has is
// reported with the types that have it.
func (p *parser) inputDetails(s *section, i *Input) {
	if s.only(i, "validator", String) {
		i.Validator = p.validator(s)
	}
	if s.only(i, "min", Int, Float) {
		i.Min = s.bound("min", i.Type)
	}
	if s.only(i, "max", Int, Float) {
		i.Max = s.bound("max", i.Type)
	}
	if i.Min != nil && i.Max != nil && *i.Min > *i.Max {
		p.errorf(s.find("min").at, ruleInputRange, `"min" %s is above "max" %s`, number(*i.Min), number(*i.Max))
	}
	if s.only(i, "after", Date, DateTime) {
		i.After = s.moment("after", i.Type)
	}
	if s.only(i, "before", Date, DateTime) {
		i.Before = s.moment("before", i.Type)
	}
	if i.After != "" && i.Before != "" && later(i.Type, i.After, i.Before) {
		p.errorf(s.find("after").at, ruleInputRange, `"after" %s is later than "before" %s`, i.After, i.Before)
	}
	if s.only(i, "values", Select) {
		i.Values = p.options(s)
	}
	if s.only(i, "allowCustomValue", Select) {
		i.AllowCustom = s.flag("allowCustomValue", false)
	}
	if s.only(i, "isRadio", Select) {
		i.Radio = s.flag("isRadio", false)
	}
}

// only reports a key that the input's type does not have, and tells whether to
// read it.
func (s *section) only(i *Input, name string, types ...InputType) bool {
	if slices.Contains(types, i.Type) {
		return true
	}
	if i.Type == "" {
		s.present(name) // the type was reported; its keys are not to blame
		return false
	}
	if e := s.lookup(name); e != nil {
		words := make([]string, len(types))
		for k, t := range types {
			words[k] = string(t)
		}
		s.p.errorf(e.at, ruleUnknownKey, "unknown key %s in an input of type %s; it belongs to %s", quote(name), i.Type, orList(words))
	}
	return false
}

func (p *parser) validator(s *section) *regexp.Regexp {
	e := s.find("validator")
	if e == nil {
		return nil
	}
	if e.value.Kind != yaml.ScalarNode || len(e.value.Value) > maxPattern {
		p.errorf(pos(e.value), ruleBadValue, `"validator" must be a regular expression of at most %d characters`, maxPattern)
		return nil
	}
	re, err := wholePattern(e.value.Value)
	if err != nil {
		p.errorf(pos(e.value), ruleBadValue, "%s is not a regular expression that can be used here (RE2): %s", quote(e.value.Value), regexpProblem(err))
		return nil
	}
	return re
}

// regexpProblem is the error without the whole expression in it.
func regexpProblem(err error) string {
	if broken, ok := errors.AsType[*syntax.Error](err); ok {
		return broken.Code.String() + " " + quote(broken.Expr)
	}
	return printable(err.Error())
}

// bound reads a smallest or largest number.
func (s *section) bound(name string, t InputType) *float64 {
	text := s.word(name)
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !finite(f):
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s must be a number, not %s", quote(name), quote(text))
	case t == Int && (f != float64(int64(f)) || f > maxExact || f < -maxExact):
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s of an INT must be a whole number, not %s", quote(name), quote(text))
	default:
		return &f
	}
	return nil
}

// moment reads an earliest or latest date.
func (s *section) moment(name string, t InputType) string {
	text := s.word(name)
	if text == "" {
		return ""
	}
	v, problem := convert(Field{Type: t}, text)
	if problem != "" {
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s %s", quote(name), problem)
		return ""
	}
	moment, _ := v.(string)
	return moment
}

// options reads the values of a SELECT: texts, or maps of value and label.
func (p *parser) options(s *section) []Option {
	e := s.find("values")
	if e == nil {
		if s.lookup("expression") == nil { // which is reported
			s.missing("values")
		}
		return nil
	}
	items := p.list(e)
	if items == nil && e.value.Kind != yaml.SequenceNode {
		return nil
	}
	if len(items) == 0 || len(items) > maxOptions {
		p.errorf(pos(e.value), ruleInputValues, `"values" must hold 1 to %d choices, not %d`, maxOptions, len(items))
		return nil
	}
	var options []Option
	seen := map[string]bool{}
	for _, item := range items {
		o := p.option(item)
		if o.Value == "" {
			continue
		}
		if seen[o.Value] {
			p.errorf(pos(item), ruleInputValues, "the choice %s stands here a second time", quote(o.Value))
			continue
		}
		seen[o.Value] = true
		options = append(options, o)
	}
	return options
}

func (p *parser) option(n *yaml.Node) Option {
	at := pos(n)
	var o Option
	if n.Kind == yaml.MappingNode {
		s := p.section(n, "a choice")
		if s.need("value") == nil {
			s.text("label")
			s.done()
			return o
		}
		o = Option{Value: s.word("value"), Label: s.word("label")}
		s.done()
		return o
	}
	if isNull(n) || n.Kind == yaml.ScalarNode && n.Value == "" {
		p.errorf(at, ruleInputValues, "a choice must not be empty")
		return o
	}
	o.Value = p.word(n, "a choice")
	return o
}

// checkDefaults checks what an input offers against its own rules.
func (p *parser) checkDefaults(s *section, i *Input) {
	if e := s.find("defaults"); e != nil {
		if !i.Required {
			p.errorf(e.at, ruleInputDefault,
				"inputs with a default value must be required, since the default is always applied; use prefill to suggest a value")
		}
		p.checkLiteral(e, i, i.Defaults)
	}
	if e := s.find("prefill"); e != nil {
		if i.Defaults != nil {
			p.errorf(e.at, ruleKeyConflict, `"prefill" and "defaults" exclude each other`)
		}
		p.checkLiteral(e, i, i.Prefill)
	}
}

func (p *parser) checkLiteral(e *entry, i *Input, v *expr.Value) {
	if v == nil {
		return // reported
	}
	for t := range v.Templates() {
		if !t.Literal() {
			return // known only when it is rendered
		}
	}
	raw, err := v.Eval(expr.Env{})
	if err != nil {
		return // as if it were computed; the run will tell
	}
	if _, problem := convert(i.blank(), raw); problem != "" {
		p.errorf(pos(e.value), ruleInputDefault, "%s %s", quote(e.name), problem)
	}
}
