package expr

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// kindOf is how a message names a value's type.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case int64, float64:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "a list"
	case map[string]any:
		return "a map"
	}
	return "a value of an unknown type"
}

// tidy makes a value that comes from outside one of the language's types, where
// it is one in other clothes. Lists and maps are not walked.
func tidy(v any) any {
	switch v := v.(type) {
	case nil, bool, int64, float64, string, []any, map[string]any:
		return v
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case float32:
		return float64(v)
	case json.Number:
		return parseNumber(string(v))
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = s
		}
		return out
	case map[string]string:
		out := make(map[string]any, len(v))
		for k, s := range v {
			out[k] = s
		}
		return out
	}
	return v
}

// parseNumber reads a JSON number: an int64 if it is one, else a float64, else
// nil for what is out of range.
func parseNumber(s string) any {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return nil
}

// formatFloat writes the shortest decimal that reads back the same; one without
// a fraction gets ".0", so that it stays a float.
func formatFloat(f float64) string {
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-7 || a >= 1e21) {
		format = 'e'
	}
	s := strconv.FormatFloat(f, format, -1, 64)
	if format == 'f' && f == math.Trunc(f) {
		s += ".0"
	}
	return s
}

func isNumber(v any) bool {
	switch v.(type) {
	case int64, float64:
		return true
	}
	return false
}

// compareNumbers is exact, also between an int64 and a float64. Both are numbers.
func compareNumbers(a, b any) int {
	switch a := a.(type) {
	case int64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, b)
		case float64:
			return -compareMixed(b, a)
		}
	case float64:
		switch b := b.(type) {
		case int64:
			return compareMixed(a, b)
		case float64:
			return cmp.Compare(a, b)
		}
	}
	return 0
}

func compareMixed(f float64, i int64) int {
	switch {
	case math.IsNaN(f):
		return -1
	case f >= 1<<63:
		return 1
	case f < -1<<63:
		return -1
	}
	whole := math.Trunc(f)
	return cmp.Or(cmp.Compare(int64(whole), i), cmp.Compare(f, whole))
}

// equal compares without coercion: a number equals a number, and "5" is not 5.
func equal(r *run, a, b any, depth int) (bool, error) {
	if depth > maxDepth {
		return false, problemf("the values are nested deeper than %d", maxDepth)
	}
	if err := r.spend(8); err != nil {
		return false, err
	}
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		if !ok || len(a) != len(b) {
			return false, nil
		}
		return a == b, r.spend(len(a) / 8)
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false, nil
		}
		for i := range a {
			if same, err := equal(r, a[i], b[i], depth+1); !same || err != nil {
				return false, err
			}
		}
		return true, nil
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false, nil
		}
		return equalMaps(r, a, b, depth)
	}
	if isNumber(a) && isNumber(b) {
		return compareNumbers(a, b) == 0, nil
	}
	return scalarsEqual(a, b), nil
}

func equalMaps(r *run, a, b map[string]any, depth int) (bool, error) {
	keys, err := r.keys(a)
	if err != nil {
		return false, err
	}
	for _, k := range keys {
		w, ok := b[k]
		if !ok {
			return false, nil
		}
		if same, err := equal(r, a[k], w, depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// scalarsEqual compares what is left: null and booleans.
func scalarsEqual(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	}
	return false
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
