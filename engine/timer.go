package engine

import "signoff/engine/flow"

// expire takes a timer that came due. One that comes after a decision settles
// and does nothing.
func (m *machine) expire(c Expire) error {
	run := m.run(c.Run)
	if run == nil || run.State != Paused || run.Due.IsZero() || m.next.State.Final() {
		return reject(Settled, "Nothing waits for this timer any more.")
	}
	if m.facts.Now.Before(run.Due) {
		return reject(TooEarly, "This timer is not due before %s.", clock(run.Due))
	}
	m.change.NotBefore = run.Due
	m.drop(timerKey(run.ID))
	state, why := m.elapsed(run)
	if run.Request != nil {
		m.close(run, ending{outcome: Expired, by: itself(), state: state, why: why})
	} else {
		m.endRun(run, state, why)
	}
	m.advance()
	return nil
}

// elapsed is the state that the run's behavior names, and why. The generic
// timeout is a failure, whatever the behavior.
func (m *machine) elapsed(run *TaskRun) (State, string) {
	why := "The time ran out, " + clock(run.Due) + "."
	if run.Request != nil {
		why = "Nobody decided before " + clock(run.Due) + "."
	}
	spec := m.spec(run)
	if spec.Duration == nil {
		return Failed, why
	}
	switch spec.Behavior {
	case flow.BehaviorResume:
		return Success, ""
	case flow.BehaviorWarn:
		return Warning, why
	case flow.BehaviorFail:
		return Failed, why
	case flow.BehaviorCancel:
		return Cancelled, why
	}
	panic("engine: unknown behavior " + string(spec.Behavior))
}
