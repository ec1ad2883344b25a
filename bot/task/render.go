package task

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// here is the working directory as a program that runs in it may name it.
const here = "."

// inFolder is the environment of a task that runs in a working directory.
func (x *run) inFolder(dir string) expr.Env {
	roots := maps.Clone(x.env.Roots)
	if roots == nil {
		roots = map[string]any{}
	}
	roots["workingDir"], roots["outputDir"] = dir, dir
	return expr.Env{Roots: roots, Funcs: x.env.Funcs, Budget: x.env.Budget}
}

// render evaluates a template to a text.
func (x *run) render(t *expr.Template) (string, error) {
	v, err := t.Render(x.env)
	if err != nil {
		return "", evalProblem(err)
	}
	return v, nil
}

// renderOr is render for what the flow may leave out.
func (x *run) renderOr(t *expr.Template, otherwise string) (string, error) {
	if t == nil {
		return otherwise, nil
	}
	v, err := x.render(t)
	if v = strings.TrimSpace(v); v == "" && err == nil {
		return otherwise, nil
	}
	return v, err
}

// text evaluates a pair to a text, as it stands in a form, a query or a header.
func (x *run) text(p flow.Pair) (string, error) {
	v, err := p.Value.Eval(x.env)
	if err != nil {
		return "", about(p.Name, evalProblem(err))
	}
	s, err := asText(v)
	if err != nil {
		return "", about(p.Name, err)
	}
	return s, nil
}

// asText writes null as nothing, and maps and lists as JSON. So the number of
// fields never depends on a value.
func asText(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	}
	b, err := asJSON(v)
	return string(b), err
}

// asJSON encodes without the escapes that HTML wants: the reader is a program.
func asJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, problemf("the value cannot be written as JSON")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// evalProblem says what an expression lacked. The place is the template's own,
// and the flow is known, so the text alone helps.
func evalProblem(err error) error {
	if e, ok := errors.AsType[*expr.EvalError](err); ok {
		return problemf("%s", e.Msg)
	}
	return fmt.Errorf("evaluate: %w", err)
}

func (x *run) checkSize(n int) error {
	if n > x.Limits.Request {
		return problemf("the request is larger than %s", size(x.Limits.Request))
	}
	return nil
}

// size writes a number of bytes for people.
func size(n int) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', -1, 64) + " MiB"
	case n >= 1<<10:
		return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KiB"
	}
	return strconv.Itoa(n) + " bytes"
}
