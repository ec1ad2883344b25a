package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// run is a piece of one line that looks the same throughout.
type run struct {
	text               string
	url                string // of a link
	bold, italic, code bool
}

// line is one line of a paragraph; none is a blank one.
type line []run

// lines splits leaves at their line breaks. Pieces that look alike are one.
func lines(all []richLeaf) []line {
	out := []line{nil}
	for _, l := range all {
		one := run{bold: l.Style.Bold, italic: l.Style.Italic, code: l.Style.Code}
		if l.Type == "link" && linkable(l.URL) {
			one.url = l.URL
		}
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ").Replace(l.text())
		for i, part := range strings.Split(text, "\n") {
			if i > 0 {
				out = append(out, nil)
			}
			if part == "" {
				continue
			}
			last := len(out) - 1
			one.text = part
			if n := len(out[last]); n > 0 && alike(out[last][n-1], one) {
				out[last][n-1].text += part
				continue
			}
			out[last] = append(out[last], one)
		}
	}
	return out
}

func alike(a, b run) bool {
	a.text, b.text = "", ""
	return a == b && a.url == ""
}

// joined writes lines as a block: first stands before the first, next before all
// others. A line that follows another is a break; a blank one begins a paragraph.
func joined(all []line, first, next string) string {
	var b strings.Builder
	blank := false
	for _, l := range all {
		text := l.write()
		switch {
		case text == "":
			blank = true
			continue
		case b.Len() == 0:
			b.WriteString(first)
		case blank:
			b.WriteString("\n" + strings.TrimRight(next, " ") + "\n" + next)
		case strings.HasSuffix(b.String(), "\\"): // not every reader counts them right
			b.WriteString("  \n" + next)
		default:
			b.WriteString("\\\n" + next)
		}
		blank = false
		b.WriteString(text)
	}
	return b.String()
}

func (l line) write() string {
	var b strings.Builder
	mark := rune(0) // with which the last piece ended
	for i, r := range l {
		at := beside{before: ' ', after: ' ', mark: mark}
		if i > 0 {
			at.before, _ = utf8.DecodeLastRuneInString(l[i-1].text)
			if l[i-1].fenced() {
				at.before = ')'
			}
		}
		if i+1 < len(l) {
			at.after, _ = utf8.DecodeRuneInString(l[i+1].text)
			if l[i+1].fenced() {
				at.after = '('
			}
		}
		var text string
		text, mark = r.write(at)
		b.WriteString(text)
	}
	return lineStart(strings.Trim(b.String(), " "))
}

// fenced reports whether a piece begins and ends with marks of its own, always.
func (r run) fenced() bool { return r.url != "" }

// beside is what a piece stands between: two characters, and the mark with which
// the piece before ended; 0 for none.
type beside struct{ before, after, mark rune }

// write writes one piece. It returns the mark with which it ends. Where a mark
// would not be one, as in the middle of a word before a bracket or right after
// another, the look is dropped.
func (r run) write(at beside) (text string, mark rune) {
	core := strings.Trim(r.text, " ")
	if core == "" {
		return r.text, 0
	}
	lead := r.text[:strings.Index(r.text, core)]
	tail := r.text[len(lead)+len(core):]
	if lead != "" {
		at.before, at.mark = ' ', 0
	}
	if tail != "" {
		at.after = ' '
	}
	first, _ := utf8.DecodeRuneInString(core)
	last, _ := utf8.DecodeLastRuneInString(core)
	body := escaped(core)
	switch {
	case r.url != "":
		body, first, last = linkTo(core, r.url), '[', ')'
	case r.code && at.mark != '`':
		body, first, last, mark = codeSpan(core), '`', '`', '`'
	}
	stars := strings.Repeat("*", r.emphasis())
	if stars != "" && at.mark != '*' && opens(at.before, first) && opens(at.after, last) {
		body, mark = stars+body+stars, '*'
	}
	if tail != "" {
		mark = 0
	}
	return lead + body + tail, mark
}

// opens reports whether a star between an outer and an inner character begins
// emphasis; the end of it is the same, seen from the other side.
func opens(outer, inner rune) bool {
	return !unicode.IsSpace(inner) && outer != '*' && (!isMark(inner) || isMark(outer) || unicode.IsSpace(outer))
}

func (r run) emphasis() int {
	n := 0
	if r.italic {
		n++
	}
	if r.bold {
		n += 2
	}
	return n
}

// isMark reports whether a character counts as punctuation beside emphasis.
func isMark(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// codeSpan fences code by more backticks than it holds.
func codeSpan(s string) string {
	fence := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// linkable reports whether an address is one that a text may lead to.
func linkable(url string) bool {
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if len(url) > len(scheme) && strings.EqualFold(url[:len(scheme)], scheme) {
			return !strings.ContainsFunc(url, func(r rune) bool { return r <= ' ' || r == 0x7F || r == utf8.RuneError })
		}
	}
	return false
}

func linkTo(text, url string) string {
	url = strings.NewReplacer("<", "%3C", ">", "%3E", "\\", "%5C").Replace(url)
	if strings.Contains(url, ";") { // else no & in it begins an entity
		url = strings.ReplaceAll(url, "&", "\\&")
	}
	return "[" + escaped(text) + "](<" + url + ">)"
}

// escaped makes a text data where CommonMark looks for marks within a line.
func escaped(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case strings.ContainsRune("\\`*_[]<>~|", r),
			r == '&' && entity(s[i+1:]),
			r == '!' && i == len(s)-1: // before a link it would be a picture
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// entity reports whether what follows an & could make it an entity.
func entity(rest string) bool {
	end := strings.IndexByte(rest, ';')
	return end > 0 && end <= 32 && strings.Trim(rest[:end], "#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// lineStart makes the beginning of a line data where CommonMark looks for lists,
// headings, rules and quotes. A > is escaped everywhere.
func lineStart(s string) string {
	if s == "" {
		return s
	}
	head := strings.TrimLeft(s, "0123456789")
	switch digits := len(s) - len(head); {
	case digits > 0:
		if digits <= 9 && (strings.HasPrefix(head, ".") || strings.HasPrefix(head, ")")) && (len(head) == 1 || head[1] == ' ') {
			return s[:digits] + "\\" + head
		}
	case strings.ContainsRune("-+", rune(s[0])) && (len(s) == 1 || s[1] == ' ' || s[1] == s[0]), s[0] == '#', s[0] == '=':
		return "\\" + s
	}
	return s
}
