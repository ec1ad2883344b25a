package expr

// Func is a function that a template may call. What it returns is data.
type Func func(args Args) (any, error)

// Args are the arguments of a call as they were written: first those by
// position, then those by name. A function must not change them.
type Args struct {
	List  []any
	Named map[string]any // nil if there are none

	run *run // of the expression that calls
}

// Eval evaluates a value, as [Value.Eval] does, within what the calling
// expression may still do. A function that evaluates must use it: with bounds of
// its own for each call, expressions that call one another would have none.
func (a Args) Eval(v Value, env Env) (any, error) {
	r := newRun(env)
	if a.run == nil {
		return v.eval(r)
	}
	if r.depth = a.run.depth + 1; r.depth > maxCalls {
		return nil, problemf("expressions call one another more than %d deep", maxCalls)
	}
	r.work = a.run.work
	out, err := v.eval(r)
	a.run.work = r.work
	return out, err
}

// EvalHere is [Args.Eval] in the environment of the calling expression: what is
// part of the flow's own text sees what the text around it sees.
func (a Args) EvalHere(v Value) (any, error) {
	if a.run == nil {
		return a.Eval(v, Env{})
	}
	return a.Eval(v, a.run.env)
}

// Spend takes n steps of the calling expression, for work that follows from how
// much there is to look at. A function must stop at an error.
func (a Args) Spend(n int) error {
	if a.run == nil {
		return nil
	}
	return a.run.spend(n)
}

// Len is the number of arguments, however given.
func (a Args) Len() int { return len(a.List) + len(a.Named) }

// Get is the argument at a position, counted from 0, or under a name, whichever
// the author chose. It reports false if there is none; null is one.
func (a Args) Get(i int, name string) (any, bool) {
	if i < len(a.List) {
		return a.List[i], true
	}
	v, ok := a.Named[name]
	return v, ok
}
