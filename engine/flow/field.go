package flow

import (
	"errors"
	"fmt"
	"slices"

	"signoff/engine/expr"
)

// Fields renders inputs into fields. What reads the answers to other inputs of
// the same form stays late; see [Late]. The error names the input that cannot
// be rendered.
func Fields(ins []Input, env expr.Env) ([]Field, error) {
	if len(ins) == 0 {
		return nil, nil
	}
	names := vocabulary{}
	for _, in := range ins {
		names = append(names, topName(in.ID))
	}
	slices.Sort(names)
	fields := make([]Field, len(ins))
	for i, in := range ins {
		f, err := in.freeze(env, names)
		if err != nil {
			return nil, err
		}
		fields[i] = f
	}
	return fields, nil
}

// Blank returns the inputs as fields before anything is rendered: what their
// ids, types and patterns are.
func Blank(ins []Input) []Field {
	fields := make([]Field, len(ins))
	for i, in := range ins {
		fields[i] = in.blank()
	}
	return fields
}

// freeze renders what can be, and keeps the rest.
func (in Input) freeze(env expr.Env, form vocabulary) (Field, error) {
	f := in.blank()
	var err error
	if f.Group, err = render(in.Group, env); err != nil {
		return Field{}, fmt.Errorf("name of the form around input %s: %w", in.ID, err)
	}
	late, rest := in.part(form)
	for _, c := range rest.Conditions {
		v, err := c.Eval(env)
		if err != nil {
			return Field{}, fmt.Errorf("condition of input %s: %w", in.ID, err)
		}
		if !holds(v) {
			f.Off = true
			return f, nil
		}
	}
	if late != nil {
		z := freezer{env: env, late: late}
		for t := range in.templates() {
			if reads(t, form) {
				z.take(t)
			}
		}
		f.Late = late
	}
	return f, rest.complete(&f, env)
}

// part takes what reads the form out of the input.
func (in Input) part(form vocabulary) (*Late, Input) {
	late, some := &Late{}, false
	isLate := func(t *expr.Template) bool {
		yes := t != nil && reads(t, form)
		some = some || yes
		return yes
	}
	valueIsLate := func(v *expr.Value) bool {
		return v != nil && slices.ContainsFunc(slices.Collect(v.Templates()), isLate)
	}
	rest := in
	rest.Conditions = nil
	for _, c := range in.Conditions {
		if isLate(c) {
			late.Conditions = append(late.Conditions, c.Source())
		} else {
			rest.Conditions = append(rest.Conditions, c)
		}
	}
	if isLate(in.DisplayName) {
		late.Label, rest.DisplayName = in.DisplayName.Source(), nil
	}
	if isLate(in.Description) {
		late.Description, rest.Description = in.Description.Source(), nil
	}
	choices := valueIsLate(in.Choices)
	if choices {
		late.Choices, rest.Choices = in.Choices.Source(), nil
	}
	// What is offered is checked against the choices, so it waits for them.
	if valueIsLate(in.Defaults) || choices && in.Defaults != nil {
		late.Default, rest.Defaults = in.Defaults.Source(), nil
	}
	if valueIsLate(in.Prefill) || choices && in.Prefill != nil {
		late.Prefill, rest.Prefill = in.Prefill.Source(), nil
	}
	if !some {
		return nil, rest
	}
	return late, rest
}

// complete renders the input's texts, choices and default into the field. A
// default that does not fit the input's own rules is an error; the flow computed
// it.
func (in Input) complete(f *Field, env expr.Env) error {
	var err error
	text := func(into *string, what string, t *expr.Template) {
		if t == nil || err != nil {
			return
		}
		if *into, err = t.Render(env); err != nil {
			err = fmt.Errorf("%s of input %s: %w", what, in.ID, err)
		}
	}
	text(&f.Label, "display name", in.DisplayName)
	text(&f.Description, "description", in.Description)
	if err != nil {
		return err
	}
	if in.Choices != nil {
		if f.Values, err = offered(*in.Choices, env); err != nil {
			return fmt.Errorf("choices of input %s: %w", in.ID, err)
		}
	}
	if in.Defaults != nil {
		if f.Default, err = offer(*f, in.Defaults, env); err != nil {
			return fmt.Errorf("default of input %s: %w", in.ID, err)
		}
	}
	if in.Prefill != nil {
		if f.Prefill, err = offer(*f, in.Prefill, env); err != nil {
			return fmt.Errorf("prefill of input %s: %w", in.ID, err)
		}
	}
	first(f)
	return nil
}

// first makes the first choice the default of a field that wants that.
func first(f *Field) {
	if !f.First || f.Default != nil || len(f.Values) == 0 {
		return
	}
	f.Default = f.Values[0].Value
	if f.Type == MultiSelect {
		f.Default, _ = convert(*f, []any{f.Values[0].Value})
	}
}

// blank is the field without what must be rendered.
func (in Input) blank() Field {
	f := Field{
		ID: in.ID, Type: in.Type, Required: in.Required,
		Min: in.Min, Max: in.Max, After: in.After, Before: in.Before, Shortest: in.Shortest, Longest: in.Longest,
		Values: in.Values, AllowCustom: in.AllowCustom, Radio: in.Radio, First: in.First,
		Items: in.Items, Schema: in.Schema, Extensions: in.Extensions, DependsOn: in.DependsOn,
	}
	if in.Validator != nil {
		f.Validator = in.Validator.String()
	}
	return f
}

func render(t *expr.Template, env expr.Env) (string, error) {
	if t == nil {
		return "", nil
	}
	return t.Render(env)
}

// offer evaluates a default or prefill to a value of the field's type.
func offer(f Field, v *expr.Value, env expr.Env) (any, error) {
	raw, err := v.Eval(env)
	if err != nil {
		return nil, err
	}
	if absent(f, raw) {
		return nil, nil
	}
	value, problem := convert(f, raw)
	if problem != "" {
		return nil, fmt.Errorf("it %s", problem)
	}
	return value, nil
}

// offered evaluates an expression to choices: a list of texts, numbers or maps
// of value and label.
func offered(v expr.Value, env expr.Env) ([]Option, error) {
	raw, err := v.Eval(env)
	if err != nil {
		return nil, err
	}
	list, ok := raw.([]any)
	switch {
	case !ok:
		return nil, errors.New("the expression must give a list of choices")
	case len(list) > maxOptions:
		return nil, fmt.Errorf("the expression gives %d choices; at most %d are allowed", len(list), maxOptions)
	}
	options := make([]Option, 0, len(list))
	seen := map[string]bool{}
	for _, item := range list {
		o, ok := optionOf(item)
		if !ok {
			return nil, errors.New("the expression must give texts, or maps with value and label")
		}
		if !seen[o.Value] {
			seen[o.Value] = true
			options = append(options, o)
		}
	}
	return options, nil
}

func optionOf(item any) (Option, bool) {
	m, isMap := item.(map[string]any)
	if !isMap {
		value, ok := asText(item)
		return Option{Value: value}, ok && value != ""
	}
	value, ok := asText(m["value"])
	label, _ := asText(m["label"])
	return Option{Value: value, Label: label}, ok && value != ""
}
