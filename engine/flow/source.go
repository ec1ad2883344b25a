package flow

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// source finds places in the text of a file. Its lines end where YAML's do, so
// that its count agrees with the places of the nodes.
type source struct {
	text  string
	lines []int // where each line begins
}

func newSource(src []byte) source {
	s := source{text: string(src), lines: []int{0}}
	for i, r := range s.text {
		if !lineBreak(r) || r == '\r' && strings.HasPrefix(s.text[i+1:], "\n") {
			continue
		}
		s.lines = append(s.lines, i+utf8.RuneLen(r))
	}
	return s
}

func lineBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

func blank(r rune) bool { return r == ' ' || r == '\t' || lineBreak(r) }

// clamp moves a place into the file.
func (s source) clamp(at Pos) Pos {
	if at.Line < 1 {
		return Pos{Line: 1, Col: 1}
	}
	return s.pos(s.offset(at))
}

func (s source) offset(at Pos) int {
	if at.Line > len(s.lines) {
		return len(s.text)
	}
	i := s.lines[at.Line-1]
	for col := 1; col < at.Col && i < len(s.text); col++ {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if lineBreak(r) {
			break
		}
		i += size
	}
	return i
}

func (s source) pos(offset int) Pos {
	// The end of the file is no place to point at; what stands before it is.
	for offset > 0 && offset == len(s.text) {
		_, size := utf8.DecodeLastRuneInString(s.text)
		offset -= size
	}
	line, found := slices.BinarySearch(s.lines, offset)
	if found {
		line++
	}
	return Pos{Line: line, Col: 1 + utf8.RuneCountInString(s.text[s.lines[line-1]:offset])}
}

// locate finds the place, in the file, of a place in the value of a scalar.
//
// YAML folds lines, strips indentation and resolves escapes on the way from one
// to the other, but it neither adds nor drops a visible character. So the n-th
// visible character of the value is the n-th in the source.
func (s source) locate(n *yaml.Node, line, col int) Pos {
	visible := 0
	before := n.Value[:newSource([]byte(n.Value)).offset(Pos{Line: line, Col: col})]
	for _, r := range before {
		if !blank(r) {
			visible++
		}
	}
	i := s.content(n)
	for i < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		hidden := blank(r)
		switch {
		case r == '\\' && n.Style&yaml.DoubleQuotedStyle != 0:
			if visible == 0 {
				return s.pos(i)
			}
			size, hidden = escape(s.text[i:])
		case r == '\'' && n.Style&yaml.SingleQuotedStyle != 0:
			size = 2
		}
		if !hidden {
			if visible == 0 {
				return s.pos(i)
			}
			visible--
		}
		i = min(i+size, len(s.text))
	}
	return s.pos(i)
}

// content is where the text of a scalar begins, behind its anchor, its tag and
// what introduces it.
func (s source) content(n *yaml.Node) int {
	i := s.offset(pos(n))
	for i < len(s.text) && (s.text[i] == '&' || s.text[i] == '!') {
		for i < len(s.text) && !blank(rune(s.text[i])) {
			i++
		}
		for i < len(s.text) && blank(rune(s.text[i])) {
			i++
		}
	}
	switch {
	case i == len(s.text):
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		line, _ := slices.BinarySearch(s.lines, i+1)
		if line < len(s.lines) {
			i = s.lines[line]
		}
	case s.text[i] == '"' || s.text[i] == '\'':
		i++
	}
	return i
}

// escape measures an escape in a double-quoted text, and tells whether it
// stands for a blank.
func escape(text string) (size int, hidden bool) {
	var digits int
	switch {
	case len(text) < 2:
		return len(text), false
	case text[1] == 'x':
		digits = 2
	case text[1] == 'u':
		digits = 4
	case text[1] == 'U':
		digits = 8
	default:
		r, size := utf8.DecodeRuneInString(text[1:])
		return 1 + size, blank(r) || strings.ContainsRune("ntrNLP", r)
	}
	size = min(2+digits, len(text))
	code, err := strconv.ParseUint(text[2:size], 16, 32)
	return size, err == nil && blank(rune(code&0x1fffff))
}
