package engine

import (
	"strconv"
	"time"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// restart runs what failed again, and what follows it. What ended well stays; a
// gate that was passed stays passed; a gate that expired asks anew. Where
// somebody said no, that stays.
func (m *machine) restart(c Restart) error {
	if m.next.State != Failed {
		return reject(NotAllowed, "Only a failed execution can be restarted, and this one is %s. Replay it instead.", m.next.State)
	}
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		switch {
		case run.Past:
		case !run.State.Final():
			return reject(NotAllowed, "Its afterExecution still runs. Restart it when that is over.")
		}
	}
	if why := Rejection(m.next); why != "" {
		return reject(NotAllowed, "%s. A restart does not ask again; start a new execution.", why)
	}
	from := m.clearFailed()
	if len(from) == 0 {
		return reject(NotAllowed, "No task run failed, so there is nothing to run again. Replay the execution instead.")
	}
	m.record(audit.ExecutionRestarted, nil, c.By, map[string]any{"from": from})
	m.mark(LabelRestarted, "true")
	m.goesOn(c.By)
	return nil
}

// goesOn makes the execution one that runs, because somebody wants it, and takes
// it as far as it gets.
func (m *machine) goesOn(by Principal) {
	m.next.State, m.next.Ended, m.next.Problem, m.next.Outputs = Running, time.Time{}, "", nil
	if by.Person != m.next.Requester.Person {
		m.next.Restarted = join(m.next.Restarted, by)
	}
	m.reindex()
	m.next.Tries = max(m.next.Tries, 1) + 1
	m.next.Began = time.Time{}
	if !m.lacksSlot() {
		m.begins()
	}
	m.advance()
}

// clearFailed sets aside what failed and the lists that ran because of it, and
// opens what is around it again. It names the runs that will run anew.
func (m *machine) clearFailed() []any {
	var from []any
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		switch parent := m.run(run.Parent); {
		case run.Past:
		case parent != nil && parent.Past, parent == nil && run.Branch != "":
			run.Past = true
		case parent != nil && parent.State == Running && (run.Branch == BranchErrors || run.Branch == BranchFinally):
			run.Past = true // of a parent that was opened again
		case run.State == Success, run.State == Warning, run.State == Skipped:
		case m.holdsFailed(run):
			m.openRun(run)
		default:
			run.Past = true
			from = append(from, run.Task+" ("+string(run.ID)+")")
		}
	}
	return from
}

// openRun makes a run that is made of tasks go on.
func (m *machine) openRun(run *TaskRun) {
	run.Ends = ""
	t := m.task(run)
	switch {
	case t == nil:
	case isGate(t): // it was passed, and a task below it failed
		run.Ends = Success
	case sharesFolder(t):
		run.Attempt, run.Outputs = 0, nil // its files are kept again
	}
	run.Ended, run.Problem = time.Time{}, ""
	m.become(run, Running)
}

// holdsFailed reports whether a run failed because a task below it did, and can
// go on from there. All else failed by itself, and a WorkingDirectory as a whole.
func (m *machine) holdsFailed(run *TaskRun) bool {
	t := m.task(run)
	if t == nil || sharesFolder(t) {
		return false
	}
	if isGate(t) && !wentOn(run) || !isGate(t) && !madeOfTasks(t.Spec) {
		return false
	}
	for i := range m.next.Runs {
		kid := &m.next.Runs[i]
		if kid.Past || kid.Parent != run.ID || kid.Branch != "" {
			continue
		}
		switch kid.State {
		case Failed, Killed, Cancelled:
			return true
		case Created, Queued, Running, Paused, Retrying, Success, Warning, Skipped:
		}
	}
	return false
}

func isGate(t *flow.Task) bool {
	_, gate := t.Spec.(*flow.Pause)
	return gate
}

// wentOn reports whether the flow was to go on after a gate: what failed came
// later.
func wentOn(run *TaskRun) bool {
	if run.Request == nil {
		return !run.Due.IsZero() // a timer that was set
	}
	resumed, _ := run.Outputs["resumed"].(map[string]any)
	return resumed["to"] == string(Success) || resumed["to"] == string(Warning)
}

// setState changes the state of an ended run; the execution goes on from there.
func (m *machine) setState(c SetState) error {
	run := m.run(c.Run)
	if err := m.maySet(run, c.State); err != nil {
		return err
	}
	was := run.State
	if c.State == Failed {
		run.Problem = "Set to FAILED by " + c.By.String() + "."
	} else {
		run.Problem = ""
	}
	m.become(run, c.State)
	m.record(audit.TaskSet, run, c.By, map[string]any{"from": string(was), "to": string(c.State)})
	m.setAsideEnds()
	if c.State == Failed {
		m.setAsideAfter(run)
	}
	for up := m.run(run.Parent); up != nil; up = m.run(up.Parent) {
		m.openRun(up)
	}
	m.goesOn(c.By)
	return nil
}

// maySet holds every reason not to change a state. None lets anybody past a
// gate: not the gate itself, nor what contains one or may start one, nor
// anything in an execution whose gate somebody or the time closed.
func (m *machine) maySet(run *TaskRun, to State) error {
	switch {
	case run == nil || run.Past:
		return reject(NotFound, "There is no such task run.")
	case !m.next.State.Final():
		return reject(NotAllowed, "The execution still runs. Only when it has ended can a state be changed.")
	case m.next.State == Killed || m.next.State == Cancelled:
		return reject(NotAllowed, "The execution was %s, so no state in it can be changed.", killedOrCancelled(m.next.State))
	case !run.State.Final():
		return reject(NotAllowed, "The task run has not ended.")
	case run.State == to:
		return reject(Settled, "The task run is %s already.", to)
	case to != Success && to != Warning && to != Failed:
		return reject(NotAllowed, "A state can be changed to SUCCESS, WARNING or FAILED.")
	case m.root(run).Branch != "" || m.branched(run):
		return reject(NotAllowed, "It ran because of how the execution ended; change what came before.")
	}
	t := m.task(run)
	if t == nil || gated(t) {
		return reject(NotAllowed, "%s asks people, or holds a task that does, or starts another flow. Only an answer passes a gate.", run.Task)
	}
	for i := range m.next.Runs {
		other := &m.next.Runs[i]
		switch {
		case other.Past:
		case !other.State.Final():
			return reject(NotAllowed, "Its afterExecution still runs. Change the state when that is over.")
		case other.Request != nil && !other.Request.passed():
			return reject(NotAllowed, "%s was not approved: %s No state can be changed past that.", other.Task, other.Request.Ending())
		}
	}
	return nil
}

func killedOrCancelled(s State) string {
	if s == Killed {
		return "killed"
	}
	return "cancelled"
}

func (m *machine) root(run *TaskRun) *TaskRun {
	for run.Parent != "" {
		run = m.run(run.Parent)
	}
	return run
}

// branched reports whether a run stands in errors or finally, at any height.
func (m *machine) branched(run *TaskRun) bool {
	for ; run != nil; run = m.run(run.Parent) {
		if run.Branch != "" {
			return true
		}
	}
	return false
}

// gated reports whether a task is a gate, holds one, or starts another flow.
func gated(t *flow.Task) bool {
	switch t.Spec.(type) {
	case *flow.Pause, *flow.Subflow:
		return true
	}
	one := &flow.Flow{Tasks: []*flow.Task{t}}
	for inner := range one.Walk() {
		switch inner.Spec.(type) {
		case *flow.Pause, *flow.Subflow:
			return true
		}
	}
	return false
}

// setAsideEnds sets aside what ran because of how the execution ended.
func (m *machine) setAsideEnds() {
	for i := range m.next.Runs {
		if run := &m.next.Runs[i]; m.branched(run) && run.Branch != BranchOnPause {
			run.Past = true
		}
	}
}

// setAsideAfter sets aside what followed a run, now that it has failed.
func (m *machine) setAsideAfter(from *TaskRun) {
	keep := m.before(from)
	keep[from.ID] = whole
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		if keep[run.Parent] == whole {
			keep[run.ID] = whole
		}
		if keep[run.ID] == not {
			run.Past = true
		}
	}
}

// number makes an id of a place in the list of runs.
func number(i int) TaskRunID { return TaskRunID(strconv.Itoa(i + 1)) }
