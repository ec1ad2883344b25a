package expr

func (n *constant) emit(e *emitter) {
	e.call(pos{}, func(*run, []any) (any, error) { return n.value, nil })
}

func (n *path) emit(e *emitter) {
	e.call(n.pos, func(r *run, _ []any) (any, error) { return n.resolve(r), nil })
}

func (n *access) emit(e *emitter) {
	e.call(n.pos, func(_ *run, args []any) (any, error) { return n.lookup(args[0], args[1]), nil }, n.base, n.key)
}

func (n *unary) emit(e *emitter) {
	e.call(n.pos, func(_ *run, args []any) (any, error) { return applyUnary(n.op, args[0]) }, n.operand)
}

func (n *list) emit(e *emitter) {
	e.call(n.pos, func(r *run, args []any) (any, error) { return newList(r, args) }, n.items...)
}

func (n *dict) emit(e *emitter) {
	pairs := make([]node, 0, 2*len(n.keys))
	for i, k := range n.keys {
		pairs = append(pairs, k, n.values[i])
	}
	e.call(n.pos, func(r *run, args []any) (any, error) { return newMap(r, args) }, pairs...)
}

func (n *call) emit(e *emitter) {
	def := functions[n.name]
	e.call(n.pos, func(r *run, args []any) (any, error) {
		return def.apply(&invocation{run: r, name: n.name, def: &def, args: args})
	}, present(n.args)...)
}

func (n *outsideCall) emit(e *emitter) {
	e.call(n.pos, func(r *run, args []any) (any, error) { return callOutside(r, n.name, args, n.names) }, n.args...)
}

func (n *filtered) emit(e *emitter) {
	def := filters[n.name]
	wrap := strict
	if def.catches {
		wrap = catching
	}
	op := func(r *run, args []any) (any, error) {
		return def.use(&invocation{run: r, name: n.name, def: &def, in: args[0], args: args[1:], jq: n.jq})
	}
	e.invoke(wrap(n.pos, op), func() {
		e.next(n.in)
		for _, a := range present(n.args) {
			e.next(a)
		}
	})
}

// catching makes op one that sees a missing input as null.
func catching(at pos, op operation) exprFunc {
	inner := strict(at, op)
	return func(args ...any) (any, error) {
		if _, ok := args[1].(*undefined); ok {
			args[1] = nil
		}
		return inner(args...)
	}
}

// present writes null for the arguments that are not given.
func present(args []node) []node {
	out := make([]node, len(args))
	for i, a := range args {
		if out[i] = a; a == nil {
			out[i] = &constant{nil}
		}
	}
	return out
}

func (n *test) emit(e *emitter) {
	def := tests[n.name]
	wrap := strict
	if def.catches {
		wrap = lenient
	}
	op := func(r *run, args []any) (any, error) {
		ok, err := def.holds(r, args[0])
		return ok != n.not, err
	}
	e.invoke(wrap(n.pos, op), func() { e.next(n.operand) })
}

func (n *binary) emit(e *emitter) {
	switch n.op {
	case "and", "or":
		n.emitLogic(e)
	case "??", "???":
		n.emitCoalesce(e)
	default:
		op := binaryOperation(n.op)
		e.call(n.pos, func(r *run, args []any) (any, error) { return op(r, args[0], args[1]) }, n.left, n.right)
	}
}

// emitLogic writes: if the left side decides, its truth, else that of the right.
func (n *binary) emitLogic(e *emitter) {
	decides := func(_ *run, args []any) (any, error) {
		if isUndefined(args[0]) {
			return true, nil
		}
		ok, err := truth(args[0])
		return ok == (n.op == "or"), err
	}
	asTruth := func(_ *run, args []any) (any, error) { return truth(args[0]) }
	e.let(n.left, func(v string) {
		e.choose(lenient(n.pos, decides), v,
			func() { e.on(strict(n.pos, asTruth), v) },
			func() { e.call(n.pos, asTruth, n.right) })
	})
}

// emitCoalesce writes: the left side if it is there, else the right.
func (n *binary) emitCoalesce(e *emitter) {
	there := asks(func(v any) bool { return !isUndefined(v) && (v != nil || n.op == "???") })
	e.let(n.left, func(v string) {
		e.choose(there, v,
			func() { e.out.WriteString(v) },
			func() { n.right.emit(e) })
	})
}

// emit writes: an undefined condition as it is, else one of the two branches.
// A null condition is false.
func (n *ternary) emit(e *emitter) {
	holds := func(_ *run, args []any) (any, error) {
		if args[0] == nil {
			return false, nil
		}
		return truth(args[0])
	}
	e.let(n.cond, func(v string) {
		e.choose(asks(isUndefined), v,
			func() { e.out.WriteString(v) },
			func() {
				e.out.WriteString("(")
				e.choose(lenient(n.pos, holds), v, func() { n.then.emit(e) }, func() { n.otherwise.emit(e) })
				e.out.WriteString(")")
			})
	})
}

func isUndefined(v any) bool {
	_, ok := v.(*undefined)
	return ok
}
