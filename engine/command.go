package engine

import (
	"time"

	"signoff/engine/approval"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Facts is what the shell knows of the outside when it calls [Step]: the
// store's clock, the people, the values that expressions may read. The engine
// changes none of it.
type Facts struct {
	// Now is the store's clock; the store checks it again inside the commit.
	Now    time.Time
	People *approval.Directory
	// KV holds the namespace's values that the flow names.
	KV map[string]any
	// BaseURL is where signoff's pages are, without a final slash.
	BaseURL string
	// Approvers and Deliver apply where a Pause names none.
	Approvers []approval.Selector
	Deliver   []flow.Destination
	// RequesterOn are the surfaces on which whoever asks has an account.
	RequesterOn []string
	// Threads are the surfaces on which something can be said below a copy.
	Threads []string
	// FlowDigest is the SHA-256, in hex, of the revision's source.
	FlowDigest string
	// Author wrote the revision of the flow; empty if it is not known.
	Author approval.PersonID
	// Full says that no slot of the flow's concurrency is free.
	Full bool
	// Watched says that a flow is started when executions of this one change
	// their state.
	Watched bool
	// Patient refuses, as Unverified, a step that would ask people of whom it cannot
	// be read now who they are; it is to be taken again soon. Without it the
	// request fails.
	Patient bool
	// Environment is what the roots "envs", "globals" and "kestra" hold.
	Environment map[string]any
	// Funcs are functions that only the shell can offer: secret(), read(). They
	// are part of what [Env] gives to a task that calls out; Step calls none.
	Funcs map[string]expr.Func
}

// Command asks the engine to change an execution.
type Command interface{ command() }

// Start begins an execution. The execution given to [Step] is the zero value.
type Start struct {
	ID       ExecutionID
	Revision int
	Inputs   map[string]any // as given; checked against the flow
	// Bound are inputs that an earlier execution of the same revision had: what
	// Inputs does not name is taken from here as it is. A replay needs none.
	Bound  map[string]any
	Labels map[string]string
	By     Principal
	// Trigger is what the root "trigger" holds; nil for a start by hand.
	Trigger map[string]any
	Parent  *ParentRef
	// Replay takes over what an earlier execution did; nil begins at the top.
	Replay *Replay
	// Origin and Restarted are those of the execution for which this one is
	// started, as its subflow or because its retry says so; Origin is all [Askers]
	// of those that set it off. A replay finds its own.
	Origin    []Principal
	Restarted []Principal
	// Tries counts the executions that a retry with a new execution made, this
	// one included; 0 is the first.
	Tries int
	// Evidence is what the trail says of where the start came from; empty if there
	// is nothing to say.
	Evidence string
}

// Replay says what a new execution takes over from an earlier one: everything
// before a task run, which is run again with all that follows. A gate that
// comes after it asks anew.
type Replay struct {
	Of   Execution
	From TaskRunID // "": everything is run again
}

// Respond is one person's answer at one request, as shown at one version.
type Respond struct {
	Run     TaskRunID
	Version int
	By      Principal
	// Verdict is None for a form without yes or no.
	Verdict Verdict
	Values  map[string]any // as given; checked against the form
	// Evidence is a digest of the verified raw click, for the trail.
	Evidence string
	// Touched is the copy whose button was pressed; zero for a page. One that
	// the execution does not know of is adopted.
	Touched Touch
	// Override, if not empty, is why the person decides over the heads of those
	// who are asked. The shell has checked that they have the right to.
	Override string
}

// Touch is a posted message that came back with a click.
type Touch struct {
	Surface string
	Ref     CopyRef
}

// Expire says that a timer came due: of a task run, or, without one, of the
// execution's own promise of its duration (sla).
type Expire struct{ Run TaskRunID }

// Finish reports what came of a call to the outside.
type Finish struct {
	Run     TaskRunID
	Attempt int
	Outputs map[string]any
	Logs    []LogLine
	// Problem is empty when the call succeeded.
	Problem string
	// Warning: it succeeded, and something about it wants to be looked at.
	Warning bool
}

// Delivered says that a copy shows a version of its request.
type Delivered struct {
	Run   TaskRunID
	Copy  int
	Ref   CopyRef
	Shown int
	// Replaces says that an earlier message was lost and this is a new one.
	Replaces bool
}

// Undeliverable says that a copy is given up, and why.
type Undeliverable struct {
	Run     TaskRunID
	Copy    int
	Problem string
	// Told is the request version that was told in words beside a message that
	// cannot be changed; zero if none was.
	Told int
}

// Adopt says that a copy was touched which is out of date or unknown: its post
// succeeded but the answer was lost. It is brought up to date.
type Adopt struct {
	Run     TaskRunID
	Touched Touch
	// Known takes in nothing: the message is, or was, that of a copy. One that was
	// posted anew meanwhile stands elsewhere, and the old one is gone.
	Known bool
}

// Cancel ends an execution and voids its requests.
type Cancel struct {
	By     Principal
	Reason string
}

// Kill ends an execution at once, as Kestra's kill does.
type Kill struct{ By Principal }

// Admit gives a queued execution its slot. Forced: somebody let it go ahead of
// the others; the limit is passed by then. It starts what was queued, and
// passes no gate.
type Admit struct {
	By     Principal
	Forced bool
}

// Launched says that a subflow was started for a task run.
type Launched struct {
	Run   TaskRunID
	Child ExecutionID
	// Problem is set when it could not be started.
	Problem string
}

// ChildEnded says that the subflow of a task run ended.
type ChildEnded struct {
	Run     TaskRunID
	Child   ExecutionID
	State   State
	Outputs map[string]any
	Problem string
	// Rejected is what [Rejection] says of it.
	Rejected string
}

// Hold pauses an execution as a whole: what runs may end, nothing new begins.
type Hold struct{ By Principal }

// Release lets an execution that is held go on. It answers no request.
type Release struct{ By Principal }

// Restart runs the failed task runs of an execution again, and what follows
// them. It is refused while a request is open, and never passes a gate.
type Restart struct{ By Principal }

// SetState changes the state of an ended task run, of an execution that ended
// and was not killed. A run that asked people cannot be set: only an answer
// passes a gate.
type SetState struct {
	Run   TaskRunID
	State State
	By    Principal
}

// Relabel adds labels; an empty value removes one. Labels that begin with
// "system." are refused.
type Relabel struct {
	Labels map[string]string
	By     Principal
}

func (Start) command()         {}
func (Respond) command()       {}
func (Expire) command()        {}
func (Finish) command()        {}
func (Delivered) command()     {}
func (Undeliverable) command() {}
func (Adopt) command()         {}
func (Cancel) command()        {}
func (Kill) command()          {}
func (Admit) command()         {}
func (Launched) command()      {}
func (ChildEnded) command()    {}
func (Hold) command()          {}
func (Release) command()       {}
func (Restart) command()       {}
func (SetState) command()      {}
func (Relabel) command()       {}
