package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/engine/expr"
)

// lateField is the late part of a field, compiled.
type lateField struct {
	src        *Late
	conditions []*expr.Template
	label      *expr.Template
	desc       *expr.Template
	defaults   *expr.Value
	prefill    *expr.Value
	choices    *expr.Value
	reads      []int // indexes of the fields that these read
	broken     bool  // it cannot be compiled, which no flow can make
}

func compileLate(f Field, fields []Field) *lateField {
	l := &lateField{src: f.Late}
	for _, source := range f.Late.Conditions {
		l.conditions = append(l.conditions, l.template(source))
	}
	l.label, l.desc = l.template(f.Late.Label), l.template(f.Late.Description)
	l.defaults, l.prefill, l.choices = l.value(f.Late.Default), l.value(f.Late.Prefill), l.value(f.Late.Choices)
	if l.broken {
		return l
	}
	for k, other := range fields {
		if other.ID != f.ID && slices.ContainsFunc(l.templates(), func(t *expr.Template) bool { return readsID(t, other.ID) }) {
			l.reads = append(l.reads, k)
		}
	}
	return l
}

func (l *lateField) template(source string) *expr.Template {
	if source == "" {
		return nil
	}
	t, err := expr.Parse(source)
	l.broken = l.broken || err != nil
	return t
}

func (l *lateField) value(source any) *expr.Value {
	if source == nil {
		return nil
	}
	v, err := expr.Compile(source)
	l.broken = l.broken || err != nil
	return &v
}

func (l *lateField) templates() []*expr.Template {
	in := Input{Conditions: l.conditions, DisplayName: l.label, Description: l.desc, Defaults: l.defaults, Prefill: l.prefill, Choices: l.choices}
	return slices.Collect(in.templates())
}

// render completes the field with the answers that it reads, by id.
func (l *lateField) render(f Field, answers map[string]any) settled {
	if l.broken {
		return settled{state: asked, problem: "cannot be asked, because its form is broken"}
	}
	env := l.env(answers)
	for _, c := range l.conditions {
		v, err := c.Eval(env)
		if err != nil {
			return settled{state: asked, problem: "cannot be asked, because its condition fails: " + err.Error()}
		}
		if !holds(v) {
			return settled{state: off}
		}
	}
	in := Input{
		ID: f.ID, Type: f.Type, First: f.First,
		DisplayName: l.label, Description: l.desc, Defaults: l.defaults, Prefill: l.prefill, Choices: l.choices,
	}
	f.Late = nil
	if err := in.complete(&f, env); err != nil {
		return settled{state: asked, problem: "cannot be asked: " + err.Error()}
	}
	return settled{state: asked, field: f}
}

// holds reports whether a condition is met: by true, or by a text that reads
// true, which is all that {% if %} can give. Anything else is not: a condition
// that is met by accident asks what should not be asked.
func holds(v any) bool {
	text, isText := v.(string)
	return v == true || isText && strings.TrimSpace(text) == "true"
}

func (l *lateField) env(answers map[string]any) expr.Env {
	roots := maps.Clone(l.src.Known)
	if roots == nil {
		roots = map[string]any{}
	}
	inputs := map[string]any{}
	if frozen, ok := roots["inputs"].(map[string]any); ok {
		maps.Copy(inputs, frozen)
	}
	maps.Copy(inputs, nested(answers))
	roots["inputs"] = inputs
	return expr.Env{Roots: roots, Funcs: expr.FuncMap(map[string]expr.Func{"kv": l.kv})}
}

func (l *lateField) kv(args expr.Args) (any, error) {
	key, _ := args.Get(0, "key")
	name, _ := key.(string)
	v, ok := l.src.KV[name]
	if !ok {
		return nil, fmt.Errorf("the key %q was not there when the form was made", name)
	}
	return v, nil
}

// freezer takes over what late texts read from elsewhere.
type freezer struct {
	env  expr.Env
	late *Late
}

func (z freezer) take(t *expr.Template) {
	for _, ref := range t.Refs() {
		z.copy(ref.Path)
	}
	for _, call := range t.Calls() {
		if call.Name == "kv" && call.Literal != "" {
			z.key(call.Literal)
		}
	}
}

// copy keeps the value at the end of a path, or at the last part that is there.
func (z freezer) copy(path []string) {
	var here any = z.env.Roots
	for n, name := range path {
		m, ok := here.(map[string]any)
		if !ok {
			z.keep(path[:n], here)
			return
		}
		next, ok := m[name]
		if !ok {
			return // the expression will say so
		}
		here = next
	}
	z.keep(path, here)
}

func (z freezer) keep(path []string, v any) {
	if len(path) == 0 {
		return
	}
	if z.late.Known == nil {
		z.late.Known = map[string]any{}
	}
	into := z.late.Known
	for _, name := range path[:len(path)-1] {
		inner, ok := into[name].(map[string]any)
		if !ok {
			if _, whole := into[name]; whole {
				return // more of it is kept already
			}
			inner = map[string]any{}
			into[name] = inner
		}
		into = inner
	}
	last := path[len(path)-1]
	if m, ok := v.(map[string]any); ok {
		v = maps.Clone(m)
		if before, ok := into[last].(map[string]any); ok {
			maps.Copy(before, m)
			return
		}
	}
	into[last] = v
}

func (z freezer) key(name string) {
	kv := z.env.Funcs.Find("kv")
	if kv == nil {
		return
	}
	v, err := kv(expr.Args{List: []any{name}})
	if err != nil {
		return // asked for when it is missing, and told then
	}
	if z.late.KV == nil {
		z.late.KV = map[string]any{}
	}
	z.late.KV[name] = v
}
