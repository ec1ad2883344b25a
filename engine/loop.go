package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// loop evaluates what a ForEach goes through and freezes it.
func (m *machine) loop(t *flow.Task, run *TaskRun, spec *flow.ForEach) string {
	v, err := spec.Values.Eval(m.env(run))
	if err != nil {
		return taskProblem(run, "values", err)
	}
	items, err := itemsOf(v)
	if err != nil {
		return taskProblem(run, "values", err)
	}
	if t.Type != flow.TypeLoop {
		items = distinct(items) // as Kestra's ForEach does: outputs are found by the value
	}
	if len(items) > maxItems {
		return fmt.Sprintf("%s: a loop goes through at most %d values, and these are %d; split them", run.Task, maxItems, len(items))
	}
	if slices.Contains(items, nil) {
		return run.Task + ".values: a value is null; leave it out, or give it a name"
	}
	run.Items = items
	return ""
}

// itemsOf makes a list of a value: of a list, of the JSON text of one, of the
// entries of a map in the order of their keys, or of a number the numbers below
// it.
func itemsOf(v any) ([]any, error) {
	switch v := v.(type) {
	case []any:
		return slices.Clone(v), nil
	case map[string]any:
		items := make([]any, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			items = append(items, map[string]any{"key": key, "value": v[key]})
		}
		return items, nil
	case int64:
		if v < 0 || v > maxItems {
			return nil, fmt.Errorf("a number of rounds must be from 0 to %d", maxItems)
		}
		items := make([]any, v)
		for i := range items {
			items[i] = int64(i)
		}
		return items, nil
	case string:
		return itemsOfText(v)
	}
	return nil, fmt.Errorf("it must be a list, a map or a number")
}

func itemsOfText(text string) ([]any, error) {
	wrong := errors.New(`the text must be JSON, such as ["a", "b"]`)
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		return nil, wrong
	}
	v, err := plain(v)
	if _, again := v.(string); err != nil || again {
		return nil, wrong
	}
	return itemsOf(v)
}

// plain turns what the JSON decoder gives into the language's values.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return n, nil
		}
		return v.Float64()
	case []any:
		for i := range v {
			item, err := plain(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = item
		}
	case map[string]any:
		for key := range v {
			item, err := plain(v[key])
			if err != nil {
				return nil, err
			}
			v[key] = item
		}
	}
	return v, nil
}

func distinct(items []any) []any {
	seen := make(map[string]bool, len(items))
	return slices.DeleteFunc(items, func(v any) bool {
		if v == nil {
			return false // a fault, told apart later
		}
		key := valueText(v)
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// valueText is a loop's value as taskrun.value gives it and as outputs are
// found by: a text as it is, all else as JSON.
func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "?"
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (m *machine) forEach(spec *flow.ForEach, id TaskRunID) standing {
	tasks := enabled(spec.Tasks)
	n := len(m.run(id).Items)
	if len(tasks) == 0 {
		n = 0
	}
	return m.together(pieces{
		n: n, atOnce: spec.Concurrent,
		begun: func(i int) bool { return m.begun(tasks[0].ID, place{parent: id, iteration: i + 1}) != "" },
		run:   func(i int) standing { return m.list(tasks, place{parent: id, iteration: i + 1}) },
	})
}

// chosen is the branch of a Switch: the first case with the value, else the
// default one.
func chosen(spec *flow.Switch, run *TaskRun) []*flow.Task {
	for _, c := range spec.Cases {
		if c.Value == run.Outputs["value"] {
			return c.Tasks
		}
	}
	return spec.Defaults
}

// choosesCase evaluates the value of a Switch.
func (m *machine) choosesCase(run *TaskRun, spec *flow.Switch) string {
	v, err := spec.Value.Render(m.env(run))
	if err != nil {
		return taskProblem(run, "value", err)
	}
	matches := slices.ContainsFunc(spec.Cases, func(c flow.Case) bool { return c.Value == v })
	run.Outputs = map[string]any{"value": v, "defaults": !matches}
	return ""
}

// choose evaluates a condition by Kestra's truth rules. The branch is run as
// the run's children.
func (m *machine) choose(run *TaskRun, spec *flow.If) string {
	v, err := spec.Condition.Eval(m.env(run))
	if err != nil {
		return taskProblem(run, "condition", err)
	}
	run.Outputs = map[string]any{"evaluationResult": expr.Truthy(v)}
	return ""
}
