package expr

import (
	"slices"
	"strings"
)

// Ref is something that a template reads: the path from the root down to the
// first part that is computed.
type Ref struct {
	Path      []string
	Line, Col int
}

// Template is a text with expressions in it, compiled once. It is immutable and
// safe for concurrent use.
type Template struct {
	source string
	parts  []part
	whole  bool
	refs   []Ref
	calls  []CallRef
}

// part is plain text, or an expression.
type part struct {
	text string
	expr *program
}

// Parse compiles a template. The error is a *[SyntaxError].
func Parse(src string) (*Template, error) {
	if len(src) > maxSource {
		return nil, pos{1, 1}.syntax("the template is longer than %d bytes", maxSource)
	}
	segments, err := split(src)
	if err != nil {
		return nil, err
	}
	t := &Template{source: src}
	p := parser{src: src}
	for _, s := range segments {
		if s.tokens == nil {
			t.parts = append(t.parts, part{text: s.text})
			continue
		}
		n, err := p.expression(s.tokens)
		if err != nil {
			return nil, err
		}
		t.parts = append(t.parts, part{expr: newProgram(n, s.tokens[0].pos)})
	}
	t.refs, t.calls = p.sorted()
	t.whole = isWhole(t.parts)
	return t, nil
}

func isWhole(parts []part) bool {
	seen := 0
	for _, p := range parts {
		if p.expr != nil {
			seen++
		} else if strings.TrimSpace(p.text) != "" {
			return false
		}
	}
	return seen == 1
}

// Source returns the text that the template was made of.
func (t *Template) Source() string { return t.source }

// Equal reports whether two templates have the same source.
func (t *Template) Equal(other *Template) bool {
	if t == nil || other == nil {
		return t == other
	}
	return t.source == other.source
}

// Literal reports whether the template has no {{ }}, {% %} or {# #}, so that its
// source is its text.
func (t *Template) Literal() bool {
	return len(t.parts) == 0 && t.source == "" || len(t.parts) == 1 && t.parts[0].text == t.source
}

// Whole reports whether the template is exactly one {{ expression }}, blanks
// around it allowed. Then [Template.Eval] keeps the type.
func (t *Template) Whole() bool { return t.whole }

// Refs lists what the template reads, in source order.
func (t *Template) Refs() []Ref { return slices.Clone(t.refs) }

// Calls lists the functions that the template calls, in source order, built-in
// ones too.
func (t *Template) Calls() []CallRef { return slices.Clone(t.calls) }

// Render evaluates to a text: maps and lists print as JSON, null as nothing.
// The error is an *[EvalError].
func (t *Template) Render(env Env) (string, error) { return t.render(newRun(env), nil) }

// RenderShielded is [Template.Render] with each value passed through shield
// before it becomes part of the text, so that whoever parses the text can tell
// what its author wrote from what was put in.
func (t *Template) RenderShielded(env Env, shield func(string) string) (string, error) {
	return t.render(newRun(env), shield)
}

// Eval evaluates to a value: that of a whole expression with its type, else the
// text of [Template.Render]. The caller owns it. The error is an *[EvalError].
func (t *Template) Eval(env Env) (any, error) { return t.eval(newRun(env)) }

func (t *Template) render(r *run, shield func(string) string) (_ string, err error) {
	at := pos{1, 1}
	defer recovered(&at, &err)
	if t.Literal() {
		return t.source, at.place(r.deliver(len(t.source)))
	}
	out := sink{run: r}
	for _, p := range t.parts {
		if p.expr == nil {
			if err := out.add(p.text); err != nil {
				return "", at.place(err)
			}
			continue
		}
		at = p.expr.pos
		v, err := p.expr.eval(r)
		if err != nil {
			return "", err
		}
		if err := out.value(v, shield); err != nil {
			return "", at.place(err)
		}
	}
	return out.b.String(), at.place(r.deliver(out.b.Len()))
}

func (t *Template) eval(r *run) (_ any, err error) {
	if !t.whole {
		return t.render(r, nil)
	}
	at := pos{1, 1}
	defer recovered(&at, &err)
	for _, p := range t.parts {
		if p.expr == nil {
			continue
		}
		at = p.expr.pos
		v, err := p.expr.eval(r)
		if err != nil {
			return nil, err
		}
		out, err := r.export(v, 0)
		return out, at.place(err)
	}
	return nil, at.eval("the template has no expression")
}

// recovered is the last resort: a fault of ours, or of a function in the
// environment, is an error of this one template.
func recovered(at *pos, err *error) {
	if recover() != nil {
		*err = at.eval(faultText)
	}
}
