package expr

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

type binaryOp = func(r *run, a, b any) (any, error)

// binaryOperation is what an operator does with both of its operands.
func binaryOperation(op string) binaryOp {
	switch op {
	case "==", "!=":
		return func(r *run, a, b any) (any, error) {
			same, err := equal(r, a, b, 0)
			return same == (op == "=="), err
		}
	case "<", ">", "<=", ">=":
		return func(r *run, a, b any) (any, error) { return compare(r, op, a, b) }
	case "+":
		return add
	case "~":
		return concat
	case "..":
		return func(r *run, a, b any) (any, error) { return makeRange(r, a, b, int64(1)) }
	case "contains":
		return contains
	case "isIn":
		return isIn
	}
	return func(_ *run, a, b any) (any, error) { return arithmetic(op, a, b) }
}

// compare orders two numbers or two strings. With null it is false.
func compare(r *run, op string, a, b any) (any, error) {
	if a == nil || b == nil {
		return false, nil
	}
	order, err := orderOf(r, a, b)
	if err != nil {
		return nil, err
	}
	switch op {
	case "<":
		return order < 0, nil
	case ">":
		return order > 0, nil
	case "<=":
		return order <= 0, nil
	}
	return order >= 0, nil
}

func orderOf(r *run, a, b any) (int, error) {
	if isNumber(a) && isNumber(b) {
		return compareNumbers(a, b), r.spend(25)
	}
	x, ok := a.(string)
	y, both := b.(string)
	if !ok || !both {
		return 0, problemf("cannot compare %s with %s", kindOf(a), kindOf(b))
	}
	return strings.Compare(x, y), r.spend(25 + min(len(x), len(y))/4)
}

// concat joins the texts of two values.
func concat(r *run, a, b any) (any, error) {
	x, err := r.text(a)
	if err != nil {
		return nil, err
	}
	y, err := r.text(b)
	if err != nil {
		return nil, err
	}
	if err := r.room(len(x) + len(y)); err != nil {
		return nil, err
	}
	return x + y, nil
}

// contains asks a list for one or all of some values, a map for a key, a string
// for a part. Null contains nothing.
func contains(r *run, a, b any) (any, error) {
	switch a := a.(type) {
	case nil:
		return false, nil
	case string:
		part, err := r.text(b)
		if err != nil {
			return nil, err
		}
		return strings.Contains(a, part), r.spend(len(a) + len(part))
	case map[string]any:
		_, ok := child(a, b)
		return ok, nil
	case []any:
		wanted, ok := b.([]any)
		if !ok {
			wanted = []any{b}
		}
		for _, w := range wanted {
			if found, err := holds(r, a, w); !found || err != nil {
				return false, err
			}
		}
		return true, nil
	}
	return nil, problemf("`contains` needs a list, a map or a string, not %s", kindOf(a))
}

func holds(r *run, items []any, v any) (bool, error) {
	for _, e := range items {
		if same, err := equal(r, e, v, 0); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// isIn looks for a value in a list, or among a map's keys and values. Kestra
// compares the texts of the two.
func isIn(r *run, a, b any) (any, error) {
	if a == nil || b == nil {
		return false, nil
	}
	want, err := r.text(a)
	if err != nil {
		return nil, err
	}
	match := func(v any) (bool, error) {
		if v == nil {
			return false, nil
		}
		have, err := r.text(v)
		if err != nil {
			return false, err
		}
		return have == want, r.spend(8)
	}
	switch b := b.(type) {
	case []any:
		for _, v := range b {
			if ok, err := match(v); ok || err != nil {
				return ok, err
			}
		}
	case map[string]any:
		if _, ok := b[want]; ok {
			return true, nil
		}
		keys, err := r.keys(b)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			if ok, err := match(b[k]); ok || err != nil {
				return ok, err
			}
		}
	}
	return false, nil
}

// makeRange counts from a to b, both included; numbers or single characters.
func makeRange(r *run, a, b, by any) (any, error) {
	x, xText, ok := rangeEnd(a)
	y, yText, both := rangeEnd(b)
	step, whole := by.(int64)
	switch {
	case !ok || !both || xText != yText:
		return nil, problem("a range needs two whole numbers or two single characters")
	case !whole || step == 0:
		return nil, problem("a range needs a whole number other than 0 as its step")
	case (step > 0) != (x <= y) && x != y:
		return []any{}, nil
	}
	n := distance(x, y)/distance(0, step) + 1
	if n > maxItems || n == 0 {
		return nil, problemf("the list would have more than %d entries", maxItems)
	}
	out := make([]any, n)
	for i := range out {
		v := x + int64(i)*step
		if out[i] = v; xText {
			out[i] = string(rune(v)) //nolint:gosec // between two runes
		}
	}
	return out, r.items(len(out))
}

// distance is |a-b| without overflow.
func distance(a, b int64) uint64 {
	if a > b {
		a, b = b, a
	}
	return uint64(b) - uint64(a) //nolint:gosec // the wrap-around is what makes it right
}

func rangeEnd(v any) (n int64, text, ok bool) {
	switch v := v.(type) {
	case int64:
		return v, false, true
	case string:
		c, size := utf8.DecodeRuneInString(v)
		return int64(c), true, size > 0 && size == len(v)
	}
	return 0, false, false
}

func newList(r *run, args []any) (any, error) {
	// The arguments are a part of the machine's buffer.
	return append([]any{}, args...), r.items(len(args))
}

// newMap makes a map of alternating keys and values.
func newMap(r *run, args []any) (any, error) {
	out := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		k, err := mapKey(args[i])
		if err != nil {
			return nil, err
		}
		out[k] = args[i+1]
	}
	return out, r.items(len(out))
}

func mapKey(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	}
	return "", problemf("%s cannot be a key", kindOf(v))
}

func joinLists(r *run, a, b []any) (any, error) {
	if err := r.items(len(a) + len(b)); err != nil {
		return nil, err
	}
	out := make([]any, 0, len(a)+len(b))
	return append(append(out, a...), b...), nil
}

// wholeNumber is an int64, or a float64 without a fraction.
func wholeNumber(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), true
		}
	}
	return 0, false
}
