package expr

import (
	"math/big"

	"github.com/itchyny/gojq"
)

// jqVariable is where a program's budget stands. No program can name it: names
// that begin with two underscores are refused.
const jqVariable = "$__budget"

// jqGuards are the functions that tameJQ puts into programs. Each pays for a
// step that gojq would take at once, whatever its size.
func jqGuards() []gojq.CompilerOption {
	guard := func(name string, args int, f func(b *jqBudget, in any, args []any) any) gojq.CompilerOption {
		return gojq.WithFunction(name, args+1, args+1, func(in any, given []any) any {
			b, ok := given[args].(*jqBudget)
			if !ok {
				return errZero // cannot be: tameJQ wrote the call
			}
			out := f(b, in, given[:args])
			if b.fault != nil {
				return b.fault
			}
			return out
		})
	}
	return []gojq.CompilerOption{
		gojq.WithVariables([]string{jqVariable}),
		guard("__paid", 0, func(b *jqBudget, in any, _ []any) any { b.pay(in, 1, 0); return in }),
		guard("__sorted", 0, func(b *jqBudget, in any, _ []any) any { b.pay(in, 20, 0); return in }),
		guard("__pair", 2, func(b *jqBudget, _ any, args []any) any {
			b.pay(args[0], 1, 0)
			b.pay(args[1], 1, 0)
			return []any{args[0], args[1]}
		}),
		guard("__sum", 2, guardSum),
		guard("__product", 2, guardProduct),
		guard("__each", 2, guardEach),
		guard("__found", 2, guardFound),
		guard("__index", 0, guardIndex),
		guard("__short", 0, guardShort),
		guard("__grid", 0, guardGrid),
		guard("__joined", 1, guardJoined),
		guard("__matched", 1, guardMatched),
		guard("__fromjson", 0, guardFromJSON),
		guard("__replace", 2, guardReplace),
	}
}

// pay walks a value and pays for each part, so many times. It refuses what is
// too large or too deep to be handled in one step.
func (b *jqBudget) pay(v any, times, depth int) {
	if !b.spend(10 * times) {
		return
	}
	switch v := v.(type) {
	case string:
		b.fits(len(v), maxResult)
		b.spend(times * len(v) / 4)
	case *big.Int:
		b.refuse(errOverflow)
	case []any:
		b.fits(len(v), maxItems)
		b.deeper(depth)
		for i := 0; i < len(v) && b.fault == nil; i++ {
			b.pay(v[i], times, depth+1)
		}
	case map[string]any:
		b.fits(len(v), maxItems)
		b.deeper(depth)
		keys, err := b.run.keys(v) // in order, so that the same fault is found every time
		if err != nil {
			b.refuse(err)
		}
		for i := 0; i < len(keys) && b.fault == nil; i++ {
			b.spend(times * len(keys[i]) / 4)
			b.pay(v[keys[i]], times, depth+1)
		}
	}
}

func (b *jqBudget) refuse(err error) {
	if b.fault == nil {
		b.fault = err
	}
}

func (b *jqBudget) fits(n, most int) {
	if n > most {
		b.refuse(problemf("jq makes a value larger than %d", most))
	}
}

func (b *jqBudget) deeper(depth int) {
	if depth >= maxDepth {
		b.refuse(problemf("jq nests values deeper than %d", maxDepth))
	}
}

// guardSum lets two values be added: their texts or entries must fit together.
func guardSum(b *jqBudget, _ any, args []any) any {
	switch l := args[0].(type) {
	case string:
		if r, ok := args[1].(string); ok {
			b.fits(len(l)+len(r), maxResult)
			b.spend(len(l) + len(r))
		}
	case []any:
		if r, ok := args[1].([]any); ok {
			b.fits(len(l)+len(r), maxItems)
			b.spend(20 * (len(l) + len(r)))
		}
	case map[string]any:
		if r, ok := args[1].(map[string]any); ok {
			b.fits(len(l)+len(r), maxItems)
			b.spend(150 * (len(l) + len(r)))
		}
	}
	return []any{args[0], args[1]}
}

// guardProduct lets two values be multiplied. A text may be repeated.
func guardProduct(b *jqBudget, _ any, args []any) any {
	for i, v := range args {
		s, ok := v.(string)
		if !ok {
			continue
		}
		n, ok := gojq.ToFloat64(args[1-i])
		if ok && float64(len(s))*n > maxResult {
			b.fits(maxResult+1, maxResult)
		}
	}
	b.pay(args[0], 10, 0)
	b.pay(args[1], 10, 0)
	return []any{args[0], args[1]}
}

// guardEach lets each part of one value be held against each of another.
func guardEach(b *jqBudget, _ any, args []any) any {
	before := b.run.work
	b.pay(args[0], 1, 0)
	between := b.run.work
	b.pay(args[1], 1, 0)
	x, y := (before-between)/10, (between-b.run.work)/10
	if x > 0 && y > maxWork/x {
		b.spend(maxWork + 1)
	} else {
		b.spend(10 * x * y)
	}
	return []any{args[0], args[1]}
}

// guardFound lets each place of one text or list be found in another.
func guardFound(b *jqBudget, in any, args []any) any {
	if s, ok := args[0].(string); ok {
		part, _ := args[1].(string)
		b.spend(len(s) * (60 + len(part)/4))
	}
	return guardEach(b, in, args)
}

// guardIndex lets a value be an index, or a path of some: a list is as long as
// its greatest index.
func guardIndex(b *jqBudget, in any, _ []any) any {
	switch v := in.(type) {
	case []any:
		b.pay(v, 1, 0)
		for _, e := range v {
			if _, nested := e.([]any); b.fault == nil {
				if nested {
					b.pay(e, 20, 0)
				}
				guardIndex(b, e, nil)
			}
		}
	default:
		if n, ok := gojq.ToFloat64(v); ok {
			b.fits(int(min(n, maxItems+1)), maxItems)
		}
	}
	return in
}

// guardShort lets a text be read as a number.
func guardShort(b *jqBudget, in any, _ []any) any {
	if s, ok := in.(string); ok {
		b.fits(len(s), 1000)
	}
	return in
}

// guardGrid lets lists be transposed.
func guardGrid(b *jqBudget, in any, _ []any) any {
	b.pay(in, 1, 0)
	rows, _ := in.([]any)
	width := 0
	for _, row := range rows {
		cells, _ := row.([]any)
		width = max(width, len(cells))
	}
	b.fits(len(rows)*width, maxItems)
	return in
}

// guardJoined lets a list be joined.
func guardJoined(b *jqBudget, in any, args []any) any {
	b.pay(in, 2, 0)
	items, _ := in.([]any)
	sep, _ := args[0].(string)
	b.fits(len(items)*len(sep), maxResult)
	total := 0
	for _, e := range items {
		s, _ := e.(string)
		total += len(s) + len(sep)
	}
	b.fits(total, maxResult)
	return in
}

// guardMatched lets a text be matched against a regular expression, after doing
// so with the count running.
func guardMatched(b *jqBudget, in any, args []any) any {
	s, ok := in.(string)
	re, isText := args[0].(string)
	if !isText {
		b.refuse(problem("jq takes a regular expression as one text"))
		return nil
	}
	if !ok {
		return in // gojq says what is wrong
	}
	p, err := b.run.compilePattern(re)
	if err == nil {
		_, err = p.all(b.run, s, len(s)+1)
	}
	if err != nil {
		b.refuse(err)
	}
	b.spend(500 * (len(s) + 1) / 8)
	return in
}

func guardFromJSON(b *jqBudget, in any, _ []any) any {
	c := &invocation{run: b.run, name: "fromjson"}
	v, err := fromJSON(c, in)
	if err == nil {
		v, err = toJQ(b.run, v, 0)
	}
	if err != nil {
		b.refuse(err)
	}
	return v
}

// guardReplace is sub and gsub with a literal replacement.
func guardReplace(b *jqBudget, in any, args []any) any {
	s, ok := in.(string)
	re, isText := args[0].(string)
	with, literal := args[1].(string)
	if !ok || !isText || !literal {
		b.refuse(problem("jq replaces in texts, by texts"))
		return nil
	}
	p, err := b.run.compilePattern(re)
	if err == nil {
		s, err = p.replace(b.run, s, with)
	}
	if err != nil {
		b.refuse(err)
	}
	return s
}
