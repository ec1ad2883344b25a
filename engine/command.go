package engine

import (
	"time"

	"signoff/engine/approval"
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
	// FlowDigest is the SHA-256, in hex, of the revision's source.
	FlowDigest string
}

// Command asks the engine to change an execution.
type Command interface{ command() }

// Start begins an execution. The execution given to [Step] is the zero value.
type Start struct {
	ID       ExecutionID
	Revision int
	Inputs   map[string]any // as given; checked against the flow
	Labels   map[string]string
	By       Principal
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
}

// Touch is a posted message that came back with a click.
type Touch struct {
	Surface string
	Ref     CopyRef
}

// Expire says that a timer came due.
type Expire struct{ Run TaskRunID }

// Finish reports what came of a call to the outside.
type Finish struct {
	Run     TaskRunID
	Attempt int
	Outputs map[string]any
	Logs    []LogLine
	// Problem is empty when the call succeeded.
	Problem string
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
}

// Cancel ends an execution and voids its requests.
type Cancel struct {
	By     Principal
	Reason string
}

// Kill ends an execution at once, as Kestra's kill does.
type Kill struct{ By Principal }

func (Start) command()         {}
func (Respond) command()       {}
func (Expire) command()        {}
func (Finish) command()        {}
func (Delivered) command()     {}
func (Undeliverable) command() {}
func (Adopt) command()         {}
func (Cancel) command()        {}
func (Kill) command()          {}
