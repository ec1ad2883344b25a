// Package prosetest helps tests to read the trees that texts become.
package prosetest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"signoff/adapters"
)

// Outline writes a text so that a test can be read: structure as words, looks
// as marks.
func Outline(text adapters.Text) string {
	var b strings.Builder
	for _, block := range text {
		b.WriteString("<" + string(block.Kind))
		for _, s := range block.Spans {
			b.WriteString(" ")
			b.WriteString(outlineSpan(s))
		}
		for _, item := range block.Items {
			b.WriteString(" [" + Outline(item) + "]")
		}
		if block.Code != "" {
			b.WriteString(" " + block.Code)
		}
		b.WriteString(">")
	}
	return b.String()
}

func outlineSpan(s adapters.Span) string {
	var marks strings.Builder
	for _, m := range []struct {
		on   bool
		mark string
	}{{s.Bold, "b"}, {s.Italic, "i"}, {s.Code, "c"}, {s.Break, "/"}} {
		if m.on {
			marks.WriteString(m.mark)
		}
	}
	if s.URL != "" {
		marks.WriteString("@" + s.URL)
	}
	return marks.String() + "“" + s.Text + "”"
}

// Visible wants a text in which every character can be seen.
func Visible(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("%q is not UTF-8", s)
	}
	if i := strings.IndexAny(s, "\x00\x1b\r\u0085\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad\u2028\u2029"); i >= 0 {
		t.Fatalf("%q hides a character at %d", s, i)
	}
}
