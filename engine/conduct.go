package engine

// applyRequest applies what people and clocks do to a request besides answering
// it.
func (m *machine) applyRequest(cmd Command) error {
	switch c := cmd.(type) {
	case Move:
		return m.move(c)
	case SendBack:
		return m.sendBack(c)
	case Resubmit:
		return m.resubmit(c)
	case Comment:
		return m.comment(c)
	case Withdraw:
		return m.withdraw(c)
	case Remind:
		return m.remind(c)
	case RemindReturned:
		return m.remindReturned(c)
	case Escalate:
		return m.escalate(c)
	case StageOver:
		return m.stageOver(c)
	case Nudge:
		return m.nudge(c)
	case Logged:
		return m.logged(c)
	}
	panic("engine: unknown command")
}
