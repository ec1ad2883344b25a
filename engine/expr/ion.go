package expr

import (
	"strings"
	"unicode"
)

// fromIon reads Ion's text: JSON, with symbols for strings, typed nulls,
// decimals, timestamps (which stay texts) and comments. Long strings, blobs,
// annotations and s-expressions are refused. allRows reads all values that
// follow one another as a list; else the first counts.
func fromIon(c *invocation) (any, error) {
	if c.arg(0) == nil {
		return nil, nil //nolint:nilnil // null is a value of the language
	}
	s, ok := c.arg(0).(string)
	if !ok {
		return nil, c.failf("needs a string, not %s", kindOf(c.arg(0)))
	}
	if err := c.room(len(s)); err != nil {
		return nil, err
	}
	if err := c.spend(60 * len(s)); err != nil {
		return nil, err
	}
	r := ionReader{c: c, s: s}
	rows := []any{}
	for r.blanks(); r.s != ""; r.blanks() {
		v, err := r.value(0)
		if err != nil {
			return nil, err
		}
		if c.arg(1) != true {
			return v, nil
		}
		rows = append(rows, v)
	}
	if c.arg(1) != true {
		return nil, nil //nolint:nilnil // no value at all
	}
	return rows, c.run.items(len(rows))
}

type ionReader struct {
	c *invocation
	s string // what is left
}

func (r *ionReader) fault() error {
	return r.c.failf("needs Ion: the text is none, or one of a kind not read here")
}

// blanks skips them, and comments.
func (r *ionReader) blanks() {
	for {
		r.s = strings.TrimLeftFunc(r.s, unicode.IsSpace)
		switch {
		case strings.HasPrefix(r.s, "//"):
			_, r.s, _ = strings.Cut(r.s, "\n")
		case strings.HasPrefix(r.s, "/*"):
			_, r.s, _ = strings.Cut(r.s, "*/")
		default:
			return
		}
	}
}

func (r *ionReader) take(c byte) bool {
	if r.s != "" && r.s[0] == c {
		r.s = r.s[1:]
		return true
	}
	return false
}

func (r *ionReader) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, r.c.failf("needs Ion that is nested no deeper than %d", maxDepth)
	}
	switch {
	case strings.HasPrefix(r.s, "'''"), r.s == "":
		return nil, r.fault()
	case r.s[0] == '"' || r.s[0] == '\'':
		return r.quoted()
	case r.take('['):
		return r.list(depth)
	case r.take('{'):
		return r.fields(depth)
	}
	return r.word()
}

func (r *ionReader) list(depth int) (any, error) {
	out := []any{}
	for r.blanks(); !r.take(']'); r.blanks() {
		if len(out) > 0 && !r.take(',') {
			return nil, r.fault()
		}
		if r.blanks(); r.take(']') { // a comma may follow the last
			break
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, r.c.run.items(len(out))
}

func (r *ionReader) fields(depth int) (any, error) {
	out := map[string]any{}
	first := true
	for r.blanks(); !r.take('}'); r.blanks() {
		if !first && !r.take(',') {
			return nil, r.fault()
		}
		first = false
		if r.blanks(); r.take('}') {
			break
		}
		name, err := r.name()
		if err != nil {
			return nil, err
		}
		if r.blanks(); !r.take(':') {
			return nil, r.fault()
		}
		r.blanks()
		if out[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
	}
	return out, r.c.run.items(len(out))
}

func (r *ionReader) name() (string, error) {
	if r.s != "" && (r.s[0] == '"' || r.s[0] == '\'') {
		return r.quoted()
	}
	name := r.symbol()
	if name == "" {
		return "", r.fault()
	}
	return name, nil
}

// symbol takes what a bare word may hold.
func (r *ionReader) symbol() string {
	n := strings.IndexFunc(r.s, func(c rune) bool {
		return c != '_' && c != '$' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
	if n < 0 {
		n = len(r.s)
	}
	word := r.s[:n]
	r.s = r.s[n:]
	return word
}

func (r *ionReader) quoted() (string, error) {
	quote := r.s[0]
	for i := 1; i < len(r.s); i++ {
		switch r.s[i] {
		case '\\':
			i++
		case quote:
			text := r.s[1:i]
			r.s = r.s[i+1:]
			return r.unescape(text)
		}
	}
	return "", r.fault()
}

// unescape reads the escapes that Ion shares with JSON, and the quote.
func (r *ionReader) unescape(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, `\'`, `'`), "\n", `\n`)
	v, err := fromJSON(r.c, `"`+s+`"`)
	if err != nil {
		return "", r.fault()
	}
	text, _ := v.(string)
	return text, nil
}

// word reads true, null, null.string, a number, a timestamp or a symbol.
func (r *ionReader) word() (any, error) {
	n := strings.IndexFunc(r.s, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(",]}{[\"'/(", c) })
	if n < 0 {
		n = len(r.s)
	}
	word := r.s[:n]
	first := word + " "
	switch c := first[0]; {
	case word == "true", word == "false":
		r.s = r.s[n:]
		return word == "true", nil
	case word == "null", strings.HasPrefix(word, "null."):
		r.s = r.s[n:]
		return nil, nil //nolint:nilnil // null is a value of the language
	case c >= '0' && c <= '9', c == '-':
		r.s = r.s[n:]
		return r.number(word)
	}
	symbol := r.symbol()
	if symbol == "" {
		return nil, r.fault()
	}
	return symbol, nil
}

func (r *ionReader) number(word string) (any, error) {
	if len(word) > 4 && (word[4] == '-' || word[4] == 'T') { // 2026-01-31T…
		return strings.TrimSuffix(word, "T"), nil
	}
	plain := strings.ReplaceAll(word, "_", "")
	plain = strings.Replace(strings.Replace(plain, "d", "e", 1), "D", "e", 1)
	f := parseNumber(strings.TrimSuffix(plain, "."))
	if f == nil || strings.ContainsAny(plain, "xXpPnNiI") {
		return nil, r.fault()
	}
	return f, nil
}
