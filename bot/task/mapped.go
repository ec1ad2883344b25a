package task

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"signoff/bot/task/process"
	"signoff/engine/flow"
)

// MappedType reports whether the operator has mapped a task type.
func (c Config) MappedType(name string) bool {
	_, ok := mappingOf(c.Mapped, name)
	return ok
}

// mappingOf finds a mapping by name, or else by the longest pattern that ends
// in *.
func mappingOf(all map[string]Mapping, name string) (Mapping, bool) {
	if m, ok := all[name]; ok {
		return m, true
	}
	best := ""
	for pattern := range all {
		prefix, isPattern := strings.CutSuffix(pattern, "*")
		if isPattern && strings.HasPrefix(name, prefix) && len(pattern) > len(best) {
			best = pattern
		}
	}
	return all[best], best != ""
}

// mappedAnswer is what a mapped task gives back, as JSON. Everything in it may
// be left out.
type mappedAnswer struct {
	Outputs map[string]any `json:"outputs"`
	Logs    []struct {
		Level   string `json:"level"`
		Message string `json:"message"`
	} `json:"logs"`
	// Problem says what went wrong; empty is success.
	Problem string `json:"problem"`
}

// mapped runs a task of a type that is not ours, as the operator says.
func (x *run) mapped(ctx context.Context, spec *flow.Mapped) (map[string]any, error) {
	m, ok := mappingOf(x.Mapped, spec.Name)
	if !ok {
		return nil, problemf("nothing is mapped to the task type %s; the operator can do so with `tasks: {types: {%s: …}}` in the configuration", spec.Name, spec.Name)
	}
	properties, err := spec.Properties.Eval(x.inFolder(here))
	if err != nil {
		return nil, evalProblem(err)
	}
	question, err := asJSON(map[string]any{
		"type": spec.Name, "id": x.call.Task.ID, "namespace": x.call.Namespace, "flow": x.call.Flow,
		"execution": string(x.call.Execution), "idempotencyKey": x.call.IdempotencyKey, "properties": properties,
	})
	if err != nil {
		return nil, err
	}
	if err := x.checkSize(len(question)); err != nil {
		return nil, err
	}
	for _, v := range m.Secrets {
		x.mask.add(v)
	}
	if x.call.Timeout == 0 {
		x.call.Timeout = m.Timeout
	}
	if m.URL != "" {
		return x.mappedURL(ctx, m, question)
	}
	return x.mappedCommand(ctx, m, question)
}

// mappedURL posts the task to an address. That the operator named it is its
// leave to be called.
func (x *run) mappedURL(ctx context.Context, m Mapping, question []byte) (map[string]any, error) {
	u, err := parseAddress(m.URL)
	if err != nil {
		return nil, err
	}
	req := request(ctx, http.MethodPost, u, &body{content: question})
	req.Header.Set("Content-Type", jsonType)
	req.Header.Set("Idempotency-Key", x.call.IdempotencyKey)
	req.Header.Set("User-Agent", x.UserAgent)
	for name, v := range m.Headers {
		req.Header.Set(name, v)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	limits := x.Limits
	limits.Timeout, limits.MaxTimeout = limits.Script, limits.MaxScript // it may work as long as a script
	there := *x.Runner
	there.client, there.Limits = newClient(x.guard.with(net.JoinHostPort(u.Hostname(), port)), limits), limits
	x.Runner = &there
	a, err := x.send(ctx, req, x.call.Timeout)
	if err != nil {
		return nil, err
	}
	outputs, err := x.mappedAnswer(a.body)
	if a.failed() && (err == nil || !isProblem(err)) {
		return outputs, x.refused(req, a)
	}
	return outputs, err
}

// mappedCommand runs a program, which reads the task and writes what came of it.
func (x *run) mappedCommand(ctx context.Context, m Mapping, question []byte) (map[string]any, error) {
	if x.scratch.dir == "" {
		return nil, problemf("there is no folder for programs here")
	}
	at, err := x.scratch.open(x.call.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	defer func() { _ = at.close() }() // the next start removes what is left
	e := &environment{}
	e.set("PATH", x.path())
	e.set("HOME", at.files)
	e.set("TMPDIR", at.tmp)
	e.set("LANG", "C.UTF-8")
	for _, name := range slices.Sorted(maps.Keys(m.Env)) {
		e.set(name, m.Env[name])
	}
	var answer strings.Builder
	out := &output{run: x}
	exit, err := x.execute(ctx, program{
		Args: m.Command, Env: e.list, stdin: string(question), at: at, timeout: x.call.Timeout,
		line: func(s process.Stream, text string) {
			if s == process.Stderr {
				out.line(s, text)
			} else if answer.Len() <= x.Limits.Output {
				answer.WriteString(text + "\n")
			}
		},
	})
	if err != nil {
		return nil, err
	}
	if answer.Len() > x.Limits.Output {
		return nil, problemf("it answered with more than %s", size(x.Limits.Output))
	}
	outputs, err := x.mappedAnswer(answer.String())
	if problem := out.problem(exit); problem != nil && !isProblem(err) {
		return outputs, problem
	}
	return outputs, err
}

// isProblem reports whether an error is what the far side said went wrong.
func isProblem(err error) bool {
	_, ok := err.(*saidError) //nolint:errorlint // it is never wrapped
	return ok
}

// saidError is a problem in the words of who ran the task.
type saidError struct{ *problemError }

func (e *saidError) Unwrap() error { return e.problemError }

// mappedAnswer reads what came back. Nothing is an answer too.
func (x *run) mappedAnswer(text string) (map[string]any, error) {
	var a mappedAnswer
	if strings.TrimSpace(text) == "" {
		return nil, nil //nolint:nilnil // it had nothing to say
	}
	if err := decodeJSON(text, &a); err != nil {
		return nil, problemf("what it answered is not a JSON object such as {\"outputs\": {}}")
	}
	for i, l := range a.Logs {
		if i == maxLines {
			x.logf("WARN", "there are more than %d log lines; the rest is left out", maxLines)
			break
		}
		level := strings.ToUpper(l.Level)
		if !slices.Contains([]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR"}, level) {
			level = "INFO"
		}
		x.logf(level, "%s", printable(l.Message))
	}
	outputs, ok := plainNumbers(a.Outputs).(map[string]any)
	if !ok {
		outputs = nil
	}
	if a.Problem != "" {
		return outputs, &saidError{&problemError{cut(oneLine(a.Problem), 1000)}}
	}
	return outputs, nil
}
