package story

import (
	"time"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// File is a checked story file: stories about one flow.
type File struct {
	Name string
	// Flow is the file of the flow, and With are further flows that it starts or
	// that start it; relative to the story file.
	Flow Text
	With []Text
	// Stories stand in the order of the source.
	Stories []*Story
}

// Text is a text and its place.
type Text struct {
	Pos  flow.Pos
	Text string
}

// Story is one run through a flow.
type Story struct {
	Name string
	Pos  flow.Pos

	setting

	// Start is how the execution begins; nil starts nothing.
	Start  *Start
	Steps  []Step
	Expect []*Expect
}

// setting is what surrounds the flow. A file's own is where each story begins.
type setting struct {
	now    time.Time
	people []person
	groups map[string][]approval.PersonID
	// roles are who has a role in all namespaces; nil: everybody may do everything.
	roles map[string][]approval.PersonID
	// oncall is who is on duty, by rota.
	oncall    map[string][]approval.PersonID
	approvers []approval.Selector
	deliver   []flow.Destination
	kv        map[string]any
	secrets   map[string]string
	files     map[string]string
	baseURL   string
	schedules bool
	stubs     stubs
	by        string
	inputs    map[string]any
	labels    map[string]string
}

type person struct {
	id       approval.PersonID
	name     string
	inactive bool
	manager  approval.PersonID
	hours    approval.Hours
}

// Step is something that happens. The set is closed.
type Step interface{ step() }

// The steps.
type (
	// Wait lets time pass.
	Wait struct {
		Pos flow.Pos
		For time.Duration
	}
	// Until lets time pass until a moment.
	Until struct {
		Pos flow.Pos
		At  time.Time
	}
	// Start begins an execution.
	Start struct {
		Pos flow.Pos
		// As names the execution for later steps; "" is the story's own.
		As string
		// Flow is the id of a flow among those of the file; "" is the story's own.
		Flow    string
		By      string
		Inputs  map[string]any
		Labels  map[string]string
		Refused *Text // the start must be refused, with this in the text

		// Webhook is the id of a webhook of the flow that somebody calls.
		Webhook    string
		Body       any
		Headers    map[string]string
		Parameters map[string]string
	}
	// Answer is what a person does at a request.
	Answer struct {
		Pos  flow.Pos
		Of   string // an execution; "" is the story's own
		Gate Gate
		By   Text
		On   string // a surface
		// Press is the id or the label of a button; "" the only one.
		Press  string
		Values map[string]any
		// Seen is the version of the request that the person saw; 0 the latest.
		Seen int
		// Refused and Invalid say that it must not be accepted, and with which
		// texts; nil is that it must be.
		Refused *Text
		Invalid map[string]Text
	}
	// Act is what somebody does to an execution as a whole.
	Act struct {
		Pos     flow.Pos
		Verb    Verb
		Of      string
		By      string
		Reason  string
		Labels  map[string]string
		From    string         // a task, for a replay
		Inputs  map[string]any // other ones, for a replay
		As      string         // the new execution, for a replay
		Refused *Text
	}
	// Deed is what a person does with a request besides answering it.
	Deed struct {
		Pos  flow.Pos
		Do   DeedKind
		Of   string // an execution; "" is the story's own
		Gate Gate
		By   Text
		// From and To are people, for a seat that moves; Until is as a person writes
		// it, for Delegate.
		From, To, Until string
		// Text is the reason, or what is said.
		Text string
		// Values are those of the form, or the inputs, for Resubmit.
		Values map[string]any
		// Refused and Invalid say that it must not be accepted; see Answer.
		Refused *Text
		Invalid map[string]Text
	}
	// Away says that somebody is away, or is back.
	Away struct {
		Pos         flow.Pos
		Back        bool
		By          Text
		From, Until time.Time // zero: now, without end
		StandIn     string
		Refused     *Text
	}
	// Check is an expectation in between.
	Check struct{ Expect *Expect }
)

func (Wait) step()    {}
func (Until) step()   {}
func (*Start) step()  {}
func (*Answer) step() {}
func (*Act) step()    {}
func (*Deed) step()   {}
func (*Away) step()   {}
func (Check) step()   {}

// Gate names a request by its task, and, in a loop, by the value or the number of
// the iteration.
type Gate struct {
	Pos       flow.Pos
	Task      string
	Value     string
	Iteration int // from 1; 0: any
}

// Verb is what can be done to an execution.
type Verb string

// The verbs.
const (
	Kill     Verb = "kill"
	Cancel   Verb = "cancel"
	Hold     Verb = "hold"
	Release  Verb = "release"
	Restart  Verb = "restart"
	Replay   Verb = "replay"
	Relabel  Verb = "label"
	ForceRun Verb = "force-run"
)

// DeedKind is what can be done with a request besides answering it.
type DeedKind string

// The deeds.
const (
	Delegate DeedKind = "delegate"
	Reassign DeedKind = "reassign"
	SendBack DeedKind = "send_back"
	Resubmit DeedKind = "resubmit"
	Comment  DeedKind = "comment"
	Withdraw DeedKind = "withdraw"
	Override DeedKind = "override"
)

// Expect is what must be true of an execution at a moment.
type Expect struct {
	Pos   flow.Pos
	Of    string
	Items []Item
}

// Item is one thing that must be true.
type Item struct {
	Pos  flow.Pos
	Kind Kind
	Key  string // for kinds that are maps
	Want any    // nil, bool, int64, float64, string, []any, map[string]any
}

// Kind is what an expectation looks at.
type Kind string

// The kinds of expectation.
const (
	State     Kind = "state"
	Problem   Kind = "problem"
	Gates     Kind = "gates"
	Open      Kind = "open"
	Outputs   Kind = "outputs"
	Returns   Kind = "returns"
	Labels    Kind = "labels"
	Inputs    Kind = "inputs"
	Tasks     Kind = "tasks"
	Calls     Kind = "calls"
	Logs      Kind = "logs"
	Cards     Kind = "cards"
	Told      Kind = "told"
	Subflows  Kind = "executions"
	Trail     Kind = "trail"
	KV        Kind = "kv"
	That      Kind = "that"
	Responses Kind = "responses"
	Can       Kind = "can"
	Cannot    Kind = "cannot"
)

// None is what is expected of what must not be there.
const None = "none"

// stubs answer for tasks that call out.
type stubs struct {
	byName map[string][]*stub // by task id or type
	order  []string           // names, in the order of the source
	// rest lets every other call end well.
	rest bool
}

// stub is one answer.
type stub struct {
	pos     flow.Pos
	match   map[string]any // what is sent must fit; nil fits all
	times   int            // how often it is given; 0: as its place in the list says
	outputs map[string]any
	logs    []stubLog
	problem string
	takes   time.Duration
}

type stubLog struct{ level, text string }
