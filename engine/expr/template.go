package expr

import (
	"fmt"
	"strings"
)

// The bounds of a template. An evaluation within them ends.
const (
	maxSource  = 64 << 10
	maxNesting = 64
)

// Ref is something that a template reads: the path from the root down to the
// first part that is computed.
type Ref struct {
	Path      []string
	Line, Col int
}

// CallRef is a function that a template calls. Literal is its first argument
// if that is a string literal; Computed says that there is a first argument and
// it is not one.
type CallRef struct {
	Name      string
	Literal   string
	Computed  bool
	Line, Col int
}

// Template is a text with expressions in it, compiled once. It is immutable and
// safe for concurrent use.
type Template struct {
	source string
	parts  []part
	refs   []Ref
	calls  []CallRef
}

type part struct {
	text string
	path []string
	line int
	col  int
}

// Parse compiles a template. The error is a *[SyntaxError].
func Parse(src string) (*Template, error) {
	if len(src) > maxSource {
		return nil, &SyntaxError{Line: 1, Col: 1, Msg: fmt.Sprintf("the template is longer than %d bytes", maxSource)}
	}
	t := &Template{source: src}
	rest := src
	for rest != "" {
		before, after, ok := strings.Cut(rest, "{{")
		if before != "" {
			t.parts = append(t.parts, part{text: before})
		}
		if !ok {
			break
		}
		line, col := place(src, len(src)-len(after)-2)
		inner, tail, ok := strings.Cut(after, "}}")
		if !ok {
			return nil, &SyntaxError{Line: line, Col: col, Msg: "{{ is never closed by }}"}
		}
		path := strings.Split(strings.TrimSpace(inner), ".")
		t.parts = append(t.parts, part{path: path, line: line, col: col})
		t.refs = append(t.refs, Ref{Path: path, Line: line, Col: col})
		rest = tail
	}
	return t, nil
}

func place(src string, at int) (line, col int) {
	line = 1 + strings.Count(src[:at], "\n")
	start := strings.LastIndexByte(src[:at], '\n') + 1
	return line, 1 + len([]rune(src[start:at]))
}

// Source returns the text that the template was made of.
func (t *Template) Source() string { return t.source }

// Literal reports whether the template holds no expression, so that rendering
// it needs no environment.
func (t *Template) Literal() bool {
	for _, p := range t.parts {
		if p.path != nil {
			return false
		}
	}
	return true
}

// Whole reports whether the template is exactly one {{ expression }}, blanks
// around it allowed. Then [Template.Eval] keeps the type.
func (t *Template) Whole() bool {
	seen := 0
	for _, p := range t.parts {
		if p.path != nil {
			seen++
		} else if strings.TrimSpace(p.text) != "" {
			return false
		}
	}
	return seen == 1
}

// Render evaluates to a text: maps and lists print as JSON, null as nothing.
// The error is an *[EvalError].
func (t *Template) Render(env Env) (string, error) {
	var b strings.Builder
	for _, p := range t.parts {
		if p.path == nil {
			b.WriteString(p.text)
			continue
		}
		v, err := p.eval(env)
		if err != nil {
			return "", err
		}
		if v != nil {
			fmt.Fprint(&b, v)
		}
	}
	return b.String(), nil
}

// Eval evaluates to a value: that of a whole expression with its type, else the
// text of [Template.Render]. The error is an *[EvalError].
func (t *Template) Eval(env Env) (any, error) {
	if !t.Whole() {
		return t.Render(env)
	}
	for _, p := range t.parts {
		if p.path != nil {
			return p.eval(env)
		}
	}
	return "", nil
}

func (p part) eval(env Env) (any, error) {
	var at any = env.Roots
	for i, name := range p.path {
		m, ok := at.(map[string]any)
		if ok {
			at, ok = m[name]
		}
		if !ok {
			msg := "`" + strings.Join(p.path[:i+1], ".") + "` is not defined"
			return nil, &EvalError{Line: p.line, Col: p.col, Msg: msg}
		}
	}
	return at, nil
}

// Refs lists what the template reads, in source order.
func (t *Template) Refs() []Ref { return t.refs }

// Calls lists the functions that the template calls, in source order.
func (t *Template) Calls() []CallRef { return t.calls }
