package flow

import (
	"cmp"
	"slices"
	"strings"
)

// code reads a script of a language other than the shell. An expression that
// stands bare gives way to its value with its type; one that is a whole string
// to its text; one within a longer string is joined to what is around it.
func (r *scriptReader) code(e *entry, lang Language) string {
	s := r.take(e)
	if s == nil || len(s.marks) == 0 {
		return s.plain()
	}
	c := &codeWriter{scriptReader: r, s: s, lang: lang, spans: scanCode(s.text, lang)}
	for i := 0; i < len(s.marks); i++ {
		k := slices.IndexFunc(c.spans, func(p span) bool { return p.begin <= s.marks[i].offset && s.marks[i].end() <= p.end })
		if k < 0 {
			c.bare(s.marks[i])
			continue
		}
		last := i
		for last+1 < len(s.marks) && s.marks[last+1].end() <= c.spans[k].end {
			last++
		}
		c.within(k, s.marks[i:last+1])
		i = last
	}
	return c.apply()
}

// codeWriter collects what is to be changed.
type codeWriter struct {
	*scriptReader
	s     *scriptText
	lang  Language
	spans []span
	edits []edit
}

// edit puts a text in place of a stretch of the source.
type edit struct {
	begin, end int
	text       string
}

func (c *codeWriter) edit(begin, end int, text string) {
	c.edits = append(c.edits, edit{begin, end, text})
}

func (c *codeWriter) apply() string {
	slices.SortStableFunc(c.edits, func(a, b edit) int { return cmp.Compare(a.begin, b.begin) })
	var b strings.Builder
	last := 0
	for _, e := range c.edits {
		b.WriteString(c.s.text[last:e.begin] + e.text)
		last = e.end
	}
	return b.String() + c.s.text[last:]
}

// reference is an expression of the language that yields a value.
func (c *codeWriter) reference(m mark, asJSON bool) string {
	name := c.valueOf(m.expression, asJSON)
	switch {
	case c.lang == Python && asJSON:
		return "__import__('json').loads(__import__('os').environ['" + name + "'])"
	case c.lang == Python:
		return "__import__('os').environ['" + name + "']"
	case asJSON:
		return "JSON.parse(process.env." + name + ")"
	}
	return "process.env." + name
}

func (c *codeWriter) bare(m mark) {
	before, after := c.s.text[:m.offset], c.s.text[m.end():]
	if before != "" && (isNamePart(before[len(before)-1]) || before[len(before)-1] == '.') ||
		after != "" && (isNamePart(after[0]) || strings.IndexByte("\"'`", after[0]) >= 0) {
		c.unsafeHere(m, "an expression cannot be a name, or part of one")
		return
	}
	c.edit(m.offset, m.end(), c.reference(m, true))
}

func isNamePart(b byte) bool {
	return b == '_' || b == '$' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// within writes the marks of one comment or string.
func (c *codeWriter) within(k int, marks []mark) {
	p := c.spans[k]
	if p.kind == spanComment {
		for _, m := range marks {
			c.edit(m.offset, m.end(), markPrefix)
		}
		return
	}
	for _, m := range marks {
		if why := c.problem(k, m); why != "" {
			c.unsafeHere(m, why)
			return
		}
	}
	switch {
	case p.kind == spanTemplate:
		for _, m := range marks {
			c.edit(m.offset, m.end(), "${"+c.reference(m, false)+"}")
		}
	case marks[0].offset == p.begin+len(p.open) && marks[0].end() == p.end-len(p.quote):
		c.edit(p.begin, p.end, c.reference(marks[0], false))
	default:
		c.join(p, marks)
	}
}

// problem says why an expression cannot stand in a string; empty if it can.
func (c *codeWriter) problem(k int, m mark) string {
	p := c.spans[k]
	prefix := strings.ToLower(strings.TrimSuffix(p.open, p.quote))
	switch {
	case strings.Contains(prefix, "f"):
		return "an expression cannot stand in an f-string"
	case strings.Contains(prefix, "b"):
		return "an expression cannot stand in a string of bytes"
	case escaped(c.s.text, m.offset):
		return "a backslash stands before the expression"
	case p.kind == spanTemplate:
	case strings.Contains(prefix, "r") && len(p.quote) == 3 && c.keepQuotes(p, m) != m.offset:
		return "a quote stands before the expression in a raw string"
	case c.isNeighbor(k-1, k), c.isNeighbor(k, k+1):
		return "an expression cannot stand in one of several strings side by side"
	}
	return c.consumer(p)
}

// consumer looks at what is done with a string: some read it as a program or a
// pattern of their own.
func (c *codeWriter) consumer(p span) string {
	rest := strings.TrimLeft(c.s.text[p.end:], " \t")
	if c.lang == Python && (strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, ".format")) {
		return "the value would be read as a format"
	}
	before := strings.TrimRight(c.s.text[:p.start], " \t\r\n([")
	i := len(before)
	for i > 0 && isNamePart(before[i-1]) {
		i--
	}
	name := before[i:]
	runs := []string{"eval", "exec", "compile", "system", "popen", "getoutput", "getstatusoutput", "execSync", "Function"}
	if strings.Contains(c.s.text, "shell=True") || strings.Contains(c.s.text, "shell: true") {
		runs = append(runs, "run", "call", "check_call", "check_output", "Popen", "spawn", "spawnSync", "execFile", "execFileSync")
	}
	if slices.Contains(runs, name) {
		return name + " would run the value as a program"
	}
	return ""
}

// isNeighbor reports whether Python joins two strings because nothing but
// blanks and comments stands between them.
func (c *codeWriter) isNeighbor(a, b int) bool {
	for a >= 0 && c.spans[a].kind == spanComment {
		a--
	}
	for b < len(c.spans) && c.spans[b].kind == spanComment {
		b++
	}
	if c.lang != Python || a < 0 || b >= len(c.spans) {
		return false
	}
	between := c.s.text[c.spans[a].end:c.spans[b].begin]
	for _, p := range c.spans[a+1 : b] {
		between = strings.Replace(between, c.s.text[p.begin:p.end], "", 1)
	}
	return strings.Trim(between, " \t\r\n\\") == ""
}

// join takes a string apart at its marks: "a {{ x }}" is ("a " + x + "").
func (c *codeWriter) join(p span, marks []mark) {
	c.edit(p.begin, p.begin, "(")
	for _, m := range marks {
		begin := m.offset
		if len(p.quote) == 3 {
			begin = c.keepQuotes(p, m)
		}
		c.edit(begin, m.end(), strings.Repeat(`\`+p.quote[:1], m.offset-begin)+p.quote+" + "+c.reference(m, false)+" + "+p.open)
	}
	c.edit(p.end, p.end, ")")
}

// keepQuotes returns where the quotes begin that stand right before a mark: they
// would end the string there.
func (c *codeWriter) keepQuotes(p span, m mark) int {
	begin := m.offset
	for begin > p.begin+len(p.open) && c.s.text[begin-1] == p.quote[0] && !escaped(c.s.text, begin-1) {
		begin--
	}
	return begin
}
