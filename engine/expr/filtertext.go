package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// title makes the first letter of every word a capital.
func title(s string) string {
	start := true
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			start = true
		case start:
			start = false
			return unicode.ToTitle(c)
		}
		return c
	}, s)
}

// capitalize makes the first letter a capital.
func capitalize(s string) string {
	c, n := utf8.DecodeRuneInString(s)
	if n == 0 || c == utf8.RuneError {
		return s
	}
	return string(unicode.ToTitle(c)) + s[n:]
}

// slugify keeps letters and digits of ASCII, without accents, and joins the
// words by single hyphens.
func slugify(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch plain := unaccent(unicode.ToLower(c)); {
		case plain >= 'a' && plain <= 'z', plain >= '0' && plain <= '9':
			b.WriteRune(plain)
		case unicode.IsSpace(c) || c == '-' || c == '_':
			if n := b.Len(); n > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// unaccent is a letter of Latin-1 or Latin Extended-A without its accent.
func unaccent(c rune) rune {
	const from = 'à'
	const plain = "aaaaaa.ceeeeiiii.nooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggggggghh.hiiiiiiii" +
		"ii..jjkk.llllll..llnnnnnn...oooooo..rrrrrrsssssssstttt.tuuuuuuuuuuuuwwyyyzzzzzz."
	if c < from || int(c-from) >= len(plain) || plain[c-from] == '.' {
		return c
	}
	return rune(plain[c-from])
}

// filterAbbreviate cuts a text to a length, the dots that say so included.
func filterAbbreviate(c *invocation) (any, error) {
	s, err := c.input()
	if err != nil {
		return nil, err
	}
	n, err := c.num(0, 0)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, c.failf("needs a length of at least 0")
	}
	if err := c.spend(len(s)); err != nil {
		return nil, err
	}
	length := int64(utf8.RuneCountInString(s))
	switch {
	case length <= n || length <= 3:
		return s, nil
	case n <= 3:
		return cutRunes(s, 0, n), nil
	}
	return cutRunes(s, 0, n-3) + "...", nil
}

// cutRunes is the characters from to to of s.
func cutRunes(s string, from, to int64) string {
	at, begin := int64(0), len(s)
	for i := range s {
		if at == from {
			begin = i
		}
		if at == to {
			return s[min(begin, i):i]
		}
		at++
	}
	return s[begin:]
}

func partTest(is func(s, part string) bool) func(c *invocation) (any, error) {
	return func(c *invocation) (any, error) {
		s, err := c.input()
		if err != nil {
			return nil, err
		}
		p, err := c.str(0, "")
		return is(s, p), err
	}
}

func before(s string, at, _ int) string {
	if at < 0 {
		return s
	}
	return s[:at]
}

func after(s string, at, n int) string {
	if at < 0 {
		return ""
	}
	return s[at+n:]
}

// cutAt makes a filter that cuts a text at a separator.
func cutAt(find func(s, sep string) int, cut func(s string, at, n int) string) func(c *invocation) (any, error) {
	return func(c *invocation) (any, error) {
		s, err := c.input()
		if err != nil {
			return nil, err
		}
		sep, err := c.str(0, "")
		if err != nil {
			return nil, err
		}
		return cut(s, find(s, sep), len(sep)), c.spend(len(s) + len(sep))
	}
}

// indent puts a prefix, amount times, after every line break; first is what the
// text then begins with.
func indent(c *invocation, first string) (any, error) {
	s, err := c.input()
	if err != nil || s == "" {
		return s, err
	}
	amount, err := c.num(0, 0)
	if err != nil {
		return nil, err
	}
	prefix, err := c.str(1, " ")
	if err != nil {
		return nil, err
	}
	if amount < 0 || amount > maxResult {
		return nil, c.failf("needs an amount from 0 to %d", maxResult)
	}
	lines := strings.Count(first+s, "\n")
	width := int(amount) * len(prefix)
	if err := c.room(width); err != nil {
		return nil, err
	}
	if err := c.room(len(first) + len(s) + lines*width); err != nil {
		return nil, err
	}
	return strings.ReplaceAll(first+s, "\n", "\n"+strings.Repeat(prefix, int(amount))), nil
}

func filterEscapeChar(c *invocation) (any, error) {
	kind, err := c.str(0, "")
	if err != nil {
		return nil, err
	}
	var old, with string
	switch strings.ToLower(kind) {
	case "single":
		old, with = `'`, `\'`
	case "double":
		old, with = `"`, `\"`
	case "shell":
		old, with = `'`, `'\''`
	default:
		return nil, c.failf("needs single, double or shell as `type`")
	}
	return c.eachText(c.in, 0, func(s string) (string, error) { return replaceAll(c, s, old, with) })
}

// eachText changes a text, or every text in a list or map, numbers and booleans
// as they print.
func (c *invocation) eachText(v any, depth int, change func(string) (string, error)) (any, error) {
	if depth > maxDepth {
		return nil, c.failf("needs a value that is not nested deeper than %d", maxDepth)
	}
	switch v := v.(type) {
	case nil:
		return nil, nil //nolint:nilnil // null is a value of the language
	case []any:
		if err := c.run.items(len(v)); err != nil {
			return nil, err
		}
		out := make([]any, len(v))
		for i, item := range v {
			var err error
			if out[i], err = c.eachText(item, depth+1, change); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		keys, err := c.keys(v)
		if err == nil {
			err = c.run.items(len(v))
		}
		out := make(map[string]any, len(keys))
		for i := 0; i < len(keys) && err == nil; i++ {
			out[keys[i]], err = c.eachText(v[keys[i]], depth+1, change)
		}
		return out, err
	}
	s, err := c.text(v)
	if err != nil {
		return nil, err
	}
	return change(s)
}

// replaceAll asks for the room before it replaces.
func replaceAll(c *invocation, s, old, with string) (string, error) {
	n := strings.Count(s, old)
	if err := c.spend(len(s)); err != nil {
		return "", err
	}
	if err := c.room(len(s) + n*(len(with)-len(old))); err != nil {
		return "", err
	}
	return strings.ReplaceAll(s, old, with), nil
}
