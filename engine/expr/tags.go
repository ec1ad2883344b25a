package expr

import (
	"maps"
	"slices"
	"strings"
)

// template reads all of the segments.
func (p *parser) template() ([]statement, error) {
	p.names, p.macros, p.loops = map[string]int{}, map[string]*macro{}, map[int]*loop{}
	if err := p.declareMacros(); err != nil {
		return nil, err
	}
	body, end, err := p.body()
	if err != nil {
		return nil, err
	}
	if end.tokens != nil {
		return nil, end.tokens[0].pos.syntax("unexpected {%% %s %%}", end.tokens[0].text)
	}
	return body, nil
}

// body reads statements up to the end, or to a tag that ends or parts what is
// around them, which it returns.
func (p *parser) body() ([]statement, segment, error) {
	var out []statement
	for p.at < len(p.segments) {
		s := p.segments[p.at]
		p.at++
		switch {
		case s.tokens == nil:
			out = append(out, plain(s.text))
		case !s.tag:
			x, err := p.output(s.tokens)
			if err != nil {
				return nil, s, err
			}
			out = append(out, x)
		case s.parts():
			return out, s, nil
		default:
			more, err := p.tag(s)
			if err != nil {
				return nil, s, err
			}
			out = append(out, more...)
		}
	}
	return out, segment{}, nil
}

// parts reports whether a tag ends or parts what is around it.
func (s segment) parts() bool {
	name := s.tokens[0]
	return name.kind == kindWord && (name.text == "else" || name.text == "elseif" || strings.HasPrefix(name.text, "end"))
}

func (p *parser) output(tokens []token) (*output, error) {
	begin := p.nodes
	n, err := p.expression(tokens)
	if err != nil {
		return nil, err
	}
	out := &output{expr: newProgram(n, tokens[0].pos, p.nodes-begin)}
	if call, ok := n.(*macroCall); ok {
		for _, a := range call.args {
			call.given = append(call.given, newProgram(a, call.pos, p.nodes-begin))
		}
		out.direct = call
	}
	return out, nil
}

// program reads the rest of a tag as an expression.
func (p *parser) program() (*program, error) {
	begin, at := p.nodes, p.peek().pos
	n, err := p.all()
	if err != nil {
		return nil, err
	}
	return newProgram(n, at, p.nodes-begin), nil
}

// tag reads a tag and all that belongs to it.
func (p *parser) tag(s segment) ([]statement, error) {
	p.tokens, p.next = s.tokens, 0
	name := p.advance()
	if err := p.count(name.pos); err != nil {
		return nil, err
	}
	if p.within == maxNesting {
		return nil, name.pos.syntax("tags are nested deeper than %d", maxNesting)
	}
	p.within++
	defer func() { p.within-- }()
	switch {
	case name.kind != kindWord:
		return nil, name.pos.syntax("expected the name of a tag after {%%, found %s", name)
	case name.text == "if":
		return single(p.choice(name))
	case name.text == "for":
		return single(p.loop(name))
	case name.text == "set":
		return single(p.assignment())
	case name.text == "filter":
		return single(p.transform(name))
	case name.text == "block":
		return p.block(name)
	case name.text == "macro":
		return nil, p.macro(name)
	case slices.Contains(elsewhere(), name.text):
		return nil, name.pos.syntax("there is no tag `%s` here: a template stands by itself", name.text)
	}
	return nil, name.pos.syntax("there is no tag `%s`: there are %s and raw", name.text, strings.Join(Tags(), ", "))
}

// elsewhere are the tags of Pebble that reach beyond one template.
func elsewhere() []string {
	return []string{"include", "import", "from", "extends", "embed", "parallel", "cache", "flush", "autoescape"}
}

// Tags lists the names of the tags but raw, sorted.
func Tags() []string { return []string{"block", "filter", "for", "if", "macro", "set"} }

func single[S statement](s S, err error) ([]statement, error) {
	if err != nil {
		return nil, err
	}
	return []statement{s}, nil
}

// until reads a body up to a tag of one of some names, the last of which ends it.
func (p *parser) until(open token, names ...string) ([]statement, token, error) {
	body, s, err := p.body()
	if err != nil {
		return nil, token{}, err
	}
	last := names[len(names)-1]
	if s.tokens == nil {
		return nil, token{}, open.pos.syntax("{%% %s %%} is never closed by {%% %s %%}", open.text, last)
	}
	p.tokens, p.next = s.tokens, 0
	end := p.advance()
	if !slices.Contains(names, end.text) {
		return nil, end, end.pos.syntax("unexpected {%% %s %%}: {%% %s %%} of line %d is not closed yet", end.text, open.text, open.pos.line)
	}
	if !slices.Contains([]string{"elseif", "endblock", "endmacro"}, end.text) { // which say more
		err = p.closed()
	}
	return body, end, err
}

// closed wants nothing more in the tag.
func (p *parser) closed() error {
	if t := p.peek(); t.kind != kindEnd {
		return p.unexpected(t)
	}
	return nil
}

// choice reads {% if %}…{% endif %}.
func (p *parser) choice(open token) (*choice, error) {
	out := &choice{}
	for {
		cond, err := p.program()
		if err != nil {
			return nil, err
		}
		body, end, err := p.until(open, "elseif", "else", "endif")
		if err != nil {
			return nil, err
		}
		out.branches = append(out.branches, branch{cond, body})
		switch end.text {
		case "else":
			out.otherwise, _, err = p.until(open, "endif")
			return out, err
		case "endif":
			return out, nil
		}
		if err := p.count(end.pos); err != nil {
			return nil, err
		}
	}
}

// loop reads {% for %}…{% endfor %}.
func (p *parser) loop(open token) (*loop, error) {
	name, err := p.variable()
	if err != nil {
		return nil, err
	}
	if t := p.advance(); !t.word("in") {
		return nil, t.pos.syntax("expected `in`, found %s", t)
	}
	out := &loop{pos: open.pos}
	if out.list, err = p.program(); err != nil {
		return nil, err
	}
	out.variable, out.info = p.slot(), p.slot()
	p.loops[out.info] = out
	around := maps.Clone(p.names)
	p.names["loop"], p.names[name.text] = out.info, out.variable
	body, end, err := p.until(open, "else", "endfor")
	if err != nil {
		return nil, err
	}
	out.body = body
	p.restore(around, "loop", name.text)
	if end.text == "else" {
		out.otherwise, _, err = p.until(open, "endfor")
	}
	return out, err
}

// restore gives names the meaning back that they had.
func (p *parser) restore(around map[string]int, names ...string) {
	for _, n := range names {
		if slot, ok := around[n]; ok {
			p.names[n] = slot
		} else {
			delete(p.names, n)
		}
	}
}

// slot makes a new one.
func (p *parser) slot() int {
	p.slots++
	return p.slots
}

// variable reads the name of one.
func (p *parser) variable() (token, error) {
	t := p.advance()
	if t.kind != kindWord || precedence(t) != 0 || reserved(t.text) {
		return t, t.pos.syntax("expected a name for a variable, found %s", t)
	}
	return t, nil
}

// reserved are the words that a variable could never be read by.
func reserved(word string) bool {
	switch word {
	case "true", "TRUE", "false", "FALSE", "null", "NULL", "none", "NONE", "not":
		return true
	}
	return false
}

// assignment reads {% set %}. The name is no variable yet in its own value.
func (p *parser) assignment() (*assignment, error) {
	name, err := p.variable()
	if err != nil {
		return nil, err
	}
	if _, err := p.expect("="); err != nil {
		return nil, err
	}
	value, err := p.program()
	if err != nil {
		return nil, err
	}
	if p.names[name.text] == 0 {
		p.names[name.text] = p.slot()
	}
	return &assignment{slot: p.names[name.text], value: value}, nil
}
