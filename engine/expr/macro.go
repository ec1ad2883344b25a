package expr

// macro is {% macro name(parameters) %}: a text with parameters. It sees them
// and the roots, not the other variables of the template.
type macro struct {
	pos      pos
	name     string
	params   []string
	defaults []node // constants
	slots    int
	body     []statement
}

// macroCall is name(args) of a macro.
type macroCall struct {
	pos   pos
	macro *macro
	args  []node
	given []*program // the same, for a call that is not part of an expression
}

// call arranges the arguments of a call. What is not given has its default, or
// is null.
func (m *macro) call(name token, given arguments) (node, error) {
	def := builtin{params: m.params}
	args, err := def.arrange(name, given)
	if err != nil {
		return nil, err
	}
	for len(args) < len(m.params) {
		args = append(args, nil)
	}
	for i, a := range args {
		if a == nil {
			args[i] = m.defaults[i]
		}
	}
	return &macroCall{pos: name.pos, macro: m, args: args}, nil
}

func (n *macroCall) emit(e *emitter) {
	e.call(n.pos, func(r *run, args []any) (any, error) {
		at := n.pos
		w := writer{run: r, at: &at}
		err := n.macro.write(&w, args)
		return w.b.String(), err
	}, n.args...)
}

// write writes the macro's text in place.
func (n *macroCall) write(w *writer) error {
	args := make([]any, len(n.given))
	for i, g := range n.given {
		v, err := g.eval(w.run)
		if err != nil {
			return err
		}
		args[i] = v
	}
	return n.macro.write(w, args)
}

func (m *macro) write(w *writer, args []any) error {
	if w.depth == maxCalls {
		return problemf("macros call one another more than %d deep", maxCalls)
	}
	if err := w.spend(500 + 50*m.slots); err != nil {
		return err
	}
	outer := w.frame
	w.frame = make([]slot, m.slots)
	for i, a := range args {
		w.frame[i] = slot{value: a, set: true}
	}
	w.depth++
	err := w.write(m.body)
	w.depth--
	w.frame = outer
	return err
}
