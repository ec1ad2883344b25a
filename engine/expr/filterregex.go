package expr

import (
	"regexp"
	"strings"
)

func (c *invocation) inputAndPattern() (string, *pattern, error) {
	s, err := c.input()
	if err != nil {
		return "", nil, err
	}
	text, err := c.str(0, "")
	if err != nil {
		return "", nil, err
	}
	p, err := c.compilePattern(text)
	return s, p, err
}

func filterRegexMatch(c *invocation) (any, error) {
	if c.in == nil {
		return false, nil
	}
	s, p, err := c.inputAndPattern()
	if err != nil {
		return nil, err
	}
	m, err := p.match(c.run, s)
	return m != nil, err
}

func filterRegexReplace(c *invocation) (any, error) {
	s, p, err := c.inputAndPattern()
	if err != nil {
		return nil, err
	}
	with, err := c.str(1, "")
	if err != nil {
		return nil, err
	}
	return p.replace(c.run, s, with)
}

// filterRegexExtract is the first match, or a group of it; null if there is none.
func filterRegexExtract(c *invocation) (any, error) {
	s, p, err := c.inputAndPattern()
	if err != nil {
		return nil, err
	}
	group, err := c.num(1, 0)
	if err != nil {
		return nil, err
	}
	if group < 0 || group > int64(p.re.NumSubexp()) {
		return nil, c.failf("has no group %d: the regular expression has %d", group, p.re.NumSubexp())
	}
	m, err := p.match(c.run, s)
	if err != nil || m == nil || m[2*group] < 0 {
		return nil, err
	}
	return s[m[2*group]:m[2*group+1]], nil
}

// filterSplit parts a text at a delimiter, which is a regular expression, as in
// Java: empty parts at the end are dropped unless a limit is given.
func filterSplit(c *invocation) (any, error) {
	s, err := c.input()
	if err != nil {
		return nil, err
	}
	delimiter, err := c.str(0, "")
	if err != nil {
		return nil, err
	}
	limit, err := c.num(1, 0)
	if err != nil {
		return nil, err
	}
	most := maxItems
	if limit > 0 {
		most = int(min(limit-1, maxItems))
	}
	cuts, err := c.cuts(s, delimiter, most)
	if err != nil {
		return nil, err
	}
	out := []any{}
	from := 0
	for _, m := range cuts {
		if m[1] == 0 {
			continue // an empty match at the beginning parts nothing
		}
		if m[0] == m[1] && m[0] == len(s) {
			continue
		}
		out = append(out, s[from:m[0]])
		from = m[1]
	}
	out = append(out, s[from:])
	for limit == 0 && len(out) > 1 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out, c.run.items(len(out))
}

// cuts finds the delimiters. A plain text needs no machine.
func (c *invocation) cuts(s, delimiter string, most int) ([][]int, error) {
	if delimiter == "" || regexp.QuoteMeta(delimiter) != delimiter {
		p, err := c.compilePattern(delimiter)
		if err != nil {
			return nil, err
		}
		return p.all(c.run, s, most)
	}
	var out [][]int
	for at := 0; len(out) < most; {
		i := strings.Index(s[at:], delimiter)
		if i < 0 {
			break
		}
		out = append(out, []int{at + i, at + i + len(delimiter)})
		at += i + len(delimiter)
	}
	return out, c.spend(len(s) + 8*len(out))
}

// filterReplace replaces every key of a map by its value, in the order of the
// keys; with regexp the keys are regular expressions.
func filterReplace(c *invocation) (any, error) {
	pairs, ok := c.arg(0).(map[string]any)
	if !ok {
		return nil, c.failf("needs a map as `%s`, not %s", c.param(0), kindOf(c.arg(0)))
	}
	regex := c.arg(1) == true
	keys, err := c.keys(pairs)
	if err != nil {
		return nil, err
	}
	with := make([]string, len(keys))
	for i, old := range keys {
		if with[i], err = c.text(pairs[old]); err != nil {
			return nil, err
		}
	}
	return c.eachText(c.in, 0, func(s string) (_ string, err error) {
		for i, old := range keys {
			if s, err = c.replaceOne(s, old, with[i], regex); err != nil {
				return "", err
			}
		}
		return s, nil
	})
}

func (c *invocation) replaceOne(s, old, with string, regex bool) (string, error) {
	if !regex {
		return replaceAll(c, s, old, with)
	}
	p, err := c.compilePattern(old)
	if err != nil {
		return "", err
	}
	return p.replace(c.run, s, with)
}
