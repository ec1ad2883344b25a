package engine

import (
	"time"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Masked stands wherever a secret would.
const Masked = "******"

// Env is what the expressions of a run see. The shell uses it to render tasks
// that touch the world, and gives what only it can do as [Facts.Funcs]: without
// them secret() yields [Masked], for a secret never enters the engine's state.
func Env(f *flow.Flow, x Execution, run TaskRun, facts Facts) expr.Env {
	m := newMachine(f, x, facts)
	m.view.funcs = expr.Funcs(m.function).With(facts.Funcs)
	// Answers to SECRET inputs are here as they are kept, which is sealed; the
	// shell opens them at the moment of a call.
	m.view.open = true
	return m.env(&run)
}

// env is what the expressions of a run see, or those of the flow without one. It
// is good until the next is asked for.
func (m *machine) env(run *TaskRun) expr.Env {
	m.look()
	m.scope(run)
	v := &m.view
	roots := v.roots
	for _, name := range []string{"task", "taskrun", "item", "parent", "parents"} {
		delete(roots, name)
	}
	roots["labels"] = m.labels()
	roots["execution"] = m.execution()
	if v.failure != "" {
		roots["error"] = m.failure(m.run(v.failure))
	}
	if run != nil {
		m.runRoots(roots, run)
	}
	m.view.run = ""
	if run != nil {
		m.view.run = run.ID
	}
	if m.view.funcs == nil {
		m.view.funcs = m.function
	}
	return expr.Env{Roots: roots, Funcs: m.view.funcs, Budget: m.budget}
}

// manyRoots is room for the roots that most runs see.
const manyRoots = 14

// common are the roots that are the same for all runs of a step.
func (m *machine) common() map[string]any {
	x, roots := &m.next, make(map[string]any, manyRoots)
	roots["inputs"] = orEmpty(x.Inputs)
	roots["outputs"] = m.view.outputs
	roots["tasks"] = m.view.tasks
	roots["vars"] = m.vars()
	roots["envs"] = map[string]any{}
	roots["globals"] = map[string]any{}
	roots["kestra"] = map[string]any{"url": m.facts.BaseURL, "environment": ""}
	roots["namespace"] = map[string]any{"id": m.flow.Namespace}
	roots["flow"] = map[string]any{
		"id": m.flow.ID, "namespace": m.flow.Namespace, "revision": int64(x.Flow.Revision), "tenantId": "main",
	}
	for _, name := range []string{"envs", "globals", "kestra", "namespace"} {
		if v, ok := m.facts.Environment[name]; ok {
			roots[name] = v
		}
	}
	if x.Trigger != nil {
		roots["trigger"] = x.Trigger
	}
	return roots
}

func (m *machine) execution() map[string]any {
	x := &m.next
	if m.view.execution != nil && m.view.state == x.State {
		return m.view.execution
	}
	m.view.state = x.State
	e := map[string]any{"id": string(x.ID), "state": string(x.State), "startDate": stamp(x.Started), "originalId": string(x.ID)}
	if x.Original != "" {
		e["originalId"] = string(x.Original)
	}
	if !x.Ended.IsZero() {
		e["endDate"] = stamp(x.Ended)
	}
	if x.Outputs != nil {
		e["outputs"] = x.Outputs
	}
	m.view.execution = e
	return e
}

// runRoots adds what only one run sees.
func (m *machine) runRoots(roots map[string]any, run *TaskRun) {
	roots["task"] = map[string]any{"id": run.Task, "type": m.typeOf(run)}
	taskrun := map[string]any{
		"id": string(run.ID), "startDate": stamp(run.Started), "attemptsCount": int64(max(run.Attempt-1, 0)),
	}
	if run.Parent != "" {
		taskrun["parentId"] = string(run.Parent)
	}
	roots["taskrun"] = taskrun
	if round := m.round(run); round != nil {
		taskrun["iteration"] = int64(round.Iteration - 1)
		item := m.item(round)
		if value, ok := item["value"]; ok {
			taskrun["value"] = valueText(value)
		}
		roots["item"] = item
	}
	if parents := m.parents(run); len(parents) > 0 {
		roots["parent"], roots["parents"] = parents[0], parents
	}
}

// round is the run, at or above this one, that is a round of a loop; nil if none
// is.
func (m *machine) round(run *TaskRun) *TaskRun {
	for run != nil && run.Iteration == 0 {
		run = m.run(run.Parent)
	}
	return run
}

// item is the value of the nearest loop around a round, with those of the loops
// around that one as its parents, the nearest first. A LoopUntil has no values:
// its rounds count only where no other loop is around them.
func (m *machine) item(round *TaskRun) map[string]any {
	item, parents := itemOf(round), []any{}
	for up := m.run(round.Parent); up != nil; up = m.run(up.Parent) {
		switch {
		case up.Value == nil:
		case item["value"] == nil:
			item = itemOf(up)
		default:
			parents = append(parents, itemOf(up))
		}
	}
	item["parents"] = parents
	if len(parents) > 0 {
		item["parent"] = parents[0]
	}
	return item
}

func itemOf(round *TaskRun) map[string]any {
	item := map[string]any{"index": int64(round.Iteration - 1), "iteration": int64(round.Iteration)}
	if round.Value != nil {
		item["value"] = round.Value
	}
	return item
}

// parents are the runs around a run that have something to say, the nearest
// first.
func (m *machine) parents(run *TaskRun) []any {
	var out []any
	for up := m.run(run.Parent); up != nil; up = m.run(up.Parent) {
		p := map[string]any{}
		if up.Value != nil {
			p["taskrun"] = map[string]any{"value": valueText(up.Value), "iteration": int64(up.Iteration - 1)}
		}
		if len(up.Outputs) > 0 {
			p["outputs"] = m.outputs(up)
		}
		if len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// failure is what went wrong, for errors, finally and afterExecution.
func (m *machine) failure(run *TaskRun) map[string]any {
	return map[string]any{"message": run.Problem, "taskId": run.Task, "task": map[string]any{"id": run.Task, "type": m.typeOf(run)}}
}

func (m *machine) typeOf(run *TaskRun) string {
	if t := m.task(run); t != nil {
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

func (m *machine) labels() map[string]any {
	if m.view.labels == nil {
		m.view.labels = make(map[string]any, len(m.next.Labels))
		for k, v := range m.next.Labels {
			m.view.labels[k] = v
		}
	}
	return m.view.labels
}

// PageURL is where a person can look at an execution.
func PageURL(base string, id ExecutionID) string { return base + "/executions/" + string(id) }

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
