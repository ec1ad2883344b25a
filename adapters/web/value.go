package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"signoff/engine/flow"
)

// maxValue is how many characters of a value are drawn.
const maxValue = 20000

// pairs are the entries of a map in the order of their names.
func pairs(m map[string]any) []pair {
	var out []pair
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, textPair(k, text(m[k])))
	}
	return out
}

// ordered are the entries of a map in the order of some names, and after them
// those that are not named.
func ordered(m map[string]any, names []string) []pair {
	var out []pair
	rest := maps.Clone(m)
	for _, k := range names {
		if v, ok := rest[k]; ok {
			out = append(out, textPair(k, text(v)))
			delete(rest, k)
		}
	}
	return append(out, pairs(rest)...)
}

func texts(m map[string]string) []pair {
	var out []pair
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, textPair(k, m[k]))
	}
	return out
}

func textPair(name, value string) pair {
	value = clean(value)
	if r := []rune(value); len(r) > maxValue {
		value = string(r[:maxValue]) + "\n… (cut here)"
	}
	return pair{Name: clean(name), Value: value, Block: strings.Contains(value, "\n")}
}

// text writes a value for a reader: a text as it is, structures as JSON.
func text(v any) string {
	switch v := flow.Hide(v).(type) {
	case nil:
		return "–"
	case string:
		return indented(v)
	case map[string]any, []any:
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(v); err == nil {
			return strings.TrimSpace(b.String())
		}
	}
	return fmt.Sprint(v)
}

// indented draws a text that is a JSON object or list over several lines.
func indented(s string) string {
	if !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") {
		return s
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(s), "", "  "); err != nil {
		return s
	}
	return strings.TrimSpace(b.String())
}

// clean replaces characters that are not seen or that reorder what is seen.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r),
			r >= 0x200b && r <= 0x200d, r == 0x2060, r == 0xfeff, r >= 0xe0000 && r <= 0xe007f:
			return '\u00b7'
		default:
			return r
		}
	}, s)
}
