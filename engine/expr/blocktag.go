package expr

// transform reads {% filter name %}…{% endfilter %}.
func (p *parser) transform(open token) (*transform, error) {
	begin := p.nodes
	out := &transform{pos: open.pos, slot: p.slot()}
	n, err := p.filter(&path{pos: open.pos, text: "filter", root: "filter", slot: out.slot})
	for err == nil && p.peek().is("|") {
		p.advance()
		n, err = p.filter(n)
	}
	if err == nil {
		err = p.closed()
	}
	if err != nil {
		return nil, err
	}
	out.expr = newProgram(n, open.pos, p.nodes-begin)
	out.body, _, err = p.until(open, "endfilter")
	return out, err
}

// block reads {% block name %}…{% endblock %}, which is its content: there is no
// other template that could put something else there.
func (p *parser) block(open token) ([]statement, error) {
	name, err := p.label()
	if err == nil {
		err = p.closed()
	}
	if err != nil {
		return nil, err
	}
	body, _, err := p.until(open, "endblock")
	if err != nil {
		return nil, err
	}
	return body, p.closedBy(name)
}

// label reads a name, with or without quotes.
func (p *parser) label() (token, error) {
	t := p.advance()
	if t.kind != kindWord && t.kind != kindString {
		return t, t.pos.syntax("expected a name, found %s", t)
	}
	return t, nil
}

// closedBy reads the name that may be repeated at the end.
func (p *parser) closedBy(name token) error {
	if t := p.peek(); t.kind != kindEnd {
		p.advance()
		if t.text != name.text {
			return t.pos.syntax("expected `%s`, found %s", name.text, t)
		}
	}
	return p.closed()
}
