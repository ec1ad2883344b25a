package task

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"signoff/bot/task/process"
	"signoff/engine/flow"
)

const (
	// maxVariable is what Linux takes as one variable or argument, less a name.
	maxVariable = 128<<10 - 256
	// maxEnvironment is well below what it takes in all.
	maxEnvironment = 1 << 20
	// usualPath is where programs are looked for unless the operator says so.
	usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	// scriptFile is the script of a language that wants it as a file.
	scriptFile = "signoff-script"
)

// script runs a script or commands. It runs at most once: a run whose end nobody
// knows is not repeated, unless the task has a retry.
func (x *run) script(ctx context.Context, spec *flow.Script) (map[string]any, error) {
	if err := x.mayRun(); err != nil {
		return nil, err
	}
	if err := x.beginOnce(); err != nil {
		return nil, err
	}
	at, err := x.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := at.close(); err != nil {
			x.Log.WarnContext(ctx, "a working directory could not be removed", "err", err)
		}
	}()
	x.env = x.inFolder(at.files)
	args, err := x.prepare(ctx, spec, at)
	if err != nil {
		return nil, err
	}
	env, err := x.environment(spec, at)
	if err != nil {
		return nil, err
	}
	out := &output{run: x}
	exit, err := x.execute(ctx, program{Args: args, Env: env, at: at, timeout: x.call.Timeout, line: out.line})
	outputs := out.outputs()
	outputs["exitCode"] = int64(exit.Code)
	if err != nil {
		return outputs, err
	}
	files, err := x.keepFiles(ctx, at.files, spec.OutputFiles)
	outputs["outputFiles"] = files
	if problem := out.problem(exit); problem != nil {
		return outputs, problem
	}
	x.warned = spec.WarnOnError && out.stderr > 0
	return outputs, err
}

func (x *run) mayRun() error {
	if x.Scripts.Allow {
		return nil
	}
	return problemf("scripts are not allowed here; the operator can allow them with `tasks: {scripts: allow}` in the configuration")
}

// beginOnce notes that the call begins, and refuses a call that had begun.
func (x *run) beginOnce() error {
	if x.call.Task.Retry != nil {
		return nil
	}
	fresh, err := x.scratch.begin(x.call.IdempotencyKey)
	if err != nil {
		return err
	}
	x.once = true
	if !fresh {
		return problemf("signoff stopped while this ran, and it is not known how far it came; look, and run it again by hand (or give the task a retry)")
	}
	return nil
}

// prepare writes the files that the script finds, and says how it is started.
func (x *run) prepare(ctx context.Context, spec *flow.Script, at place) ([]string, error) {
	root, err := os.OpenRoot(at.files)
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // a folder
	files, err := x.inputTexts(spec.InputFiles)
	if err != nil {
		return nil, err
	}
	if err := x.writeInputs(ctx, root, files); err != nil {
		return nil, err
	}
	shell := spec.Interpreter
	if len(shell) == 0 {
		shell = []string{"/bin/sh", "-c"}
	}
	lines := []string{}
	if spec.FailFast {
		lines = append(lines, "set -e")
	}
	if spec.Before != "" {
		lines = append(lines, spec.Before)
	}
	if command, suffix := interpreterOf(spec.Language); command != "" {
		if err := writeFile(root, scriptFile+suffix, spec.Source); err != nil {
			return nil, err
		}
		if spec.Before == "" {
			return []string{command, "./" + scriptFile + suffix}, nil
		}
		lines = append(lines, command+" ./"+scriptFile+suffix)
	} else {
		lines = append(lines, spec.Source)
	}
	text := strings.Join(lines, "\n") + "\n"
	if len(text) > maxVariable {
		return nil, problemf("the commands are longer than %s; put them into a file with inputFiles", size(maxVariable))
	}
	return append(slices.Clone(shell), text), nil
}

func interpreterOf(l flow.Language) (command, suffix string) {
	switch l {
	case flow.Python:
		return "python3", ".py"
	case flow.Node:
		return "node", ".js"
	case flow.Shell:
	}
	return "", ""
}

// environment is all that the script finds: a minimal one, the values of its
// expressions, and what the flow names.
func (x *run) environment(spec *flow.Script, at place) ([]string, error) {
	e := &environment{}
	e.set("PATH", x.path())
	e.set("HOME", at.files)
	e.set("TMPDIR", at.tmp)
	e.set("LANG", "C.UTF-8")
	e.set("WORKING_DIR", at.files)
	e.set("SIGNOFF_IDEMPOTENCY_KEY", x.call.IdempotencyKey)
	for _, v := range spec.Values {
		text, err := x.scriptValue(v)
		if err != nil {
			return nil, about(v.Value.Source(), err)
		}
		if err := e.add(v.Name, text); err != nil {
			return nil, about(v.Value.Source(), err)
		}
	}
	for _, p := range spec.Env {
		text, err := x.text(p)
		if err != nil {
			return nil, about("env", err)
		}
		if err := e.add(p.Name, text); err != nil {
			return nil, about("env: "+p.Name, err)
		}
	}
	return e.list, nil
}

func (x *run) path() string {
	if x.Scripts.Path != "" {
		return x.Scripts.Path
	}
	return usualPath
}

func (x *run) scriptValue(v flow.ScriptValue) (string, error) {
	if !v.JSON {
		return x.render(v.Value)
	}
	got, err := v.Value.Eval(x.env)
	if err != nil {
		return "", evalProblem(err)
	}
	b, err := asJSON(got)
	return string(b), err
}

// environment collects variables within what the kernel takes.
type environment struct {
	list  []string
	total int
}

func (e *environment) set(name, value string) { e.list = append(e.list, name+"="+value) }

// add is set for a value from outside.
func (e *environment) add(name, value string) error {
	switch e.total += len(value); {
	case strings.ContainsRune(value, 0):
		return problemf("the value holds a NUL character, which a program cannot be given; use inputFiles")
	case len(value) > maxVariable, e.total > maxEnvironment:
		return problemf("the value is longer than a program can be given (%s, and %s in all); use inputFiles", size(maxVariable), size(maxEnvironment))
	}
	e.list = slices.DeleteFunc(e.list, func(have string) bool { return strings.HasPrefix(have, name+"=") })
	e.set(name, value)
	return nil
}

// program is what is run in a working directory.
type program struct {
	Args    []string
	Env     []string
	stdin   string
	at      place
	timeout time.Duration
	line    func(process.Stream, string)
}

// execute runs a program within its time.
func (x *run) execute(ctx context.Context, p program) (process.Exit, error) {
	ctx, cancel := x.within(ctx, p.timeout, x.Limits.Script, x.Limits.MaxScript)
	defer cancel()
	c := process.Command{Args: p.Args, Env: p.Env, Dir: p.at.files, Watch: p.at.root, Limits: x.Scripts.Limits, Line: p.line}
	if p.stdin != "" {
		c.Stdin = strings.NewReader(p.stdin)
	}
	exit, err := x.Scripts.Keeper.Run(ctx, c)
	switch t, late := errors.AsType[*timeoutError](err); {
	case late:
		return exit, problemf("it did not end within %s and was ended", t.after)
	case ctx.Err() != nil:
		return exit, problemf("it was ended because signoff stopped")
	case err != nil:
		x.logErr(ctx, err)
		return exit, problemf("what keeps the program together was ended; the program was ended too")
	case exit.Problem != "":
		return exit, problemf("%s", exit.Problem)
	}
	if exit.Stray > 0 {
		x.logf("WARN", "%s still ran when the program had ended, and was ended", plural(exit.Stray, "process"))
	}
	return exit, nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "es"
}
