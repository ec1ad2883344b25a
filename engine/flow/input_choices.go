package flow

import "gopkg.in/yaml.v3"

// choices reads what a SELECT or MULTISELECT offers: values that are written
// out, or an expression that gives them.
func (r *inputReader) choices(s *section, i *Input) {
	offers := s.only(i, "values", Select, MultiSelect)
	if s.only(i, "expression", Select, MultiSelect) {
		i.Choices = s.value("expression", r.in)
	}
	if offers {
		i.Values = r.options(s)
	}
	if s.only(i, "allowCustomValue", Select, MultiSelect) {
		i.AllowCustom = s.flag("allowCustomValue", false)
	}
	if s.only(i, "isRadio", Select) {
		i.Radio = s.flag("isRadio", false)
	}
	if !s.only(i, "autoSelectFirst", Select, MultiSelect) {
		return
	}
	i.First = s.flag("autoSelectFirst", false)
	if i.First && s.lookup("defaults") != nil {
		r.errorf(s.lookup("autoSelectFirst").at, ruleKeyConflict, `"autoSelectFirst" and "defaults" exclude each other`)
	}
}

// options reads the values: texts, or maps of value and label.
func (r *inputReader) options(s *section) []Option {
	e := s.find("values")
	other := s.lookup("expression")
	if e == nil {
		if other == nil {
			r.errorf(s.at, ruleMissingKey, `%s needs the key "values", or an "expression" that gives them`, s.what)
		}
		return nil
	}
	if other != nil {
		r.errorf(other.at, ruleKeyConflict, `"values" and "expression" exclude each other`)
	}
	items := r.list(e)
	if items == nil && e.value.Kind != yaml.SequenceNode {
		return nil
	}
	if len(items) == 0 || len(items) > maxOptions {
		r.errorf(pos(e.value), ruleInputValues, `"values" must hold 1 to %d choices, not %d`, maxOptions, len(items))
		return nil
	}
	var options []Option
	seen := map[string]bool{}
	for _, item := range items {
		o := r.option(item)
		if o.Value == "" {
			continue
		}
		if seen[o.Value] {
			r.errorf(pos(item), ruleInputValues, "the choice %s stands here a second time", quote(o.Value))
			continue
		}
		seen[o.Value] = true
		options = append(options, o)
	}
	return options
}

func (r *inputReader) option(n *yaml.Node) Option {
	at := pos(n)
	var o Option
	if n.Kind == yaml.MappingNode {
		s := r.section(n, "a choice")
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
		r.errorf(at, ruleInputValues, "a choice must not be empty")
		return o
	}
	o.Value = r.word(n, "a choice")
	return o
}
