package flow

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// maxUnknown bounds how many unknown fields are named; the rest adds nothing.
const maxUnknown = 20

// answers are given values by the id of their field. People and forms give them
// flat ("request.name"), programs nested as well.
type answers struct {
	values map[string]any
	faults []FieldError
	ids    map[string]bool
	around map[string]bool // what ids nest in
}

func flatten(fields []Field, raw map[string]any) answers {
	a := answers{values: make(map[string]any, len(raw)), ids: map[string]bool{}, around: map[string]bool{}}
	for _, f := range fields {
		a.ids[f.ID] = true
		for at := range f.ID {
			if f.ID[at] == '.' {
				a.around[f.ID[:at]] = true
			}
		}
	}
	a.take("", raw)
	return a
}

func (a *answers) take(prefix string, raw map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		id := prefix + name
		inner, isMap := raw[name].(map[string]any)
		switch {
		case a.ids[id]:
			if _, twice := a.values[id]; twice {
				a.fault(id, "is given twice")
				continue
			}
			a.values[id] = raw[name]
		case a.around[id] && isMap:
			a.take(id+".", inner)
		default:
			a.fault(cmp.Or(cut(id), `""`), "is not a field here")
		}
	}
}

func (a *answers) fault(id, text string) {
	if len(a.faults) < maxUnknown {
		a.faults = append(a.faults, FieldError{Field: id, Text: text})
	}
}

// given finds what was given for a field, flat or nested.
func given(raw map[string]any, id string) (any, bool) {
	if v, ok := raw[id]; ok {
		return v, true
	}
	for at := range id {
		if id[at] != '.' {
			continue
		}
		if inner, ok := raw[id[:at]].(map[string]any); ok {
			if v, ok := given(inner, id[at+1:]); ok {
				return v, true
			}
		}
	}
	return nil, false
}

// replaced is a copy of given values with another one for a field.
func replaced(raw map[string]any, id string, v any) map[string]any {
	out := maps.Clone(raw)
	if _, ok := raw[id]; ok {
		out[id] = v
		return out
	}
	for at := range id {
		if id[at] != '.' {
			continue
		}
		inner, ok := raw[id[:at]].(map[string]any)
		if _, found := given(inner, id[at+1:]); ok && found {
			out[id[:at]] = replaced(inner, id[at+1:], v)
			return out
		}
	}
	return out
}

// nested puts flat values where expressions look for them.
func nested(flat map[string]any) map[string]any {
	out := make(map[string]any, len(flat))
	for _, id := range slices.SortedFunc(maps.Keys(flat), func(a, b string) int { return strings.Compare(a, b) }) {
		put(out, id, flat[id])
	}
	return out
}
