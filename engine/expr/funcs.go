package expr

// Funcs finds a function by its name; nil is one that does not exist. It is a
// search and no table, because most evaluations call none of them.
type Funcs func(name string) Func

// FuncMap finds the functions of a table.
func FuncMap(table map[string]Func) Funcs {
	return func(name string) Func { return table[name] }
}

// Find looks for a function; nil finds none.
func (f Funcs) Find(name string) Func {
	if f == nil {
		return nil
	}
	return f(name)
}

// With looks in a table first.
func (f Funcs) With(first map[string]Func) Funcs {
	return func(name string) Func {
		if fn, ok := first[name]; ok {
			return fn
		}
		return f.Find(name)
	}
}
