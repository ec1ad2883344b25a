package expr

import (
	"strconv"
	"strings"

	exprlang "github.com/expr-lang/expr"
)

// emitter writes an expression in expr-lang. Each of our operators becomes a
// call of a function of its own, f0, f1, …, which knows its place; so the
// meaning of every operator is ours, and expr-lang does what it is good at:
// order, branches and variables.
//
//	a.n + 1 ?? 'x'   becomes   (let v1 = f2($env, f0($env), f1($env)); f3($env, v1) ? v1 : f4($env))
type emitter struct {
	out   strings.Builder
	funcs []exprlang.Option
	vars  int
}

// operation is what an operator does with its operands, which are defined.
type operation func(r *run, args []any) (any, error)

// call writes a call of op at a place. An operand that is undefined is the
// result, and op is not asked.
func (e *emitter) call(at pos, op operation, args ...node) {
	e.invoke(strict(at, op), func() {
		for _, a := range args {
			e.next(a)
		}
	})
}

// on writes a call of op with variables.
func (e *emitter) on(op exprFunc, vars ...string) {
	e.invoke(op, func() {
		for _, v := range vars {
			e.out.WriteString(", " + v)
		}
	})
}

func (e *emitter) next(n node) {
	e.out.WriteString(", ")
	n.emit(e)
}

// exprFunc is a function as expr-lang calls it. The first argument is the *run.
type exprFunc = func(args ...any) (any, error)

func (e *emitter) invoke(f exprFunc, args func()) {
	name := "f" + strconv.Itoa(len(e.funcs))
	e.funcs = append(e.funcs, exprlang.Function(name, f))
	e.out.WriteString(name + "($env")
	args()
	e.out.WriteString(")")
}

// let writes (let v = n; body), where body writes what is done with v.
func (e *emitter) let(n node, body func(v string)) {
	e.vars++
	v := "v" + strconv.Itoa(e.vars)
	e.out.WriteString("(let " + v + " = ")
	n.emit(e)
	e.out.WriteString("; ")
	body(v)
	e.out.WriteString(")")
}

// choose writes cond(v) ? then : otherwise.
func (e *emitter) choose(cond exprFunc, v string, then, otherwise func()) {
	e.on(cond, v)
	e.out.WriteString(" ? ")
	then()
	e.out.WriteString(" : ")
	otherwise()
}

// strict makes op one that passes on what is undefined and knows its place.
func strict(at pos, op operation) exprFunc {
	return func(args ...any) (any, error) {
		r, operands := operandsOf(args)
		for _, a := range operands {
			if u, ok := a.(*undefined); ok {
				return u, nil
			}
		}
		v, err := op(r, operands)
		return v, at.place(err)
	}
}

// lenient makes op one that sees what is undefined.
func lenient(at pos, op operation) exprFunc {
	return func(args ...any) (any, error) {
		r, operands := operandsOf(args)
		v, err := op(r, operands)
		return v, at.place(err)
	}
}

// asks makes a condition on one operand, which may be undefined.
func asks(cond func(v any) bool) exprFunc {
	return func(args ...any) (any, error) { return cond(args[1]), nil }
}

func operandsOf(args []any) (*run, []any) {
	r, _ := args[0].(*run)
	return r, args[1:]
}
