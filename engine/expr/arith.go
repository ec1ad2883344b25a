package expr

import "math"

// errOverflow and errZero are refusals: a wrong number would be believed.
const (
	errOverflow = problem("the number is out of range")
	errZero     = problem("division by zero")
)

func applyUnary(op string, v any) (any, error) {
	switch op {
	case "not":
		ok, err := truth(v)
		return !ok, err
	case "-":
		return arithmetic("-", int64(0), v)
	}
	return arithmetic("+", int64(0), v)
}

// add is + : numbers are added; with a string on either side the texts are
// joined; a list takes what follows.
func add(r *run, a, b any) (any, error) {
	_, left := a.(string)
	_, right := b.(string)
	if left || right {
		return concat(r, a, b)
	}
	if items, ok := a.([]any); ok {
		more, ok := b.([]any)
		if !ok {
			more = []any{b}
		}
		return joinLists(r, items, more)
	}
	return arithmetic("+", a, b)
}

// arithmetic works on int64 while both sides are, else on float64.
func arithmetic(op string, a, b any) (any, error) {
	if !isNumber(a) || !isNumber(b) {
		other := a
		if isNumber(a) {
			other = b
		}
		return nil, problemf("`%s` needs numbers, not %s", op, kindOf(other))
	}
	x, ok := a.(int64)
	if y, both := b.(int64); ok && both {
		return integers(op, x, y)
	}
	return floats(op, toFloat(a), toFloat(b))
}

func toFloat(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return math.NaN()
}

func integers(op string, a, b int64) (any, error) {
	switch op {
	case "+":
		if c := a + b; (c > a) == (b > 0) {
			return c, nil
		}
	case "-":
		if c := a - b; (c < a) == (b > 0) {
			return c, nil
		}
	case "*":
		if a == 0 || b == 0 {
			return int64(0), nil
		}
		c := a * b
		if c/b == a && (a != -1 || b != math.MinInt64) && (b != -1 || a != math.MinInt64) {
			return c, nil
		}
	case "/", "%":
		return divide(op, a, b)
	}
	return nil, errOverflow
}

// divide is integer division, towards zero.
func divide(op string, a, b int64) (any, error) {
	switch {
	case b == 0:
		return nil, errZero
	case op == "%" && b == -1:
		return int64(0), nil
	case op == "%":
		return a % b, nil
	case a == math.MinInt64 && b == -1:
		return nil, errOverflow
	}
	return a / b, nil
}

func floats(op string, a, b float64) (any, error) {
	var c float64
	switch op {
	case "+":
		c = a + b
	case "-":
		c = a - b
	case "*":
		c = a * b
	case "/", "%":
		if b == 0 {
			return nil, errZero
		}
		c = a / b
		if op == "%" {
			c = math.Mod(a, b)
		}
	}
	if math.IsInf(c, 0) || math.IsNaN(c) {
		return nil, errOverflow
	}
	return c, nil
}
