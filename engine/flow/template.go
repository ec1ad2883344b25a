package flow

import (
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// maxSymbols bounds the words and signs in all expressions of a flow, for each
// is compiled at some cost; an expression counts ten more.
const maxSymbols = 24_000

// zone tells who evaluates a template, and so what it may read and whether a
// secret may stand in it.
type zone int

const (
	// zoneInput: when the execution starts, before its inputs are known.
	zoneInput zone = iota + 1
	// zoneVars: when the execution starts, with its inputs.
	zoneVars
	// zoneState: the engine, within a task; the value is stored or decides.
	zoneState
	// zoneShown: the engine, within a task; the value is printed and masked.
	zoneShown
	// zoneCall: the task runner, at the moment of a call.
	zoneCall
	// zoneForeign is zoneCall of a task whose type is not ours.
	zoneForeign
	// zoneFlow: the engine, outside of all tasks: outputs of the flow, SLAs.
	zoneFlow
	// zoneTrigger: whoever looks after triggers, before there is an execution.
	zoneTrigger
	// zoneKey: the key of a webhook, which is compared and never stored.
	zoneKey
)

// scope is where a template stands: in whose zone, in which task.
type scope struct {
	zone zone
	seat *seat // nil outside of tasks
	// form holds what the inputs beside the template are called; nil outside of
	// inputs. An expression reads them as inputs.NAME.
	form vocabulary
}

// use is a template at its place.
type use struct {
	node     *yaml.Node
	template *expr.Template
	in       scope
	torn     bool // the template could not be read to its end, which was reported
}

// template compiles a text. It reports anything else and returns nil.
func (p *parser) template(n *yaml.Node, what string, in scope) *expr.Template {
	if n.Kind != yaml.ScalarNode {
		p.errorf(pos(n), ruleWrongKind, "%s must be a text, not %s", what, kindOf(n))
		return nil
	}
	t, ok := p.templates[n]
	switch {
	case !ok:
		t = p.compile(n, in)
		p.templates[n] = t
	case t != nil && !t.Literal() && !p.repeatable(n):
		return nil
	}
	if t != nil && !t.Literal() {
		p.uses = append(p.uses, use{node: n, template: t, in: in})
	}
	return t
}

func (p *parser) compile(n *yaml.Node, in scope) *expr.Template {
	if p.symbols += symbols(n.Value); p.symbols > maxSymbols {
		p.errorf(pos(n), ruleLimit, "the expressions of the flow hold more than %d words and signs", maxSymbols)
		return nil
	}
	t, err := expr.Parse(n.Value)
	if err != nil {
		p.brokenExpression(n, err)
		p.outline(n, err, in)
		return nil
	}
	return t
}

// repeatable reports whether an expression may stand in one more place, by an
// alias or a default: each place is checked at some cost.
func (p *parser) repeatable(n *yaml.Node) bool {
	const most = 10 * maxSymbols
	if p.repeated > most {
		return false
	}
	if p.repeated += symbols(n.Value); p.repeated > most {
		p.errorf(pos(n), ruleLimit, "aliases and defaults repeat expressions of more than %d words and signs", most)
		return false
	}
	return true
}

// symbols counts the words and signs from the first expression on. It does not
// look for the end of an expression, because a quoted one could hide it.
func symbols(text string) int {
	begin := strings.Index(text, "{{")
	if tag := strings.Index(text, "{%"); begin < 0 || tag >= 0 && tag < begin {
		begin = tag
	}
	if begin < 0 {
		return 0
	}
	count, inWord := 10, false
	for _, r := range text[begin:] {
		word := r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
		if !blank(r) && (!word || !inWord) {
			count++
		}
		inWord = word
	}
	return count
}

// template asks for a text with expressions; nil if absent or reported.
func (s *section) template(name string, in scope) *expr.Template {
	e := s.find(name)
	if e == nil {
		return nil
	}
	return s.p.template(e.value, quote(name), in)
}

// value asks for any YAML value whose texts are templates.
func (s *section) value(name string, in scope) *expr.Value {
	e := s.find(name)
	if e == nil {
		return nil
	}
	return s.p.value(e.value, in)
}

// value compiles a YAML value; nil if it was reported.
func (p *parser) value(n *yaml.Node, in scope) *expr.Value {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		t := p.template(n, "the value", in)
		if t == nil {
			return nil
		}
		v := expr.Text(t)
		return &v
	}
	raw, ok := p.raw(n, in)
	if !ok {
		return nil
	}
	v, err := expr.Compile(raw)
	if err != nil {
		p.brokenExpression(n, err)
		return nil
	}
	return &v
}

// raw builds the plain value of a node and reports every text in it that cannot
// be compiled.
func (p *parser) raw(n *yaml.Node, in scope) (any, bool) {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		m, ok := make(map[string]any, len(n.Content)/2), true
		for _, e := range p.entries(n) {
			v, good := p.raw(e.value, in)
			m[e.name], ok = v, ok && good
		}
		return m, ok
	case yaml.SequenceNode:
		list, ok := make([]any, 0, len(n.Content)), true
		for _, item := range n.Content {
			v, good := p.raw(item, in)
			list, ok = append(list, v), ok && good
		}
		return list, ok
	case yaml.ScalarNode, yaml.AliasNode, yaml.DocumentNode:
	}
	return p.rawScalar(n, in)
}

func (p *parser) rawScalar(n *yaml.Node, in scope) (any, bool) {
	switch n.ShortTag() {
	case "!!null":
		return nil, true
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), true
	case "!!int":
		i, err := strconv.ParseInt(n.Value, 0, 64)
		if err != nil {
			p.errorf(pos(n), ruleBadValue, "%s does not fit into a whole number of 64 bits", quote(n.Value))
		}
		return i, err == nil
	case "!!float":
		if strings.Trim(n.Value, "+-0123456789") == "" { // yaml.v3 rounds what int64 cannot hold
			p.errorf(pos(n), ruleBadValue, "%s does not fit into a whole number of 64 bits", quote(n.Value))
			return nil, false
		}
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || !finite(f) {
			p.errorf(pos(n), ruleBadValue, "%s is not a finite number", quote(n.Value))
			return nil, false
		}
		return f, true
	}
	return n.Value, p.template(n, "the value", in) != nil
}
