package task

import (
	"context"
	"time"

	"signoff/bot/task/process"
	"signoff/engine"
	"signoff/store"
)

// Scripts says whether and how scripts run.
type Scripts struct {
	// Allow lets flows run programs on this machine.
	Allow bool
	// Keeper starts what keeps a program; see [process.Keeper].
	Keeper process.Keeper
	// Dir is the folder for working directories, which holds nothing else; empty
	// if there are no scripts.
	Dir string
	// Path is where programs are looked for; empty is the usual folders of the
	// system.
	Path string
	// Limits bound each program.
	Limits process.Limits
}

// Mapping is how a mapped task type is run: by a program or at an address.
type Mapping struct {
	// Command is a program and its arguments.
	Command []string
	// Env is the program's environment besides PATH.
	Env map[string]string
	// URL and Headers are where the task is posted to.
	URL     string
	Headers map[string]string
	// Secrets are the values in Env and Headers that are masked.
	Secrets []string
	// Timeout holds where the flow names none; zero is the Runner's.
	Timeout time.Duration
}

// MailServer is how mail leaves.
type MailServer struct {
	Host     string // empty: there is none
	Port     int    // 0: 587
	Username string
	Password string
	// From is the sender where the flow names none.
	From string
}

// Caller is the call that reaches for something within signoff.
type Caller struct {
	Namespace, Flow string
	Execution       engine.ExecutionID
}

// Values are the values of namespaces. A *[engine.RejectionError] is a sentence
// for people: of a namespace that the caller may not use, too.
type Values interface {
	// Value returns a value, or false if there is none or it has expired.
	Value(ctx context.Context, by Caller, namespace, key string) (any, bool, error)
	// ChangeValue sets or removes a value; [store.ErrConflict] if it is to be new
	// and is not.
	ChangeValue(ctx context.Context, by Caller, v ValueChange) error
}

// ValueChange sets or removes one value.
type ValueChange struct {
	Namespace, Key string
	// Type is one of Kestra's; empty: by the value.
	Type  string
	Value any
	// Lasts is how long the value stays; zero is for ever.
	Lasts  time.Duration
	New    bool // it must not be there
	Remove bool
}

// Executions are the other executions, as far as a flow may act on them. A
// *[engine.RejectionError] is a sentence for people.
type Executions interface {
	// Resume answers, as a service, what an execution waits for. A service is
	// nobody, so what people are asked stays open.
	Resume(ctx context.Context, by Caller, id engine.ExecutionID, values map[string]any) error
	// Kill ends an execution at once.
	Kill(ctx context.Context, by Caller, id engine.ExecutionID) error
	// Summary is what may be told of an execution.
	Summary(ctx context.Context, by Caller, id engine.ExecutionID) (Summary, error)
}

// Summary is what is told of an execution.
type Summary struct {
	Namespace, Flow string
	ID              engine.ExecutionID
	State           engine.State
	Started         time.Time
	Problem         string
}

// Files keeps files; see [store.Files].
type Files = store.Files
