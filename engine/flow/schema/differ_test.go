package schema_test

import (
	"maps"
	"slices"
	"testing"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"signoff/engine/flow"
	"signoff/engine/flow/schema"
	"signoff/engine/flow/schema/schematest"
)

// values are what a person or a program may put behind a key.
func values() []string {
	return []string{
		"~", "x", "3", "-1", ".5", "true", "TRUE", "'false'", "'7'", "PT1H", "p1dt2h", "2026-01-01", "'{{ inputs.x }}'",
		"[]", "[x]", "[3]", "[[x]]", "[~]", "[{}]", "[{id: x, type: Log, message: x}]", "{}", "{x: y}", "{x: ~}", "{key: a, value: b}",
		"{id: x, type: Return}", "{type: constant}", "SUCCESS", "[SUCCESS]", "FAIL", "Pause", "io.kestra.plugin.core.log.Log", "com.example.Thing",
	}
}

// What the schema refuses, the parser refuses: nobody is told by an editor that
// a flow is wrong which runs.
func TestSchemaRefusesOnlyWhatTheParserRefuses(t *testing.T) {
	t.Parallel()
	s := schematest.Compile(t, schema.Flow())
	flows := valid(t)
	maps.Copy(flows, samples())
	names := slices.Sorted(maps.Keys(flows))
	var words []string
	for _, d := range flow.Definitions() {
		for _, p := range d.Properties {
			words = append(words, p.Name)
		}
	}
	slices.Sort(words)
	words = append(slices.Compact(words), "unheard_of")
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom(names).Draw(r, "flow")
		var doc yaml.Node
		if err := yaml.Unmarshal(flows[name], &doc); err != nil {
			r.Fatal(err)
		}
		for range rapid.IntRange(0, 3).Draw(r, "changes") {
			change(r, &doc, words)
		}
		src, err := yaml.Marshal(&doc)
		if err != nil {
			r.Skip(err) // such as an alias of what is gone
		}
		var again yaml.Node
		if err := yaml.Unmarshal(src, &again); err != nil {
			r.Skip(err)
		}
		_, faults := flow.Parse("flow.yaml", src)
		if err := s.Validate(schematest.Plain(&again)); err != nil && !faults.Stop() {
			r.Fatalf("%s loads with %v, and is refused: %v\n%s", name, faults, err, src)
		}
	})
}

// change puts, renames, removes or replaces something.
func change(r *rapid.T, doc *yaml.Node, words []string) {
	maps := mappings(doc)
	if len(maps) == 0 {
		return
	}
	m := rapid.SampledFrom(maps).Draw(r, "map")
	value := func() *yaml.Node {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte("a: "+rapid.SampledFrom(values()).Draw(r, "value")), &n); err != nil {
			r.Fatal(err)
		}
		return n.Content[0].Content[1]
	}
	key := func() *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: rapid.SampledFrom(words).Draw(r, "key")}
	}
	if len(m.Content) == 0 || rapid.Bool().Draw(r, "put") {
		m.Content = append(m.Content, key(), value())
		return
	}
	i := 2 * rapid.IntRange(0, len(m.Content)/2-1).Draw(r, "at")
	switch rapid.IntRange(0, 2).Draw(r, "how") {
	case 0:
		m.Content[i] = key()
	case 1:
		m.Content = slices.Delete(m.Content, i, i+2)
	default:
		m.Content[i+1] = value()
	}
}

// Every key of the language, with values of every kind: editor and parser agree.
func TestSchemaAndParserAgreeOnKinds(t *testing.T) {
	t.Parallel()
	s := schematest.Compile(t, schema.Flow())
	flows := samples()
	for _, d := range flow.Definitions() {
		src := flows[string(d.Sort)+" "+d.Name]
		for _, p := range d.Properties {
			for _, value := range []string{"[]", "{x: y}", "x"} {
				changed := withKey(t, src, d, p.Name, value)
				_, faults := flow.Parse("flow.yaml", changed)
				err := s.Validate(schematest.Read(t, changed))
				if err != nil && !faults.Stop() {
					t.Errorf("%s loads, and is refused: %v\n%s", d.Name, err, changed)
				}
				wrong := slices.ContainsFunc(faults, func(f flow.Fault) bool { return f.Rule == "wrong-kind" || f.Rule == "unknown-key" })
				if err == nil && wrong {
					t.Errorf("%s is taken, although: %v\n%s", d.Name, faults, changed)
				}
			}
		}
	}
}

// withKey puts a key into the map that is the definition's example.
func withKey(t *testing.T, src []byte, d flow.Definition, key, value string) []byte {
	t.Helper()
	parse := func(text string) *yaml.Node {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(text), &n); err != nil {
			t.Fatal(err)
		}
		return n.Content[0]
	}
	doc, example, put := parse(string(src)), parse(d.Example), parse(value)
	keys := func(n *yaml.Node) (names []string) {
		for i := 0; i < len(n.Content); i += 2 {
			names = append(names, n.Content[i].Value)
		}
		return names
	}
	all := mappings(doc)
	i := slices.IndexFunc(all, func(m *yaml.Node) bool { return slices.Equal(keys(m), keys(example)) })
	if i < 0 {
		t.Fatalf("the example of %s is not in its sample:\n%s", d.Name, src)
	}
	m := all[i]
	if at := slices.Index(keys(m), key); at >= 0 {
		m.Content[2*at+1] = put
	} else {
		m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, put)
	}
	out, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func mappings(n *yaml.Node) []*yaml.Node {
	var list []*yaml.Node
	if n.Kind == yaml.MappingNode {
		list = append(list, n)
	}
	for _, c := range n.Content {
		list = append(list, mappings(c)...)
	}
	return list
}
