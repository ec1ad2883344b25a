package engine

// cancel ends the execution and voids what it asks.
func (m *machine) cancel(c Cancel) error {
	why := c.Reason
	if why == "" {
		why = "Cancelled by " + c.By.String() + "."
	}
	return m.stopBy(Cancelled, c.By, why)
}

// kill ends the execution at once.
func (m *machine) kill(c Kill) error {
	return m.stopBy(Killed, c.By, "Killed by "+c.By.String()+".")
}

// stopBy is what a person does. After the end it still stops what the flow does
// in its afterExecution.
func (m *machine) stopBy(state State, by Principal, why string) error {
	if !m.next.State.Final() {
		m.ender = by
		m.stop(state, by, why)
		return nil
	}
	if !m.stopRuns(state, by, why) {
		return reject(Ended, "The execution has ended already, as %s.", m.next.State)
	}
	return nil
}

// stop ends everything that is under way, and the execution with it.
func (m *machine) stop(state State, by Principal, why string) {
	m.stopRuns(state, by, why)
	m.end(state, why)
	m.afterwards()
}

// stopRuns ends every run that is open, and the subflows that are waited for. It
// reports whether there was one.
func (m *machine) stopRuns(state State, by Principal, why string) bool {
	stopped := false
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		if run.Past || run.State.Final() {
			continue
		}
		stopped = true
		m.stopChild(run, run.Child)
		if run.Request != nil && run.Request.Open() {
			m.close(run, ending{outcome: Withdrawn, by: by, state: state, why: why})
		}
		m.endRun(run, state, why)
	}
	return stopped
}

// stopChild owes the end of a subflow that a run started.
func (m *machine) stopChild(run *TaskRun, child ExecutionID) {
	if child == "" {
		return
	}
	key := EffectKey("stop/" + string(run.ID) + "/" + string(child))
	m.put(key, Effect{Work: StopChild{Run: run.ID, Child: child}})
}
