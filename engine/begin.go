package engine

import (
	"fmt"

	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// begin creates the run of a task and does what it can do at once.
func (m *machine) begin(t *flow.Task, at place) TaskRunID {
	run := m.add(t, at)
	id := run.ID
	if t.RunIf != nil {
		v, err := t.RunIf.Eval(m.env(run))
		switch {
		case err != nil:
			m.fails(t, run, taskProblem(run, "runIf", err))
			return id
		case !expr.Truthy(v):
			m.become(run, Skipped)
			run.Ended = m.facts.Now
			m.record(audit.TaskSkipped, run, itself(), nil)
			return id
		}
	}
	m.do(t, run)
	return id
}

// do does what a run is for, at its first try and at each later one.
func (m *machine) do(t *flow.Task, run *TaskRun) {
	if flow.Calls(t.Spec) && !madeOfTasks(t.Spec) {
		m.began(t, run, m.call(t, run))
		return
	}
	switch spec := t.Spec.(type) {
	case *flow.Log:
		m.ran(t, run, m.log(run, spec))
	case *flow.Return:
		m.ran(t, run, m.returns(run, spec))
	case *flow.OutputValues:
		m.ran(t, run, m.outputValues(run, spec))
	case *flow.Labels:
		m.ran(t, run, m.addLabels(run, spec))
	case *flow.Fail:
		m.ran(t, run, m.failTask(run, spec))
	case *flow.Assert:
		m.ran(t, run, m.assert(run, spec))
	case *flow.Sleep:
		m.began(t, run, m.sleep(run, spec))
	case *flow.If:
		m.began(t, run, m.choose(run, spec))
	case *flow.Switch:
		m.began(t, run, m.choosesCase(run, spec))
	case *flow.ForEach:
		m.began(t, run, m.loop(t, run, spec))
	case *flow.LoopUntil, *flow.Sequential, *flow.Parallel, *flow.Dag:
	case *flow.Pause:
		m.pause(t, run, spec)
	case *flow.Subflow:
		m.began(t, run, m.launch(t, run, spec))
	default: // what calls out is above
		panic("engine: unknown task type " + string(t.Type))
	}
}

// ran ends a run that did everything at once.
func (m *machine) ran(t *flow.Task, run *TaskRun, problem string) {
	if problem == "" && !m.hasRoom(run) {
		run.Outputs, run.Logs = nil, nil
		problem = tooMuch(run)
	}
	if problem != "" {
		m.fails(t, run, problem)
		return
	}
	m.noteOutputs(run)
	m.succeed(t, run)
}

// began fails a run that could not begin.
func (m *machine) began(t *flow.Task, run *TaskRun, problem string) {
	if problem == "" && !m.hasRoom(run) {
		run.Outputs, run.Items = nil, nil
		problem = tooMuch(run)
	}
	if problem != "" {
		m.fails(t, run, problem)
		return
	}
	m.noteOutputs(run)
}

func taskProblem(run *TaskRun, property string, err error) string {
	return fmt.Sprintf("%s.%s: %v", run.Task, property, err)
}
