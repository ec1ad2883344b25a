package flow

import (
	"time"

	"signoff/engine/expr"
)

// Spec is what a task of one type says. The set is closed.
type Spec interface{ spec() }

// What the engine does itself.
type (
	// Log writes lines.
	Log struct {
		Messages []*expr.Template
		Level    string // TRACE, DEBUG, INFO, WARN, ERROR
		// Reaches: its text asks for what only a call can reach, such as a file;
		// so it is one. The same holds for Return and OutputValues.
		Reaches bool
	}

	// Return puts a value into its output "value": a text prints, so that a whole
	// expression is a text too; lists and maps keep their shape.
	Return struct {
		Format  expr.Value
		Reaches bool
	}

	// OutputValues puts each value into the output "values".
	OutputValues struct {
		Values  []Pair
		Reaches bool
	}

	// Labels adds labels to the execution.
	Labels struct{ Labels expr.Value }

	// Fail fails the execution. Condition nil fails always.
	Fail struct {
		Condition *expr.Template
		Message   *expr.Template // nil: "Task failure"
	}

	// Assert fails unless all conditions are true.
	Assert struct {
		Conditions []*expr.Template
		Message    *expr.Template // nil: none
	}

	// Sleep waits.
	Sleep struct{ Duration *expr.Template }

	// If chooses a branch by Kestra's truth rules.
	If struct {
		Condition *expr.Template
		Then      []*Task
		Else      []*Task
	}

	// Switch chooses a branch by a value.
	Switch struct {
		Value    *expr.Template
		Cases    []Case
		Defaults []*Task
	}

	// Case is one branch of a [Switch], in the order of the source.
	Case struct {
		Value string
		Tasks []*Task
	}

	// Sequential runs tasks one after the other. AllowFailure and
	// WorkingDirectory are kinds of it.
	Sequential struct {
		Kind  SequenceKind
		Tasks []*Task
		// InputFiles are in the folder of a WorkingDirectory from the start;
		// OutputFiles are names or patterns of those that are kept at its end, in
		// the output "outputFiles".
		InputFiles  FileSet
		OutputFiles []string
	}

	// Parallel runs tasks at once, Concurrent of them; 0 is all.
	Parallel struct {
		Concurrent int
		Tasks      []*Task
	}

	// Dag runs each task when those it depends on have ended well.
	Dag struct {
		Concurrent int // 0: all
		Tasks      []*Task
		// After holds, for each task, the indexes of those it depends on.
		After [][]int
	}

	// ForEach runs tasks once for each value, one after the other within an
	// iteration. It is Kestra's ForEach, EachSequential, EachParallel and Loop.
	ForEach struct {
		Values expr.Value
		// Concurrent iterations at once; 0 is all.
		Concurrent int
		Tasks      []*Task
	}

	// LoopUntil repeats tasks until a condition is true.
	LoopUntil struct {
		Condition *expr.Template
		Interval  *expr.Template // nil: at once
		// MaxIterations and MaxDuration end the loop; nil is the default bound.
		MaxIterations *expr.Template
		MaxDuration   *expr.Template
		FailOnMax     bool
		Tasks         []*Task
	}

	// Subflow starts another flow, and waits for it if Wait is set.
	Subflow struct {
		Namespace *expr.Template
		Flow      *expr.Template
		Revision  int // 0: the latest
		Inputs    []Pair
		Labels    *expr.Value
		Wait      bool
		// Transmit passes the child's failure on (transmitFailed).
		Transmit      bool
		InheritLabels bool
		// ScheduleDate delays the child; nil starts at once.
		ScheduleDate *expr.Template
	}
)

// SequenceKind tells the kinds of [Sequential] apart.
type SequenceKind string

// The kinds of sequence.
const (
	// SequencePlain fails as its tasks do.
	SequencePlain SequenceKind = ""
	// SequenceAllowFailure warns where its tasks fail.
	SequenceAllowFailure SequenceKind = "AllowFailure"
	// SequenceSharedDirectory gives its scripts one folder.
	SequenceSharedDirectory SequenceKind = "WorkingDirectory"
)

// What touches the world. Templates here are rendered at the moment of the
// call, and may hold secrets.
type (
	// HTTPRequest calls an address.
	HTTPRequest struct {
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
		// Download keeps the body as a file of the execution, output "uri".
		Download bool
	}

	// SlackWebhook posts to a Slack incoming webhook.
	SlackWebhook struct {
		URL         *expr.Template
		Payload     *expr.Template // a JSON text, or
		MessageText *expr.Template // a plain text, or
		// Summary: a text about the execution (SlackExecution).
		Summary bool
		// Execution whose summary is sent; nil: this one.
		Execution     *expr.Template
		CustomMessage *expr.Template
		CustomFields  []Pair
		Channel       *expr.Template
	}

	// TeamsWebhook posts to a Teams Workflows webhook.
	TeamsWebhook struct {
		URL         *expr.Template
		Payload     *expr.Template // a JSON text, or
		MessageText *expr.Template // a plain text
	}

	// MailSend sends a mail over SMTP. A nil Host uses the configured server.
	MailSend struct {
		From, To, CC, BCC *expr.Template
		Subject           *expr.Template
		HTML, Text        *expr.Template
		Host, Port        *expr.Template
		Username          *expr.Template
		Password          *expr.Template
		Transport         *expr.Template // SMTPS, SMTP_TLS (STARTTLS), SMTP; nil: by port
	}

	// Script runs commands or a script as a local process.
	Script struct {
		Language Language
		// Source is the script, or the commands joined by line ends, in which
		// each {{ expression }} was replaced by a reference to Values.
		Source string
		// Before is the same for beforeCommands, run by the shell.
		Before string
		Values []ScriptValue
		Env    []Pair
		// InputFiles are written into the working directory first.
		InputFiles FileSet
		// OutputFiles are names or patterns kept as files of the execution.
		OutputFiles []string
		Interpreter []string // nil: the language's own
		FailFast    bool
		WarnOnError bool // output on standard error is a warning
	}

	// ScriptValue is an expression of a script; the script reads it from the
	// environment, so that no value is ever part of the program.
	ScriptValue struct {
		Name  string // of the environment variable
		Value *expr.Template
		// JSON: the variable holds the value as JSON, so that it keeps its type.
		JSON bool
	}

	// KVSet keeps a value of a namespace.
	KVSet struct {
		Key       *expr.Template
		Value     expr.Value
		Type      string         // STRING, NUMBER, …; empty: by the value
		TTL       *expr.Template // nil: for ever
		Namespace *expr.Template // nil: the flow's
		Overwrite bool
	}
	// KVGet puts the value into the output "value".
	KVGet struct {
		Key            *expr.Template
		Namespace      *expr.Template
		ErrorOnMissing bool
	}
	// KVDelete removes a key; output "deleted".
	KVDelete struct {
		Key            *expr.Template
		Namespace      *expr.Template
		ErrorOnMissing bool
	}

	// ResumeExecution answers what another execution asks, as this flow.
	ResumeExecution struct {
		Execution *expr.Template
		Inputs    *expr.Value
	}

	// KillExecution ends another execution.
	KillExecution struct{ Execution *expr.Template }

	// Mapped is a task type that the configuration maps to a command or an
	// address. Properties is everything that the task says, rendered at the call.
	Mapped struct {
		Name       string // the type as the flow writes it
		Properties expr.Value
		// Missing: nothing maps the type, so the flow does not start.
		Missing bool
	}
)

// Language of a [Script].
type Language string

// The languages of scripts.
const (
	Shell  Language = "shell"
	Python Language = "python"
	Node   Language = "node"
)

// Pair is a name and a value, in the order of the source.
type Pair struct {
	Name  string
	Value expr.Value
}

func (*Pause) spec()           {}
func (*Log) spec()             {}
func (*Return) spec()          {}
func (*OutputValues) spec()    {}
func (*Labels) spec()          {}
func (*Fail) spec()            {}
func (*Assert) spec()          {}
func (*Sleep) spec()           {}
func (*If) spec()              {}
func (*Switch) spec()          {}
func (*Sequential) spec()      {}
func (*Parallel) spec()        {}
func (*Dag) spec()             {}
func (*ForEach) spec()         {}
func (*LoopUntil) spec()       {}
func (*Subflow) spec()         {}
func (*HTTPRequest) spec()     {}
func (*SlackWebhook) spec()    {}
func (*TeamsWebhook) spec()    {}
func (*MailSend) spec()        {}
func (*Script) spec()          {}
func (*KVSet) spec()           {}
func (*KVGet) spec()           {}
func (*KVDelete) spec()        {}
func (*ResumeExecution) spec() {}
func (*KillExecution) spec()   {}
func (*Mapped) spec()          {}

// Calls reports whether a task touches the world, so that the engine asks for a
// call instead of doing it: most at once, a WorkingDirectory when the tasks in it
// have ended, to keep its files.
func Calls(s Spec) bool {
	switch s := s.(type) {
	case *Log:
		return s.Reaches
	case *Return:
		return s.Reaches
	case *OutputValues:
		return s.Reaches
	case *Sequential:
		return len(s.OutputFiles) > 0
	case *HTTPRequest, *SlackWebhook, *TeamsWebhook, *MailSend, *Script, *KVSet, *KVGet, *KVDelete,
		*ResumeExecution, *KillExecution, *Mapped:
		return true
	case *Pause, *Labels, *Fail, *Assert, *Sleep, *If, *Switch,
		*Parallel, *Dag, *ForEach, *LoopUntil, *Subflow:
	}
	return false
}
