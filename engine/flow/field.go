package flow

import (
	"fmt"

	"signoff/engine/expr"
)

// Fields renders inputs into fields. The error names the input that cannot be
// rendered.
func Fields(ins []Input, env expr.Env) ([]Field, error) {
	if len(ins) == 0 {
		return nil, nil
	}
	fields := make([]Field, len(ins))
	for i, in := range ins {
		f, err := in.Field(env)
		if err != nil {
			return nil, err
		}
		fields[i] = f
	}
	return fields, nil
}

// Field renders the input's texts and default, and freezes it. A default that
// does not fit the input's own rules is an error; the flow computed it.
func (in Input) Field(env expr.Env) (Field, error) {
	f := in.blank()
	var err error
	if f.Label, err = render(in.DisplayName, env); err != nil {
		return Field{}, fmt.Errorf("display name of input %s: %w", in.ID, err)
	}
	if f.Description, err = render(in.Description, env); err != nil {
		return Field{}, fmt.Errorf("description of input %s: %w", in.ID, err)
	}
	if f.Default, err = offer(f, in.Defaults, env); err != nil {
		return Field{}, fmt.Errorf("default of input %s: %w", in.ID, err)
	}
	if f.Prefill, err = offer(f, in.Prefill, env); err != nil {
		return Field{}, fmt.Errorf("prefill of input %s: %w", in.ID, err)
	}
	return f, nil
}

// blank is the field without what must be rendered.
func (in Input) blank() Field {
	f := Field{
		ID: in.ID, Type: in.Type, Required: in.Required,
		Min: in.Min, Max: in.Max, After: in.After, Before: in.Before,
		Values: in.Values, AllowCustom: in.AllowCustom, Radio: in.Radio,
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
	if v == nil {
		return nil, nil
	}
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
