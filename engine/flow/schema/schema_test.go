package schema_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
	"signoff/engine/flow/schema"
	"signoff/engine/flow/schema/schematest"
)

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
	s := schematest.Compile(t, schema.Flow())
	for file, src := range valid(t) {
		if err := s.Validate(schematest.Read(t, src)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// structural reports whether a fault is about the shape of a file: its keys, the
// kinds of its values, its words.
func structural(f flow.Fault) bool {
	switch f.Rule {
	case "unknown-key", "missing-key", "wrong-kind":
		return true
	case "bad-value":
		return slices.ContainsFunc(flow.Definitions(), func(d flow.Definition) bool {
			return slices.ContainsFunc(d.Properties, func(p flow.Property) bool {
				last := len(p.Enum) - 1
				return last > 0 && strings.Contains(f.Message, " must be "+strings.Join(p.Enum[:last], ", ")+" or "+p.Enum[last])
			})
		})
	}
	return false
}

// beyondShape lists the files of faults that a schema cannot find, with the
// reason.
func beyondShape() map[string]string {
	const other = "which keys are needed depends on the value of another"
	return map[string]string{
		"defaults-place":      "what defaults bring into a task",
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
	s := schematest.Compile(t, schema.Flow())
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
		shape := slices.ContainsFunc(faults, structural)
		err = s.Validate(schematest.Plain(&n))
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

// Editors read it anew for each window, so it must stay small; and it must not
// change by itself.
func TestSchemaIsSmallAndTheSameEachTime(t *testing.T) {
	t.Parallel()
	first, err := schema.Flow().JSON()
	if err != nil {
		t.Fatal(err)
	}
	if most := 300_000; len(first) > most {
		t.Errorf("the schema has %d bytes, at most %d are wanted", len(first), most)
	}
	again, err := schema.Flow().JSON()
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the schema differs from one time to the next (%v)", err)
	}
}
