package draw

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands where a text was cut. A reader must know that there is more.
const (
	markLong  = "… (cut here; shown in full on the page)"
	markShort = "…"
)

// fit cuts a text to at most limit code points, the mark included, on the
// boundary of a visible character. It reports whether it cut.
func fit(s string, limit int, mark string) (string, bool) {
	if utf8.RuneCountInString(s) <= limit {
		return s, false
	}
	runes := []rune(s)
	end := max(limit-utf8.RuneCountInString(mark), 0)
	for end > 0 && clings(runes, end) {
		end--
	}
	return strings.TrimRight(string(runes[:end]), " \n") + mark, true
}

// clings reports whether the rune at i belongs to the character before it.
func clings(runes []rune, i int) bool {
	r := runes[i]
	return unicode.In(r, unicode.M, unicode.Variation_Selector) || r == '\u200D' || runes[i-1] == '\u200D'
}

// short fits a one-line text into a narrow place; fallback stands for nothing.
func short(s string, limit int, fallback string) string {
	s, _ = fit(oneLine(s), limit, markShort)
	if s == "" {
		s, _ = fit(oneLine(fallback), limit, markShort)
	}
	if s == "" {
		return "–"
	}
	return s
}

// escape makes a text data where Slack reads mrkdwn or decodes entities.
func escape(s string) string {
	if !strings.ContainsAny(s, "&<>") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// fitEscaped escapes a text and cuts it to at most limit code points as
// escaped, never inside an entity.
func fitEscaped(s string, limit int, mark string) string {
	if e := escape(s); utf8.RuneCountInString(e) <= limit {
		return e
	}
	room := limit - utf8.RuneCountInString(mark)
	runes := []rune(s)
	end := 0
	for end < len(runes) {
		need := utf8.RuneCountInString(escape(string(runes[end])))
		if need > room {
			break
		}
		room -= need
		end++
	}
	for end > 0 && clings(runes, end) {
		end--
	}
	return escape(strings.TrimRight(string(runes[:end]), " \n")) + mark
}

// unformatted replaces the characters that format in mrkdwn, which no escape
// can switch off, by others that look alike. For labels only: a value that
// somebody may copy goes where nothing is parsed.
func unformatted(s string) string {
	if !strings.ContainsAny(s, "*_~`") {
		return s
	}
	return strings.NewReplacer("*", "∗", "_", "＿", "~", "∼", "`", "ˋ").Replace(s)
}
