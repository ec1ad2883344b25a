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
	// Spared: what is not there is an answer, and no fault: before ??, is defined
	// and | default.
	Spared bool
}

// Place is where in a template's source something stands, from 1.
type Place struct{ Line, Col int }

// Template is a text with expressions in it, compiled once. It is immutable and
// safe for concurrent use.
type Template struct {
	source   string
	body     []statement
	slots    int // of its variables
	whole    *program
	refs     []Ref
	calls    []CallRef
	unclear  []Place
	compares []Comparison
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
	p := parser{src: src, segments: segments}
	t := &Template{source: src}
	body, err := p.template()
	t.refs, t.calls = p.sorted()
	if err := p.faults(err, t); err != nil {
		return nil, err
	}
	t.body, t.slots = body, p.slots
	t.unclear, t.compares = p.unclear, p.compares
	t.whole = wholeOf(t.body)
	return t, nil
}

// wholeOf is the expression that a template is nothing but; nil if it is not.
func wholeOf(body []statement) *program {
	var whole *program
	for _, s := range body {
		switch s := s.(type) {
		case *output:
			if whole != nil {
				return nil
			}
			whole = s.expr
		case plain:
			if strings.TrimSpace(string(s)) != "" {
				return nil
			}
		default:
			return nil
		}
	}
	return whole
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
	if len(t.body) == 1 {
		text, ok := t.body[0].(plain)
		return ok && string(text) == t.source
	}
	return t.source == ""
}

// Whole reports whether the template is exactly one {{ expression }}, blanks
// around it allowed. Then [Template.Eval] keeps the type.
func (t *Template) Whole() bool { return t.whole != nil }

// Refs lists what the template reads, in source order.
func (t *Template) Refs() []Ref { return slices.Clone(t.refs) }

// Unclear lists the ??, ??? and isIn that bind less tightly here, as in Kestra 2,
// than in Kestra 1, so that the two give different values: without parentheses
// beside a filter, arithmetic, ~ or behind a comparison.
func (t *Template) Unclear() []Place { return slices.Clone(t.unclear) }

// Comparisons lists what the template compares with a literal, by == and !=.
func (t *Template) Comparisons() []Comparison { return slices.Clone(t.compares) }

// Calls lists the functions that the template calls, in source order, built-in
// ones too.
func (t *Template) Calls() []CallRef { return slices.Clone(t.calls) }

// Render evaluates to a text: maps and lists print as JSON, null as nothing.
// The error is an *[EvalError].
func (t *Template) Render(env Env) (string, error) { return t.render(newRun(env), nil) }

// RenderShielded is [Template.Render] with each value passed through shield
// before it becomes part of the text, so that whoever parses the text can tell
// what its author wrote from what was put in. What a filter makes of text is a
// value as a whole.
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
	w := writer{run: r, shield: shield, at: &at}
	outer := r.frame
	r.frame = make([]slot, t.slots)
	defer func() { r.frame = outer }()
	if err := w.write(t.body); err != nil {
		return "", at.place(err)
	}
	return w.b.String(), at.place(r.deliver(w.b.Len()))
}

func (t *Template) eval(r *run) (_ any, err error) {
	if t.whole == nil {
		return t.render(r, nil)
	}
	at := t.whole.pos
	defer recovered(&at, &err)
	v, err := t.whole.eval(r)
	if err != nil {
		return nil, err
	}
	out, err := r.export(v, 0)
	return out, at.place(err)
}

// recovered is the last resort: a fault of ours, or of a function in the
// environment, is an error of this one template.
func recovered(at *pos, err *error) {
	if recover() != nil {
		*err = at.eval(faultText)
	}
}
