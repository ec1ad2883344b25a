package engine

import (
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// become gives a run a state; everything that must notice, does.
func (m *machine) become(run *TaskRun, state State) {
	run.State = state
	m.noteState(run)
}

// succeed ends a run well: with a warning if it took more than one try and the
// flow wants to know.
func (m *machine) succeed(t *flow.Task, run *TaskRun) {
	state := Success
	if policy := m.retryOf(t, run); policy != nil && policy.WarningOnRetry && run.Attempt > 1 {
		state = Warning
	}
	m.endRun(run, soften(t, state), "")
}

// fails ends a run badly, unless it is tried again. A run that is made of tasks
// has its own errors and finally run first.
func (m *machine) fails(t *flow.Task, run *TaskRun, why string) {
	m.dropWork(run)
	if isGate(t) {
		m.gateEnds(t, run, Failed, why)
		return
	}
	if madeOfTasks(t.Spec) {
		run.Ends, run.Problem = Failed, why
		return
	}
	if m.retryLater(t, run, why) {
		return
	}
	m.endRun(run, soften(t, Failed), why)
}

// soften is what a failure or a warning becomes by the task's own word.
func soften(t *flow.Task, state State) State {
	if _, gate := t.Spec.(*flow.Pause); gate {
		return state // only its timeout bends; see elapsed
	}
	return bend(t, state)
}

func bend(t *flow.Task, state State) State {
	allow := t.AllowFailure
	if seq, ok := t.Spec.(*flow.Sequential); ok && seq.Kind == flow.SequenceAllowFailure {
		allow = true
	}
	if state == Failed && allow {
		state = Warning
	}
	if state == Warning && t.AllowWarning {
		state = Success
	}
	return state
}

// endRun gives a run its final state and writes it down.
func (m *machine) endRun(run *TaskRun, state State, problem string) {
	m.dropWork(run)
	run.Ends, run.Ended, run.Problem = "", m.facts.Now, problem
	m.become(run, state)
	data := map[string]any{"state": string(state)}
	if problem != "" {
		data["problem"] = problem
	}
	m.record(audit.TaskEnded, run, itself(), data)
}

// dropWork takes back what is owed for a run that ends, or begins anew.
func (m *machine) dropWork(run *TaskRun) {
	if !run.Due.IsZero() {
		m.drop(timerKey(run.ID))
	}
	if run.State != Running || run.Attempt < 1 {
		return
	}
	if t := m.task(run); t != nil && flow.Calls(t.Spec) {
		m.drop(callKey(run.ID))
	} else {
		m.drop(launchKey(run.ID))
	}
}

// madeOfTasks reports whether a run of this kind ends as tasks below it end.
func madeOfTasks(s flow.Spec) bool {
	switch s.(type) {
	case *flow.If, *flow.Switch, *flow.Sequential, *flow.Parallel, *flow.Dag, *flow.ForEach, *flow.LoopUntil:
		return true
	case *flow.Pause, *flow.Log, *flow.Return, *flow.OutputValues, *flow.Labels, *flow.Fail, *flow.Assert,
		*flow.Sleep, *flow.Subflow, *flow.HTTPRequest, *flow.SlackWebhook, *flow.TeamsWebhook, *flow.MailSend,
		*flow.Script, *flow.KVSet, *flow.KVGet, *flow.KVDelete, *flow.ResumeExecution, *flow.KillExecution, *flow.Mapped:
	}
	return false
}

// isDue reports whether the time that a run waits for has come, and holds the
// store's clock to it.
func (m *machine) isDue(run *TaskRun) bool {
	if run.Due.IsZero() || m.facts.Now.Before(run.Due) {
		return false
	}
	if run.Due.After(m.change.NotBefore) {
		m.change.NotBefore = run.Due
	}
	return true
}
