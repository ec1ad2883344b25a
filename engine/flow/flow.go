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
	// Errors run when Tasks failed, Finally after both, AfterExecution once the
	// final state is known.
	Errors         []*Task
	Finally        []*Task
	AfterExecution []*Task
	Outputs        []Output
	Triggers       []*Trigger
	Concurrency    *Concurrency // nil: no limit
	SLA            []SLA
	Retry          *Retry
	// Disabled: the flow is kept and not started.
	Disabled bool
	// Uses says what the flow needs to know from outside.
	Uses Uses

	tasks map[string]*Task // by id, once the flow was read
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
	Options
}

// Type is a task type's short name: "Pause", "http.Request".
type Type string

// The task types, by their short names.
const (
	TypePause            Type = "Pause"
	TypeHumanTask        Type = "HumanTask"
	TypeLog              Type = "Log"
	TypeReturn           Type = "Return"
	TypeOutputValues     Type = "OutputValues"
	TypeLabels           Type = "Labels"
	TypeFail             Type = "Fail"
	TypeAssert           Type = "Assert"
	TypeSleep            Type = "Sleep"
	TypeIf               Type = "If"
	TypeSwitch           Type = "Switch"
	TypeSequential       Type = "Sequential"
	TypeAllowFailure     Type = "AllowFailure"
	TypeWorkingDirectory Type = "WorkingDirectory"
	TypeParallel         Type = "Parallel"
	TypeDag              Type = "Dag"
	TypeForEach          Type = "ForEach"
	TypeEachSequential   Type = "EachSequential"
	TypeEachParallel     Type = "EachParallel"
	TypeLoop             Type = "Loop"
	TypeLoopUntil        Type = "LoopUntil"
	TypeSubflow          Type = "Subflow"
	TypeHTTPRequest      Type = "http.Request"
	TypeHTTPDownload     Type = "http.Download"
	TypeSlackWebhook     Type = "slack.SlackIncomingWebhook"
	TypeSlackExecution   Type = "slack.SlackExecution"
	TypeTeamsWebhook     Type = "teams.TeamsIncomingWebhook"
	TypeMailSend         Type = "mail.MailSend"
	TypeShellCommands    Type = "shell.Commands"
	TypeShellScript      Type = "shell.Script"
	TypePythonCommands   Type = "python.Commands"
	TypePythonScript     Type = "python.Script"
	TypeNodeCommands     Type = "node.Commands"
	TypeNodeScript       Type = "node.Script"
	TypeKVSet            Type = "kv.Set"
	TypeKVGet            Type = "kv.Get"
	TypeKVDelete         Type = "kv.Delete"
	TypeResume           Type = "execution.Resume"
	TypeKill             Type = "execution.Kill"
	// TypeMapped is any type that the configuration maps; see [Mapped].
	TypeMapped Type = "mapped"
)

// Options is what every task may say, whatever its type.
type Options struct {
	// RunIf: false by Kestra's truth rules skips the task; nil runs it.
	RunIf *expr.Template
	// Disabled skips the task as if it were not there.
	Disabled bool
	// AllowFailure turns FAILED into WARNING, AllowWarning WARNING into SUCCESS.
	AllowFailure bool
	AllowWarning bool
	Retry        *Retry
	// Timeout bounds a call, a duration; for a Pause see [Pause.Timeout].
	Timeout *expr.Template
	// Errors run when the task failed, Finally when it ended. Only tasks that
	// are made of tasks, and a Pause, have them.
	Errors  []*Task
	Finally []*Task
}

// Retry says how often and when a failed task is tried again.
type Retry struct {
	Kind RetryKind
	// Interval is the wait of a constant retry, the first of an exponential
	// one, and the least of a random one.
	Interval time.Duration
	// MaxInterval is the longest wait of an exponential or random retry.
	MaxInterval time.Duration
	Factor      float64 // exponential: each wait is so much longer; 2 if absent
	// MaxAttempts counts the first try too; 0 is without end.
	MaxAttempts int
	// MaxDuration bounds the time since the first try; 0 is without end.
	MaxDuration    time.Duration
	WarningOnRetry bool
	// NewExecution starts the flow anew instead (behavior CREATE_NEW_EXECUTION).
	NewExecution bool
}

// RetryKind is how the waits of a retry grow.
type RetryKind string

// The kinds of retry.
const (
	RetryConstant    RetryKind = "constant"
	RetryExponential RetryKind = "exponential"
	RetryRandom      RetryKind = "random"
)

// Output is a value that the flow gives to whoever started it.
type Output struct {
	ID          string
	Type        InputType
	DisplayName string
	Description string
	Required    bool
	Value       expr.Value
	Pos         Pos
}

// Concurrency bounds how many executions of the flow run at once.
type Concurrency struct {
	Limit    int
	Behavior ConcurrencyBehavior
	// ReleasePaused gives the slot back while the execution is paused
	// (releaseOnPause; not Kestra's).
	ReleasePaused bool
}

// ConcurrencyBehavior is what happens to an execution above the limit.
type ConcurrencyBehavior string

// What may happen above the limit.
const (
	ConcurrencyQueue  ConcurrencyBehavior = "QUEUE"
	ConcurrencyCancel ConcurrencyBehavior = "CANCEL"
	ConcurrencyFail   ConcurrencyBehavior = "FAIL"
)

// SLA is a promise about an execution and what follows when it is broken.
type SLA struct {
	ID   string
	Kind SLAKind
	// Duration is for MAX_DURATION.
	Duration time.Duration
	// Assert is for EXECUTION_ASSERTION; false by the truth rules is a breach.
	Assert   *expr.Template
	Behavior SLABehavior
	Labels   map[string]string // put on the execution at a breach
	Pos      Pos
}

// SLAKind is what an SLA measures.
type SLAKind string

// The kinds of SLA.
const (
	SLAMaxDuration SLAKind = "MAX_DURATION"
	SLAAssertion   SLAKind = "EXECUTION_ASSERTION"
)

// SLABehavior is what follows a breach.
type SLABehavior string

// What may follow a breach.
const (
	SLAFail   SLABehavior = "FAIL"
	SLACancel SLABehavior = "CANCEL"
	SLANone   SLABehavior = "NONE"
)

// Pause waits for people, or for a time.
type Pause struct {
	// Human: it is a HumanTask, which asks people even if it has no more than a
	// duration.
	Human    bool
	Request  Request
	Approval *approval.Policy // nil: the namespace's approvers
	Deliver  []Destination    // nil: the namespace's, else the approvers' direct messages
	OnResume []Input
	// Verdict is the input that carries yes or no: the one named by
	// approval.verdict, else the first BOOL; empty if there is none.
	Verdict string
	// RejectNeeds is the input that a rejection must carry; empty if none.
	RejectNeeds string
	// Reasons are common answers to RejectNeeds, to choose from.
	Reasons []string
	// When holds the condition of each stage of Approval; one that is false when
	// the question is asked leaves its stage out, nil always asks it. It is as
	// long as the stages, or nil if none has a condition.
	When []*expr.Template
	// Auto approves in place of people; nil: somebody must look.
	Auto *AutoRule
	// Changes are the flow's inputs that the requester may edit when somebody
	// asks for changes; empty: nobody can ask for them.
	Changes []string
	// NoOverride keeps everybody from deciding over the heads of those who are
	// asked, whatever their rights.
	NoOverride bool
	// OnPause runs once, beside the Pause, when it begins; nil: nothing.
	OnPause *Task
	// Tasks run below the Pause after the answer (the older form).
	Tasks    []*Task
	Duration *expr.Template // pauseDuration, or the older delay; nil waits for ever
	Timeout  *expr.Template // the generic task property; used only without Duration
	Behavior Behavior       // resolved: never empty
	// BehaviorText yields the behavior when the Pause begins; nil: Behavior.
	BehaviorText *expr.Template
	OnReject     OnReject // resolved: never empty
}

// AutoRule approves a request that nobody needs to look at.
type AutoRule struct {
	When *expr.Template // approves if it is true, and nothing else, when the question would be asked
	// Reason says why nobody is asked; it is shown and audited.
	Reason *expr.Template
}

// Timer reports whether the Pause asks nobody: it has a duration and neither
// form nor request nor approval.
func (p *Pause) Timer() bool {
	return p.Duration != nil && !p.Human && len(p.OnResume) == 0 && p.Request.Empty() && p.Approval == nil
}

// Request is what people read; every text may hold expressions.
type Request struct {
	Title       *expr.Template
	Description *expr.Template
	Facts       []Fact
	Links       []Link
	// HighRisk: whoever answers, but for a rejection, is asked once more before it
	// counts.
	HighRisk bool
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
	// Surface is slack, teams or email; or "requester", see [Requester].
	Surface string `json:"surface"`
	// To is a channel ("#vacation-approvals", "HR/Approvals"), "approvers" for one
	// direct message each, or "requester" for one to whoever asked.
	To string `json:"to"`
}

// Approvers is the [Destination.To] that means one direct message to each.
const Approvers = "approvers"

// Requester is the [Destination.To] that means a direct message to whoever asked.
// As a Surface it means that they get none where nothing says so.
const Requester = "requester"

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
