package engine

import (
	"strconv"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// standing is how far a list of tasks has come.
type standing int

const (
	done standing = iota
	waiting
	failed
	cancelled
)

// advance goes as far as it can without the outside.
func (m *machine) advance() {
	switch m.list(m.flow.Tasks, "") {
	case done:
		m.end(m.worst(""), "")
	case failed:
		m.end(Failed, m.problem())
	case cancelled:
		m.end(Cancelled, m.problem())
	case waiting:
		m.next.State = m.busyOrPaused()
	}
}

// list runs tasks one after the other below a parent run.
func (m *machine) list(tasks []*flow.Task, parent TaskRunID) standing {
	for _, t := range tasks {
		id := m.begun(t.ID, parent)
		if id == "" {
			id = m.begin(t, parent)
		}
		if s := m.progress(t, id); s != done {
			return s
		}
	}
	return done
}

// begun returns the run of a task below a parent; empty if there is none yet.
func (m *machine) begun(task string, parent TaskRunID) TaskRunID {
	for i := range m.next.Runs {
		if run := &m.next.Runs[i]; run.Task == task && run.Parent == parent {
			return run.ID
		}
	}
	return ""
}

// begin creates the run of a task and does what it can do at once.
func (m *machine) begin(t *flow.Task, parent TaskRunID) TaskRunID {
	id := TaskRunID(strconv.Itoa(len(m.next.Runs) + 1))
	m.next.Runs = append(m.next.Runs, TaskRun{
		ID: id, Task: t.ID, Parent: parent, State: Running, Started: m.facts.Now,
	})
	run := m.run(id)
	switch spec := t.Spec.(type) {
	case *flow.Log:
		m.log(run, spec)
	case *flow.Return:
		m.returns(run, spec)
	case *flow.If:
		m.choose(run, spec)
	case *flow.Sequential:
	case *flow.Pause:
		m.pause(run, spec)
	case *flow.HTTPRequest, *flow.SlackWebhook:
		m.call(run)
	default:
		panic("engine: unknown task type " + string(t.Type))
	}
	return id
}

// progress says where a run stands, taking its children further first.
func (m *machine) progress(t *flow.Task, id TaskRunID) standing {
	if run := m.run(id); run.State == Running {
		if children, ok := m.children(t, run); ok {
			m.settle(id, m.list(children, id))
		}
	}
	switch state := m.run(id).State; state {
	case Success, Warning, Skipped:
		return done
	case Failed:
		return failed
	case Cancelled, Killed:
		return cancelled
	case Created, Running, Paused:
		return waiting
	default:
		panic("engine: unknown state " + string(state))
	}
}

// children returns the tasks below a run that is made of tasks.
func (m *machine) children(t *flow.Task, run *TaskRun) ([]*flow.Task, bool) {
	switch spec := t.Spec.(type) {
	case *flow.Sequential:
		return spec.Tasks, true
	case *flow.If:
		if run.Outputs["evaluationResult"] == true {
			return spec.Then, true
		}
		return spec.Else, true
	case *flow.Log, *flow.Return, *flow.Pause, *flow.HTTPRequest, *flow.SlackWebhook:
		return nil, false
	}
	panic("engine: unknown task type " + string(t.Type))
}

// settle ends a run that is made of tasks as its tasks ended.
func (m *machine) settle(id TaskRunID, s standing) {
	run := m.run(id)
	switch s {
	case waiting:
	case done:
		m.endRun(run, m.worst(id), "")
	case failed:
		m.endRun(run, Failed, m.problem())
	case cancelled:
		m.endRun(run, Cancelled, m.problem())
	}
}

// endRun gives a run its final state and writes it down.
func (m *machine) endRun(run *TaskRun, state State, problem string) {
	run.State, run.Ended, run.Problem = state, m.facts.Now, problem
	data := map[string]any{"state": string(state)}
	if problem != "" {
		data["problem"] = problem
	}
	m.record(audit.TaskEnded, run, itself(), data)
}

// end gives the execution its final state.
func (m *machine) end(state State, problem string) {
	m.next.State, m.next.Ended, m.next.Problem = state, m.facts.Now, problem
	data := map[string]any{"state": string(state)}
	if problem != "" {
		data["problem"] = problem
	}
	m.record(audit.ExecutionEnded, nil, itself(), data)
	for i := range m.next.Runs { // the cards of decided requests say what became of it
		if run := &m.next.Runs[i]; run.Request != nil && len(run.Request.Copies) > 0 {
			m.redraw(run)
		}
	}
}

// worst is the state of what ran well below a parent: WARNING if anything
// warns, as in Kestra.
func (m *machine) worst(parent TaskRunID) State {
	for i := range m.next.Runs {
		if run := &m.next.Runs[i]; run.Parent == parent && run.State == Warning {
			return Warning
		}
	}
	return Success
}

// problem is what the run says that ended it. A run that only warned ended
// nothing.
func (m *machine) problem() string {
	for i := range m.next.Runs {
		if run := &m.next.Runs[i]; run.State != Warning && run.Problem != "" {
			return run.Problem
		}
	}
	return ""
}

func (m *machine) busyOrPaused() State {
	for i := range m.next.Runs {
		if m.next.Runs[i].State == Paused {
			return Paused
		}
	}
	return Running
}
