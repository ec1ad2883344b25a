package expr

import (
	"fmt"
	"strings"
)

// filterFormat is Java's String.format, as far as %s, %d, %f, %x and %% with a
// width and a precision.
func filterFormat(c *invocation) (any, error) {
	text, err := c.input()
	if err != nil {
		return nil, err
	}
	out := sink{run: c.run}
	next := 0
	for {
		plain, rest, found := strings.Cut(text, "%")
		if err := out.add(plain); err != nil {
			return nil, err
		}
		if !found {
			return out.b.String(), nil
		}
		verb := rest[:verbLength(rest)]
		if verb == "" {
			return nil, c.failf("knows %%s, %%d, %%f, %%x and %%%%, with a width and a precision of at most two digits")
		}
		text = rest[len(verb):]
		s, err := c.verb(verb, &next)
		if err != nil {
			return nil, err
		}
		if err := out.add(s); err != nil {
			return nil, err
		}
	}
}

// verbLength is that of flags, width, precision and letter after a %; 0 if they
// are not understood.
func verbLength(s string) int {
	if strings.HasPrefix(s, "%") {
		return 1
	}
	n := 0
	for n < len(s) && strings.IndexByte("-+ 0", s[n]) >= 0 && n < 4 {
		n++
	}
	width := digits(s[n:])
	n += width
	precision := 0
	if strings.HasPrefix(s[n:], ".") {
		precision = digits(s[n+1:])
		n += 1 + precision
	}
	if width > 2 || precision > 2 || n >= len(s) || strings.IndexByte("sdfx", s[n]) < 0 {
		return 0
	}
	return n + 1
}

// verb formats one value.
func (c *invocation) verb(verb string, next *int) (string, error) {
	if verb == "%" {
		return verb, nil
	}
	if *next >= len(c.args) {
		return "", c.failf("needs more arguments")
	}
	v := c.args[*next]
	*next++
	switch verb[len(verb)-1] {
	case 's':
		s, err := c.text(v)
		return fmt.Sprintf("%"+verb, s), err
	case 'f':
		if isNumber(v) {
			return fmt.Sprintf("%"+verb, toFloat(v)), nil
		}
	default:
		if n, ok := v.(int64); ok {
			return fmt.Sprintf("%"+verb, n), nil
		}
	}
	return "", c.failf("cannot write %s as %%%s", kindOf(v), verb)
}
