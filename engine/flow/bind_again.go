package flow

// BindAgain is [Bind] beside values that were bound before: what is not given
// anew keeps the value that it has there. With same, those were bound to these
// very fields and are taken as they are: they are not read a second time, and
// what has changed since (the clock, a list of choices) does not refuse them.
// Else they are checked against the fields, and data stays data.
func BindAgain(fields []Field, raw, bound map[string]any, same bool) (map[string]any, []FieldError) {
	a := flatten(fields, raw)
	r := newResolver(fields, a.values, closed)
	r.kept = make(map[string]kept, len(fields))
	for _, f := range fields {
		if v, ok := Lookup(bound, f.ID); ok && v != nil {
			r.kept[f.ID] = kept{value: v, same: same && f.Late == nil}
		}
	}
	return r.bind(a.faults)
}

// kept is a value that was bound before.
type kept struct {
	value any
	same  bool // to the same field
}

// bind checks it against the field.
func (k kept) bind(f Field) (any, string) {
	if k.same {
		return k.value, ""
	}
	v, problem := bindOne(f, k.value)
	if _, isText := k.value.(string); isText && isData(f) && problem != "" {
		return k.value, fitData(f, k.value) // it is no JSON, so it was read before
	}
	return v, problem
}
