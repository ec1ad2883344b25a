package expr

import "strings"

// Piece is a part of a template's source: plain text, one {{ expression }}, or
// a {% tag %}.
type Piece struct {
	Text string // plain text, of a raw block too
	// Expression is the source of one expression, braces included; else empty.
	Expression string
	// Tag is the name of a tag; else empty.
	Tag string
	// Line and Col are where an expression or tag begins.
	Line, Col int
}

// Pieces takes a template apart without compiling its expressions, for a text
// in which values must not stand themselves. The error is a *[SyntaxError].
func Pieces(src string) ([]Piece, error) {
	if len(src) > maxSource {
		return nil, pos{1, 1}.syntax("the template is longer than %d bytes", maxSource)
	}
	segments, err := split(src)
	if err != nil {
		return nil, err
	}
	out := make([]Piece, 0, len(segments))
	for _, s := range segments {
		if s.tokens == nil {
			out = append(out, Piece{Text: s.text})
			continue
		}
		first, last := s.tokens[0], s.tokens[len(s.tokens)-1]
		p := Piece{Line: first.pos.line, Col: first.pos.col}
		if s.tag {
			p.Tag = first.text
		} else {
			p.Expression = "{{ " + strings.TrimSpace(strings.TrimSuffix(src[first.at:last.at], "-")) + " }}"
		}
		out = append(out, p)
	}
	return out, nil
}
