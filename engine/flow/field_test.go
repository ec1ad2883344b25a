package flow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// form is the form of a flow whose only task is a Pause with these inputs.
func form(t *testing.T, inputs string) []flow.Input {
	t.Helper()
	f := load(t, "id: f\nnamespace: demo\ntasks:\n  - {id: count, type: Return, format: 1}\n"+
		"  - id: ask\n    type: Pause\n    onReject: FAIL\n    onResume:\n      - "+
		strings.ReplaceAll(inputs, "\n", "\n      - ")+"\n")
	pause, ok := f.Task("ask").Spec.(*flow.Pause)
	if !ok {
		t.Fatal("not a Pause")
	}
	return pause.OnResume
}

func env(count any) expr.Env {
	return expr.Env{Roots: map[string]any{"outputs": map[string]any{"count": map[string]any{"value": count}}}}
}

// The form shows what the flow computed; Kestra cannot.
func TestFieldsRender(t *testing.T) {
	t.Parallel()
	ins := form(t, `{id: days, type: INT, min: 1, displayName: "Of {{ outputs.count.value }}", description: "at least {{ outputs.count.value }}", defaults: "{{ outputs.count.value }}"}
{id: note, type: STRING, prefill: "{{ outputs.count.value }} days", required: false, validator: ".*"}
{id: version, type: STRING, defaults: 1.0}
{id: team, type: SELECT, values: [A, {value: B, label: bee}], allowCustomValue: true, isRadio: true}
{id: day, type: DATE, after: 2026-01-01, before: 2026-12-31}`)
	got, err := flow.Fields(ins, env(int64(7)))
	if err != nil {
		t.Fatal(err)
	}
	one := 1.0
	want := []flow.Field{
		{ID: "days", Type: flow.Int, Label: "Of 7", Description: "at least 7", Required: true, Default: int64(7), Min: &one},
		{ID: "note", Type: flow.String, Prefill: "7 days", Validator: ".*"},
		{ID: "version", Type: flow.String, Required: true, Default: "1.0"},
		{
			ID: "team", Type: flow.Select, Required: true,
			Values: []flow.Option{{Value: "A"}, {Value: "B", Label: "bee"}}, AllowCustom: true, Radio: true,
		},
		{ID: "day", Type: flow.Date, Required: true, After: "2026-01-01", Before: "2026-12-31"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Fields (-want +got):\n%s", diff)
	}
}

func TestFieldsRefuse(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		`{id: days, type: INT, max: 3, defaults: "{{ outputs.count.value }}"}`:      "default of input days: it must be at most 3",
		`{id: day, type: DATE, prefill: "{{ outputs.count.value }}"}`:               "prefill of input day: it must be a date",
		`{id: x, type: STRING, description: "{{ outputs.count.missing }}"}`:         "description of input x: ",
		`{id: x, type: STRING, displayName: "{{ outputs.count.missing }}"}`:         "display name of input x: ",
		`{id: x, type: STRING, defaults: "{{ outputs.count.missing }}"}`:            "default of input x: ",
		`{id: t, type: SELECT, values: [a], defaults: "{{ outputs.count.value }}"}`: "default of input t: it must be one of a",
	} {
		_, err := flow.Fields(form(t, input), env(int64(7)))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s\ngave %v, want %s…", input, err, want)
		}
	}
}

// A default that computes to nothing is no default.
func TestFieldsWithoutValue(t *testing.T) {
	t.Parallel()
	got, err := flow.Fields(form(t, `{id: day, type: DATE, prefill: "{{ outputs.count.value }}"}`), env(nil))
	if err != nil || got[0].Prefill != nil {
		t.Errorf("Fields = %+v, %v, want no prefill", got, err)
	}
}

// A field that was frozen is checked like the input that it came from.
func TestFieldsBind(t *testing.T) {
	t.Parallel()
	fields, err := flow.Fields(form(t, `{id: code, type: STRING, validator: "[A-Z]{2}"}`), env(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, faults := flow.Bind(fields, map[string]any{"code": "ABC"}); len(faults) != 1 {
		t.Errorf("ABC: faults %v, want one", faults)
	}
	if got, faults := flow.Bind(fields, map[string]any{"code": "AB"}); faults != nil || got["code"] != "AB" {
		t.Errorf("AB = %v, %v, want it back", got, faults)
	}
}
