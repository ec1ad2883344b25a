package expr

// functions are the built-in ones: pure, and the same for everybody.
//
//nolint:gochecknoglobals // a table, never written
var functions = map[string]builtin{
	"fromJson": {params: []string{"json"}, need: 1, apply: func(c *invocation) (any, error) { return fromJSON(c, c.arg(0)) }},
	"json":     {params: []string{"json"}, need: 1, apply: func(c *invocation) (any, error) { return fromJSON(c, c.arg(0)) }},
	"toJson":   {params: []string{"value"}, need: 1, apply: func(c *invocation) (any, error) { return toJSON(c, c.arg(0)) }},
	"range": {params: []string{"start", "end", "increment"}, need: 2, apply: func(c *invocation) (any, error) {
		by := c.arg(2)
		if by == nil {
			by = int64(1)
		}
		return makeRange(c.run, c.arg(0), c.arg(1), by)
	}},
	"max": {rest: true, apply: func(c *invocation) (any, error) { return extreme(c, 1) }},
	"min": {rest: true, apply: func(c *invocation) (any, error) { return extreme(c, -1) }},
}

// outside are the arguments of the functions that come with [Env.Funcs], as far
// as they are known, so that a wrong name or number is found when a template is
// read. Func gets them as they were written.
//
//nolint:gochecknoglobals // a table, never written
var outside = map[string]builtin{
	"secret":  {params: []string{"key", "namespace", "subkey"}, need: 1, rest: true},
	"kv":      {params: []string{"key", "namespace", "errorOnMissing"}, need: 1, rest: true},
	"now":     {params: []string{"format", "timeZone", "existingFormat", "locale"}, rest: true},
	"appLink": {params: []string{"appId", "baseUrl"}, rest: true},
}

// callOutside calls a function of the environment. The last arguments have
// names.
func callOutside(r *run, name string, args []any, names []string) (any, error) {
	f, ok := r.env.Funcs[name]
	if !ok || f == nil {
		return nil, problemf("there is no function `%s` here", name)
	}
	if err := r.spend(1000); err != nil {
		return nil, err
	}
	in := Args{List: append([]any{}, args[:len(args)-len(names)]...)}
	if len(names) > 0 {
		in.Named = make(map[string]any, len(names))
		for i, n := range names {
			in.Named[n] = args[len(in.List)+i]
		}
	}
	return guarded(name, f, in)
}

// guarded calls a function of the environment. That it panics is its fault, not
// the end of the engine.
func guarded(name string, f Func, args Args) (v any, err error) {
	defer func() {
		if recover() != nil {
			err = problemf("the function `%s` failed", name)
		}
	}()
	v, err = f(args)
	return tidy(v), err
}

// extreme is the largest or smallest of the arguments, or of one list.
func extreme(c *invocation, sign int) (any, error) {
	values := c.args
	if len(values) == 1 {
		if items, ok := values[0].([]any); ok {
			values = items
		}
	}
	if len(values) == 0 {
		return nil, c.failf("needs at least one value")
	}
	best := values[0]
	for _, v := range values {
		order, err := orderOf(c.run, v, best)
		if err != nil {
			return nil, err
		}
		if order*sign > 0 {
			best = v
		}
	}
	return best, nil
}
