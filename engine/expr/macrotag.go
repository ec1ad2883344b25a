package expr

import "slices"

// declareMacros reads the heads of all macros first, so that one may be called
// above where it stands.
func (p *parser) declareMacros() error {
	for _, s := range p.segments {
		if !s.tag || !s.tokens[0].word("macro") {
			continue
		}
		p.tokens, p.next = s.tokens, 1
		m, err := p.macroHead()
		if err != nil {
			return err
		}
		p.macros[m.name] = m
	}
	p.nodes = 0 // the heads are read again
	return nil
}

func (p *parser) macroHead() (*macro, error) {
	name, err := p.variable()
	if err != nil {
		return nil, err
	}
	m := &macro{pos: name.pos, name: name.text}
	_, pure := functions[name.text]
	_, known := outside[name.text]
	switch {
	case pure || known:
		return nil, name.pos.syntax("`%s` is a function already", name.text)
	case p.macros[name.text] != nil:
		return nil, name.pos.syntax("there are two macros `%s`", name.text)
	}
	if _, err := p.expect("("); err != nil {
		return nil, err
	}
	for !p.peek().is(")") {
		if len(m.params) > 0 {
			if _, err := p.expect(","); err != nil {
				return nil, err
			}
		}
		if err := p.parameter(m); err != nil {
			return nil, err
		}
	}
	p.advance()
	return m, p.closed()
}

// parameter reads name, or name=literal.
func (p *parser) parameter(m *macro) error {
	name, err := p.variable()
	if err != nil {
		return err
	}
	if slices.Contains(m.params, name.text) {
		return name.pos.syntax("there are two parameters `%s`", name.text)
	}
	value := &constant{}
	if p.peek().is("=") {
		p.advance()
		at := p.peek()
		n, err := p.parse(0)
		if err != nil {
			return err
		}
		literal, ok := n.(*constant)
		if !ok {
			return at.pos.syntax("the default of a parameter is a literal")
		}
		value = literal
	}
	m.params, m.defaults = append(m.params, name.text), append(m.defaults, value)
	return nil
}

// macro reads the body of a macro, whose head is known.
func (p *parser) macro(open token) error {
	if p.within > 1 {
		return open.pos.syntax("a macro stands at the top, not inside another tag")
	}
	name := p.advance()
	m := p.macros[name.text]
	around, slots := p.names, p.slots
	p.names, p.slots = map[string]int{}, 0
	outerLoops := p.loops
	p.loops = map[int]*loop{}
	for _, n := range m.params {
		p.names[n] = p.slot()
	}
	body, _, err := p.until(open, "endmacro")
	if err != nil {
		return err
	}
	m.body, m.slots = body, p.slots
	p.names, p.slots, p.loops = around, slots, outerLoops
	return p.closedBy(name)
}
