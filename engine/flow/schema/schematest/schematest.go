// Package schematest judges YAML by a schema, as an editor does.
package schematest

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"signoff/engine/flow/schema"
)

// Compile returns the schema of a language, ready to judge.
func Compile(t testing.TB, d schema.Document) *jsonschema.Schema {
	t.Helper()
	out, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatalf("the schema is no JSON Schema: %v", err)
	}
	return s
}

// Plain is what an editor makes of YAML: dates are texts.
func Plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return Plain(n.Content[0])
	case yaml.AliasNode:
		return Plain(n.Alias)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = Plain(item)
		}
		return list
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = Plain(n.Content[i+1])
		}
		return m
	case yaml.ScalarNode:
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return f
		}
	}
	return n.Value
}

// Read is what an editor makes of a file.
func Read(t testing.TB, src []byte) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal(src, &n); err != nil {
		t.Fatal(err)
	}
	return Plain(&n)
}
