package expr

import "github.com/itchyny/gojq"

// node is a part of a parsed expression. It knows how to write itself as an
// expr-lang expression.
type node interface{ emit(e *emitter) }

type (
	// constant is a literal.
	constant struct{ value any }

	// path is a root and what literal keys lead to from it: a.b['c'][0].
	path struct {
		pos   pos
		text  string // as written, steps included
		root  string
		slot  int // of a variable of the template, counted from 1; 0 for a root
		steps []step
	}

	// access is a key that is computed, or one of what is: a[b], f(x).c.
	access struct {
		pos  pos
		text string
		base node
		key  node
	}

	unary struct {
		pos     pos
		op      string
		operand node
	}

	binary struct {
		pos         pos
		op          string
		left, right node
	}

	ternary struct {
		pos                   pos
		cond, then, otherwise node
	}

	// test is `x is name` and `x is not name`.
	test struct {
		pos     pos
		operand node
		name    string
		not     bool
	}

	// filtered is `x | name(args)`. An argument that is not given is nil.
	filtered struct {
		pos  pos
		name string
		in   node
		args []node
		jq   func() (*gojq.Code, error) // the first argument of jq, if it is a literal
	}

	// call is name(args) of a built-in function, its arguments in order.
	call struct {
		pos  pos
		name string
		args []node
	}

	// outsideCall is name(args) of a function of the environment, its arguments
	// as written: the last have names.
	outsideCall struct {
		pos   pos
		name  string
		args  []node
		names []string
	}

	list struct {
		pos   pos
		items []node
	}

	dict struct {
		pos    pos
		keys   []node
		values []node
	}
)

// step is a literal key on a path.
type step struct {
	key any // string or int64
	end int // where in path.text it ends
}
