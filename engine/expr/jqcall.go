package expr

import (
	"slices"

	"github.com/itchyny/gojq"
)

// call rewrites a call of a function, or the use of a variable.
func (t *tamer) call(f *gojq.Func) *gojq.Query {
	if t.own["$__operand"] && f.Name == "$__operand" {
		return jqFunc(f)
	}
	name, args := f.Name, make([]*gojq.Query, len(f.Args))
	for i, a := range f.Args {
		args[i] = t.query(a)
	}
	same := jqFunc(&gojq.Func{Name: name, Args: args})
	switch {
	case slices.Contains(t.open, name): // an instruction takes the longer, the deeper calls are nested
		t.refuse("a jq program cannot call `%s` from within itself; see recurse, while and until", name)
		return same
	case name[0] == '$' && !hidden(name) && name != "$ENV" && name != "$__prog_args", t.own[name]:
		return same
	case jqFree[name]:
		return same
	case name == "add" && len(args) == 1: // all of it is paid for before
		return then(t.pays(&gojq.Term{Type: gojq.TermTypeArray, Array: &gojq.Array{Query: args[0]}}), t.pays(jqFunc(&gojq.Func{Name: name}).Term))
	case jqPaid[name] && name[0] != '@':
		return then(jqCall("__paid"), t.pays(same.Term))
	case jqSpecial[name]:
		return t.special(name, args)
	}
	t.refuse("jq has no function `%s` here", name)
	return same
}

func jqFunc(f *gojq.Func) *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: f}}
}

// special rewrites what needs a guard of its own.
func (t *tamer) special(name string, args []*gojq.Query) *gojq.Query {
	with := func(a ...*gojq.Query) *gojq.Query { return t.pays(jqFunc(&gojq.Func{Name: name, Args: a}).Term) }
	switch name {
	case "sort", "min", "max", "unique":
		if len(args) == 0 {
			return then(jqCall("__sorted"), with())
		}
	case "sort_by", "min_by", "max_by", "group_by", "unique_by":
		if len(args) == 1 {
			return then(jqCall("__paid"), with(then(args[0], jqCall("__sorted"))))
		}
	case "contains", "inside", "indices", "index", "rindex":
		guard := "__each"
		if name == "indices" {
			guard = "__found"
		}
		if len(args) == 1 {
			return then(jqCall(guard, jqIdentity(), args[0]), boundPair(name, t))
		}
	case "join":
		if len(args) == 1 {
			return bound(args[0], func(v *gojq.Query) *gojq.Query { return then(jqCall("__joined", v), with(v)) })
		}
	case "transpose":
		return then(jqCall("__grid"), with(args...))
	case "tonumber":
		return then(jqCall("__short"), with(args...))
	case "fromjson":
		return then(jqCall("__paid"), jqCall("__fromjson"))
	case "test", "match", "capture", "scan", "splits":
		if len(args) >= 1 {
			return bound(args[0], func(v *gojq.Query) *gojq.Query {
				return then(jqCall("__matched", v), with(append([]*gojq.Query{v}, args[1:]...)...))
			})
		}
	case "sub", "gsub":
		return t.replacement(name, args)
	case "nth", "getpath", "setpath":
		if len(args) >= 1 {
			guarded := append([]*gojq.Query{then(args[0], jqCall("__index"))}, args[1:]...)
			return jqFunc(&gojq.Func{Name: name, Args: guarded})
		}
	}
	t.refuse("jq has no function `%s` with %d arguments here", name, len(args))
	return jqIdentity()
}

// replacement lets gsub put a literal text in the place of each match.
func (t *tamer) replacement(name string, args []*gojq.Query) *gojq.Query {
	literal := len(args) == 2 && args[1].Term != nil && args[1].Term.Type == gojq.TermTypeString && args[1].Term.Str.Queries == nil
	if name != "gsub" || !literal {
		t.refuse("jq has `%s` only as gsub(expression; text) with a literal text here; see the filter regexReplace", name)
		return jqIdentity()
	}
	return jqCall("__replace", args[0], args[1])
}

// bound is value as $x | use of $x.
func bound(value *gojq.Query, use func(v *gojq.Query) *gojq.Query) *gojq.Query {
	const name = "$__bound"
	v := jqFunc(&gojq.Func{Name: name})
	return inBrackets(&gojq.Query{Left: value, Op: gojq.OpPipe, Patterns: []*gojq.Pattern{{Name: name}}, Right: use(v)})
}

// boundPair is the use of what a guard on the input and argument gives: . as [$in, $arg] | $in | name($arg), paid.
func boundPair(name string, t *tamer) *gojq.Query {
	in, arg := "$__input", "$__argument"
	call := t.pays(jqFunc(&gojq.Func{Name: name, Args: []*gojq.Query{jqFunc(&gojq.Func{Name: arg})}}).Term)
	return inBrackets(&gojq.Query{
		Left: jqIdentity(), Op: gojq.OpPipe,
		Patterns: []*gojq.Pattern{{Array: []*gojq.Pattern{{Name: in}, {Name: arg}}}},
		Right:    then(jqFunc(&gojq.Func{Name: in}), call),
	})
}
