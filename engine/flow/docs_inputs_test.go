package flow_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

const inputsPage = "../../docs/inputs.md"

var updateDocs = flag.Bool("update-docs", false, "rewrite what the examples of docs/inputs.md give")

// exampleOf finds an example and the answers to it.
var exampleOf = regexp.MustCompile("(?s)```yaml\n(.*?)```\n\n```answers\n(.*?)```")

// The page says what each example makes of its answers; a line after an answer
// begins with "=" or "!".
func TestDocsOfInputs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(inputsPage)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	got := exampleOf.ReplaceAllStringFunc(string(page), func(text string) string {
		seen++
		m := exampleOf.FindStringSubmatch(text)
		return "```yaml\n" + m[1] + "```\n\n```answers\n" + answersTo(t, m[1], m[2]) + "```"
	})
	if seen < 23 {
		t.Errorf("the page has %d examples, want one of each type", seen)
	}
	if *updateDocs {
		if err := os.WriteFile(inputsPage, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(page), got); diff != "" {
		t.Errorf("docs/inputs.md (-page +truth):\n%s", diff)
	}
}

func answersTo(t *testing.T, inputs, answers string) string {
	t.Helper()
	fields, err := flow.Fields(block(t, inputs), expr.Env{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(answers) {
		if !strings.HasPrefix(line, "{") {
			continue
		}
		out.WriteString(line)
		var raw map[string]any
		if err := json.Unmarshal([]byte(line), &raw); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		values, faults := flow.Bind(fields, raw)
		for _, f := range faults {
			out.WriteString("  ! " + f.Error() + "\n")
		}
		if faults == nil {
			b, err := json.Marshal(values)
			if err != nil {
				t.Fatal(err)
			}
			out.WriteString("  = " + string(b) + "\n")
		}
	}
	return out.String()
}

// block is the form of a Pause whose inputs are written over several lines.
func block(t *testing.T, inputs string) []flow.Input {
	t.Helper()
	f := load(t, "id: f\nnamespace: demo\ntasks:\n  - id: ask\n    type: Pause\n    onResume:\n      "+
		strings.ReplaceAll(strings.TrimSpace(inputs), "\n", "\n      ")+"\n")
	pause, ok := f.Task("ask").Spec.(*flow.Pause)
	if !ok {
		t.Fatal("not a Pause")
	}
	return pause.OnResume
}
