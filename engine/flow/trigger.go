package flow

import (
	"time"

	"signoff/engine/expr"
)

// Trigger starts executions of its flow.
type Trigger struct {
	ID          string
	Description string
	Pos         Pos
	Disabled    bool
	// When must be true by the truth rules for the trigger to start anything;
	// it sees the root "trigger". Nil is always.
	When *expr.Template
	// Inputs are given to the execution; they see the root "trigger".
	Inputs []Pair
	Labels map[string]string
	// AllowConcurrent lets a Schedule start an execution while its last one runs.
	AllowConcurrent bool
	// StopAfter disables the trigger when its execution ended in such a state.
	StopAfter []string
	Spec      TriggerSpec
}

// TriggerSpec is what a trigger of one type says. The set is closed.
type TriggerSpec interface{ triggerSpec() }

// Schedule starts an execution at times.
type Schedule struct {
	Cron     string // five fields, six with Seconds, or @daily and its like
	Seconds  bool
	Timezone string // an IANA name; empty is UTC
	// LateMaximum: a run that is later than this is left out; zero has no bound.
	LateMaximum time.Duration
	// Missed is what happens to runs that were missed while signoff was down.
	Missed Missed
	// Conditions are Kestra's older conditions, which all must hold.
	Conditions []Condition
}

// Missed is the policy for runs that were missed.
type Missed string

// The policies for missed runs (recoverMissedSchedules).
const (
	MissedAll  Missed = "ALL"
	MissedLast Missed = "LAST"
	MissedNone Missed = "NONE"
)

// Webhook starts an execution when its address is called.
type Webhook struct {
	// Key is the secret part of the address.
	Key        string
	Conditions []Condition
	// Wait answers the caller only when the execution has ended.
	Wait bool
	// ReturnOutputs answers with the flow's outputs.
	ReturnOutputs bool
	ResponseCode  int // 0: 200
}

// SlashCommand starts an execution when somebody types a command in a chat. What
// the inputs of the trigger do not give is asked in the flow's form.
type SlashCommand struct {
	Command    string // "/vacation"
	Usage      string // what may follow: "[first day] [last day]"
	Conditions []Condition
}

// FlowTrigger starts an execution when others change their state.
//
//nolint:revive // in full: a Flow is the flow itself
type FlowTrigger struct {
	// States that are listened to; empty: all final ones and PAUSED.
	States []string
	// Upstream are the executions waited for. One of them is enough when Mode
	// is "any", which it is where the flow names no preconditions.
	Upstream []Upstream
	Any      bool
	// Window is the time in which all must happen; zero has no bound.
	Window Window
	// Conditions are Kestra's older conditions, which all must hold.
	Conditions []Condition
}

// Upstream selects executions of other flows.
type Upstream struct {
	ID        string
	Namespace string // "" any
	// Prefix: Namespace names those below it too.
	Prefix bool
	Flow   string // "" any
	States []string
	Labels map[string]string
	// When must be true by the truth rules; it sees "trigger".
	When *expr.Template
	// Conditions are older conditions of this execution, which all must hold.
	Conditions []Condition
}

// Window is a stretch of time in which the preconditions of a [FlowTrigger]
// must come together.
type Window struct {
	Kind WindowKind
	// Every and Offset are for WindowDuration and WindowSliding.
	Every, Offset time.Duration
	// Deadline, Start and End are times of day, "15:04:05" with an optional zone.
	Deadline, Start, End string
}

// WindowKind is how a window is laid.
type WindowKind string

// The kinds of window, with Kestra's names.
const (
	WindowNone     WindowKind = ""
	WindowDuration WindowKind = "DURATION_WINDOW"
	WindowSliding  WindowKind = "SLIDING_WINDOW"
	WindowDeadline WindowKind = "DAILY_TIME_DEADLINE"
	WindowDaily    WindowKind = "DAILY_TIME_WINDOW"
)

// Condition is one of Kestra's older trigger conditions.
type Condition struct {
	Kind ConditionKind
	Not  bool
	// Of holds what Or and Not combine.
	Of []Condition
	// The rest is read as Kind says.
	Expression *expr.Template
	Namespace  string
	Flow       string
	Compare    string // EQUALS, PREFIX, SUFFIX
	In, NotIn  []string
	Labels     map[string]string
	Days       []string // MONDAY …
	Country    string
	After      string
	Before     string
	Date       *expr.Template
	DayInMonth string // FIRST, LAST, SECOND, THIRD, FOURTH
}

// ConditionKind is the short name of an older condition type.
type ConditionKind string

// The older conditions.
const (
	ConditionExpression  ConditionKind = "Expression"
	ConditionFlow        ConditionKind = "ExecutionFlow"
	ConditionNamespace   ConditionKind = "ExecutionNamespace"
	ConditionStatus      ConditionKind = "ExecutionStatus"
	ConditionLabels      ConditionKind = "ExecutionLabels"
	ConditionHasRetry    ConditionKind = "HasRetryAttempt"
	ConditionDayWeek     ConditionKind = "DayWeek"
	ConditionDayInMonth  ConditionKind = "DayWeekInMonth"
	ConditionWeekend     ConditionKind = "Weekend"
	ConditionHoliday     ConditionKind = "PublicHoliday"
	ConditionDateBetween ConditionKind = "DateTimeBetween"
	ConditionTimeBetween ConditionKind = "TimeBetween"
	ConditionOr          ConditionKind = "Or"
	ConditionNot         ConditionKind = "Not"
)

// ForeignTrigger is a trigger type that this version does not run, such as a
// message queue; the flow can be started in other ways.
type ForeignTrigger struct{ Name string }

func (*Schedule) triggerSpec()       {}
func (*Webhook) triggerSpec()        {}
func (*SlashCommand) triggerSpec()   {}
func (*FlowTrigger) triggerSpec()    {}
func (*ForeignTrigger) triggerSpec() {}
