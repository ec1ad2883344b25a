package flow

import (
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// httpAuth reads options.auth, which is another way to write the header
// Authorization. Nil if it was reported.
func (p *parser) httpAuth(e *entry, in scope) *Pair {
	s := p.part(e.value, `"auth"`, "httpAuth")
	if s == nil {
		return nil
	}
	kind := s.choice("type")
	text := "Basic {{ (" + p.operand(s.find("username")) + " ~ ':' ~ " + p.operand(s.find("password")) + ") | base64encode }}"
	bearer := "Bearer " + s.text("token")
	switch {
	case kind == "BEARER", kind == "" && s.find("token") != nil:
		s.need("token")
		text = bearer
	default:
		s.need("username")
		s.need("password")
	}
	s.done()
	n := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: e.value.Line, Column: e.value.Column}
	t := p.template(&n, `"auth"`, in)
	if t == nil {
		return nil
	}
	return &Pair{Name: "Authorization", Value: expr.Text(t)}
}

// operand writes a text, or the one expression that it is, as a part of another
// expression.
func (p *parser) operand(e *entry) string {
	if e == nil {
		return "''"
	}
	if e.value.Kind != yaml.ScalarNode {
		p.errorf(pos(e.value), ruleWrongKind, "%s must be a text, not %s", quote(e.name), kindOf(e.value))
		return "''"
	}
	text := strings.TrimSpace(e.value.Value)
	if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return literal(e.value.Value)
	}
	inner, opened := strings.CutPrefix(text, "{{")
	inner, closed := strings.CutSuffix(inner, "}}")
	if !opened || !closed || strings.Contains(inner, "{{") {
		p.errorf(pos(e.value), ruleBadValue, "%s must be a text, or one expression and nothing else", quote(e.name))
		return "''"
	}
	return "(" + strings.Trim(inner, "- \t\r\n") + ")"
}
