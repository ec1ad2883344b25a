package flow

import "strings"

// span is a stretch of a script that is not code.
type span struct {
	begin, end int
	kind       spanKind
	open       string // what begins a string, its prefix included
	quote      string // what ends it
	// start is where the string or template begins of which this is a stretch.
	start int
}

type spanKind int

const (
	spanComment spanKind = iota + 1
	spanString
	spanTemplate // text of a JavaScript template
)

// scanCode finds the comments and strings of a script. A script that is not
// well-formed is read as far as it goes: no value is in it that could mislead.
func scanCode(text string, lang Language) []span {
	s := &codeScanner{text: text, lang: lang}
	for s.at < len(text) {
		s.step()
	}
	return s.spans
}

type codeScanner struct {
	text  string
	lang  Language
	at    int
	spans []span
	open  []byte // JavaScript's brackets: '{', or '$' for ${ of a template
	last  byte   // the last byte of code that is not blank
	begun []int  // where the templates begin that are open
}

func (s *codeScanner) rest() string { return s.text[s.at:] }

// step reads a comment, a string, or one byte of code.
func (s *codeScanner) step() {
	rest, c := s.rest(), s.text[s.at]
	switch {
	case s.lang == Python && c == '#', s.lang == Node && strings.HasPrefix(rest, "//"):
		s.add(spanComment, upTo(rest, "\n", 0), "", "")
	case s.lang == Node && strings.HasPrefix(rest, "/*"):
		s.add(spanComment, upTo(rest, "*/", 2), "", "")
	case c == '"' || c == '\'':
		s.str(c)
	case s.lang == Node && c == '`':
		s.begun = append(s.begun, s.at)
		s.at++
		s.template()
	case s.lang == Node && c == '/' && s.operand():
		s.at += stringLength(rest[1:], "/", true) + 1
		s.last = '/'
	default:
		s.code(c)
	}
}

// code moves one byte on.
func (s *codeScanner) code(c byte) {
	s.at++
	if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
		s.last = c
	}
	if s.lang != Node {
		return
	}
	switch c {
	case '{':
		s.open = append(s.open, '{')
	case '}':
		n := len(s.open)
		if n == 0 {
			return
		}
		back := s.open[n-1]
		s.open = s.open[:n-1]
		if back == '$' {
			s.template()
		}
	}
}

func (s *codeScanner) add(kind spanKind, length int, open, quote string) {
	begin := s.at - len(open) + len(quote) // open ends with the quote that is at s.at
	start := begin
	if kind == spanTemplate {
		start = s.begun[len(s.begun)-1]
	}
	s.spans = append(s.spans, span{begin: begin, end: s.at + length, kind: kind, open: open, quote: quote, start: start})
	s.at += length
}

// str reads a string, with the letters of Python that stand before it.
func (s *codeScanner) str(quote byte) {
	q := string(quote)
	if s.lang == Python && strings.HasPrefix(s.rest(), strings.Repeat(q, 3)) {
		q = strings.Repeat(q, 3)
	}
	length := len(q) + stringLength(s.rest()[len(q):], q, len(q) == 1)
	s.add(spanString, length, s.prefix()+q, q)
	s.last = quote
}

// prefix is what stands right before a string of Python and belongs to it.
func (s *codeScanner) prefix() string {
	if s.lang != Python {
		return ""
	}
	i := s.at
	for i > 0 && isNamePart(s.text[i-1]) {
		i--
	}
	p := s.text[i:s.at]
	if len(p) > 2 || strings.Trim(strings.ToLower(p), "rbuf") != "" {
		return ""
	}
	return p
}

// template reads the text of a template up to its end, or to the code in it.
func (s *codeScanner) template() {
	for i := s.at; i < len(s.text); i++ {
		switch {
		case s.text[i] == '\\':
			i++
		case s.text[i] == '`':
			s.add(spanTemplate, i-s.at, "", "")
			s.at, s.last = i+1, '`'
			s.begun = s.begun[:len(s.begun)-1]
			return
		case strings.HasPrefix(s.text[i:], "${"):
			s.add(spanTemplate, i-s.at, "", "")
			s.at, s.last = i+2, '{'
			s.open = append(s.open, '$')
			return
		}
	}
	s.add(spanTemplate, len(s.text)-s.at, "", "")
}

// operand reports whether JavaScript expects an operand next, so that a slash
// begins a pattern and does not divide.
func (s *codeScanner) operand() bool {
	return s.last == 0 || strings.IndexByte("(,=:[!&|?{};+-*%~^<>", s.last) >= 0
}

// upTo is the length up to an end, with so much of the end.
func upTo(text, end string, with int) int {
	if i := strings.Index(text, end); i >= 0 {
		return i + with
	}
	return len(text)
}

// stringLength is the length of a string behind its opening quote, the closing
// one included. A string of one line ends with its line.
func stringLength(text, quote string, oneLine bool) int {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case strings.HasPrefix(text[i:], quote):
			return i + len(quote)
		case oneLine && text[i] == '\n':
			return i
		}
	}
	return len(text)
}
