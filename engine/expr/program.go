package expr

import (
	"errors"

	exprlang "github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// program is one compiled expression.
type program struct {
	pos  pos
	root *path       // set if the expression is nothing but a path
	code *vm.Program // else
}

// compileNode makes a program of a parsed expression.
func compileNode(n node, at pos) (*program, error) {
	if x, ok := n.(*path); ok {
		return &program{pos: at, root: x}, nil
	}
	var e emitter
	n.emit(&e)
	options := append(e.funcs,
		exprlang.DisableAllBuiltins(),
		exprlang.Optimize(false), // it folds constants by its own rules
		exprlang.MaxNodes(0),     // bounded already, in our own nodes
	)
	code, err := exprlang.Compile(e.out.String(), options...)
	if err != nil {
		return nil, at.syntax("the expression cannot be compiled")
	}
	return &program{pos: at, code: code}, nil
}

// eval runs the program. The error is an *EvalError.
func (p *program) eval(r *run) (any, error) {
	v, err := p.value(r)
	if err != nil {
		if e, ok := errors.AsType[*EvalError](err); ok {
			return nil, e
		}
		return nil, p.pos.eval("the expression cannot be evaluated")
	}
	if u, ok := v.(*undefined); ok {
		return nil, u.err()
	}
	return v, nil
}

// value runs the program. A path needs no machine: it is the same function that
// the machine would call.
func (p *program) value(r *run) (any, error) {
	if p.root != nil {
		return p.root.resolve(r), nil
	}
	return vm.Run(p.code, r)
}
