package task_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

func templates(t *testing.T, texts ...string) []*expr.Template {
	t.Helper()
	var out []*expr.Template
	for _, text := range texts {
		out = append(out, template(t, text))
	}
	return out
}

// What prints and reaches for a file gives what it would give within the engine.
func TestShownTasksReadFiles(t *testing.T) {
	t.Parallel()
	files := &memoryFiles{files: map[string]string{keptURI: "a,b"}}
	b := newBench(t, func(c *task.Config) { c.Files = files })
	inputs := map[string]any{"uri": keptURI}
	for name, c := range map[string]struct {
		spec    flow.Spec
		outputs map[string]any
		logs    string
		problem string
	}{
		"log": {
			spec: &flow.Log{Level: "WARN", Messages: templates(t, "it is {{ read(inputs.uri) }}", "{{ fileSize(inputs.uri) }}")},
			logs: "WARN it is a,b|WARN 3",
		},
		"log_until_it_fails": {
			spec: &flow.Log{Level: "INFO", Messages: templates(t, "one", "{{ read('signoff:///x0/other') }}")},
			logs: "INFO one", problem: "there is no such file",
		},
		"return_is_a_text": {
			spec:    &flow.Return{Format: value(t, "{{ fileSize(inputs.uri) }}")},
			outputs: map[string]any{"value": "3"},
		},
		"return_keeps_a_list": {
			spec:    &flow.Return{Format: value(t, []any{"{{ fileSize(inputs.uri) }}", "x"})},
			outputs: map[string]any{"value": []any{int64(3), "x"}},
		},
		"return_fails": {spec: &flow.Return{Format: value(t, "{{ read('x') }}")}, problem: "only files of executions"},
		"output_values_keep_types": {
			spec:    &flow.OutputValues{Values: pairs(t, "size", "{{ fileSize(inputs.uri) }}", "text", "{{ read(inputs.uri) }}")},
			outputs: map[string]any{"values": map[string]any{"size": int64(3), "text": "a,b"}},
		},
		"output_values_name_the_key": {
			spec: &flow.OutputValues{Values: pairs(t, "size", "{{ fileSize('x') }}")}, problem: "values.size",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := b.Run(t.Context(), call(c.spec, inputs))
			if c.problem != "" {
				fails(t, got, c.problem)
			} else {
				succeeds(t, got)
			}
			if diff := cmp.Diff(c.outputs, got.Outputs); diff != "" {
				t.Errorf("outputs (-want +got):\n%s", diff)
			}
			var logs []string
			for _, l := range got.Logs {
				logs = append(logs, l.Level+" "+l.Text)
			}
			if text := strings.Join(logs, "|"); text != c.logs {
				t.Errorf("it logged %q, want %q", text, c.logs)
			}
		})
	}
}

// What is printed is kept, so that not even three digits of a secret may be in it.
func TestShownTasksMaskTheShortestSecret(t *testing.T) {
	t.Parallel()
	files := &memoryFiles{files: map[string]string{keptURI: "the pin is 421"}}
	b := newBench(t, func(c *task.Config) { c.Files, c.Secrets = files, secrets{"PIN": "421", "LONG": "hunter2hunter2"} })
	const text = "{{ secret('PIN') }}: {{ read(inputs.uri) }}, {{ secret('LONG') | upper }} {{ secret('LONG') | base64encode }}"
	for _, spec := range []flow.Spec{
		&flow.Log{Level: "INFO", Messages: templates(t, text)},
		&flow.Return{Format: value(t, text)},
		&flow.OutputValues{Values: pairs(t, "all", text)},
	} {
		got := b.Run(t.Context(), call(spec, map[string]any{"uri": keptURI}))
		succeeds(t, got)
		if kept := fmt.Sprint(got.Outputs, got.Logs); strings.Contains(kept, "421") || strings.Contains(strings.ToLower(kept), "hunter") ||
			!strings.Contains(kept, "******: the pin is ******, ******") {
			t.Errorf("%T keeps %s", spec, kept)
		}
	}
}

// A story of a flow compares what is printed.
func TestSketchOfShownTasks(t *testing.T) {
	t.Parallel()
	files := &memoryFiles{files: map[string]string{keptURI: "a,b"}}
	b := newBench(t, func(c *task.Config) { c.Files = files })
	sent, problem := b.Sketch(t.Context(), call(&flow.Log{Level: "INFO", Messages: templates(t, "{{ read(inputs.uri) }}")}, map[string]any{"uri": keptURI}))
	if diff := cmp.Diff(map[string]any{"messages": []any{"a,b"}}, sent); diff != "" || problem != "" {
		t.Errorf("Sketch says %q (-want +got):\n%s", problem, diff)
	}
}
