package task

import (
	"fmt"

	"signoff/engine/flow"
)

// Log, Return and OutputValues are calls where their text reaches for what the
// engine cannot: a file. What they print is kept, so here even the shortest
// secret is masked, wherever it stands.

// log writes the task's lines.
func (x *run) log(spec *flow.Log) error {
	texts, err := x.lines(spec)
	for _, text := range texts {
		x.logf(spec.Level, "%s", text)
	}
	return err
}

func (x *run) lines(spec *flow.Log) ([]string, error) {
	x.mask.strict = true
	out := make([]string, 0, len(spec.Messages))
	for _, t := range spec.Messages {
		text, err := x.render(t)
		if err != nil {
			return out, about("message", err)
		}
		out = append(out, text)
	}
	return out, nil
}

// returns gives the output "value": a text where the format is one.
func (x *run) returns(spec *flow.Return) (map[string]any, error) {
	x.mask.strict = true
	if t := spec.Format.Template(); t != nil {
		text, err := x.render(t)
		if err != nil {
			return nil, about("format", err)
		}
		return map[string]any{"value": text}, nil
	}
	v, err := spec.Format.Eval(x.env)
	if err != nil {
		return nil, about("format", evalProblem(err))
	}
	return map[string]any{"value": v}, nil
}

// outputValues gives each value in the output "values".
func (x *run) outputValues(spec *flow.OutputValues) (map[string]any, error) {
	x.mask.strict = true
	values := make(map[string]any, len(spec.Values))
	for _, p := range spec.Values {
		v, err := p.Value.Eval(x.env)
		if err != nil {
			return nil, about("values."+p.Name, evalProblem(err))
		}
		values[p.Name] = v
	}
	return map[string]any{"values": values}, nil
}

func (x *run) sketchShown(spec flow.Spec) (map[string]any, error) {
	switch spec := spec.(type) {
	case *flow.Log:
		texts, err := x.lines(spec)
		list := make([]any, len(texts))
		for i, text := range texts {
			list[i] = text
		}
		return map[string]any{"messages": list}, err
	case *flow.Return:
		return x.returns(spec)
	case *flow.OutputValues:
		return x.outputValues(spec)
	}
	return nil, fmt.Errorf("task: nothing is shown by a %T", spec)
}
