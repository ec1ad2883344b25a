package engine

// Rejection says what was rejected and by whom, if that is why an execution did not
// go on, also in one that it started: "pay was rejected by Ann". It is empty if
// nobody said no.
func Rejection(x Execution) string {
	for i := range x.Runs {
		run := &x.Runs[i]
		switch {
		case run.Past:
		case run.Request != nil && run.Request.Outcome == Rejected && !wentOn(run):
			return run.Task + " was rejected by " + run.Request.deciders()
		case run.State != Success && run.State != Warning && run.saidNo() != "":
			return run.saidNo() + ", in the subflow of " + run.Task
		}
	}
	return ""
}

// saidNo is what was rejected in the execution that a Subflow started, and by whom.
func (run *TaskRun) saidNo() string {
	if run.Child == "" {
		return ""
	}
	text, _ := run.Outputs["rejected"].(string)
	return text
}
