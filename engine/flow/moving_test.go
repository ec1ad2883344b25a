package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

func TestMovingNamesWhatOthersDependOn(t *testing.T) {
	t.Parallel()
	fields := []flow.Field{
		{ID: "ok", Type: flow.Bool},
		{ID: "kind", Type: flow.Select},
		{ID: "size", Type: flow.Select, DependsOn: []string{"kind"}},
		{ID: "form.place", Type: flow.String},
		{ID: "note", Type: flow.String, Late: &flow.Late{Default: "{{ inputs.form.place }}", Conditions: []string{"{{ inputs.ok }}"}}},
		{ID: "alone", Type: flow.String, DependsOn: []string{"alone"}},
	}
	if diff := cmp.Diff(map[string]bool{"ok": true, "kind": true, "form.place": true}, flow.Moving(fields)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := flow.Moving(nil); len(got) != 0 {
		t.Errorf("no fields: %v", got)
	}
}

// A question whose condition reads an answer that is not known may be asked.
func TestPossibleKeepsWhatAnAnswerMayOpen(t *testing.T) {
	t.Parallel()
	fields := []flow.Field{
		{ID: "kind", Type: flow.String, Required: true},
		{ID: "scan", Type: flow.String, Required: true, Late: &flow.Late{Conditions: []string{"{{ inputs.kind == 'paper' }}"}}},
	}
	for kind, want := range map[string]int{"": 2, "paper": 2, "talk": 1} {
		known := map[string]any{}
		if kind != "" {
			known["kind"] = kind
		}
		if got := flow.Possible(fields, known); len(got) != want {
			t.Errorf("with kind %q %d questions may be asked, want %d", kind, len(got), want)
		}
	}
}
