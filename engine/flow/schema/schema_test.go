package schema_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
	"signoff/engine/flow/schema"
)

// compiled is the schema of a language, ready to judge.
func compiled(t testing.TB, d schema.Document) *jsonschema.Schema {
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

// plain is what an editor makes of YAML: dates are texts.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return plain(n.Content[0])
	case yaml.AliasNode:
		return plain(n.Alias)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = plain(item)
		}
		return list
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
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

func read(t testing.TB, src []byte) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal(src, &n); err != nil {
		t.Fatal(err)
	}
	return plain(&n)
}

// valid are flows that load: ours, those that come along, those of others.
func valid(t testing.TB) map[string][]byte {
	t.Helper()
	flows := map[string][]byte{}
	for _, pattern := range []string{"../testdata/ok/*.yaml", "../../../flows/*.yaml", "../../../../shared/flows/*/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if _, faults := flow.Parse(file, src); !faults.Stop() && !strings.HasSuffix(file, ".test.yaml") {
				flows[file] = src
			}
		}
	}
	if len(flows) < 8 {
		t.Fatalf("found %d valid flows, want at least 8", len(flows))
	}
	return flows
}

func TestValidFlowsFitTheSchema(t *testing.T) {
	t.Parallel()
	s := compiled(t, schema.Flow())
	for file, src := range valid(t) {
		if err := s.Validate(read(t, src)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// structural are the rules that are about the shape of a file.
func structural() []string { return []string{"unknown-key", "missing-key", "wrong-kind", "bad-value"} }

// beyondShape lists the files of faults that a schema cannot find, with the
// reason.
func beyondShape() map[string]string {
	const reads = "what a text says is read by the parser alone"
	const other = "which keys are needed depends on the value of another"
	return map[string]string{
		"bad-value-http":      reads,
		"bad-value-need":      reads,
		"bad-value-number":    "the size of a number within a free value",
		"bad-value-retry":     "one value depends on another",
		"defaults-place":      "what defaults bring into a task",
		"input-datetime-zone": reads,
		"input-form-nested":   "a FORM within a FORM is an input where inputs stand",
		"input-pattern":       reads,
		"input-schema-broken": reads,
		"input-schema-circle": reads,
		"input-schema-remote": reads,
		"input-schema-wide":   reads,
		"input-time-bound":    reads,
		"key-conflict-window": other,
		"missing-deliver":     "a list that may be absent must not be empty",
		"missing-retry":       other,
		"missing-stages-null": "a key without a value counts as absent, but for this one",
	}
}

// Each file of faults is refused if one of them is about shapes; and nothing is
// refused that the parser takes.
func TestFaultsOfShapeAreRefused(t *testing.T) {
	t.Parallel()
	s := compiled(t, schema.Flow())
	files, err := filepath.Glob("../testdata/err/*.txtar")
	if err != nil || len(files) < 120 {
		t.Fatalf("found %d files (%v), want at least 120", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, faults := flow.Parse("flow.yaml", a.Files[0].Data)
		if unreadable(faults) {
			continue
		}
		var n yaml.Node
		if err := yaml.Unmarshal(a.Files[0].Data, &n); err != nil || n.Kind == 0 {
			continue
		}
		shape := false
		for _, f := range faults {
			for _, rule := range structural() {
				shape = shape || f.Rule == rule
			}
		}
		err = s.Validate(plain(&n))
		_, beyond := beyondShape()[name]
		switch {
		case err == nil && beyond:
		case err != nil && beyond:
			t.Errorf("%s: refused; take it off the list", name)
		case err != nil && !faults.Stop():
			t.Errorf("%s: refused, although it loads: %v", name, err)
		case err == nil && shape:
			t.Errorf("%s: taken, although: %v", name, faults)
		}
	}
}

// unreadable reports whether a file is no YAML that an editor would look at, or
// is more than it could.
func unreadable(faults flow.Faults) bool {
	return slices.ContainsFunc(faults, func(f flow.Fault) bool {
		return f.Rule == "limit" || strings.HasPrefix(f.Rule, "yaml-")
	})
}
