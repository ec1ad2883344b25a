package engine

import (
	"signoff/engine/flow"
)

// progress is how far a list of tasks has come.
type progress int

const (
	done progress = iota
	waiting
	failed
	cancelled
	killed
)

// standing is how far a list of tasks has come, and why it stopped.
type standing struct {
	at  progress
	why string
	// warned: something within ended with a warning.
	warned bool
}

// list runs tasks one after the other.
func (m *machine) list(tasks []*flow.Task, at place) standing {
	all := standing{}
	for _, t := range tasks {
		if t.Disabled {
			continue
		}
		s := m.one(t, at)
		s.warned = s.warned || all.warned
		if all = s; s.at != done {
			break
		}
	}
	return all
}

// branch runs a list that stands beside a run's main one.
func (m *machine) branch(tasks []*flow.Task, parent TaskRunID, b Branch) standing {
	m.late++
	defer func() { m.late-- }()
	return m.list(tasks, place{parent: parent, branch: b})
}

// one takes a task as far as it goes, and begins it where it has not begun.
func (m *machine) one(t *flow.Task, at place) standing {
	id := m.begun(t.ID, at)
	if id == "" {
		if m.frozen {
			m.wants = true
			return standing{at: waiting}
		}
		if why := m.tooMany(); why != "" {
			return standing{at: failed, why: why}
		}
		id = m.begin(t, at)
	}
	m.further(t, id)
	return m.stands(id)
}

// further takes a run that is under way on.
func (m *machine) further(t *flow.Task, id TaskRunID) {
	run := m.run(id)
	if pause, ok := t.Spec.(*flow.Pause); ok {
		m.onPause(pause, run)
		run = m.run(id)
	}
	switch run.State {
	case Retrying:
		m.tryAgain(t, run)
	case Running:
		m.goOn(t, run)
	case Created, Queued, Paused, Success, Warning, Failed, Killed, Cancelled, Skipped:
	}
}

// goOn takes a run further that is made of tasks, or waits for a time.
func (m *machine) goOn(t *flow.Task, run *TaskRun) {
	switch spec := t.Spec.(type) {
	case *flow.If, *flow.Switch, *flow.Sequential, *flow.Parallel, *flow.Dag, *flow.ForEach, *flow.LoopUntil:
		m.goInside(t, run.ID)
	case *flow.Pause:
		m.afterGate(t, spec, run.ID)
	case *flow.Sleep:
		if m.isDue(run) {
			m.succeed(t, run)
		}
	case *flow.Log, *flow.Return, *flow.OutputValues, *flow.Labels, *flow.Fail, *flow.Assert, *flow.Subflow,
		*flow.HTTPRequest, *flow.SlackWebhook, *flow.TeamsWebhook, *flow.MailSend, *flow.Script,
		*flow.KVSet, *flow.KVGet, *flow.KVDelete, *flow.ResumeExecution, *flow.KillExecution, *flow.Mapped:
	}
}

// stands says where a run stands.
func (m *machine) stands(id TaskRunID) standing {
	run := m.run(id)
	switch run.State {
	case Success, Skipped:
		return standing{at: done}
	case Warning:
		return standing{at: done, warned: true}
	case Failed:
		return standing{at: failed, why: run.Problem}
	case Cancelled:
		return standing{at: cancelled, why: run.Problem}
	case Killed:
		return standing{at: killed, why: run.Problem}
	case Created, Queued, Running, Paused, Retrying:
		return standing{at: waiting}
	}
	panic("engine: unknown state " + string(run.State))
}

// goInside takes the tasks of a run further, then its errors and its finally.
func (m *machine) goInside(t *flow.Task, id TaskRunID) {
	if m.run(id).Ends == "" {
		s := m.inside(t, id)
		if s.at == done {
			m.run(id).Ends = Success
		}
		if !m.cameOut(id, s) {
			return
		}
	}
	if m.keepsFiles(t, id) {
		return
	}
	m.windUp(t, id)
}

// cameOut takes over how the tasks below a run came out, and reports whether it
// can be wound up: they neither wait nor were stopped.
func (m *machine) cameOut(id TaskRunID, s standing) bool {
	run := m.run(id)
	switch s.at {
	case waiting:
		return false
	case cancelled:
		m.endRun(run, Cancelled, s.why)
		return false
	case killed:
		m.endRun(run, Killed, s.why)
		return false
	case failed:
		run.Ends, run.Problem = Failed, s.why
	case done:
		if s.warned && run.Ends == Success {
			run.Ends = Warning
		}
	}
	return true
}

// inside runs the main part of a task that is made of tasks.
func (m *machine) inside(t *flow.Task, id TaskRunID) standing {
	switch spec := t.Spec.(type) {
	case *flow.If:
		if m.run(id).Outputs["evaluationResult"] == true {
			return m.list(spec.Then, place{parent: id})
		}
		return m.list(spec.Else, place{parent: id})
	case *flow.Switch:
		return m.list(chosen(spec, m.run(id)), place{parent: id})
	case *flow.Sequential:
		return m.list(spec.Tasks, place{parent: id})
	case *flow.Parallel:
		return m.parallel(spec, id)
	case *flow.Dag:
		return m.dag(spec, id)
	case *flow.ForEach:
		return m.forEach(spec, id)
	case *flow.LoopUntil:
		return m.loopUntil(spec, id)
	case *flow.Pause, *flow.Log, *flow.Return, *flow.OutputValues, *flow.Labels, *flow.Fail, *flow.Assert,
		*flow.Sleep, *flow.Subflow, *flow.HTTPRequest, *flow.SlackWebhook, *flow.TeamsWebhook, *flow.MailSend,
		*flow.Script, *flow.KVSet, *flow.KVGet, *flow.KVDelete, *flow.ResumeExecution, *flow.KillExecution, *flow.Mapped:
	}
	panic("engine: no tasks within a " + string(t.Type))
}

// windUp runs the errors of a run that failed, then its finally, and ends it.
func (m *machine) windUp(t *flow.Task, id TaskRunID) {
	if m.run(id).Ends == Failed {
		if s := m.branch(t.Errors, id, BranchErrors); m.interrupted(id, s) {
			return
		}
	}
	s := m.branch(t.Finally, id, BranchFinally)
	if m.interrupted(id, s) {
		return
	}
	run := m.run(id)
	if s.at == failed && run.Ends != Failed {
		run.Ends, run.Problem = Failed, s.why
	}
	m.endRun(run, soften(t, run.Ends), run.Problem)
}

// interrupted reports whether a branch has not come to its end: it waits, or it
// ended everything.
func (m *machine) interrupted(id TaskRunID, s standing) bool {
	switch s.at {
	case done, failed:
		return false
	case waiting:
		return true
	case cancelled:
		m.endRun(m.run(id), Cancelled, s.why)
	case killed:
		m.endRun(m.run(id), Killed, s.why)
	}
	return true
}
