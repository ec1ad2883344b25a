package command

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is how many characters of a text are read. A longer one is a fault:
// half a sentence is not what the person meant.
const MaxText = 4000

// clean makes a text fit to be read: one kind of space, no control characters,
// nothing that cannot be seen and nothing that turns the text around. Line breaks
// stay. What joins letters and emoji stays, too.
func clean(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), invisible(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// invisible reports whether a character shows nothing, or turns what follows
// around.
func invisible(r rune) bool {
	switch {
	case r == '\u00AD', r == '\u061C', r == '\u180E', r == '\u200B', r == '\uFEFF':
		return true
	case '\u200E' <= r && r <= '\u200F', '\u202A' <= r && r <= '\u202E', '\u2060' <= r && r <= '\u206F':
		return true
	case '\U000E0000' <= r && r <= '\U000E007F': // tags
		return true
	}
	return false
}

// word cuts the first word off.
func word(text string) (first, rest string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}

// term cuts the first word off, or what stands in quotes. It reports false for
// quotes that do not end.
func term(text string) (first, rest string, ok bool) {
	text = strings.TrimSpace(text)
	if _, quoted := closers(text); !quoted {
		first, rest = word(text)
		return first, rest, true
	}
	first, rest, ok = unquote(text)
	return strings.TrimSpace(first), strings.TrimSpace(rest), ok
}

// closers are the quotes that end a quoted text, if it begins with one. Phones
// bend quotes and languages turn them, so whatever is bent ends what is bent.
func closers(text string) (string, bool) {
	switch first, _ := utf8.DecodeRuneInString(text); first {
	case '"':
		return `"`, true
	case '\'':
		return "'", true
	case '“', '”', '„', '‟':
		return "”“‟", true
	case '‘', '’', '‚', '‛':
		return "’‘‛", true
	case '«':
		return "»", true
	case '»':
		return "«", true
	}
	return "", false
}

// unquote reads a text in quotes, to its end. A backslash in front of a quote or
// of a backslash takes away its meaning.
func unquote(text string) (inner, rest string, ok bool) {
	ends, _ := closers(text)
	var out strings.Builder
	escaped := false
	for i, r := range text {
		switch {
		case i == 0:
		case escaped:
			if r != '\\' && !strings.ContainsRune(ends, r) {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case strings.ContainsRune(ends, r):
			return out.String(), text[i+len(string(r)):], true
		default:
			out.WriteRune(r)
		}
	}
	return "", text, false
}

// short is a piece of somebody's text for a fault: one line, and cut.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return text
}
