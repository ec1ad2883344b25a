package engine

import (
	"fmt"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// The tasks that the engine does itself. Each returns what went wrong, or "".

// log writes the task's lines.
func (m *machine) log(run *TaskRun, spec *flow.Log) string {
	env := m.env(run)
	for _, t := range spec.Messages {
		text, err := t.Render(env)
		if err != nil {
			return taskProblem(run, "message", err)
		}
		run.Logs = append(run.Logs, LogLine{At: m.facts.Now, Level: spec.Level, Text: text})
	}
	return ""
}

// returns puts a value into the output "value". A format that is one expression
// is a text, as in Kestra; OutputValues keeps types.
func (m *machine) returns(run *TaskRun, spec *flow.Return) string {
	var v any
	var err error
	if t := spec.Format.Template(); t != nil {
		v, err = t.Render(m.env(run))
	} else {
		v, err = spec.Format.Eval(m.env(run))
	}
	if err != nil {
		return taskProblem(run, "format", err)
	}
	run.Outputs = map[string]any{"value": v}
	return ""
}

// outputValues puts each value into the output "values".
func (m *machine) outputValues(run *TaskRun, spec *flow.OutputValues) string {
	env, values := m.env(run), make(map[string]any, len(spec.Values))
	for _, pair := range spec.Values {
		v, err := pair.Value.Eval(env)
		if err != nil {
			return taskProblem(run, "values."+pair.Name, err)
		}
		values[pair.Name] = v
	}
	run.Outputs = map[string]any{"values": values}
	return ""
}

// addLabels adds to the execution's labels. They come as a map, or as a list of
// maps with "key" and "value".
func (m *machine) addLabels(run *TaskRun, spec *flow.Labels) string {
	v, err := spec.Labels.Eval(m.env(run))
	if err != nil {
		return taskProblem(run, "labels", err)
	}
	given, err := labelsOf(v)
	if err != nil {
		return taskProblem(run, "labels", err)
	}
	merged, why := merge(m.next.Labels, given)
	if why != "" {
		return run.Task + ".labels: " + why
	}
	m.relabelled(merged)
	return ""
}

func labelsOf(v any) (map[string]string, error) {
	out := map[string]string{}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			out[key] = labelText(value)
		}
		return out, nil
	case []any:
		for _, item := range v {
			pair, ok := item.(map[string]any)
			key, named := pair["key"].(string)
			if !ok || !named {
				return nil, fmt.Errorf("a label must be a key and a value")
			}
			out[key] = labelText(pair["value"])
		}
		return out, nil
	}
	return nil, fmt.Errorf("they must be a map, or a list of keys and values")
}

func labelText(v any) string {
	if v == nil {
		return ""
	}
	return valueText(v)
}

// failTask fails, always or when its condition is true.
func (m *machine) failTask(run *TaskRun, spec *flow.Fail) string {
	env := m.env(run)
	if spec.Condition != nil {
		v, err := spec.Condition.Eval(env)
		if err != nil {
			return taskProblem(run, "condition", err)
		}
		if !expr.Truthy(v) {
			return ""
		}
	}
	return m.message(run, spec.Message, env, "Task failure")
}

// assert fails unless all conditions are true.
func (m *machine) assert(run *TaskRun, spec *flow.Assert) string {
	env := m.env(run)
	var wrong []string
	for _, c := range spec.Conditions {
		v, err := c.Eval(env)
		if err != nil {
			return taskProblem(run, "conditions", err)
		}
		if !expr.Truthy(v) {
			wrong = append(wrong, c.Source())
		}
	}
	run.Outputs = map[string]any{"failed": int64(len(wrong))}
	if len(wrong) == 0 {
		return ""
	}
	text := m.message(run, spec.Message, env, "")
	if text != "" {
		text = ": " + text
	}
	return "Assertion failed: " + strings.Join(wrong, ", ") + text
}

// message renders the text of a failure, within bounds.
func (m *machine) message(run *TaskRun, t *expr.Template, env expr.Env, otherwise string) string {
	if t == nil {
		return otherwise
	}
	text, err := t.Render(env)
	if err != nil {
		return taskProblem(run, "errorMessage", err)
	}
	if text = strings.TrimSpace(text); text == "" {
		return otherwise
	}
	return text
}

// sleep waits for a time.
func (m *machine) sleep(run *TaskRun, spec *flow.Sleep) string {
	d, err := m.duration(run, spec.Duration)
	if err != nil {
		return taskProblem(run, "duration", err)
	}
	run.Due = m.facts.Now.Add(d)
	if d > 0 {
		m.put(timerKey(run.ID), Effect{Due: run.Due, Work: Timer{Run: run.ID}})
	}
	return ""
}
