package expr

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxYAML is less than a text may have otherwise: reading YAML is slow, and for
// some texts its time grows with the square.
const maxYAML = 32 << 10

// fromYAML reads a text as one YAML document, without anchors.
func fromYAML(c *invocation) (any, error) {
	s, ok := c.arg(0).(string)
	switch {
	case c.arg(0) == nil:
		return nil, nil //nolint:nilnil // null is a value of the language
	case !ok:
		return nil, c.failf("needs a string, not %s", kindOf(c.arg(0)))
	case len(s) > maxYAML:
		return nil, c.failf("reads at most %d bytes", maxYAML)
	}
	if err := c.spend(300 * len(s)); err != nil {
		return nil, err
	}
	d := yaml.NewDecoder(strings.NewReader(s))
	var doc, more yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil //nolint:nilnil // an empty document is null
	case err != nil:
		return nil, c.failf("needs YAML: the text is none")
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, c.failf("needs one YAML document: more follows it")
	}
	return convertYAML(c, &doc, 0)
}

func convertYAML(c *invocation, n *yaml.Node, depth int) (any, error) {
	if depth > maxDepth {
		return nil, c.failf("needs YAML that is nested no deeper than %d", maxDepth)
	}
	if err := c.run.items(len(n.Content)); err != nil {
		return nil, err
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return convertYAML(c, n.Content[0], depth)
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, e := range n.Content {
			v, err := convertYAML(c, e, depth+1)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	case yaml.MappingNode:
		return convertYAMLMap(c, n, depth)
	case yaml.ScalarNode:
		return yamlScalar(c, n)
	case yaml.AliasNode:
	}
	return nil, c.failf("reads no anchors and aliases")
}

func convertYAMLMap(c *invocation, n *yaml.Node, depth int) (any, error) {
	out := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			return nil, c.failf("needs keys that are texts or numbers")
		}
		if _, twice := out[k.Value]; twice {
			return nil, c.failf("needs YAML without the same key twice")
		}
		v, err := convertYAML(c, n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		out[k.Value] = v
	}
	return out, nil
}

// yamlScalar keeps a date as its text.
func yamlScalar(c *invocation, n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil //nolint:nilnil // null is a value of the language
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b, nil
		}
	case "!!int":
		var i int64
		if n.Decode(&i) == nil {
			return i, nil
		}
		return nil, errOverflow
	case "!!float":
		var f float64
		if n.Decode(&f) == nil && finite(f) {
			return f, nil
		}
		return nil, errOverflow
	}
	return n.Value, c.spend(len(n.Value))
}

// filterYAML writes a value as YAML, maps in the order of their keys.
func filterYAML(c *invocation) (any, error) {
	s := sink{run: c.run}
	if err := s.json(c.in, 0); err != nil { // which checks and counts it
		return nil, err
	}
	if err := c.spend(150 * s.b.Len()); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(tidyAll(c.in)); err != nil {
		return nil, c.failf("cannot write this value")
	}
	return c.made(b.String())
}

// tidyAll is tidy for a value and all that is in it.
func tidyAll(v any) any {
	switch v := tidy(v).(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = tidyAll(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = tidyAll(e)
		}
		return out
	default:
		return v
	}
}
