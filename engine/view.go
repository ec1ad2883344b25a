package engine

import (
	"slices"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// view is what expressions see of the runs. It is built once in a step and kept
// up to date, so that a loop of a thousand rounds does not build it a thousand
// times.
type view struct {
	// outputs and tasks are the roots of these names. What a task in a loop gave
	// stands under the loop's values, from the outermost: outputs.inner["a"].x.
	outputs map[string]any
	tasks   map[string]any
	// words are what tasks holds for each state.
	words map[State]map[string]any
	// roots are those that all runs see and those of the run that is looked at;
	// nil until the view is built.
	roots  map[string]any
	labels map[string]any
	// execution is the root of this name, as of a state.
	execution map[string]any
	state     State
	// secrets: the flow asks for secrets, which no expression may see; so outputs
	// that hold one are hidden, and are kept here. open: they are not, because a
	// task calls out.
	secrets, open bool
	hidden        map[TaskRunID]map[string]any
	funcs         expr.Funcs
	// failure is the first run that failed.
	failure TaskRunID
	// laid is what the present run sees besides, and must be taken away again.
	laid []overlay
	run  TaskRunID
	// draws counts what a run drew of uuid() and its like.
	draws map[TaskRunID]int
	// bound are the values of kv() as the last request that was let through had
	// them; nil if none froze any.
	bound map[string]any
	// written are those that the flow itself wrote since.
	written map[string]bool
	// deep counts the variables that are being rendered.
	deep int
}

// overlay is an entry that was put into a map for the time being.
type overlay struct {
	in  map[string]any
	key string
	was any
	had bool
}

// look builds the view.
func (m *machine) look() {
	v := &m.view
	if v.roots != nil {
		return
	}
	v.outputs, v.tasks = map[string]any{}, map[string]any{}
	v.secrets = m.flow.AsksSecrets()
	v.roots = m.common()
	m.hideCommon()
	for i := range m.next.Runs {
		if run := &m.next.Runs[i]; !run.Past {
			m.noteState(run)
			m.noteOutputs(run)
			m.noteBound(run)
		}
	}
}

// noteOutputs makes the outputs of a run visible.
func (m *machine) noteOutputs(run *TaskRun) {
	if m.view.roots == nil || run.Outputs == nil {
		return
	}
	m.clear()
	m.hide(run)
	put(m.view.outputs, run.Task, m.values(run), m.outputs(run))
	m.nest(run)
}

// hideCommon hides the secrets in what no run gave.
func (m *machine) hideCommon() {
	v := &m.view
	if !v.secrets {
		return
	}
	for name, root := range v.roots {
		if name != "outputs" && name != "tasks" && (name != "inputs" || !v.open) {
			v.roots[name] = flow.Hide(root)
		}
	}
}

// hide makes what a run gave fit to be seen, once: a loop of a thousand rounds
// looks at it a thousand times.
func (m *machine) hide(run *TaskRun) {
	v := &m.view
	if !v.secrets || v.open {
		return
	}
	delete(v.hidden, run.ID)
	if flow.HoldsSealed(run.Outputs) {
		if v.hidden == nil {
			v.hidden = map[TaskRunID]map[string]any{}
		}
		v.hidden[run.ID] = flow.HideAll(run.Outputs)
	}
}

// outputs are those of a run as expressions see them.
func (m *machine) outputs(run *TaskRun) map[string]any {
	if shown, ok := m.view.hidden[run.ID]; ok {
		return shown
	}
	return run.Outputs
}

// nest shows what a task of a Sequential gave under the Sequential, too, which
// has no outputs of its own: outputs.block.task.x, as published flows read it.
func (m *machine) nest(run *TaskRun) {
	block := m.run(run.Parent)
	if block == nil || run.Iteration > 0 {
		return
	}
	t := m.task(block)
	if t == nil {
		return
	}
	if _, ok := t.Spec.(*flow.Sequential); !ok {
		return
	}
	at := m.view.outputs
	for _, name := range append([]string{block.Task}, m.values(block)...) {
		next, ok := at[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[name] = next
		}
		at = next
	}
	at[run.Task] = m.outputs(run)
}

// noteState makes the state of a run visible.
func (m *machine) noteState(run *TaskRun) {
	v := &m.view
	if v.roots == nil {
		return
	}
	word, ok := v.words[run.State]
	if !ok {
		word = map[string]any{"state": string(run.State)}
		if v.words == nil {
			v.words = map[State]map[string]any{}
		}
		v.words[run.State] = word
	}
	put(v.tasks, run.Task, m.values(run), word)
	switch {
	case run.State == Failed && v.failure == "":
		v.failure = run.ID
	case run.State == Success && v.bound != nil:
		m.noteWritten(run)
	}
}

// put places what a run gave under its task, and under the values of the loops
// around it.
func put(root map[string]any, task string, values []string, what map[string]any) {
	if len(values) == 0 {
		root[task] = what
		return
	}
	at, ok := root[task].(map[string]any)
	if !ok {
		at = map[string]any{}
		root[task] = at
	}
	for _, value := range values[:len(values)-1] {
		next, ok := at[value].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[value] = next
		}
		at = next
	}
	at[values[len(values)-1]] = what
}

// values are those of the loops around a run and of the run itself, from the
// outermost.
func (m *machine) values(run *TaskRun) []string {
	var out []string
	for ; run != nil; run = m.run(run.Parent) {
		if run.Value != nil {
			out = append([]string{valueText(run.Value)}, out...)
		}
	}
	return out
}

// scope lays what the tasks of the same iterations gave over their entries, so
// that outputs.inner.x is that of this iteration, and outputs.inner["a"].x that
// of any.
func (m *machine) scope(run *TaskRun) {
	m.clear()
	for ; run != nil; run = m.run(run.Parent) {
		if run.Value == nil {
			continue
		}
		loop := m.run(run.Parent)
		if loop == nil {
			continue
		}
		t := m.task(loop)
		m.layOver(place{parent: loop.ID, iteration: run.Iteration}, t != nil && t.Type == flow.TypeLoop)
	}
}

// layOver lays the outputs of all runs in a place, and below it as far as there
// is no other loop. first: a field wins over a value of the same name.
func (m *machine) layOver(at place, first bool) {
	m.index()
	for _, id := range m.kids[at] {
		run := m.run(id)
		if entry, ok := m.view.outputs[run.Task].(map[string]any); ok && run.Outputs != nil {
			for key, value := range m.outputs(run) {
				m.lay(entry, key, value, first)
			}
		}
		for _, b := range []Branch{"", BranchErrors, BranchFinally, BranchOnPause} {
			m.layOver(place{parent: id, branch: b}, first)
		}
		if n := rounds(run); n > 0 {
			m.layOver(place{parent: id, iteration: n}, first)
		}
	}
}

func (m *machine) lay(in map[string]any, key string, value any, first bool) {
	was, had := in[key]
	if had && !first {
		return
	}
	in[key] = value
	m.view.laid = append(m.view.laid, overlay{in: in, key: key, was: was, had: had})
}

// clear takes away what was laid over, the last first.
func (m *machine) clear() {
	laid := m.view.laid
	for _, o := range slices.Backward(laid) {
		if o.had {
			o.in[o.key] = o.was
		} else {
			delete(o.in, o.key)
		}
	}
	m.view.laid = laid[:0]
}
