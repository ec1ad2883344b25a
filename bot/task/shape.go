package task

import (
	"encoding/json"
	"errors"
	"strings"

	"signoff/engine/expr"
)

// A flow may write values straight into an address or into JSON text, as Kestra
// flows do: "https://hr/{{ inputs.employee }}", {"text": "{{ inputs.reason }}"}.
// A value must then not become structure. The check renders a second time with
// tame values, in which whatever could be structure is replaced, and compares
// the two: what differs was written by whoever supplied the value.
//
// It cannot judge where a value is meant to be structure (a whole address, a
// JSON text that is passed on): there the tame text is no address or no JSON,
// and the flow's author is taken at their word.

// tameJSON leaves nothing that could end a JSON string.
func tameJSON(r rune) rune {
	if r == '"' || r == '\\' || isControl(r) {
		return 'x'
	}
	return r
}

// checkJSONShape refuses a JSON text that values have broken or reshaped.
func (x *run) checkJSONShape(v expr.Value, got string) error {
	text, ok := x.tamed(v, tameJSON)
	if !ok {
		return nil
	}
	want, err := jsonShape(text)
	if err != nil {
		return nil //nolint:nilerr // not JSON even with tame values: as the flow's author wants it
	}
	have, err := jsonShape(got)
	if err != nil {
		return problemf("a value with a quote, a backslash or a line break has broken the JSON; write it with {{ … | toJson }} and without quotes around it")
	}
	if have != want {
		return problemf("a value has changed the structure of the JSON, which is not sent; write it with {{ … | toJson }} and without quotes around it")
	}
	return nil
}

// jsonShape is JSON without its leaves: brackets and names, repeated names
// too. The text must be JSON.
func jsonShape(text string) (string, error) {
	if !json.Valid([]byte(text)) {
		return "", errors.New("not JSON")
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			end := stringEnd(text, i)
			if rest := strings.TrimLeft(text[end:], " \t\r\n"); strings.HasPrefix(rest, ":") {
				b.WriteString(text[i:end])
			} else {
				b.WriteByte('s')
			}
			i = end - 1
		case strings.IndexByte("{}[],:", c) >= 0:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

// stringEnd returns the place after the JSON string that begins at i.
func stringEnd(text string, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}
