package engine

// cancel ends the execution and voids what it asks.
func (m *machine) cancel(c Cancel) error {
	why := c.Reason
	if why == "" {
		why = "Cancelled by " + c.By.String() + "."
	}
	return m.stop(Cancelled, c.By, why)
}

// kill ends the execution at once.
func (m *machine) kill(c Kill) error {
	return m.stop(Killed, c.By, "Killed by "+c.By.String()+".")
}

func (m *machine) stop(state State, by Principal, why string) error {
	if m.next.State.Final() {
		return reject(Ended, "The execution has ended already, as %s.", m.next.State)
	}
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		if run.State.Final() {
			continue
		}
		m.drop(timerKey(run.ID))
		if run.Attempt > 0 {
			m.drop(callKey(run.ID))
		}
		if run.Request != nil && run.Request.Open() {
			m.close(run, ending{outcome: Withdrawn, by: by, state: state, why: why})
		} else {
			m.endRun(run, state, why)
		}
	}
	m.end(state, why)
	return nil
}
