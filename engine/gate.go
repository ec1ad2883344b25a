package engine

import (
	"slices"

	"signoff/engine/flow"
)

// gateEnds ends the run of a Pause, after what else belongs to it: the tasks
// below it, its errors and its finally. A cancelled one ends at once.
func (m *machine) gateEnds(t *flow.Task, run *TaskRun, state State, why string) {
	spec, _ := t.Spec.(*flow.Pause)
	follow := len(t.Errors)+len(t.Finally)+len(spec.Tasks) > 0
	if state == Cancelled || state == Killed || !follow {
		m.endRun(run, state, why)
		return
	}
	m.drop(timerKey(run.ID))
	run.Ends, run.Problem = state, why
	m.become(run, Running)
}

// afterGate goes on with what belongs to a Pause that was decided.
func (m *machine) afterGate(t *flow.Task, spec *flow.Pause, id TaskRunID) {
	if m.run(id).Ends != Failed {
		if !m.cameOut(id, m.list(spec.Tasks, place{parent: id})) {
			return
		}
	}
	m.windUp(t, id)
}

// onPause begins the task beside a Pause. It neither holds the gate open nor
// closes it; the execution ends only when it is over, too.
func (m *machine) onPause(spec *flow.Pause, gate *TaskRun) {
	if spec.OnPause == nil || spec.OnPause.Disabled || gate.State != Paused {
		return
	}
	if at := (place{parent: gate.ID, branch: BranchOnPause}); m.begun(spec.OnPause.ID, at) == "" {
		m.one(spec.OnPause, at)
	}
}

// besides takes further what stands beside gates, whatever became of the gates
// and of what is around them. It reports whether something is still under way.
func (m *machine) besides() bool {
	open := false
	for i := range len(m.next.Runs) {
		run := &m.next.Runs[i]
		if run.Branch != BranchOnPause || run.Past || run.State.Final() {
			continue
		}
		id := run.ID
		m.further(m.task(run), id)
		open = open || !m.run(id).State.Final()
	}
	return open
}

// passed reports whether people let a request through: only then is what
// follows the gate allowed to run.
func (r *Request) passed() bool { return slices.Contains([]Outcome{Approved, Answered}, r.Outcome) }
