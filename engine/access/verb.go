package access

import "slices"

// Verb is one thing that somebody may do. The set is closed.
type Verb string

// The verbs.
const (
	ViewFlow         Verb = "flow.view"
	EditFlow         Verb = "flow.edit"
	ViewExecution    Verb = "execution.view"
	StartExecution   Verb = "execution.start"
	ControlExecution Verb = "execution.control"
	ViewRequest      Verb = "request.view"
	// Decide answers a request that asks for it; the rules of the request decide
	// besides.
	Decide Verb = "request.decide"
	// MoveRequest gives somebody's seat to somebody else.
	MoveRequest Verb = "request.move"
	// Override decides a request against its rules, alone and with a reason.
	Override       Verb = "request.override"
	ReadValues     Verb = "values.read"
	WriteValues    Verb = "values.write"
	ControlTrigger Verb = "trigger.control"
	// ReadAudit counts only where it is given for all namespaces: the log is one.
	ReadAudit Verb = "audit.read"
	// ManagePeople sets what is known of others: when they are away, which
	// accounts are theirs. It counts only where it is given for all namespaces.
	ManagePeople Verb = "people.manage"
)

// Verbs lists all verbs.
func Verbs() []Verb {
	return []Verb{
		ViewFlow, EditFlow, ViewExecution, StartExecution, ControlExecution, ViewRequest, Decide, MoveRequest, Override,
		ReadValues, WriteValues, ControlTrigger, ReadAudit, ManagePeople,
	}
}

// Does is the verb as it stands behind "you may not".
func (v Verb) Does() string {
	switch v {
	case ViewFlow:
		return "see flows"
	case EditFlow:
		return "change flows"
	case ViewExecution:
		return "see executions"
	case StartExecution:
		return "start flows"
	case ControlExecution:
		return "change executions"
	case ViewRequest:
		return "see requests"
	case Decide:
		return "answer requests"
	case MoveRequest:
		return "reassign requests"
	case Override:
		return "override requests"
	case ReadValues:
		return "read values"
	case WriteValues:
		return "change values"
	case ControlTrigger:
		return "change triggers"
	case ReadAudit:
		return "read the audit log"
	case ManagePeople:
		return "manage people"
	}
	panic("access: unknown verb " + string(v))
}

// known reports whether v is one of the verbs.
func (v Verb) known() bool {
	return slices.Contains(Verbs(), v)
}
