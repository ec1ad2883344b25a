package engine

import (
	"slices"
	"strconv"

	"signoff/engine/flow"
)

// place is where a list of tasks runs: below a parent run or the flow itself,
// in one of its branches, in one iteration.
type place struct {
	parent    TaskRunID
	branch    Branch
	iteration int
}

func (r *TaskRun) place() place { return place{r.Parent, r.Branch, r.Iteration} }

// begun returns the run of a task in a place; empty if there is none yet. At
// most one of its runs counts: the last that no restart set aside.
func (m *machine) begun(task string, at place) TaskRunID {
	m.index()
	for _, id := range slices.Backward(m.kids[at]) {
		if m.run(id).Task == task {
			return id
		}
	}
	return ""
}

// index looks through all runs, once in a step.
func (m *machine) index() {
	if m.kids != nil {
		return
	}
	m.kids = map[place][]TaskRunID{}
	for i := range m.next.Runs {
		if run := &m.next.Runs[i]; !run.Past {
			m.sit(run)
		}
	}
}

func (m *machine) sit(run *TaskRun) {
	at := run.place()
	m.kids[at] = append(m.kids[at], run.ID)
}

// reindex forgets what index found, after runs were set aside.
func (m *machine) reindex() {
	m.kids = nil
	m.view = view{}
}

// add creates a run.
func (m *machine) add(t *flow.Task, at place) *TaskRun {
	m.index()
	run := TaskRun{
		ID:   TaskRunID(strconv.Itoa(len(m.next.Runs) + 1)),
		Task: t.ID, Parent: at.parent, Branch: at.branch, Iteration: at.iteration,
		State: Running, Started: m.facts.Now,
	}
	if loop := m.run(at.parent); loop != nil && at.iteration > 0 && at.iteration <= len(loop.Items) {
		run.Value = loop.Items[at.iteration-1]
	}
	m.next.Runs = append(m.next.Runs, run)
	added := &m.next.Runs[len(m.next.Runs)-1]
	m.sit(added)
	m.noteState(added)
	return added
}

// task returns what the flow says of a run; nil if the revision has no such task.
func (m *machine) task(run *TaskRun) *flow.Task {
	return m.flow.Task(run.Task)
}

// after reports whether a run belongs to the flow's afterExecution.
func (m *machine) after(run *TaskRun) bool {
	for run.Parent != "" {
		run = m.run(run.Parent)
	}
	return run.Branch == BranchAfter
}

// alive reports whether a run may still change: the execution is not over, or
// the run comes after its end.
func (m *machine) alive(run *TaskRun) bool {
	return !run.Past && !run.State.Final() && (!m.next.State.Final() || m.after(run))
}
