package story

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"signoff/bot"
)

// fits reports whether what is there is what was wanted. A map wants its own keys
// alone; a list, every entry in its place; a text between slashes is a regular
// expression; null is also what is not there. Numbers are compared by value.
func fits(want, got any) bool {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			return false
		}
		for k, w := range want {
			if g, there := got[k]; !fits(w, g) || !there && w != nil {
				return false
			}
		}
		return true
	case []any:
		got, ok := got.([]any)
		return ok && slices.EqualFunc(want, got, fits)
	case string:
		if re, ok := pattern(want); ok {
			text, isText := got.(string)
			return isText && re.MatchString(text)
		}
		return want == got
	case int64:
		return number(want, got)
	case float64:
		return number(want, got)
	}
	return want == got
}

func number[T int64 | float64](want T, got any) bool {
	switch got := got.(type) {
	case int64:
		return float64(want) == float64(got)
	case float64:
		return float64(want) == got
	}
	return false
}

// pattern reads a text between slashes.
func pattern(text string) (*regexp.Regexp, bool) {
	inner, ok := between(text)
	if !ok {
		return nil, false
	}
	re, err := regexp.Compile(inner)
	return re, err == nil
}

// between is what stands between slashes, to be read as a regular expression in
// which a dot is any character.
func between(text string) (string, bool) {
	if len(text) < 3 || text[0] != '/' || text[len(text)-1] != '/' {
		return "", false
	}
	return "(?s)" + text[1:len(text)-1], true
}

// says reports whether a text holds what was wanted, or fits its pattern.
func says(want, got string) bool {
	if re, ok := pattern(want); ok {
		return re.MatchString(got)
	}
	return strings.Contains(got, want)
}

// difference shows what was wanted beside what is there (-want +got). Keys that
// nobody asked for are left out.
func difference(want, got any) string {
	var b strings.Builder
	b.WriteString("(-want +got)")
	for _, line := range bot.Diff(pretty(want), pretty(asked(want, got))) {
		fmt.Fprintf(&b, "\n%c %s", line.Op, line.Text)
	}
	return b.String()
}

// asked keeps of what is there the keys that were asked for. What fits a pattern
// becomes the pattern, so that it is no difference.
func asked(want, got any) any {
	switch want := want.(type) {
	case map[string]any:
		all, ok := got.(map[string]any)
		if !ok {
			return got
		}
		out := map[string]any{}
		for k, w := range want {
			if g, there := all[k]; there {
				out[k] = asked(w, g)
			}
		}
		return out
	case []any:
		all, ok := got.([]any)
		if !ok {
			return got
		}
		out := slices.Clone(all)
		for i := range min(len(want), len(out)) {
			out[i] = asked(want[i], out[i])
		}
		return out
	}
	if fits(want, got) {
		return want
	}
	return got
}

// pretty writes a value as JSON, keys in order.
func pretty(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Appendf(nil, "%v", v)
	}
	return b.Bytes()
}
