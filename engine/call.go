package engine

import (
	"time"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// call owes a task that touches the world. With a timeout the run fails by a
// timer, whatever became of the process that made the call.
func (m *machine) call(t *flow.Task, run *TaskRun) string {
	d, err := m.duration(run, t.Timeout)
	if err != nil {
		return taskProblem(run, "timeout", err)
	}
	run.Attempt++
	if run.Due = (time.Time{}); d > 0 {
		run.Due = m.facts.Now.Add(d)
		m.put(timerKey(run.ID), Effect{Due: run.Due, Work: Timer{Run: run.ID}})
	}
	m.record(audit.TaskStarted, run, itself(), nil)
	m.put(callKey(run.ID), Effect{Work: Call{Run: run.ID, Attempt: run.Attempt}})
	return ""
}

func callKey(run TaskRunID) EffectKey { return EffectKey("call/" + string(run)) }

// finish takes what came of a call.
func (m *machine) finish(c Finish) error {
	run := m.run(c.Run)
	if run == nil || run.State != Running || run.Attempt < 1 || run.Attempt != c.Attempt || !m.alive(run) {
		return reject(Settled, "This call is no longer waited for.")
	}
	t := m.task(run)
	if t == nil || !flow.Calls(t.Spec) {
		return reject(Settled, "This call is no longer waited for.")
	}
	if madeOfTasks(t.Spec) {
		m.kept(run, c)
		m.advance()
		return nil
	}
	run.Outputs = c.Outputs
	run.Logs = append(run.Logs, c.Logs...)
	switch {
	case !m.hasRoom(run):
		run.Outputs, run.Logs = nil, nil
		m.fails(t, run, tooMuch(run))
	case c.Problem != "":
		m.noteOutputs(run)
		m.fails(t, run, run.Task+": "+c.Problem)
	case c.Warning:
		m.noteOutputs(run)
		m.endRun(run, soften(t, Warning), "")
	default:
		m.noteOutputs(run)
		m.succeed(t, run)
	}
	m.advance()
	return nil
}
