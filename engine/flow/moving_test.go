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
