package expr

import (
	"strings"

	"github.com/itchyny/gojq"
)

// gojq counts instructions, but one instruction may sort a list, double a text
// or compare two trees that share their branches. So a program is rewritten
// before it is compiled: what can be large pays for its size first (the guards
// of jqguard.go), and only functions from a list are let in. No value goes
// around whose full size has not been paid for.

// tameJQ rewrites a program.
func tameJQ(q *gojq.Query) (*gojq.Query, error) {
	t := &tamer{own: map[string]bool{}}
	out := t.query(q)
	return out, t.fault
}

type tamer struct {
	own   map[string]bool // functions that the program defines
	open  []string        // those whose bodies are being read
	depth int
	fault error
}

func (t *tamer) refuse(format string, args ...any) {
	if t.fault == nil {
		t.fault = problemf(format, args...)
	}
}

// query rewrites one; nil stays nil.
func (t *tamer) query(q *gojq.Query) *gojq.Query {
	if q == nil || t.fault != nil {
		return q
	}
	if t.depth++; t.depth > maxNesting {
		t.refuse("the jq program is nested deeper than %d", maxNesting)
		return q
	}
	defer func() { t.depth-- }()
	if q.Meta != nil || len(q.Imports) > 0 {
		t.refuse("jq has no modules here")
	}
	out := &gojq.Query{Op: q.Op}
	for _, d := range q.FuncDefs {
		out.FuncDefs = append(out.FuncDefs, t.define(d))
	}
	for _, p := range q.Patterns {
		out.Patterns = append(out.Patterns, t.pattern(p))
	}
	if q.Term != nil {
		out.Term = t.term(q.Term)
		return out
	}
	if q.Left == nil {
		return out
	}
	t.operation(q, out)
	return out
}

// operation rewrites left op right.
func (t *tamer) operation(q, out *gojq.Query) {
	switch q.Op {
	case gojq.OpAdd:
		t.guarded(q, out, "__sum")
	case gojq.OpMul:
		t.guarded(q, out, "__product")
	case gojq.OpSub:
		t.guarded(q, out, "__each")
	case gojq.OpDiv, gojq.OpMod, gojq.OpEq, gojq.OpNe, gojq.OpGt, gojq.OpLt, gojq.OpGe, gojq.OpLe:
		t.guarded(q, out, "__pair")
	case gojq.OpUpdateAdd, gojq.OpUpdateSub, gojq.OpUpdateMul, gojq.OpUpdateDiv, gojq.OpUpdateMod, gojq.OpUpdateAlt:
		t.update(q, out)
	case gojq.OpAssign, gojq.OpModify:
		whole := &gojq.Query{Left: t.query(q.Left), Op: q.Op, Right: t.query(q.Right)}
		out.Left, out.Op, out.Right = inBrackets(whole), gojq.OpPipe, jqCall("__paid")
	case gojq.OpPipe, gojq.OpComma, gojq.OpAnd, gojq.OpOr, gojq.OpAlt:
		out.Left, out.Right = t.query(q.Left), t.query(q.Right)
	}
}

// guarded writes guard(left; right) | .[0] op .[1] | paid.
func (t *tamer) guarded(q, out *gojq.Query, guard string) {
	pair := jqCall(guard, t.query(q.Left), t.query(q.Right))
	op := &gojq.Query{Left: jqEntry("0"), Op: q.Op, Right: jqEntry("1")}
	paid := &gojq.Query{Left: inBrackets(op), Op: gojq.OpPipe, Right: jqCall("__paid")}
	*out = gojq.Query{FuncDefs: out.FuncDefs, Left: pair, Op: gojq.OpPipe, Right: paid}
}

// update writes left op= right as right as $x | left |= (. op $x).
func (t *tamer) update(q, out *gojq.Query) {
	ops := map[gojq.Operator]gojq.Operator{
		gojq.OpUpdateAdd: gojq.OpAdd, gojq.OpUpdateSub: gojq.OpSub, gojq.OpUpdateMul: gojq.OpMul,
		gojq.OpUpdateDiv: gojq.OpDiv, gojq.OpUpdateMod: gojq.OpMod, gojq.OpUpdateAlt: gojq.OpAlt,
	}
	const name = "$__operand"
	value := &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: name}}}
	step := &gojq.Query{Left: jqIdentity(), Op: ops[q.Op], Right: value}
	if q.Op != gojq.OpUpdateAlt {
		rewritten := &gojq.Query{}
		t.guardedParts(step, rewritten)
		step = rewritten
	}
	change := &gojq.Query{Left: t.query(q.Left), Op: gojq.OpModify, Right: inBrackets(step)}
	bound := &gojq.Query{
		Left: t.query(q.Right), Op: gojq.OpPipe, Patterns: []*gojq.Pattern{{Name: name}},
		Right: &gojq.Query{Left: inBrackets(change), Op: gojq.OpPipe, Right: jqCall("__paid")},
	}
	*out = gojq.Query{FuncDefs: out.FuncDefs, Term: inBrackets(bound).Term}
}

// guardedParts is guarded for operands that need no rewriting.
func (t *tamer) guardedParts(q, out *gojq.Query) {
	guard := map[gojq.Operator]string{gojq.OpAdd: "__sum", gojq.OpMul: "__product", gojq.OpSub: "__each"}[q.Op]
	if guard == "" {
		guard = "__pair"
	}
	plain := &tamer{own: map[string]bool{"$__operand": true}, depth: t.depth}
	plain.guarded(q, out, guard)
}

func (t *tamer) define(d *gojq.FuncDef) *gojq.FuncDef {
	for _, name := range append([]string{d.Name}, d.Args...) {
		if hidden(name) || jqKnown(strings.TrimPrefix(name, "$")) {
			t.refuse("a jq program cannot define `%s`", name)
		}
		t.own[name] = true
	}
	t.open = append(t.open, d.Name)
	defer func() { t.open = t.open[:len(t.open)-1] }()
	return &gojq.FuncDef{Name: d.Name, Args: d.Args, Body: t.query(d.Body)}
}

func hidden(name string) bool {
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, "$__") && name != "$__loc__"
}

func (t *tamer) pattern(p *gojq.Pattern) *gojq.Pattern {
	if p == nil {
		return nil
	}
	if hidden(p.Name) {
		t.refuse("a jq program cannot define `%s`", p.Name)
	}
	out := &gojq.Pattern{Name: p.Name}
	for _, e := range p.Array {
		out.Array = append(out.Array, t.pattern(e))
	}
	for _, e := range p.Object {
		out.Object = append(out.Object, &gojq.PatternObject{
			Key: e.Key, KeyString: t.plainString(e.KeyString), KeyQuery: t.query(e.KeyQuery), Val: t.pattern(e.Val),
		})
	}
	return out
}

// plainString lets no expression stand in the key of a pattern or index.
func (t *tamer) plainString(s *gojq.String) *gojq.String {
	if s != nil && s.Queries != nil {
		t.refuse(`a jq program writes a computed key as .[…], not as ."…"`)
	}
	return s
}

func jqKnown(name string) bool {
	return jqFree[name] || jqPaid[name] || jqSpecial[name]
}

func jqIdentity() *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeIdentity}}
}

// jqEntry is .[n].
func jqEntry(n string) *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeIndex, Index: &gojq.Index{
		Start: &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeNumber, Number: n}},
	}}}
}

// jqCall calls a guard with arguments, and the budget.
func jqCall(name string, args ...*gojq.Query) *gojq.Query {
	budget := &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: jqVariable}}}
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: name, Args: append(args, budget)}}}
}

func inBrackets(q *gojq.Query) *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeQuery, Query: q}}
}

// then is left | right.
func then(left, right *gojq.Query) *gojq.Query {
	return inBrackets(&gojq.Query{Left: left, Op: gojq.OpPipe, Right: right})
}
