package story

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"signoff/engine/flow"
	"signoff/engine/flow/schema/schematest"
)

// places are story files in which a key can be put into each part.
func places() map[string]string {
	const story = "stories: [{name: a, "
	return map[string]string{
		"file":      "stories: [{name: a}]\n%: x",
		"story":     story + "%: x}]",
		"person":    "people: [{%: x}]\nstories: [{name: a}]",
		"place":     "deliver: [{%: x}]\nstories: [{name: a}]",
		"stub":      "stubs: {a: [{%: x}]}\nstories: [{name: a}]",
		"line":      "stubs: {a: [{logs: [{%: x}]}]}\nstories: [{name: a}]",
		"step":      story + "steps: [{%: x}]}]",
		"expect":    story + "expect: [{%: x}]}]",
		"start":     story + "start: {%: x}}]",
		"answer":    story + "steps: [{answer: {%: x}}]}]",
		"act":       story + "steps: [{kill: {%: x}}]}]",
		"cancel":    story + "steps: [{cancel: {%: x}}]}]",
		"label":     story + "steps: [{label: {%: x}}]}]",
		"delegate":  story + "steps: [{delegate: {%: x}}]}]",
		"reassign":  story + "steps: [{reassign: {%: x}}]}]",
		"send_back": story + "steps: [{send_back: {%: x}}]}]",
		"resubmit":  story + "steps: [{resubmit: {%: x}}]}]",
		"comment":   story + "steps: [{comment: {%: x}}]}]",
		"withdraw":  story + "steps: [{withdraw: {%: x}}]}]",
		"override":  story + "steps: [{override: {%: x}}]}]",
		"away":      story + "steps: [{away: {%: x}}]}]",
		"back":      story + "steps: [{back: {%: x}}]}]",
		"replay":    story + "steps: [{replay: {%: x}}]}]",
	}
}

// What the definitions say is what the parser takes: it names the keys that
// there are when it meets another.
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
		_, faults := Parse("f.test.yaml", []byte(strings.Replace(where[d.Name], "%", "zzzzzzzzzzzzzz", 1)))
		i := slices.IndexFunc(faults, func(f flow.Fault) bool { return f.Rule == ruleUnknownKey })
		if i < 0 {
			t.Errorf("%s: no key is unknown: %v", d.Name, faults)
			continue
		}
		_, names, _ := strings.Cut(faults[i].Message, "; there are ")
		if diff := cmp.Diff(names, strings.Join(keys, ", ")); diff != "" {
			t.Errorf("%s (-read +defined):\n%s", d.Name, diff)
		}
	}
}

// Every story file that loads fits the schema, and so does every change to one
// that still loads.
func TestStoriesFitTheSchema(t *testing.T) {
	t.Parallel()
	s := schematest.Compile(t, Schema())
	var sources []string
	for _, pattern := range []string{"testdata/*/*.test.yaml", "../flows/*.test.yaml", "testdata/*/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(file) != ".txtar" {
				sources = append(sources, string(src))
				continue
			}
			for _, f := range txtar.Parse(src).Files {
				if strings.HasSuffix(f.Name, ".test.yaml") {
					sources = append(sources, string(f.Data))
				}
			}
		}
	}
	values := []string{"x", "3", "~", "true", "[]", "[x]", "{}", "{a: b}", "{as: x}", "[{name: x}]", "PT1H", "none", "ok", "web", "{a: ok}", "{a: [ok]}"}
	for part, at := range places() {
		for _, d := range Schema().Definitions {
			for _, p := range d.Properties {
				for _, value := range values {
					if d.Name == part {
						sources = append(sources, strings.Replace(strings.Replace(at, "%: x", "%: "+value, 1), "%", p.Name, 1))
					}
				}
			}
		}
	}
	loaded := 0
	for _, src := range sources {
		if _, faults := Parse("f.test.yaml", []byte(src)); faults.Stop() {
			continue
		}
		loaded++
		if err := s.Validate(schematest.Read(t, []byte(src))); err != nil {
			t.Errorf("it loads, and is refused: %v\n%s", err, src)
		}
	}
	if loaded < 100 {
		t.Errorf("only %d stories load", loaded)
	}
}
