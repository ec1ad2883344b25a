package card

import (
	"signoff/adapters"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// Ask are the questions that a flow asks before it starts, as a surface shows
// them, when these values were given so far. What is not asked because of them is
// left out. A given value is what its field starts with.
func Ask(questions []flow.Field, given map[string]any, people *approval.Directory) []adapters.Field {
	form := flow.Enabled(questions, given)
	for i, f := range form {
		v, ok := given[f.ID]
		if !ok {
			v, ok = flow.Lookup(given, f.ID)
		}
		if ok && filledIn(v) {
			form[i].Prefill, form[i].Default = v, nil
		}
	}
	return Fields(form, flow.Moving(questions), people)
}

// filledIn reports whether a value is one to start a field with.
func filledIn(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	}
	return true
}
