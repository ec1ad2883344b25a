package flow

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

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
		e.asked = true
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
