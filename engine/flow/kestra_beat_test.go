package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Kestra shows a form as the flow was written, and tells one fault at a time.
func TestKestraBeat11FormShowsWhatTheFlowComputed(t *testing.T) {
	t.Parallel()
	fields := frozen(t, `{id: days, type: INT, min: 1, max: 10, displayName: "Days of {{ outputs.count.value }}", description: "The team has **{{ outputs.count.value }}** left", defaults: "{{ outputs.count.value }}"}
{id: from, type: DATE}
{id: mail, type: EMAIL}
{id: team, type: SELECT, values: [HR, IT], required: false}
{id: sure, type: BOOLEAN, required: false}`, env(int64(7)))
	if f := fields[0]; f.Label != "Days of 7" || f.Description != "The team has **7** left" || f.Default != int64(7) {
		t.Errorf("the form shows %q, %q, %v", f.Label, f.Description, f.Default)
	}
	_, faults := flow.Bind(fields, map[string]any{"days": "20", "from": "tomorrow", "mail": "dana", "team": "Legal", "sure": "maybe"})
	want := []flow.FieldError{
		{Field: "days", Text: "must be from 1 to 10"},
		{Field: "from", Text: "must be a date such as 2026-11-22"},
		{Field: "mail", Text: "must be a mail address such as dana@example.com"},
		{Field: "team", Text: "must be one of HR, IT"},
		{Field: "sure", Text: "must be true or false"},
	}
	if diff := cmp.Diff(want, faults); diff != "" {
		t.Errorf("all faults at once, each by its input (-want +got):\n%s", diff)
	}
}

// In Kestra `is false` is an error, so the rejection branch of its own page
// never runs.
func TestKestraBeat12IsTrueAndIsFalse(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"{{ outputs.ask.onResume.approved is true }}":                           "false",
		"{{ outputs.ask.onResume.approved is false }}":                          "true",
		"{{ outputs.ask.onResume.approved is not true }}":                       "true",
		"{{ outputs.ask.onResume.approved is false ? 'rejected' : 'granted' }}": "rejected",
	} {
		template, err := expr.Parse(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		ask := map[string]any{"onResume": map[string]any{"approved": false}}
		got, err := template.Render(expr.Env{Roots: map[string]any{"outputs": map[string]any{"ask": ask}}})
		if err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", source, got, err, want)
		}
	}
}
