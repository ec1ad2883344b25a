package flow

import (
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// brokenExpression reports all that is wrong with a text.
func (p *parser) brokenExpression(n *yaml.Node, err error) {
	first, ok := errors.AsType[*expr.SyntaxError](err)
	if !ok {
		p.errorf(pos(n), ruleExpression, "%s", printable(err.Error()))
		return
	}
	for _, e := range allOf(first) {
		if p.full() { // a guess costs something
			return
		}
		p.errorf(p.src.locate(n, e.Line, e.Col), ruleExpression, "%s%s", printable(e.Msg), meant(e))
	}
}

func allOf(first *expr.SyntaxError) []*expr.SyntaxError {
	return append([]*expr.SyntaxError{first}, first.More...)
}

// outline is what could be read of a broken text.
type outline struct {
	template *expr.Template
	torn     bool // it ends in the middle
}

// outline keeps what could be read of a broken text: its functions are checked,
// and what it reads counts as read.
func (p *parser) outline(n *yaml.Node, err error, in scope) {
	first, ok := errors.AsType[*expr.SyntaxError](err)
	if !ok || first.Outline == nil {
		return
	}
	torn := slices.ContainsFunc(allOf(first), func(e *expr.SyntaxError) bool { return e.Filter == "" && e.Test == "" })
	if p.outlines == nil {
		p.outlines = map[*yaml.Node]outline{}
	}
	p.outlines[n] = outline{first.Outline, torn}
	p.uses = append(p.uses, use{node: n, template: first.Outline, in: in, torn: torn})
}

// meant is what a person probably meant by a filter or test that does not exist.
func meant(e *expr.SyntaxError) string {
	name, known := e.Filter, expr.Filters()
	if e.Test != "" {
		name, known = e.Test, expr.Tests()
	}
	switch {
	case name == "":
		return ""
	case e.Filter != "" && slices.Contains(expr.Functions(), name):
		return "; it is a function, so write " + name + "(VALUE)"
	case e.Filter != "" && slices.Contains(shellFunctions(), name):
		return "; it is a function, so write " + name + "()"
	case e.Test != "" && slices.Contains(expr.Filters(), name):
		return "; it is a filter, so write VALUE | " + name
	}
	if near := nearest(name, known); near != "" {
		return "; did you mean `" + near + "`?"
	}
	if e.Test != "" { // there are few
		return "; known are " + strings.Join(known, ", ")
	}
	return ""
}
