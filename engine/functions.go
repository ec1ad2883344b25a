package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/engine/expr"
)

// function finds what an expression can call besides the pure functions.
func (m *machine) function(name string) expr.Func {
	switch name {
	case "secret":
		return func(expr.Args) (any, error) { return Masked, nil }
	case "kv":
		return m.kv
	case "appLink":
		return m.appLink
	case "now":
		return func(expr.Args) (any, error) { return stamp(m.facts.Now), nil }
	case "env":
		return m.environment
	case "render", "renderOnce":
		return m.render
	case "errorLogs":
		return m.errorLogs
	case "tasksWithState":
		return m.tasksWithState
	case "currentEachOutput":
		return m.currentEachOutput
	case "loopOutputs":
		return loopOutputs
	case "read", "fileURI", "fileSize", "fileExists", "isFileEmpty", "encrypt", "decrypt", "http":
		return func(expr.Args) (any, error) {
			return nil, fmt.Errorf("%s() does not work here; put it into a Return before this, and read its output", name)
		}
	}
	return m.drawer(name)
}

func (m *machine) kv(args expr.Args) (any, error) {
	key, _ := args.Get(0, "key")
	name, ok := key.(string)
	if !ok {
		return nil, errors.New("kv() needs the name of a key")
	}
	if ns, given := args.Get(1, "namespace"); given && ns != nil && ns != m.flow.Namespace {
		return nil, fmt.Errorf("kv() reads only the namespace %s here; use the task kv.Get for another", m.flow.Namespace)
	}
	v, ok, frozen := m.frozenValue(name)
	if !frozen {
		v, ok = m.facts.KV[name]
	}
	if !ok {
		if must, given := args.Get(2, "errorOnMissing"); given && must == false {
			return nil, nil //nolint:nilnil // null is a value of the language
		}
		return nil, fmt.Errorf("the key %q does not exist in namespace %s", name, m.flow.Namespace)
	}
	return v, nil
}

// appLink is the address of the execution's page. Kestra's argument, the id of
// an app, is accepted and has no meaning here.
func (m *machine) appLink(expr.Args) (any, error) {
	return PageURL(m.facts.BaseURL, m.next.ID), nil
}

// environment is a variable of the root "envs", whose names are in lower case.
func (m *machine) environment(args expr.Args) (any, error) {
	given, _ := args.Get(0, "name")
	name, _ := given.(string)
	envs, _ := m.view.roots["envs"].(map[string]any)
	for _, key := range []string{name, strings.ToLower(name)} {
		if v, ok := envs[key]; ok {
			return v, nil
		}
	}
	v, _ := args.Get(1, "default") // null without one, as in Kestra
	return v, nil
}

// maxRender bounds how deep variables may name one another.
const maxRender = 8

// render evaluates a variable of the flow, which is its author's text. What a
// variable yields is data and is not read again; one that names another does so
// by render.
func (m *machine) render(args expr.Args) (any, error) {
	path, _ := args.Get(0, "variable")
	names, ok := path.([]any)
	if !ok || len(names) < 2 {
		return nil, errors.New("render() needs a variable, such as render(vars.greeting)")
	}
	if m.view.deep >= maxRender {
		return nil, fmt.Errorf("variables name one another more than %d deep", maxRender)
	}
	name, _ := names[1].(string)
	value, ok := m.flow.Variables[name]
	if !ok {
		return nil, fmt.Errorf("the flow has no variable %q", name)
	}
	m.view.deep++
	defer func() { m.view.deep-- }()
	v, err := args.EvalHere(value)
	if err != nil {
		return nil, err
	}
	for _, key := range names[2:] {
		part, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the variable %q has no such part", name)
		}
		if v, ok = part[fmt.Sprint(key)]; !ok {
			return nil, fmt.Errorf("the variable %q has no such part", name)
		}
	}
	return v, nil
}

// perRun is about how many steps of an expression it takes to look at a run.
const perRun = 20

// maxErrorLogs bounds what errorLogs gives.
const maxErrorLogs = 100

// errorLogs are the lines of level ERROR and what failed tasks say.
func (m *machine) errorLogs(args expr.Args) (any, error) {
	if err := args.Spend(perRun * len(m.next.Runs)); err != nil {
		return nil, err
	}
	out := []any{}
	line := func(run *TaskRun, at, text string) {
		out = append(out, map[string]any{
			"taskId": run.Task, "taskRunId": string(run.ID), "timestamp": at, "level": "ERROR", "message": text,
		})
	}
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		if run.Past {
			continue
		}
		for _, l := range run.Logs {
			if l.Level == "ERROR" {
				line(run, stamp(l.At), l.Text)
			}
		}
		if t := m.task(run); run.State == Failed && run.Problem != "" && t != nil && !madeOfTasks(t.Spec) {
			line(run, stamp(run.Ended), run.Problem)
		}
	}
	return out[:min(len(out), maxErrorLogs)], nil
}

// tasksWithState lists the task runs that are in a state.
func (m *machine) tasksWithState(args expr.Args) (any, error) {
	given, _ := args.Get(0, "state")
	want, _ := given.(string)
	if err := args.Spend(perRun * len(m.next.Runs)); err != nil {
		return nil, err
	}
	out := []any{}
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		if run.Past || !strings.EqualFold(string(run.State), want) {
			continue
		}
		one := map[string]any{
			"executionId": string(m.next.ID), "taskRunId": string(run.ID), "taskId": run.Task, "state": string(run.State),
		}
		if run.Value != nil {
			one["value"] = valueText(run.Value)
		}
		out = append(out, one)
	}
	return out, nil
}

// currentEachOutput finds, in the outputs of a task in a loop, those of this
// iteration: outputs.inner[…][taskrun.value].
func (m *machine) currentEachOutput(args expr.Args) (any, error) {
	v, _ := args.Get(0, "outputs")
	for _, value := range m.values(m.run(m.view.run)) {
		part, ok := v.(map[string]any)
		if !ok {
			return nil, errors.New("currentEachOutput() needs the outputs of a task of this loop")
		}
		if v, ok = part[value]; !ok {
			return nil, errors.New("currentEachOutput() found no outputs for this iteration")
		}
	}
	return v, nil
}

// loopOutputs collects one output of all iterations: of a list of them, or of
// outputs by value, which come in the order of the values.
func loopOutputs(args expr.Args) (any, error) {
	given, _ := args.Get(0, "outputs")
	key, _ := args.Get(1, "name")
	name, ok := key.(string)
	if !ok {
		return nil, errors.New("loopOutputs() needs outputs and the name of one")
	}
	var each []any
	switch v := given.(type) {
	case []any:
		each = v
	case map[string]any:
		if err := args.Spend(10 * perRun * len(v)); err != nil {
			return nil, err
		}
		for _, value := range slices.Sorted(maps.Keys(v)) {
			each = append(each, v[value])
		}
	default:
		return nil, errors.New("loopOutputs() needs the outputs of a task in a loop")
	}
	if err := args.Spend(perRun * len(each)); err != nil {
		return nil, err
	}
	out := []any{}
	for _, one := range each {
		fields, _ := one.(map[string]any)
		if inner, ok := fields["outputs"].(map[string]any); ok {
			fields = inner
		}
		if v, ok := fields[name]; ok {
			out = append(out, v)
		}
	}
	return out, nil
}
