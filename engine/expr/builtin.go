package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/itchyny/gojq"
)

// builtin is a filter or a function: what its arguments are called, and what it
// does.
type builtin struct {
	params  []string
	need    int  // so many arguments must be given
	rest    bool // any number more may be
	catches bool // a filter: an undefined input is null
	nulls   bool // a filter: wants null; for all others null in is null out
	apply   func(c *invocation) (any, error)
}

// invocation is one use of a builtin. args may be shorter than the parameters.
type invocation struct {
	*run
	name string
	def  *builtin
	in   any
	args []any
	jq   func() (*gojq.Code, error) // the first argument, if it is a literal
}

func (b *builtin) use(c *invocation) (any, error) {
	if c.in == nil && !b.nulls {
		return nil, nil //nolint:nilnil // null is a value of the language
	}
	return b.apply(c)
}

// Functions lists the names of the built-in functions, sorted. Those of
// [Env.Funcs] are not among them.
func Functions() []string { return slices.Sorted(maps.Keys(functions)) }

// Filters lists the names of the filters, sorted.
func Filters() []string { return slices.Sorted(maps.Keys(filters)) }

// Tests lists the names of the tests that may follow `is`, sorted.
func Tests() []string { return slices.Sorted(maps.Keys(tests)) }

// Known reports whether name is a built-in function or filter.
func Known(name string) bool {
	_, function := functions[name]
	_, filter := filters[name]
	return function || filter
}

// arg is the i-th argument, null if it is not given.
func (c *invocation) arg(i int) any {
	if i < len(c.args) {
		return c.args[i]
	}
	return nil
}

func (c *invocation) failf(format string, args ...any) error {
	return problemf("`"+c.name+"` "+format, args...)
}

func (c *invocation) param(i int) string { return c.def.params[i] }

// input is a scalar input as a text.
func (c *invocation) input() (string, error) {
	switch v := c.in.(type) {
	case string:
		return v, nil
	case bool, int64, float64:
		return c.text(v)
	}
	return "", c.failf("needs a string, not %s", kindOf(c.in))
}

func (c *invocation) items() ([]any, error) {
	v, ok := c.in.([]any)
	if !ok {
		return nil, c.failf("needs a list, not %s", kindOf(c.in))
	}
	return v, c.spend(len(v))
}

// str is a string argument, otherwise if it is not given.
func (c *invocation) str(i int, otherwise string) (string, error) {
	switch v := c.arg(i).(type) {
	case nil:
		return otherwise, nil
	case string:
		return v, nil
	}
	return "", c.failf("needs a string as `%s`, not %s", c.param(i), kindOf(c.arg(i)))
}

// num is a whole number argument, otherwise if it is not given.
func (c *invocation) num(i int, otherwise int64) (int64, error) {
	v := c.arg(i)
	if v == nil {
		return otherwise, nil
	}
	n, ok := wholeNumber(v)
	if !ok {
		return 0, c.failf("needs a whole number as `%s`, not %s", c.param(i), kindOf(v))
	}
	return n, nil
}

// made hands out a text after asking for its room. Use it where the text can be
// no longer than a small multiple of the input.
func (c *invocation) made(s string) (any, error) {
	if err := c.room(len(s)); err != nil {
		return nil, err
	}
	return s, nil
}

// textFilter makes a filter without arguments of a function on texts.
func textFilter(f func(string) string) builtin {
	return builtin{apply: func(c *invocation) (any, error) {
		s, err := c.input()
		if err != nil {
			return nil, err
		}
		if err := c.room(len(s)); err != nil {
			return nil, err
		}
		if err := c.spend(8 * len(s)); err != nil {
			return nil, err
		}
		return c.made(f(s))
	}}
}

func trim(s string) string { return strings.TrimSpace(s) }
