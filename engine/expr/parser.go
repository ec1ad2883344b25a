package expr

import (
	"cmp"
	"slices"
)

// parser reads the tags and expressions of one template, one after the other,
// expressions by precedence climbing.
type parser struct {
	src      string
	segments []segment
	at       int // of the next segment
	within   int // tags around it

	names  map[string]int // the variables that can be seen, and their slots
	slots  int            // that the template or macro has so far
	macros map[string]*macro
	loops  map[int]*loop // by the slot of their variable loop

	tokens []token
	next   int
	depth  int
	jq     int // bytes of jq programs
	nodes  int
	refs   []Ref
	calls  []CallRef

	unclear  []Place
	compares []Comparison
	unknown  []*SyntaxError // names of filters and tests
	joined   bool           // what parse read last has operators
}

// expression reads all of the tokens as one expression.
func (p *parser) expression(tokens []token) (node, error) {
	p.tokens, p.next = tokens, 0
	return p.all()
}

// all reads what is left of the tokens as one expression.
func (p *parser) all() (node, error) {
	if p.peek().kind == kindEnd {
		return nil, p.peek().pos.syntax("the expression is empty")
	}
	n, err := p.parse(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != kindEnd {
		return nil, p.unexpected(t)
	}
	return n, nil
}

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) peekAfter() token { return p.tokens[min(p.next+1, len(p.tokens)-1)] }

func (p *parser) advance() token {
	t := p.tokens[p.next]
	if t.kind != kindEnd {
		p.next++
	}
	return t
}

func (p *parser) expect(symbol string) (token, error) {
	t := p.peek()
	if !t.is(symbol) {
		return t, t.pos.syntax("expected `%s`, found %s", symbol, t)
	}
	return p.advance(), nil
}

func (p *parser) unexpected(t token) error {
	switch {
	case t.is("="):
		return t.pos.syntax("unexpected `=`: equality is `==`")
	case t.word("in"):
		return t.pos.syntax("unexpected `in`: membership is `isIn`")
	}
	return t.pos.syntax("unexpected %s", t)
}

// count refuses a template with too many parts.
func (p *parser) count(at pos) error {
	p.nodes++
	if p.nodes > maxNodes {
		return at.syntax("the template has more than %d parts", maxNodes)
	}
	return nil
}

// sorted returns what the template reads and calls, in source order.
func (p *parser) sorted() ([]Ref, []CallRef) {
	slices.SortStableFunc(p.refs, func(a, b Ref) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	slices.SortStableFunc(p.calls, func(a, b CallRef) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return p.refs, p.calls
}

// The precedences, low to high. All binary operators are left-associative; the
// ternary is below them all.
const (
	precedenceOr      = 10
	precedenceAnd     = 15
	precedenceTest    = 20
	precedenceCompare = 30
	precedenceSum     = 40
	precedenceProduct = 60
	precedenceFilter  = 100
	precedenceConcat  = 110
	precedenceRange   = 120
	precedenceUnary   = 500
)

// precedence is that of a binary operator; 0 if t is none.
func precedence(t token) int {
	if t.kind != kindSymbol && t.kind != kindWord {
		return 0
	}
	switch t.text {
	case "or":
		return precedenceOr
	case "and":
		return precedenceAnd
	case "is", "contains":
		return precedenceTest
	case "==", "equals", "!=", "<", ">", "<=", ">=", "??", "???", "isIn":
		return precedenceCompare
	case "+", "-":
		return precedenceSum
	case "*", "/", "%":
		return precedenceProduct
	case "|":
		return precedenceFilter
	case "~":
		return precedenceConcat
	case "..":
		return precedenceRange
	}
	return 0
}

// parse reads an operand and the operators that bind at least as tightly as
// least.
func (p *parser) parse(least int) (node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxNesting {
		return nil, p.peek().pos.syntax("the expression is nested deeper than %d", maxNesting)
	}
	from := len(p.refs)
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	var last token // the operator before
	for {
		op := p.peek()
		prec := precedence(op)
		if prec == 0 || prec < least {
			break
		}
		p.advance()
		to := len(p.refs)
		if left, err = p.binary(left, op, prec); err != nil {
			return nil, err
		}
		spare(left, p.refs[from:to])
		p.unlike(op, last)
		last = op
	}
	p.joined = last.text != ""
	if least == 0 {
		return p.ternary(left)
	}
	return left, nil
}

// binary reads what follows a binary operator.
func (p *parser) binary(left node, op token, prec int) (node, error) {
	if err := p.count(op.pos); err != nil {
		return nil, err
	}
	switch op.text {
	case "|":
		return p.filter(left)
	case "is":
		return p.test(left)
	}
	right, err := p.parse(prec + 1)
	if err != nil {
		return nil, err
	}
	name := op.text
	if name == "equals" {
		name = "=="
	}
	p.compared(name, op.pos, left, right)
	return &binary{pos: op.pos, op: name, left: left, right: right}, nil
}

func (p *parser) ternary(cond node) (node, error) {
	t := p.peek()
	if !t.is("?") {
		return cond, nil
	}
	p.advance()
	if err := p.count(t.pos); err != nil {
		return nil, err
	}
	then, err := p.parse(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.expect(":"); err != nil {
		return nil, err
	}
	otherwise, err := p.parse(0)
	if err != nil {
		return nil, err
	}
	return &ternary{pos: t.pos, cond: cond, then: then, otherwise: otherwise}, nil
}

// test reads what follows `is`: not, and the name of a test, or true or false.
func (p *parser) test(operand node) (node, error) {
	not := false
	if p.peek().word("not") {
		p.advance()
		not = true
	}
	t := p.advance()
	if t.kind != kindWord {
		return nil, t.pos.syntax("expected the name of a test after `is`, found %s", t)
	}
	if _, ok := tests[t.text]; !ok {
		p.unknownTest(t)
		if p.peek().is("(") {
			if _, err := p.arguments(); err != nil {
				return nil, err
			}
		}
	}
	return &test{pos: t.pos, operand: operand, name: t.text, not: not}, nil
}

// filter reads what follows `|`.
func (p *parser) filter(in node) (node, error) {
	t := p.advance()
	if t.kind != kindWord {
		return nil, t.pos.syntax("expected the name of a filter after `|`, found %s", t)
	}
	def, ok := filters[t.text]
	if !ok {
		p.unknownFilter(t)
	}
	var given arguments
	if p.peek().is("(") {
		var err error
		if given, err = p.arguments(); err != nil {
			return nil, err
		}
	}
	if !ok {
		return &filtered{pos: t.pos, name: t.text, in: in, args: given.values}, nil
	}
	args, err := def.arrange(t, given)
	if err != nil {
		return nil, err
	}
	out := &filtered{pos: t.pos, name: t.text, in: in, args: args}
	if t.text == "jq" {
		out.jq, err = p.literalJQ(args[0])
	}
	if err != nil {
		return nil, t.pos.syntax("%s", err)
	}
	return out, nil
}
