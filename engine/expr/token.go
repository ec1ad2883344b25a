package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	kindEnd kind = iota
	kindWord
	kindString
	kindNumber
	kindSymbol
)

// token is a word of an expression. A string's text is without quotes.
type token struct {
	kind    kind
	text    string
	pos     pos
	at, end int // bytes of the source
}

func (t token) is(symbol string) bool { return t.kind == kindSymbol && t.text == symbol }

func (t token) word(text string) bool { return t.kind == kindWord && t.text == text }

// String is how a message names the token.
func (t token) String() string {
	switch t.kind {
	case kindEnd:
		return "the end of the expression"
	case kindString:
		return "a string"
	case kindWord, kindNumber, kindSymbol:
	}
	return "`" + t.text + "`"
}

// scanner walks a template's source and keeps count of lines and columns.
type scanner struct {
	src string
	at  int
	pos pos
}

func newScanner(src string) *scanner { return &scanner{src: src, pos: pos{1, 1}} }

func (s *scanner) rest() string { return s.src[s.at:] }

// skip moves n bytes on.
func (s *scanner) skip(n int) {
	for _, c := range s.src[s.at : s.at+n] {
		if c == '\n' {
			s.pos = pos{s.pos.line + 1, 1}
		} else {
			s.pos.col++
		}
	}
	s.at += n
}

func (s *scanner) blanks() {
	rest := s.rest()
	s.skip(len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace)))
}

// symbols are those of the language, the longer before their beginnings.
const symbols = "??? ?? == != <= >= .. ( ) [ ] { } ? : . , | = < > + - * / % ~"

// token reads the next token. Blanks have been skipped and there is more.
func (s *scanner) token() (token, error) {
	rest := s.rest()
	c, _ := utf8.DecodeRuneInString(rest)
	switch {
	case c == '_' || unicode.IsLetter(c):
		n := strings.IndexFunc(rest, func(c rune) bool {
			return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
		})
		if n < 0 {
			n = len(rest)
		}
		return s.take(kindWord, n), nil
	case c >= '0' && c <= '9':
		return s.take(kindNumber, numberLength(rest)), nil
	case c == '"' || c == '\'':
		return s.quoted(byte(c))
	}
	for symbol := range strings.FieldsSeq(symbols) {
		if strings.HasPrefix(rest, symbol) {
			return s.take(kindSymbol, len(symbol)), nil
		}
	}
	return token{}, s.pos.syntax("unexpected character %q", c)
}

func (s *scanner) take(k kind, n int) token {
	t := token{kind: k, text: s.src[s.at : s.at+n], pos: s.pos, at: s.at, end: s.at + n}
	s.skip(n)
	return t
}

// numberLength is that of digits, and of a fraction: not of "1..5" beyond the 1.
func numberLength(s string) int {
	n := digits(s)
	if f := digits(strings.TrimPrefix(s[n:], ".")); strings.HasPrefix(s[n:], ".") && f > 0 {
		return n + 1 + f
	}
	if strings.HasPrefix(s[n:], "L") { // Java's long
		return n + 1
	}
	return n
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// quoted reads a string. As in Pebble a backslash escapes the quote and itself,
// and stands for itself before anything else.
func (s *scanner) quoted(quote byte) (token, error) {
	rest := s.rest()
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\':
			i++
		case rest[i] == quote:
			t := s.take(kindString, i+1)
			t.text = unescape(t.text[1:i], quote)
			return t, nil
		case quote == '"' && strings.HasPrefix(rest[i:], "#{"):
			return token{}, s.pos.syntax("#{…} within a string is not supported: join the parts with ~")
		}
	}
	return token{}, s.pos.syntax("the string is never closed")
}

func unescape(s string, quote byte) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\`+string(quote), string(quote), `\\`, `\`).Replace(s)
}
