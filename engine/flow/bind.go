package flow

import "slices"

// Bind checks given values against the fields and converts them. It is the one
// validator of every surface. It reports everything that is wrong, by field;
// without errors the result holds every field, nested where an id has dots, and
// nil for one that is optional and absent or that is not asked.
//
//	INT int64   FLOAT float64   BOOL bool   ARRAY, MULTISELECT, USERS []any
//	JSON, YAML what they hold   all others string
//
// An empty text counts as absent, but for a STRING; so does an empty list of
// choices. An absent field takes its default. What is given for a field that is
// not asked, because of what it depends on, is left out.
func Bind(fields []Field, raw map[string]any) (map[string]any, []FieldError) {
	a := flatten(fields, raw)
	return newResolver(fields, a.values, closed).bind(a.faults)
}

// bind settles every field. More faults are those of what is no field.
func (r *resolver) bind(more []FieldError) (map[string]any, []FieldError) {
	var faults []FieldError
	values := make(map[string]any, len(r.fields))
	for i, f := range r.fields {
		r.settle(i)
		if problem := r.done[i].problem; problem != "" {
			faults = append(faults, FieldError{Field: f.ID, Text: problem})
		}
		put(values, f.ID, r.done[i].value)
	}
	if faults = append(faults, more...); len(faults) > 0 {
		return nil, faults
	}
	return values, nil
}

// Enabled returns the fields that are asked when these values were given so
// far, with the texts, defaults and choices that follow from them. A field that
// waits for an answer is not among them.
func Enabled(fields []Field, raw map[string]any) []Field {
	r := newResolver(fields, flatten(fields, raw).values, closed)
	var out []Field
	for i := range fields {
		if r.settle(i); r.done[i].state == asked {
			out = append(out, r.done[i].field)
		}
	}
	return out
}

// Possible returns the fields that may be asked when some answers are known and
// any other may still be given: a form that cannot change while it is filled in
// shows these. One that depends on an answer that is not known names that in
// DependsOn and is not required here; for all others DependsOn is empty. [Bind]
// has the last word.
func Possible(fields []Field, known map[string]any) []Field {
	if !slices.ContainsFunc(fields, Field.moves) {
		return fields
	}
	r := newResolver(fields, flatten(fields, known).values, open)
	var out []Field
	for i, f := range fields {
		switch r.settle(i); r.done[i].state {
		case asked:
			f = r.done[i].field
			f.DependsOn = nil
			out = append(out, f)
		case waits:
			f.Required, f.DependsOn = false, r.waitsFor(i)
			out = append(out, f)
		case off, fresh, opened:
		}
	}
	return out
}

func bindOne(f Field, raw any) (any, string) {
	if absent(f, raw) {
		if isData(f) && f.Default != nil {
			return f.Default, fitData(f, f.Default) // read before
		}
		raw = f.Default
	}
	if absent(f, raw) {
		if f.Required {
			return nil, "is required"
		}
		return nil, ""
	}
	v, problem := convert(f, raw)
	if problem == "" && absent(f, v) && f.Required {
		return nil, "is required"
	}
	if problem == "" && f.chosen() && absent(f, v) {
		v = nil
	}
	return v, problem
}

// chosen reports whether several can be chosen: then none at all is no answer.
func (f Field) chosen() bool { return f.Type == MultiSelect || f.Type == Users }

func isData(f Field) bool { return f.Type == JSON || f.Type == YAML }

// absent reports whether a value counts as not given.
func absent(f Field, raw any) bool {
	if list, ok := raw.([]any); ok && f.chosen() {
		return len(list) == 0
	}
	return raw == nil || raw == "" && f.Type != String
}
