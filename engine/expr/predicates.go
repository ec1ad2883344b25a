package expr

import "encoding/json"

// predicate is what may follow `is`.
type predicate struct {
	holds   func(r *run, v any) (bool, error)
	catches bool // an undefined operand is an answer, not a fault
}

// tests are Kestra's, and true and false, which its own documentation uses and
// its engine lacks.
//
//nolint:gochecknoglobals // a table, never written
var tests = map[string]predicate{
	"true":  {holds: func(_ *run, v any) (bool, error) { return v == true, nil }},
	"false": {holds: func(_ *run, v any) (bool, error) { return v == false, nil }},
	"null":  {holds: func(_ *run, v any) (bool, error) { return v == nil, nil }},
	"defined": {catches: true, holds: func(_ *run, v any) (bool, error) {
		return v != nil && !isUndefined(v), nil
	}},
	"empty":    {holds: func(_ *run, v any) (bool, error) { return isEmpty(v), nil }},
	"even":     {holds: func(_ *run, v any) (bool, error) { return parity(v, 0) }},
	"odd":      {holds: func(_ *run, v any) (bool, error) { return parity(v, 1) }},
	"iterable": {holds: func(_ *run, v any) (bool, error) { _, ok := v.([]any); return ok, nil }},
	"map":      {holds: func(_ *run, v any) (bool, error) { _, ok := v.(map[string]any); return ok, nil }},
	"json":     {holds: isJSON},
}

// isEmpty is Pebble's: null, a blank string, a list or map without entries.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return trim(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func parity(v any, rest int64) (bool, error) {
	n, ok := wholeNumber(v)
	if !ok {
		return false, problemf("only a whole number is even or odd, not %s", kindOf(v))
	}
	return n&1 == rest, nil
}

// isJSON holds for a text that is JSON, and for what would be written as some.
func isJSON(r *run, v any) (bool, error) {
	switch v := v.(type) {
	case string:
		return json.Valid([]byte(v)), r.spend(10 * len(v))
	case []any, map[string]any:
		return true, nil
	}
	return false, nil
}
