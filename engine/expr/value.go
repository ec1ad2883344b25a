package expr

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
)

// Value is a YAML value whose strings are templates. The zero Value is nothing
// and evaluates to nil. It is immutable and safe for concurrent use.
type Value struct {
	source any       // as given
	text   *Template // a string
	list   []Value   // a list
	keys   []string  // a map's keys, sorted
	fields []Value   // a map's values, beside keys
}

// Compile makes a Value of nil, bool, int, int64, float64, string, []any and
// map[string]any. The error is a *[SyntaxError] for a string that cannot be
// read, and any other error for a type that is none of these.
func Compile(v any) (Value, error) { return compile(v, 0) }

// Text is the Value of one template.
func Text(t *Template) Value { return Value{source: t.Source(), text: t} }

func compile(v any, depth int) (Value, error) {
	if depth > maxNesting {
		return Value{}, fmt.Errorf("the value is nested deeper than %d", maxNesting)
	}
	switch v := v.(type) {
	case nil, bool, int64, float64:
		return Value{source: v}, nil
	case int:
		return Value{source: int64(v)}, nil
	case string:
		t, err := Parse(v)
		if err != nil {
			return Value{}, err
		}
		return Text(t), nil
	case []any:
		return compileList(v, depth)
	case map[string]any:
		return compileMap(v, depth)
	}
	return Value{}, fmt.Errorf("a %T cannot be a value", v)
}

func compileList(v []any, depth int) (Value, error) {
	out := Value{source: v, list: make([]Value, len(v))}
	for i, e := range v {
		c, err := compile(e, depth+1)
		if err != nil {
			return Value{}, err
		}
		out.list[i] = c
	}
	return out, nil
}

func compileMap(v map[string]any, depth int) (Value, error) {
	out := Value{source: v, keys: slices.Sorted(maps.Keys(v))}
	for _, k := range out.keys {
		c, err := compile(v[k], depth+1)
		if err != nil {
			return Value{}, err
		}
		out.fields = append(out.fields, c)
	}
	return out, nil
}

// Eval evaluates every string in v and returns a fresh value of the same shape.
// The error is an *[EvalError].
//
// The bounds of one evaluation hold for all of v together.
func (v Value) Eval(env Env) (any, error) { return v.eval(newRun(env)) }

// Template returns the template that v is, or nil if v is anything but a text.
func (v Value) Template() *Template { return v.text }

func (v Value) eval(r *run) (any, error) {
	switch {
	case v.text != nil:
		return v.text.eval(r)
	case v.list != nil:
		out := make([]any, len(v.list))
		for i, e := range v.list {
			x, err := e.eval(r)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case v.keys != nil:
		out := make(map[string]any, len(v.keys))
		for i, k := range v.keys {
			x, err := v.fields[i].eval(r)
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	}
	return v.source, nil
}

// Templates yields every template in v, lists in order and maps by key.
func (v Value) Templates() iter.Seq[*Template] {
	return func(yield func(*Template) bool) { v.each(yield) }
}

func (v Value) each(yield func(*Template) bool) bool {
	if v.text != nil {
		return yield(v.text)
	}
	for _, e := range v.list {
		if !e.each(yield) {
			return false
		}
	}
	for _, e := range v.fields {
		if !e.each(yield) {
			return false
		}
	}
	return true
}

// IsZero reports whether v is nothing: the zero Value, or what YAML's null is.
func (v Value) IsZero() bool {
	return v.source == nil && v.text == nil && v.list == nil && v.keys == nil
}

// Equal reports whether two values were made of the same.
func (v Value) Equal(other Value) bool { return reflect.DeepEqual(v.source, other.source) }

// Source returns the value that v was made of. It must not be changed.
func (v Value) Source() any { return v.source }
