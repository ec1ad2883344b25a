package expr

import "strings"

// Truthy is Kestra's truth for If.condition and its like: false for false, nil,
// zero, and the texts "false", "0", "-0" and "" after trimming; everything else
// is true, "no" as well.
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		switch strings.TrimSpace(v) {
		case "", "0", "-0", "false":
			return false
		}
	}
	return true
}

// truth is Pebble's truth, inside an expression: a number is true unless zero,
// a string unless empty (so that 'false' is true). Nothing else has one.
func truth(v any) (bool, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case int64:
		return v != 0, nil
	case float64:
		return v != 0, nil
	case string:
		return v != "", nil
	}
	return false, problemf("%s is neither true nor false", kindOf(v))
}
