package expr

// CallRef is a function that a template calls. Literal is its first argument,
// by position or by the name of the first parameter, if that is a string
// literal; Computed says that there is a first argument and it is not one.
type CallRef struct {
	Name      string
	Literal   string
	Computed  bool
	Args      []ArgRef // as written
	Line, Col int
}

// ArgRef is an argument of a call. One that is a literal has its value: nil,
// bool, int64, float64 or string. All others are computed.
type ArgRef struct {
	Name     string // empty if it is given by position
	Value    any
	Computed bool
}

// Arg is the argument at a position, counted from 0, or under a name.
func (c CallRef) Arg(i int, name string) (ArgRef, bool) {
	for at, a := range c.Args {
		if a.Name == "" && at == i || a.Name != "" && a.Name == name {
			return a, true
		}
	}
	return ArgRef{}, false
}

func firstOf(args []node) (literal string, computed bool) {
	if len(args) == 0 || args[0] == nil {
		return "", false
	}
	c, ok := args[0].(*constant)
	if !ok {
		return "", true
	}
	s, ok := c.value.(string)
	return s, !ok
}

// refs are the arguments as a [CallRef] lists them.
func (a arguments) refs() []ArgRef {
	var out []ArgRef
	for i, v := range a.values {
		ref := ArgRef{Computed: true}
		if c, ok := v.(*constant); ok {
			ref = ArgRef{Value: c.value}
		}
		if n := i - (len(a.values) - len(a.names)); n >= 0 {
			ref.Name = a.names[n].text
		}
		out = append(out, ref)
	}
	return out
}
