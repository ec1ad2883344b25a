package expr

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// sink collects a text within bounds.
type sink struct {
	run *run
	b   strings.Builder
}

func (s *sink) add(text string) error {
	if s.b.Len()+len(text) > maxResult {
		return problemf("the text would be longer than %d bytes", maxResult)
	}
	if err := s.run.spend(20 + len(text)); err != nil {
		return err
	}
	s.b.WriteString(text)
	return nil
}

// print adds a value as people read it: maps and lists as JSON, null as nothing.
func (s *sink) print(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return s.add(v)
	}
	return s.json(v, 0)
}

// json adds a value as JSON. Maps are in the order of their keys.
func (s *sink) json(v any, depth int) error {
	if depth > maxDepth {
		return problemf("the value is nested deeper than %d", maxDepth)
	}
	switch v := tidy(v).(type) {
	case nil:
		return s.add("null")
	case bool:
		return s.add(strconv.FormatBool(v))
	case int64:
		return s.add(strconv.FormatInt(v, 10))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return problem("a number that is not finite cannot be written")
		}
		return s.add(formatFloat(v))
	case string:
		return s.quote(v)
	case []any:
		return s.jsonList(v, depth)
	case map[string]any:
		return s.jsonMap(v, depth)
	}
	return problemf("%s cannot be written", kindOf(v))
}

func (s *sink) jsonList(v []any, depth int) error {
	for i, e := range v {
		if err := s.add(opener(i, "[")); err != nil {
			return err
		}
		if err := s.json(e, depth+1); err != nil {
			return err
		}
	}
	return s.add(closer(len(v), "[", "]"))
}

func (s *sink) jsonMap(v map[string]any, depth int) error {
	keys, err := s.run.keys(v)
	if err != nil {
		return err
	}
	for i, k := range keys {
		if err := s.add(opener(i, "{")); err != nil {
			return err
		}
		if err := s.quote(k); err != nil {
			return err
		}
		if err := s.add(":"); err != nil {
			return err
		}
		if err := s.json(v[k], depth+1); err != nil {
			return err
		}
	}
	return s.add(closer(len(v), "{", "}"))
}

func opener(i int, bracket string) string {
	if i == 0 {
		return bracket
	}
	return ","
}

func closer(n int, open, closing string) string {
	if n == 0 {
		return open + closing
	}
	return closing
}

// quote adds a JSON string. What is not UTF-8 becomes U+FFFD.
func (s *sink) quote(text string) error {
	if err := s.run.spend(4 * len(text)); err != nil {
		return err
	}
	if err := s.add(`"`); err != nil {
		return err
	}
	from := 0
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRuneInString(text[i:])
		if esc := escape(c, n); esc != "" {
			if err := s.add(text[from:i]); err != nil {
				return err
			}
			if err := s.add(esc); err != nil {
				return err
			}
			from = i + n
		}
		i += n
	}
	if err := s.add(text[from:]); err != nil {
		return err
	}
	return s.add(`"`)
}

// escape is how JSON writes a character of n bytes; empty if as itself.
func escape(c rune, n int) string {
	switch {
	case c == '"':
		return `\"`
	case c == '\\':
		return `\\`
	case c == '\n':
		return `\n`
	case c == '\r':
		return `\r`
	case c == '\t':
		return `\t`
	case c < ' ':
		const hex = "0123456789abcdef"
		return `\u00` + string(hex[c>>4]) + string(hex[c&15])
	case c == utf8.RuneError && n == 1:
		return "\uFFFD"
	}
	return ""
}

// text is a value as people read it.
func (r *run) text(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	s := sink{run: r}
	if err := r.spend(40); err != nil {
		return "", err
	}
	if err := s.print(v); err != nil {
		return "", err
	}
	return s.b.String(), nil
}

// export copies a value for the caller, so that no one can change what another
// holds, and counts it against the size of the result.
func (r *run) export(v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, problemf("the result is nested deeper than %d", maxDepth)
	}
	switch v := tidy(v).(type) {
	case nil, bool, int64, float64:
		return v, r.deliver(8)
	case string:
		return v, r.deliver(len(v))
	case []any:
		out := make([]any, 0, min(len(v), maxItems))
		for _, e := range v {
			c, err := r.export(e, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
		return out, r.deliver(8)
	case map[string]any:
		keys, err := r.keys(v)
		if err != nil {
			return nil, err
		}
		out := make(map[string]any, min(len(v), maxItems))
		for _, k := range keys { // in order, so that the same fault is found every time
			c, err := r.export(v[k], depth+1)
			if err != nil {
				return nil, err
			}
			out[k] = c
			if err := r.deliver(len(k)); err != nil {
				return nil, err
			}
		}
		return out, r.deliver(8)
	}
	return nil, problemf("the result is %s", kindOf(v))
}
