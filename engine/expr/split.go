package expr

import (
	"strings"
	"unicode"
)

// segment is a piece of a template: plain text, or the tokens of one expression
// or tag, closed by an end token.
type segment struct {
	text   string
	tokens []token
	tag    bool // the first token is its name
}

// split takes a template apart.
func split(src string) ([]segment, error) {
	s := splitter{scanner: newScanner(src)}
	for s.at < len(src) {
		if err := s.step(); err != nil {
			return nil, err
		}
	}
	return s.out, nil
}

type splitter struct {
	*scanner
	out  []segment
	trim bool // the last tag ended in -, which eats the blanks that follow
}

// step reads plain text up to the next tag, and the tag.
func (s *splitter) step() error {
	n, open := nextTag(s.rest())
	s.plain(s.rest()[:n])
	s.skip(n)
	if open == "" {
		return nil
	}
	begin := s.pos
	s.skip(len(open))
	if strings.HasPrefix(s.rest(), "-") && startsBlank(s.rest()[1:]) {
		s.skip(1)
		s.trimBefore()
	}
	switch open {
	case "{{":
		return s.expression(begin, "}}")
	case "{#":
		return s.comment(begin)
	}
	return s.tag(begin)
}

func nextTag(rest string) (int, string) {
	for i := 0; i+1 < len(rest); i++ {
		j := strings.IndexByte(rest[i:], '{')
		if j < 0 || i+j+1 >= len(rest) {
			break
		}
		i += j
		switch rest[i+1] {
		case '{', '#', '%':
			return i, rest[i : i+2]
		}
	}
	return len(rest), ""
}

func startsBlank(s string) bool { return s != strings.TrimLeftFunc(s, unicode.IsSpace) }

func (s *splitter) plain(text string) {
	if s.trim {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		s.trim = false
	}
	if text != "" {
		s.out = append(s.out, segment{text: text})
	}
}

// trimBefore takes the blanks off the text before the tag that begins.
func (s *splitter) trimBefore() {
	if n := len(s.out); n > 0 && s.out[n-1].tokens == nil {
		s.out[n-1].text = strings.TrimRightFunc(s.out[n-1].text, unicode.IsSpace)
	}
}

// expression reads tokens until a }} or %} outside of all brackets.
func (s *splitter) expression(begin pos, end string) error {
	var tokens []token
	var open []token // brackets
	for {
		s.blanks()
		if len(open) == 0 && s.closes(end) {
			tokens = append(tokens, token{kind: kindEnd, pos: s.pos, at: s.at, end: s.at})
			s.out = append(s.out, segment{tokens: tokens, tag: end == "%}"})
			s.skip(len(end))
			return nil
		}
		if s.at == len(s.src) {
			if len(open) > 0 {
				return open[len(open)-1].pos.syntax("`%s` is never closed", open[len(open)-1].text)
			}
			return begin.syntax("%s is never closed by %s", map[string]string{"}}": "{{", "%}": "{%"}[end], end)
		}
		t, err := s.token()
		if err != nil {
			return err
		}
		if open, err = brackets(open, t); err != nil {
			return err
		}
		tokens = append(tokens, t)
	}
}

// closes reports whether the end is next, and takes the - before it.
func (s *splitter) closes(end string) bool {
	if strings.HasPrefix(s.rest(), "-"+end) {
		s.skip(1)
		s.trim = true
	}
	return strings.HasPrefix(s.rest(), end)
}

func brackets(open []token, t token) ([]token, error) {
	if t.kind != kindSymbol {
		return open, nil
	}
	switch t.text {
	case "(", "[", "{":
		if len(open) == maxNesting {
			return nil, t.pos.syntax("brackets are nested deeper than %d", maxNesting)
		}
		return append(open, t), nil
	case ")", "]", "}":
		if len(open) == 0 || !pair(open[len(open)-1].text, t.text) {
			return nil, t.pos.syntax("unexpected `%s`", t.text)
		}
		return open[:len(open)-1], nil
	}
	return open, nil
}

func pair(open, closing string) bool {
	switch open + closing {
	case "()", "[]", "{}":
		return true
	}
	return false
}

func (s *splitter) comment(begin pos) error {
	n := strings.Index(s.rest(), "#}")
	if n < 0 {
		return begin.syntax("{# is never closed by #}")
	}
	s.trim = strings.HasSuffix(s.rest()[:n], "-")
	s.skip(n + len("#}"))
	return nil
}

// tag reads a tag, and all of {% raw %}…{% endraw %}, whose inside is plain
// text. Pebble's name for it is verbatim.
func (s *splitter) tag(begin pos) error {
	inside, _, ok := strings.Cut(s.rest()[:min(len(s.rest()), maxRawTag)], "%}")
	name := strings.TrimSpace(strings.TrimSuffix(inside, "-"))
	if !ok || name != "raw" && name != "verbatim" {
		return s.expression(begin, "%}")
	}
	s.trim = strings.HasSuffix(inside, "-")
	s.skip(len(inside) + len("%}"))
	text, n, ok := s.closing("end" + name)
	if !ok {
		return begin.syntax("{%% %s %%} is never closed by {%% end%s %%}", name, name)
	}
	s.plain(text)
	s.trim = strings.HasSuffix(s.rest()[:n], "-%}")
	s.skip(n)
	return nil
}

// maxRawTag is how far ahead a raw tag is looked for, so that reading a source
// of nothing but tags does not cost its square.
const maxRawTag = 64

// closing finds {% name %}: the text before it, and where it ends.
func (s *splitter) closing(name string) (text string, end int, ok bool) {
	rest := s.rest()
	for at := 0; ; at += len("{%") {
		n := strings.Index(rest[at:], "{%")
		if n < 0 {
			return "", 0, false
		}
		at += n
		text, tail := rest[:at], rest[at+len("{%"):]
		if after, ok := strings.CutPrefix(tail, "-"); ok {
			text, tail = strings.TrimRightFunc(text, unicode.IsSpace), after
		}
		tail, ok := strings.CutPrefix(strings.TrimLeftFunc(tail, unicode.IsSpace), name)
		if !ok {
			continue
		}
		tail = strings.TrimPrefix(strings.TrimLeftFunc(tail, unicode.IsSpace), "-")
		if tail, ok = strings.CutPrefix(tail, "%}"); ok {
			return text, len(rest) - len(tail), true
		}
	}
}
