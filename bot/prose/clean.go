package prose

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cutMark says that something was left out.
const cutMark = "… (cut)"

// maxMarks is how many combining marks may stand on one letter. More of them
// cover the lines above and below.
const maxMarks = 5

// joining are the scripts in which a zero-width joiner shapes letters.
var joining = []*unicode.RangeTable{ //nolint:gochecknoglobals // a table
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali,
	unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer,
}

// blank are characters that draw nothing and are not in a category that says so.
var blank = &unicode.RangeTable{ //nolint:gochecknoglobals // a table
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1},
		{Lo: 0x115f, Hi: 0x1160, Stride: 1},
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
		{Lo: 0x180b, Hi: 0x180f, Stride: 1},
		{Lo: 0x2800, Hi: 0x2800, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1},
		{Lo: 0xfe00, Hi: 0xfe0f, Stride: 1},
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
		{Lo: 0xfff0, Hi: 0xfff8, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}},
}

// Clean makes visible what would hide or turn text: control, bidi, zero-width
// and other blank characters become their code point in brackets, "⟨U+202E⟩".
// Line breaks and tabs stay, more than one empty line becomes one.
func Clean(s string) string {
	s = cleanRun(oneLineEnd(s))
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(s)
}

// OneLine is [Clean] for a text that must stay on one line: every run of white
// space becomes a single space.
func OneLine(s string) string {
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// Cut shortens a text to so many characters and says so. It cuts between
// characters, never inside one.
func Cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)
	return strings.TrimRight(string(runes[:limit]), " \n") + " " + cutMark
}

// cutBytes shortens a text to so many bytes, at the beginning of a character.
func cutBytes(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}

// oneLineEnd writes every line end in the same way.
func oneLineEnd(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// cleanRun replaces characters one by one and leaves white space as it is.
func cleanRun(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r > '~' }) {
		return s
	}
	var b strings.Builder
	var before rune
	marks := 0
	for i, r := range s {
		width := utf8.RuneLen(r)
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			fmt.Fprintf(&b, "⟨0x%02X⟩", s[i])
			before, marks = 0, 0
			continue
		}
		after, _ := utf8.DecodeRuneInString(s[i+width:])
		marks = countMarks(marks, r)
		if marks > maxMarks || hidden(before, r, after) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
			before = 0
			continue
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

func countMarks(marks int, r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return marks + 1
	}
	return 0
}

// hidden reports whether a character between two others draws nothing or
// changes the order of what is drawn.
func hidden(before, r, after rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\u200d' && pictograph(before) && pictograph(after):
		return false // 👩‍💻
	case (r == '\u200c' || r == '\u200d') && unicode.In(before, joining...) && unicode.In(after, joining...):
		return false // می‌خواهم
	case r == '\ufe0f' && (unicode.IsSymbol(before) || strings.ContainsRune("0123456789#*", before)):
		return false // ⚠️
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point):
		return true
	default:
		return unicode.Is(blank, r)
	}
}

// pictograph reports whether a joiner may stand beside r: a symbol, a skin tone
// or the mark that asks for a picture.
func pictograph(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sk) && r > 0x2000 || r == '\ufe0f'
}
