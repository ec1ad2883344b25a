package expr

// arguments are what stands between the parentheses of a call: first those by
// position, then those by name.
type arguments struct {
	values []node
	names  []token // of the last len(names) values
}

func (p *parser) arguments() (arguments, error) {
	var a arguments
	p.advance() // the bracket
	for !p.peek().is(")") {
		if len(a.values) > 0 {
			if _, err := p.expect(","); err != nil {
				return a, err
			}
		}
		switch named := p.peek().kind == kindWord && p.peekAfter().is("="); {
		case named:
			a.names = append(a.names, p.advance())
			p.advance()
		case len(a.names) > 0:
			return a, p.peek().pos.syntax("arguments by position come before those by name")
		}
		v, err := p.parse(0)
		if err != nil {
			return a, err
		}
		a.values = append(a.values, v)
	}
	p.advance()
	return a, nil
}

// call reads the arguments of a function.
func (p *parser) call(name token) (node, error) {
	given, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if m := p.macros[name.text]; m != nil {
		return m.call(name, given)
	}
	ref := CallRef{Name: name.text, Args: given.refs(), Line: name.pos.line, Col: name.pos.col}
	def, pure := functions[name.text]
	if !pure {
		def = outside[name.text]
	}
	args := given.values
	if pure || def.params != nil {
		if args, err = def.arrange(name, given); err != nil {
			return nil, err
		}
	}
	ref.Literal, ref.Computed = firstOf(args)
	p.calls = append(p.calls, ref)
	if pure {
		return &call{pos: name.pos, name: name.text, args: args}, nil
	}
	if name.text == "render" || name.text == "renderOnce" {
		return p.render(name, args)
	}
	out := &outsideCall{pos: name.pos, name: name.text, args: given.values}
	for _, t := range given.names {
		out.names = append(out.names, t.text)
	}
	return out, nil
}

// arrange puts arguments into the order of the parameters. What is not given is
// nil; nothing stands behind the last that is given.
func (b *builtin) arrange(name token, given arguments) ([]node, error) {
	byPosition := len(given.values) - len(given.names)
	if byPosition > len(b.params) && !b.rest {
		return nil, name.pos.syntax("`%s` takes at most %d arguments", name.text, len(b.params))
	}
	out := make([]node, byPosition, max(byPosition, len(b.params)))
	copy(out, given.values)
	for i, t := range given.names {
		at := b.param(t.text)
		if at < 0 {
			return nil, t.pos.syntax("`%s` has no argument `%s`", name.text, t.text)
		}
		for len(out) <= at {
			out = append(out, nil)
		}
		if out[at] != nil {
			return nil, t.pos.syntax("the argument `%s` is given twice", t.text)
		}
		out[at] = given.values[byPosition+i]
	}
	for i := range b.need {
		if i >= len(out) || out[i] == nil {
			return nil, name.pos.syntax("`%s` needs the argument `%s`", name.text, b.params[i])
		}
	}
	return out, nil
}

func (b *builtin) param(name string) int {
	for i, p := range b.params {
		if p == name {
			return i
		}
	}
	return -1
}
