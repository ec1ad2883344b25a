package task

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"signoff/engine/expr"
)

// tamed evaluates v to a text with tame values: every text from outside that v
// reads is changed rune by rune. The flow's own variables and the operator's kv
// and secrets are left as they are. It reports false if there is no such text.
func (x *run) tamed(v expr.Value, change func(rune) rune) (string, bool) {
	all := func(s string) string { return strings.Map(change, s) }
	x.http.tame = all
	defer func() { x.http.tame = nil }()
	paths := outsidePaths(v)
	env := x.env
	for _, p := range paths {
		env = tameAt(env, p, all)
	}
	got, err := v.Eval(env)
	if err != nil {
		got, err = v.Eval(x.tameEach(v, paths, all))
	}
	if err != nil {
		return "", false
	}
	if _, isMap := got.(map[string]any); isMap {
		return "", false
	}
	text, err := asText(got)
	return text, err == nil
}

// tameEach is for expressions that need some text as it is, to read JSON or a
// date in it. Only that text is spared, and if it is JSON, only its structure.
func (x *run) tameEach(v expr.Value, paths [][]string, all func(string) string) expr.Env {
	inside := func(s string) string { return tameInside(s, all) }
	env := x.env
	for _, p := range paths {
		for _, change := range []func(string) string{all, inside} {
			if _, err := v.Eval(tameAt(x.env, p, change)); err == nil {
				env = tameAt(env, p, change)
				break
			}
		}
	}
	return env
}

// tameInside changes the texts in a JSON text.
func tameInside(s string, change func(string) string) string {
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	b, err := asJSON(tameValue(v, change))
	if err != nil {
		return s
	}
	return string(b)
}

// outsidePaths lists what v reads from outside, each path once.
func outsidePaths(v expr.Value) [][]string {
	var out [][]string
	for t := range v.Templates() {
		for _, r := range t.Refs() {
			known := func(p []string) bool { return slices.Equal(p, r.Path) }
			if r.Path[0] != "vars" && !slices.ContainsFunc(out, known) {
				out = append(out, r.Path)
			}
		}
	}
	return out
}

// tameAt returns env with the texts at and under one path changed.
func tameAt(env expr.Env, path []string, change func(string) string) expr.Env {
	roots, ok := tameUnder(env.Roots, path, change).(map[string]any)
	if !ok {
		return env
	}
	return expr.Env{Roots: roots, Funcs: env.Funcs}
}

func tameUnder(v any, path []string, change func(string) string) any {
	m, ok := v.(map[string]any)
	if !ok || len(path) == 0 {
		return tameValue(v, change)
	}
	child, ok := m[path[0]]
	if !ok {
		return v
	}
	m = maps.Clone(m)
	m[path[0]] = tameUnder(child, path[1:], change)
	return m
}

func tameValue(v any, change func(string) string) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = tameValue(e, change)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = tameValue(e, change)
		}
		return out
	}
	return v
}
