package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// The bounds of a structured value. Nesting is well below what expressions and
// the stores hold.
const (
	maxDataDepth = 64
	maxDataNodes = 10_000
	maxDataBytes = 128 << 10
)

// parseJSON reads one JSON value. The problem follows the field's name.
func parseJSON(text string) (v any, problem string) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, "must be JSON; " + jsonProblem(err, text)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, "must be one JSON value; more stands behind it"
	}
	return tidy(v)
}

// jsonProblem says where a text stops being JSON.
func jsonProblem(err error, text string) string {
	at := int64(len(text))
	if e, ok := errors.AsType[*json.SyntaxError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
		at = max(e.Offset, 1)
	}
	before := text[:min(at, int64(len(text)))]
	if at >= int64(len(text)) {
		return "it breaks off before it is complete"
	}
	line := 1 + strings.Count(before, "\n")
	return fmt.Sprintf("it cannot be read at line %d, column %d", line, at-int64(strings.LastIndexByte(before, '\n')+1))
}

// parseYAML reads one YAML document, bounded as a flow is. Dates stay texts.
func parseYAML(text string) (any, string) {
	p := &parser{
		src: newSource([]byte(text)), size: len(text),
		reported: map[Fault]bool{}, badKeys: map[*yaml.Node]bool{}, templates: map[*yaml.Node]*expr.Template{},
	}
	root := p.document()
	if faults := p.sorted(); len(faults) > 0 {
		if strings.TrimSpace(text) == "" {
			return nil, ""
		}
		return nil, fmt.Sprintf("must be YAML; line %d: %s", faults[0].Line, faults[0].Message)
	}
	if root == nil {
		return nil, "must be YAML"
	}
	v, problem := plain(root)
	if problem != "" {
		return nil, "must be YAML; " + problem
	}
	return tidy(v)
}

// plain makes a value of a node, as YAML means it; no text is a template.
func plain(n *yaml.Node) (any, string) {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, problem := plain(n.Content[i+1])
			if problem != "" {
				return nil, problem
			}
			m[resolve(n.Content[i]).Value] = v
		}
		return m, ""
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			v, problem := plain(item)
			if problem != "" {
				return nil, problem
			}
			list = append(list, v)
		}
		return list, ""
	case yaml.ScalarNode, yaml.AliasNode, yaml.DocumentNode:
	}
	return plainScalar(n)
}

func plainScalar(n *yaml.Node) (any, string) {
	switch n.ShortTag() {
	case "!!null":
		return nil, ""
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), ""
	case "!!int":
		i, err := strconv.ParseInt(n.Value, 0, 64)
		if err != nil {
			return nil, fmt.Sprintf("line %d: %s does not fit into a whole number of 64 bits", n.Line, quote(n.Value))
		}
		return i, ""
	case "!!float":
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || !finite(f) || strings.Trim(n.Value, "+-0123456789") == "" {
			return nil, fmt.Sprintf("line %d: %s does not fit into a number", n.Line, quote(n.Value))
		}
		return f, ""
	}
	return n.Value, ""
}

// tidy makes a value that was given of those that expressions know, and refuses
// what is too large. The result shares nothing with what was given.
func tidy(v any) (any, string) {
	t := tidier{nodes: maxDataNodes, bytes: maxDataBytes}
	out := t.value(v, 0)
	return out, t.problem
}

type tidier struct {
	nodes, bytes int // left
	problem      string
}

func (t *tidier) refuse(format string, args ...any) any {
	if t.problem == "" {
		t.problem = fmt.Sprintf(format, args...)
	}
	return nil
}

func (t *tidier) value(v any, depth int) any {
	t.nodes--
	switch {
	case t.problem != "":
		return nil
	case depth > maxDataDepth:
		return t.refuse("must not be nested deeper than %d", maxDataDepth)
	case t.nodes < 0:
		return t.refuse("must hold at most %d values", maxDataNodes)
	}
	switch v := v.(type) {
	case nil, bool, int64:
		return v
	case int:
		return int64(v)
	case float64:
		if !finite(v) {
			return t.refuse("must not hold a number that is not finite")
		}
		return v
	case json.Number:
		return t.number(v.String())
	case string:
		return t.text(v)
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			list = append(list, t.value(item, depth+1))
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			m[t.text(name)] = t.value(v[name], depth+1)
		}
		return m
	}
	return t.refuse("must be data: texts, numbers, true, false, lists and maps")
}

func (t *tidier) text(text string) string {
	if t.bytes -= len(text); t.bytes < 0 {
		t.refuse("must hold at most %d bytes", maxDataBytes)
		return ""
	}
	clean, problem := cleanText(text)
	if problem == "" && Sealed(text) {
		problem = noSealed
	}
	if problem != "" {
		t.refuse("%s", problem)
	}
	text, _ = clean.(string)
	return text
}

// number keeps whole numbers whole.
func (t *tidier) number(text string) any {
	if !strings.ContainsAny(text, ".eE") {
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return t.refuse("must not hold the number %s, which does not fit into 64 bits", cut(text))
		}
		return i
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return t.refuse("must not hold the number %s, which is too large", cut(text))
	}
	return f
}
