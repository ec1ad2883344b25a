package expr

import "strings"

// Truthy is Kestra's truth: false for false, nil, zero, and the texts "false",
// "0", "-0" and "" after trimming; everything else is true, "no" as well.
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
