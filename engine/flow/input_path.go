package flow

import "strings"

// A dot in an input's id nests its value: the value of "request.name" is
// inputs.request.name. The id as it is written is the name of the form field.

// topName is the first part of an id: what an expression finds under inputs.
func topName(id string) string {
	top, _, _ := strings.Cut(id, ".")
	return top
}

// Lookup finds the value of a field among bound values.
func Lookup(values map[string]any, id string) (any, bool) {
	top, rest, nested := strings.Cut(id, ".")
	v, ok := values[top]
	if !nested || !ok {
		return v, ok
	}
	inner, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	return Lookup(inner, rest)
}

// put sets the value of a field, making the maps around it.
func put(values map[string]any, id string, v any) {
	top, rest, nested := strings.Cut(id, ".")
	if !nested {
		values[top] = v
		return
	}
	inner, ok := values[top].(map[string]any)
	if !ok {
		inner = map[string]any{}
		values[top] = inner
	}
	put(inner, rest, v)
}
