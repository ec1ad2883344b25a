package engine

import "signoff/engine/approval"

// Move hands a question on: by who is asked, or, with Operator, by somebody of
// whom the shell has checked that they may reassign.
type Move struct {
	Run TaskRunID
	// Version is what the person saw of the request.
	Version int
	By      Principal
	// Move says how: Kind is delegated or reassigned, From is By where it is
	// empty. The engine fills Stage, By and At in.
	Move     approval.Move
	Operator bool
}

// SendBack asks the requester to change something, by somebody who can answer.
type SendBack struct {
	Run     TaskRunID
	Version int
	By      Principal
	Text    string
}

// Resubmit asks anew after the requester changed what they were asked to.
type Resubmit struct {
	Run TaskRunID
	By  Principal
	// Inputs are the flow's inputs that change, as given; the others stay.
	Inputs map[string]any
	Text   string
}

// Comment says something about a request: a question by somebody who can answer
// it, or a reply by the requester.
type Comment struct {
	Run  TaskRunID
	By   Principal
	Text string
}

// Withdraw takes a request back, by the requester.
type Withdraw struct {
	Run    TaskRunID
	By     Principal
	Reason string
}

// Remind says that a [Reminder] is due.
type Remind Reminder

// RemindReturned says that a [ReturnReminder] is due.
type RemindReturned ReturnReminder

// Escalate says that a [Climb] is due.
type Escalate Climb

// StageOver says that a [StageTimer] is due.
type StageOver StageTimer

func (Move) command()      {}
func (SendBack) command()  {}
func (Resubmit) command()  {}
func (Comment) command()   {}
func (Withdraw) command()  {}
func (Remind) command()    {}
func (Escalate) command()  {}
func (StageOver) command() {}

func (RemindReturned) command() {}
