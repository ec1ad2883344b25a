package config

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
	"signoff/engine/flow/schema/schematest"
)

// places are configurations in which a key can be put into each part.
func places() map[string]string {
	return map[string]string{
		"configuration": "%: x",
		"slack":         "slack: {%: x}",
		"secret":        "secret_key: {%: x}",
		"person":        "people: [{%: x}]",
		"namespace":     "namespaces: {a: {%: x}}",
		"destination":   "alerts: {%: x}",
		"secrets":       "secrets: {%: x}",
		"egress":        "egress: {%: x}",
		"api":           "api: {%: x}",
		"files":         "files: {%: x}",
		"token":         "api: {tokens: [{%: x}]}",
		"entra":         "entra: {%: x}",
		"rota":          "oncall: {a: {%: x}}",
		"grant":         "access: [{%: x}]",
		"tasks":         "tasks: {%: x}",
		"taskType":      "tasks: {types: {a: {%: x}}}",
		"setting":       "tasks: {types: {a: {env: {B: {%: x}}}}}",
		"mail":          "mail: {%: x}",
		"triggers":      "triggers: {%: x}",
		"environment":   "environment: {%: x}",
	}
}

// What the definitions say is what the parser takes: it names the keys that it
// expects when it meets another.
func TestDefinitionsAreWhatIsRead(t *testing.T) {
	t.Parallel()
	where := places()
	for _, d := range Schema().Definitions {
		var keys []string
		for _, p := range d.Properties {
			keys = append(keys, p.Name)
			if p.Doc == "" {
				t.Errorf("%s.%s says nothing", d.Name, p.Name)
			}
		}
		slices.Sort(keys)
		_, faults := Parse("f", []byte(strings.Replace(where[d.Name], "%", "unheard_of", 1)))
		i := slices.IndexFunc(faults, func(f flow.Fault) bool { return f.Rule == "unknown-key" })
		if i < 0 {
			t.Errorf("%s: no key is unknown: %v", d.Name, faults)
			continue
		}
		_, names, _ := strings.Cut(faults[i].Message, "expected one of ")
		if diff := cmp.Diff(names, strings.Join(keys, ", ")); diff != "" {
			t.Errorf("%s (-read +defined):\n%s", d.Name, diff)
		}
	}
}

// What loads fits the schema, and a key that is refused is refused by both.
func TestConfigurationsFitTheSchema(t *testing.T) {
	t.Parallel()
	s := schematest.Compile(t, Schema())
	good, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(schematest.Read(t, good)); err != nil {
		t.Errorf("good.yaml: %v", err)
	}
	where := places()
	for _, d := range Schema().Definitions {
		if err := s.Validate(schematest.Read(t, []byte(strings.Replace(where[d.Name], "%", "unheard_of", 1)))); err == nil {
			t.Errorf("%s takes any key", d.Name)
		}
		for _, p := range d.Properties {
			for _, value := range []string{"x", "3", "~", "true", "[]", "[x]", "{}", "{x: y}", "{file: x}", "[{slack: x}]", "[{id: x}]", "allow", "PT1H", "16 MiB"} {
				src := strings.Replace(strings.Replace(where[d.Name], ": x", ": "+value, 1), "%", p.Name, 1)
				_, faults := Parse("f", []byte(src))
				if err := s.Validate(schematest.Read(t, []byte(src))); err != nil && !faults.Stop() {
					t.Errorf("%s loads, and is refused: %v", src, err)
				}
			}
		}
	}
}
