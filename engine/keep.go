package engine

import "signoff/engine/flow"

// sharesFolder reports whether the tasks below a task work in one folder, which
// is gone when they have ended.
func sharesFolder(t *flow.Task) bool {
	if t == nil {
		return false
	}
	seq, ok := t.Spec.(*flow.Sequential)
	return ok && seq.Kind == flow.SequenceSharedDirectory
}

// keepsFiles owes the call that keeps what a WorkingDirectory names of its folder,
// once the tasks in it have ended, well or not. It reports whether that is waited
// for.
func (m *machine) keepsFiles(t *flow.Task, id TaskRunID) bool {
	if !flow.Calls(t.Spec) {
		return false
	}
	run := m.run(id)
	switch {
	case run.Outputs != nil:
		return false
	case run.Attempt > 0:
	case m.frozen:
		m.wants = true
	default:
		run.Attempt = 1
		m.put(callKey(id), Effect{Work: Call{Run: id, Attempt: 1}})
	}
	return true
}

// kept takes what came of that call. A file that is missing is a failure, unless
// a task below failed, which is why it is missing.
func (m *machine) kept(run *TaskRun, c Finish) {
	files, ok := c.Outputs["outputFiles"].(map[string]any)
	if !ok {
		files = map[string]any{}
	}
	run.Outputs = map[string]any{"outputFiles": files}
	run.Logs = append(run.Logs, c.Logs...)
	problem := c.Problem
	if problem != "" {
		problem = run.Task + ": " + problem
	}
	if !m.hasRoom(run) {
		run.Outputs, run.Logs = map[string]any{"outputFiles": map[string]any{}}, nil
		problem = tooMuch(run)
	}
	m.noteOutputs(run)
	if problem != "" && run.Ends != Failed {
		run.Ends, run.Problem = Failed, problem
	}
}

// aroundFolder is the outermost WorkingDirectory around a run, or the run itself.
// What is in a folder begins anew as a whole: the folder of before is gone.
func (m *machine) aroundFolder(run *TaskRun) *TaskRun {
	whole := run
	for up := run; up != nil; up = m.run(up.Parent) {
		if sharesFolder(m.task(up)) {
			whole = up
		}
	}
	return whole
}
