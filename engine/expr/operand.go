package expr

import (
	"strconv"
	"strings"
)

// operand reads a unary operator with its operand, or a primary expression.
func (p *parser) operand() (node, error) {
	t := p.peek()
	if err := p.count(t.pos); err != nil {
		return nil, err
	}
	switch {
	case t.word("not"), t.is("-"), t.is("+"):
		p.advance()
		x, err := p.parse(precedenceUnary)
		if err != nil {
			return nil, err
		}
		return &unary{pos: t.pos, op: t.text, operand: x}, nil
	case t.is("("):
		return p.group()
	case t.is("["):
		return p.list()
	case t.is("{"):
		return p.dict()
	case t.kind == kindString:
		p.advance()
		return &constant{t.text}, nil
	case t.kind == kindNumber:
		p.advance()
		return number(t)
	case t.kind == kindWord && precedence(t) == 0:
		return p.name()
	}
	return nil, p.unexpected(t)
}

func number(t token) (node, error) {
	if strings.Contains(t.text, ".") {
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, t.pos.syntax("the number is out of range")
		}
		return &constant{f}, nil
	}
	i, err := strconv.ParseInt(strings.TrimSuffix(t.text, "L"), 10, 64)
	if err != nil {
		return nil, t.pos.syntax("the number is out of range")
	}
	return &constant{i}, nil
}

// group reads ( … ) and the keys that follow.
func (p *parser) group() (node, error) {
	open := p.advance()
	n, err := p.parse(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.expect(")"); err != nil {
		return nil, err
	}
	return p.keys(n, open)
}

// name reads a literal word, a call, or a path, and the keys that follow.
func (p *parser) name() (node, error) {
	t := p.advance()
	switch t.text {
	case "true", "TRUE":
		return &constant{true}, nil
	case "false", "FALSE":
		return &constant{false}, nil
	case "null", "NULL", "none", "NONE":
		return &constant{nil}, nil
	}
	if p.peek().is("(") {
		n, err := p.call(t)
		if err != nil {
			return nil, err
		}
		return p.keys(n, t)
	}
	return p.path(t)
}

// path reads the literal keys after a root, and then any others.
func (p *parser) path(root token) (node, error) {
	x := &path{pos: root.pos, root: root.text, slot: p.names[root.text]}
	if p.loops[x.slot] != nil {
		p.loops[x.slot].asked = true
	}
	ref := Ref{Path: []string{root.text}, Line: root.pos.line, Col: root.pos.col}
	end := root.end
	for p.literalKey() {
		key, last, err := p.key()
		if err != nil {
			return nil, err
		}
		end = last.end
		if c, ok := key.(*constant); ok { // it is: see literalKey
			x.steps = append(x.steps, step{key: c.value, end: end - root.at})
			ref.Path = append(ref.Path, keyText(c.value))
		}
	}
	x.text = p.src[root.at:end]
	if x.slot == 0 {
		p.refs = append(p.refs, ref)
	}
	return p.keys(x, root)
}

func keyText(key any) string {
	if i, ok := key.(int64); ok {
		return strconv.FormatInt(i, 10)
	}
	s, _ := key.(string)
	return s
}

// literalKey reports whether .name, ['name'] or [0] follows.
func (p *parser) literalKey() bool {
	if p.peek().is(".") {
		return true
	}
	if !p.peek().is("[") || p.next+2 >= len(p.tokens) || !p.tokens[p.next+2].is("]") {
		return false
	}
	t := p.peekAfter()
	return t.kind == kindString || t.kind == kindNumber && !strings.Contains(t.text, ".")
}

// keys reads the keys that follow what began with first.
func (p *parser) keys(base node, first token) (node, error) {
	for p.peek().is(".") || p.peek().is("[") {
		at := p.peek().pos
		key, last, err := p.key()
		if err != nil {
			return nil, err
		}
		base = &access{pos: at, text: p.src[first.at:last.end], base: base, key: key}
	}
	if t := p.peek(); t.is("(") {
		return nil, t.pos.syntax("only a function's name can be called")
	}
	return base, nil
}

// key reads .name or [expression] and returns its last token too.
func (p *parser) key() (node, token, error) {
	open := p.advance()
	if err := p.count(open.pos); err != nil {
		return nil, open, err
	}
	if open.is(".") {
		t := p.advance()
		if t.kind != kindWord {
			return nil, t, t.pos.syntax("expected a name after `.`, found %s", t)
		}
		return &constant{t.text}, t, nil
	}
	n, err := p.parse(0)
	if err != nil {
		return nil, open, err
	}
	last, err := p.expect("]")
	return n, last, err
}

func (p *parser) list() (node, error) {
	n := &list{pos: p.advance().pos}
	for !p.peek().is("]") {
		if len(n.items) > 0 {
			if _, err := p.expect(","); err != nil {
				return nil, err
			}
		}
		item, err := p.parse(0)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
	}
	p.advance()
	return n, nil
}

func (p *parser) dict() (node, error) {
	n := &dict{pos: p.advance().pos}
	for !p.peek().is("}") {
		if len(n.keys) > 0 {
			if _, err := p.expect(","); err != nil {
				return nil, err
			}
		}
		key, err := p.parse(0)
		if err != nil {
			return nil, err
		}
		if _, err := p.expect(":"); err != nil {
			return nil, err
		}
		value, err := p.parse(0)
		if err != nil {
			return nil, err
		}
		n.keys, n.values = append(n.keys, key), append(n.values, value)
	}
	p.advance()
	return n, nil
}
