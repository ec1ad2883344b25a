package draw

import (
	"fmt"
	"strings"
	"unicode"
)

// clean makes every character of a foreign text visible or leaves it out, so
// that what is seen is what is there: bidirectional controls, zero-width and
// control characters become their names, line ends become \n.
func clean(s string) string {
	if plain(s) {
		return s
	}
	runes := []rune(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"))
	var b strings.Builder
	for i, r := range runes {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteByte(' ')
		case hidden(r) && !joins(runes, i):
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// oneLine is clean for a place that has one line.
func oneLine(s string) string {
	return strings.Join(strings.Fields(clean(s)), " ")
}

// plain reports whether clean has nothing to do, which is the common case.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' || c >= 0x7f {
			return false
		}
	}
	return true
}

// hidden reports whether a reader would not see r.
func hidden(r rune) bool {
	switch {
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false // Arabic signs: format characters that are drawn
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Noncharacter_Code_Point):
		return true
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	}
	return r == '\u2800' // a braille pattern without dots
}

// joins reports whether the hidden character at i changes how its neighbours
// look, as in 👩‍💻 or ❤️ or Persian text, and so is itself seen.
func joins(runes []rune, i int) bool {
	if i == 0 {
		return false
	}
	before, r := runes[i-1], runes[i]
	switch r {
	case '\u200C', '\u200D':
		return i+1 < len(runes) && drawn(before) && drawn(runes[i+1])
	case '\uFE0E', '\uFE0F':
		keycap := i+1 < len(runes) && runes[i+1] == '\u20E3'
		return unicode.In(before, unicode.So, unicode.Sm, unicode.Sk) || keycap
	}
	return false
}

// drawn reports whether r may be shaped by a joiner beside it.
func drawn(r rune) bool {
	return r > unicode.MaxASCII && (!hidden(r) || r == '\uFE0F')
}
