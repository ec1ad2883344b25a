package engine

import (
	"strconv"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// advance goes as far as it can without the outside.
//
// Where the execution is held, or has no slot of its flow's concurrency, what
// runs may end and nothing new begins.
func (m *machine) advance() {
	before := m.next.State
	switch {
	case m.next.State.Final():
		m.afterwards()
		return
	case m.next.Held:
		m.pass(true)
		if !m.next.State.Final() {
			m.next.State = Paused
		}
	case m.lacksSlot():
		if m.pass(true); m.wants && !m.next.State.Final() && m.takeSlot(before) {
			m.pass(false)
		}
	default:
		m.pass(false)
	}
	m.assertions()
	m.releaseSlot()
}

// pass walks the flow once.
func (m *machine) pass(frozen bool) {
	m.frozen, m.wants = frozen, false
	defer func() { m.frozen = false }()
	switch s := m.list(m.flow.Tasks, place{}); s.at {
	case waiting:
		m.besides()
		m.next.State = m.underWay()
	case cancelled:
		m.stop(Cancelled, itself(), s.why)
	case killed:
		m.stop(Killed, itself(), s.why)
	case done, failed:
		if m.next.Held {
			m.besides()
			return // its end is new, too, and waits for the release
		}
		m.conclude(s)
	}
}

// conclude runs the flow's errors and finally, and ends the execution.
func (m *machine) conclude(s standing) {
	state, why := Success, ""
	if s.warned {
		state = Warning
	}
	lists := []struct {
		tasks []*flow.Task
		at    Branch
	}{{m.flow.Errors, BranchErrors}, {m.flow.Finally, BranchFinally}}
	if s.at == failed {
		state, why = Failed, s.why
	} else {
		lists = lists[1:]
	}
	for _, l := range lists {
		switch s := m.branch(l.tasks, "", l.at); s.at {
		case waiting:
			m.besides()
			m.next.State = m.underWay()
			return
		case cancelled:
			m.stop(Cancelled, itself(), s.why)
			return
		case killed:
			m.stop(Killed, itself(), s.why)
			return
		case failed:
			if state != Failed {
				state, why = Failed, s.why
			}
		case done:
		}
	}
	if m.besides() {
		m.next.State = m.underWay()
		return
	}
	if state != Failed {
		if problem := m.flowOutputs(); problem != "" {
			state, why = Failed, problem
		}
	}
	m.end(state, why)
	m.afterwards()
}

// flowOutputs evaluates what the flow gives to whoever started it.
func (m *machine) flowOutputs() string {
	if len(m.flow.Outputs) == 0 {
		return ""
	}
	env := m.env(nil)
	fields, raw := make([]flow.Field, len(m.flow.Outputs)), map[string]any{}
	for i, o := range m.flow.Outputs {
		v, err := o.Value.Eval(env)
		if err != nil {
			return "outputs." + o.ID + ": " + err.Error()
		}
		fields[i] = flow.Field{ID: o.ID, Type: o.Type, Required: o.Required}
		raw[o.ID] = v
	}
	values, faults := flow.Bind(fields, m.meant(fields, raw))
	if len(faults) > 0 {
		return "The flow's outputs do not fit their types: " + badInput(faults).Text
	}
	if weigh(values) > maxWeight {
		return "The flow's outputs are larger than " + strconv.Itoa(maxWeight>>20) + " MiB; keep less of them."
	}
	m.next.Outputs = values
	return ""
}

// end gives the execution its final state.
func (m *machine) end(state State, problem string) {
	m.next.State, m.next.Ended, m.next.Problem, m.next.Held = state, m.facts.Now, problem, false
	data := map[string]any{"state": string(state)}
	if problem != "" {
		data["problem"] = problem
	}
	m.record(audit.ExecutionEnded, nil, m.ender, data)
	for i := range m.next.Runs { // the cards of decided requests say what became of it
		if run := &m.next.Runs[i]; run.Request != nil && len(run.Request.Copies) > 0 {
			m.redraw(run)
			m.note(run, audit.ExecutionEnded, m.ender, data)
		}
	}
	m.dropPromises()
	m.freeSlot()
	if p := m.next.Parent; p != nil && p.Wait {
		m.put("parent", Effect{Work: TellParent{}})
	}
	if state == Failed {
		m.startAnew()
	}
}

// startAnew owes a new execution, if the retry of what failed says so.
func (m *machine) startAnew() {
	policy := m.flow.Retry
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		if t := m.task(run); !run.Past && run.State == Failed && t != nil && !madeOfTasks(t.Spec) {
			policy = m.retryOf(t, run)
			break
		}
	}
	tries := max(m.next.Tries, 1)
	if policy == nil || !policy.NewExecution || !another(policy, tries) {
		return
	}
	m.put("again", Effect{Due: m.facts.Now.Add(m.wait(policy, tries, "")), Work: Again{}})
}

// afterwards runs the flow's afterExecution, once the execution is over. One
// that never began has nothing to clean up.
func (m *machine) afterwards() {
	if m.next.Began.IsZero() {
		return
	}
	m.frozen = false
	m.branch(m.flow.AfterExecution, "", BranchAfter)
	m.besides()
}

// underWay is the state of an execution that goes on: paused while any run of
// it waits at a Pause, as in Kestra.
func (m *machine) underWay() State {
	state := Running
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		switch {
		case run.Past:
		case run.State == Paused:
			return Paused
		case run.State == Retrying:
			state = Retrying
		}
	}
	if state == Retrying && m.working() {
		return Running
	}
	return state
}

// working reports whether a task is being done, or waits for a time other than
// that of its next try.
func (m *machine) working() bool {
	for i := range m.next.Runs {
		run := &m.next.Runs[i]
		if run.Past || run.State != Running {
			continue
		}
		if t := m.task(run); !run.Due.IsZero() || t != nil && !madeOfTasks(t.Spec) {
			if _, gate := t.Spec.(*flow.Pause); !gate {
				return true
			}
		}
	}
	return false
}

// announce owes word of a change of state to whoever listens.
func (m *machine) announce(before State) {
	if state := m.next.State; m.facts.Watched && state != before {
		key := "state/" + string(state) + "/" + strconv.FormatUint(uint64(m.next.Version), 10)
		m.put(EffectKey(key), Effect{Work: Announce{State: state}})
	}
}
