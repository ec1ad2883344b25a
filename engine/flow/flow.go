// Package flow is the flow language: YAML bytes in, checked values out.
//
// [Parse] walks the YAML nodes, keeps the place of every value, collects every
// fault in source order, and gives each a stable rule name. A flow that comes
// back without faults can be run; a warning does not stop it. Nothing here
// reads a clock, a file or the network.
package flow

import (
	"time"

	"signoff/engine/approval"
	"signoff/engine/expr"
)

// Pos is a place in the source, counted from 1.
type Pos struct{ Line, Col int }

// Flow is a checked definition.
type Flow struct {
	ID          string
	Namespace   string
	Description string
	Labels      map[string]string
	Inputs      []Input
	Variables   map[string]expr.Value
	Tasks       []*Task
	// Uses says what the flow needs to know from outside.
	Uses Uses
}

// Uses lists what a flow's expressions read from outside the execution.
type Uses struct {
	// KV holds the literal names given to kv(); KVAny says that some name is
	// computed, so that the whole namespace must be known.
	KV    []string
	KVAny bool
}

// Task is a step.
type Task struct {
	ID          string
	Type        Type
	Description string
	Pos         Pos
	Spec        Spec
}

// Type is a task type's short name: "Pause", "http.Request".
type Type string

// The task types, by their short names.
const (
	TypePause        Type = "Pause"
	TypeLog          Type = "Log"
	TypeReturn       Type = "Return"
	TypeIf           Type = "If"
	TypeSequential   Type = "Sequential"
	TypeHTTPRequest  Type = "http.Request"
	TypeSlackWebhook Type = "slack.SlackIncomingWebhook"
)

// Spec is what a task of one type says. The set is closed.
type Spec interface{ spec() }

// Pause waits for people, or for a time.
type Pause struct {
	Request  Request
	Approval *approval.Policy // nil: the namespace's approvers
	Deliver  []Destination    // nil: the namespace's, else the approvers' direct messages
	OnResume []Input
	// Verdict is the input that carries yes or no: the one named by
	// approval.verdict, else the first BOOL; empty if there is none.
	Verdict string
	// RejectNeeds is the input that a rejection must carry; empty if none.
	RejectNeeds string
	Duration    *expr.Template // pauseDuration, or the older delay; nil waits for ever
	Timeout     *expr.Template // the generic task property; used only without Duration
	Behavior    Behavior       // resolved: never empty
	OnReject    OnReject       // resolved: never empty
}

// Timer reports whether the Pause asks nobody: it has a duration and neither
// form nor request nor approval.
func (p *Pause) Timer() bool {
	return (p.Duration != nil) && len(p.OnResume) == 0 && p.Request.Empty() && p.Approval == nil
}

// Request is what people read; every text may hold expressions.
type Request struct {
	Title       *expr.Template
	Description *expr.Template
	Facts       []Fact
	Links       []Link
}

// Empty reports whether the flow says nothing about what people read.
func (r Request) Empty() bool {
	return r.Title == nil && r.Description == nil && len(r.Facts) == 0 && len(r.Links) == 0
}

// Fact is a label and its value, in the order of the source.
type Fact struct {
	Label string
	Value *expr.Template
}

// Link is a text and an address.
type Link struct{ Text, URL *expr.Template }

// Destination is where a copy goes.
type Destination struct {
	// Surface is slack, teams or email.
	Surface string `json:"surface"`
	// To is a channel ("#vacation-approvals", "HR/Approvals"), or "approvers"
	// for one direct message each.
	To string `json:"to"`
}

// Approvers is the [Destination.To] that means one direct message to each.
const Approvers = "approvers"

// Behavior is what happens when nobody answers in time.
type Behavior string

// The behaviors, with Kestra's names.
const (
	BehaviorResume Behavior = "RESUME"
	BehaviorWarn   Behavior = "WARN"
	BehaviorFail   Behavior = "FAIL"
	BehaviorCancel Behavior = "CANCEL"
)

// OnReject is what happens after a rejection.
type OnReject string

// What may follow a rejection.
const (
	RejectContinue OnReject = "CONTINUE"
	RejectFail     OnReject = "FAIL"
	RejectCancel   OnReject = "CANCEL"
)

// Log writes lines.
type Log struct {
	Messages []*expr.Template
	Level    string // TRACE, DEBUG, INFO, WARN, ERROR
}

// Return puts a value into its output "value".
type Return struct{ Format expr.Value }

// If chooses a branch by Kestra's truth rules.
type If struct {
	Condition *expr.Template
	Then      []*Task
	Else      []*Task
}

// Sequential runs tasks one after the other.
type Sequential struct{ Tasks []*Task }

// HTTPRequest calls an address.
type HTTPRequest struct {
	URI         *expr.Template
	Method      *expr.Template // nil: GET
	ContentType *expr.Template
	Headers     []Pair
	Params      []Pair
	Body        *expr.Value
	FormData    []Pair
	// AllowFailed takes every status as success (options.allowFailed).
	AllowFailed bool
	// Accept lists the status codes that are success besides 2xx.
	Accept []int
	// Timeout bounds the whole call; zero is the runner's default.
	Timeout time.Duration
}

// Pair is a name and a value, in the order of the source.
type Pair struct {
	Name  string
	Value expr.Value
}

// SlackWebhook posts to a Slack incoming webhook.
type SlackWebhook struct {
	URL         *expr.Template
	Payload     *expr.Template // a JSON text, or
	MessageText *expr.Template // a plain text
}

func (*Pause) spec()        {}
func (*Log) spec()          {}
func (*Return) spec()       {}
func (*If) spec()           {}
func (*Sequential) spec()   {}
func (*HTTPRequest) spec()  {}
func (*SlackWebhook) spec() {}
