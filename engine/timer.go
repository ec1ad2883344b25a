package engine

import "signoff/engine/flow"

// expire takes a timer that came due. One that comes after a decision settles
// and does nothing.
func (m *machine) expire(c Expire) error {
	if c.Run == "" {
		return m.overdue()
	}
	run := m.run(c.Run)
	if run == nil || run.Due.IsZero() || !m.alive(run) || run.Ends != "" {
		return reject(Settled, "Nothing waits for this timer any more.")
	}
	if m.facts.Now.Before(run.Due) {
		return reject(TooEarly, "This timer is not due before %s.", clock(run.Due))
	}
	m.change.NotBefore = run.Due
	m.drop(timerKey(run.ID))
	t := m.task(run)
	switch {
	case run.State == Paused:
		state, why := m.elapsed(t, run)
		if run.Request != nil {
			m.close(run, ending{outcome: Expired, by: itself(), state: state, why: why})
		} else {
			m.passed(run, state)
		}
		m.gateEnds(t, run, state, why)
	case run.State == Running && countsItself(t.Spec):
		m.timedOut(t, run)
	}
	// What else waits for a time goes on as the flow is walked.
	m.advance()
	return nil
}

// passed gives a Pause that asked nobody the outputs of one that did, so that
// what reads them finds them.
func (m *machine) passed(run *TaskRun, state State) {
	run.Outputs = map[string]any{
		"onResume": map[string]any{}, "outcome": string(Expired), "responses": []any{},
		"resumed": resumed(itself(), m.facts.Now, state),
	}
	m.noteOutputs(run)
}

// timedOut fails a call or a subflow that took too long.
func (m *machine) timedOut(t *flow.Task, run *TaskRun) {
	m.stopChild(run, run.Child)
	m.fails(t, run, run.Task+": it did not end before "+clock(run.Due)+", its timeout.")
}

// elapsed is the state that the run's behavior names, and why. The generic
// timeout is a failure, whatever the behavior; allowFailure and allowWarning
// bend that one alone.
func (m *machine) elapsed(t *flow.Task, run *TaskRun) (State, string) {
	why := "The time ran out, " + clock(run.Due) + "."
	if run.Request != nil {
		why = "Nobody decided before " + clock(run.Due) + "."
	}
	if m.spec(run).Duration == nil {
		return bend(t, Failed), why
	}
	state := m.silence(run)
	if state == Success {
		why = ""
	}
	return state, why
}

// behaviorOf is what the flow says follows silence at a gate; empty if it says
// nothing.
func (m *machine) behaviorOf(run *TaskRun) flow.Behavior {
	if run.Behavior != "" {
		return run.Behavior
	}
	return m.spec(run).Behavior
}

// silence is the state that follows when nobody answers in time.
func (m *machine) silence(run *TaskRun) State {
	switch b := m.behaviorOf(run); b {
	case flow.BehaviorResume:
		return Success
	case flow.BehaviorWarn:
		return Warning
	case flow.BehaviorFail, "":
		return Failed
	case flow.BehaviorCancel:
		return Cancelled
	default:
		panic("engine: unknown behavior " + string(b))
	}
}
