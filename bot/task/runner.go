package task

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"signoff/engine"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Config is what a [Runner] needs.
type Config struct {
	// Secrets answers secret(); nil knows none.
	Secrets Secrets
	// Unseal opens answers to SECRET inputs; nil opens none.
	Unseal Unsealer
	Egress Egress
	// UserAgent is sent unless the flow names another.
	UserAgent string
	Now       func() time.Time
	Log       *slog.Logger
	// BaseURL is where signoff's pages are, without a final slash.
	BaseURL string
	Scripts Scripts
	// Mapped are the task types that the operator has mapped, by name or by
	// pattern: "io.kestra.plugin.ee.nutanix.*".
	Mapped map[string]Mapping
	// Mail is the server that MailSend uses where the flow names none.
	Mail MailServer
	// Values, Executions and Files are what tasks reach within signoff; where one
	// is nil, the tasks that need it fail and say so.
	Values     Values
	Executions Executions
	Files      Files
	// Limits bound every call; a zero field takes its default.
	Limits Limits
}

// Limits bound a call.
type Limits struct {
	// Timeout holds where the flow names none: 30 s.
	Timeout time.Duration
	// MaxTimeout is the most that a flow may name: 5 min.
	MaxTimeout time.Duration
	// Script holds for a script where the flow names none: 5 min; MaxScript is
	// the most that a flow may name: 1 h.
	Script, MaxScript time.Duration
	// Request and Response are the largest bodies in bytes, the response after
	// decompression: 10 MiB each.
	Request, Response int
	// Headers is the largest response head in bytes: 64 KiB.
	Headers int
	// Kept is how much of a response body goes into the outputs: 64 KiB.
	Kept int
	// Output is how much of what a program writes goes into the log and the
	// outputs: 1 MiB, in at most 5,000 lines.
	Output int
	// File is the largest file in bytes that is kept: 100 MiB.
	File int64
}

func (l Limits) withDefaults() Limits {
	or := func(have *int, want int) {
		if *have <= 0 {
			*have = want
		}
	}
	or(&l.Request, 10<<20)
	or(&l.Response, 10<<20)
	or(&l.Headers, 64<<10)
	or(&l.Kept, 64<<10)
	or(&l.Output, 1<<20)
	if l.File <= 0 {
		l.File = 100 << 20
	}
	if l.Timeout <= 0 {
		l.Timeout = 30 * time.Second
	}
	if l.MaxTimeout <= 0 {
		l.MaxTimeout = 5 * time.Minute
	}
	if l.Script <= 0 {
		l.Script = 5 * time.Minute
	}
	if l.MaxScript <= 0 {
		l.MaxScript = time.Hour
	}
	return l
}

// Runner runs tasks. It is safe for concurrent use.
type Runner struct {
	Config
	guard   *guard
	client  *http.Client
	scratch *scratch
}

// New makes a Runner. The error names what is wrong with the configuration.
func New(cfg Config) (*Runner, error) {
	if cfg.Now == nil || cfg.Log == nil {
		return nil, errors.New("task: the configuration needs Now and Log")
	}
	g, err := newGuard(cfg.Egress)
	if err != nil {
		return nil, err
	}
	cfg.Limits = cfg.Limits.withDefaults()
	r := &Runner{Config: cfg, guard: g, client: newClient(g, cfg.Limits)}
	if r.scratch, err = newScratch(cfg.Scripts.Dir); err != nil {
		return nil, err
	}
	return r, nil
}

// Call is one run of a task.
type Call struct {
	Namespace string
	Task      *flow.Task
	// Env is what the task's expressions see; the Runner adds secret. It is not
	// changed.
	Env expr.Env
	// IdempotencyKey lets the far side recognise a repetition; the same call
	// made again has the same key.
	IdempotencyKey string
	// Flow and Execution are where the call belongs to.
	Flow      string
	Execution engine.ExecutionID
	// Timeout is what the flow says; zero is the Runner's.
	Timeout time.Duration
	// Directory, if not empty, names a working directory that several scripts of
	// the execution share, until [Runner.Leave].
	Directory string
	// Fill is what the Directory holds when it is made, rendered with FillEnv.
	Fill    flow.FileSet
	FillEnv expr.Env
}

// Result is what came of a call. Secrets are masked in all of it.
type Result struct {
	Outputs map[string]any
	Logs    []engine.LogLine
	// Problem is a sentence for people; empty when the call succeeded.
	Problem string
	// Warning: the call succeeded, and something about it wants to be looked at.
	Warning bool
	// Once says that the call must not be made again by itself: that it was cut
	// short is all that will be known of it.
	Once bool
}

// Run makes the call and waits for its end, which the limits bound. It never
// panics. Calling it again makes the call again.
func (r *Runner) Run(ctx context.Context, c Call) Result {
	x := r.newRun(ctx, c)
	outputs, err := x.do(ctx)
	if err != nil {
		x.logErr(ctx, err)
	}
	return Result{
		// A sealed text that comes from outside is no answer of anybody's here. Kept,
		// the next call would open it for whoever sent it.
		Outputs: flow.HideAll(x.mask.values(outputs)),
		Logs:    x.maskedLogs(),
		Problem: x.mask.text(sentence(err)),
		Warning: x.warned && err == nil,
		Once:    x.once,
	}
}

// run is the state of one call. One goroutine uses it.
type run struct {
	*Runner
	call Call
	env  expr.Env
	mask *masker
	logs []engine.LogLine
	once bool
	http httpState
	// warned: it wrote to its standard error, and the flow wants to know.
	warned bool
}

func (r *Runner) newRun(ctx context.Context, c Call) *run {
	x := &run{Runner: r, call: c, mask: &masker{}}
	x.env = x.withHTTP(ctx, x.withCrypt(x.withFiles(ctx, x.withSecrets(ctx, x.withAnswers(c.Env)))))
	return x
}

// do runs the task by its type. A panic is an error like others: one bad task
// must not stop the loop that runs the rest.
func (x *run) do(ctx context.Context) (outputs map[string]any, err error) {
	if x.call.Task == nil {
		return nil, problemf("there is no task to run")
	}
	defer func() {
		if p := recover(); p != nil {
			outputs, err = nil, errors.New("task: panic")
			x.Log.ErrorContext(ctx, "task panicked", "task", x.call.Task.ID,
				"err", x.mask.text(fmt.Sprint(p)), "stack", string(debug.Stack()))
		}
	}()
	switch spec := x.call.Task.Spec.(type) {
	case *flow.Log:
		return nil, x.log(spec)
	case *flow.Return:
		return x.returns(spec)
	case *flow.OutputValues:
		return x.outputValues(spec)
	case *flow.HTTPRequest:
		return x.httpRequest(ctx, spec)
	case *flow.SlackWebhook:
		return nil, x.slackWebhook(ctx, spec)
	case *flow.TeamsWebhook:
		return nil, x.teamsWebhook(ctx, spec)
	case *flow.MailSend:
		return nil, x.mailSend(ctx, spec)
	case *flow.Script:
		return x.script(ctx, spec)
	case *flow.KVSet:
		return nil, x.kvSet(ctx, spec)
	case *flow.KVGet:
		return x.kvGet(ctx, spec)
	case *flow.KVDelete:
		return x.kvDelete(ctx, spec)
	case *flow.ResumeExecution:
		return nil, x.resume(ctx, spec)
	case *flow.KillExecution:
		return nil, x.kill(ctx, spec)
	case *flow.Mapped:
		return x.mapped(ctx, spec)
	case *flow.Sequential:
		return x.keepFolder(ctx, spec)
	}
	return nil, problemf("a task of type %s makes no call", x.call.Task.Type)
}

func (x *run) logf(level, format string, args ...any) {
	x.logs = append(x.logs, engine.LogLine{At: x.Now(), Level: level, Text: fmt.Sprintf(format, args...)})
}

func (x *run) maskedLogs() []engine.LogLine {
	for i := range x.logs {
		x.logs[i].Text = x.mask.text(x.logs[i].Text)
	}
	return x.logs
}

// logErr keeps, for the operator, what the sentence for people leaves out.
func (x *run) logErr(ctx context.Context, err error) {
	if _, ok := errors.AsType[*problemError](err); ok {
		return
	}
	x.Log.DebugContext(ctx, "call failed", "namespace", x.call.Namespace, "err", x.mask.text(detail(err)))
}
