package engine

import (
	"fmt"
	"time"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Masked stands wherever a secret would.
const Masked = "******"

// Env is what the expressions of a run see. The shell uses it to render tasks
// that touch the world, and replaces secret(), which here yields [Masked]: a
// secret never enters the engine's state.
func Env(f *flow.Flow, x Execution, run TaskRun, facts Facts) expr.Env {
	m := &machine{flow: f, facts: facts, next: x}
	return m.env(&run)
}

func (m *machine) env(run *TaskRun) expr.Env {
	x := &m.next
	roots := map[string]any{
		"inputs":  orEmpty(x.Inputs),
		"outputs": outputs(x),
		"vars":    m.vars(),
		"labels":  labels(x.Labels),
		"flow": map[string]any{
			"id": m.flow.ID, "namespace": m.flow.Namespace, "revision": int64(x.Flow.Revision),
		},
		"execution": map[string]any{
			"id": string(x.ID), "state": string(x.State), "startDate": stamp(x.Started),
		},
	}
	if run != nil {
		roots["taskrun"] = map[string]any{
			"id": string(run.ID), "startDate": stamp(run.Started), "attemptsCount": int64(max(run.Attempt-1, 0)),
		}
		roots["task"] = map[string]any{"id": run.Task, "type": m.typeOf(run.Task)}
	}
	return expr.Env{Roots: roots, Funcs: map[string]expr.Func{
		"kv":      m.kv,
		"secret":  func(expr.Args) (any, error) { return Masked, nil },
		"appLink": m.appLink,
		"now":     func(expr.Args) (any, error) { return stamp(m.facts.Now), nil },
	}}
}

func (m *machine) kv(args expr.Args) (any, error) {
	key, _ := args.Get(0, "key")
	name, ok := key.(string)
	if !ok {
		return nil, fmt.Errorf("kv() needs the name of a key")
	}
	v, ok := m.facts.KV[name]
	if !ok {
		return nil, fmt.Errorf("the key %q does not exist in namespace %s", name, m.flow.Namespace)
	}
	return v, nil
}

// appLink is the address of the execution's page. Kestra's argument, the id of
// an app, is accepted and has no meaning here.
func (m *machine) appLink(expr.Args) (any, error) {
	return PageURL(m.facts.BaseURL, m.next.ID), nil
}

// PageURL is where a person can look at an execution.
func PageURL(base string, id ExecutionID) string { return base + "/executions/" + string(id) }

func (m *machine) typeOf(task string) string {
	if t := m.flow.Task(task); t != nil {
		return string(t.Type)
	}
	return ""
}

func (m *machine) vars() map[string]any {
	vars := make(map[string]any, len(m.flow.Variables))
	for name, v := range m.flow.Variables {
		vars[name] = v.Source()
	}
	return vars
}

func outputs(x *Execution) map[string]any {
	out := make(map[string]any, len(x.Runs))
	for i := range x.Runs {
		if run := &x.Runs[i]; run.Outputs != nil {
			out[run.Task] = run.Outputs
		}
	}
	return out
}

func labels(in map[string]string) map[string]any {
	out := make(map[string]any, len(in))
	for k, v := range in {
		out[k] = v
	}
	return out
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
