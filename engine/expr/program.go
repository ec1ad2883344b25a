package expr

import (
	"errors"
	"sync"

	exprlang "github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// program is one parsed expression. Its machine code is made when it is first
// needed, once: that takes thirty times as long as parsing, and a flow with
// thousands of expressions must load in no time.
type program struct {
	pos  pos
	cost int                         // steps of one evaluation, but for what its operations add
	root *path                       // set if the expression is nothing but a path
	code func() (*vm.Program, error) // else
}

// newProgram makes a program of an expression of so many nodes.
func newProgram(n node, at pos, nodes int) *program {
	if x, ok := n.(*path); ok {
		return &program{pos: at, root: x, cost: 20 + 10*len(x.steps)}
	}
	return &program{pos: at, cost: 300 + 40*nodes, code: sync.OnceValues(func() (*vm.Program, error) { return assemble(n) })}
}

// assemble makes an expr-lang program of a node.
func assemble(n node) (*vm.Program, error) {
	var e emitter
	n.emit(&e)
	return exprlang.Compile(e.out.String(), append(e.funcs,
		exprlang.DisableAllBuiltins(),
		exprlang.Optimize(false), // it folds constants by its own rules
		exprlang.MaxNodes(0),     // bounded already, in our own nodes
	)...)
}

// faultText is what is said of a fault of ours; no template should bring it out.
const faultText = "the expression cannot be evaluated: internal fault"

// eval runs the program. The error is an *EvalError.
func (p *program) eval(r *run) (any, error) {
	if err := r.spend(p.cost); err != nil {
		return nil, p.pos.place(err)
	}
	v, err := p.value(r)
	if err != nil {
		if e, ok := errors.AsType[*EvalError](err); ok {
			return nil, e
		}
		return nil, p.pos.eval(faultText)
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
	code, err := p.code()
	if err != nil {
		return nil, err
	}
	return vm.Run(code, r)
}
