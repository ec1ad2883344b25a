package engine

// applyRequest applies what people and clocks do to a request besides answering
// it.
func (m *machine) applyRequest(cmd Command) error {
	switch cmd.(type) {
	case Move, SendBack, Resubmit, Comment, Withdraw:
		return reject(NotAllowed, "This cannot be done with this request.")
	case Remind, Escalate, StageOver:
		return reject(Settled, "Nothing waits for this any more.")
	}
	panic("engine: unknown command")
}
