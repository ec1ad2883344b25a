package card

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/flow"
)

// Every type is asked with the element that fits it, and says how it is written.
func TestFieldOfEachType(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]flow.Field{
		"text [] hint": {Type: flow.String, Description: "hint"},
		"time [09:30:00] From 09:00:00 to 17:00:00.":               {Type: flow.Time, After: "09:00:00", Before: "17:00:00", Default: "09:30:00"},
		"text [PT4H] A duration such as PT4H or P3D. At most P1D.": {Type: flow.Duration, Longest: "P1D", Default: "PT4H"},
		"multi [a\nb] ":                {Type: flow.MultiSelect, Values: []flow.Option{{Value: "a"}, {Value: "b"}}, Default: []any{"a", "b", "gone"}},
		"email [] ":                    {Type: flow.Email},
		"url [] ":                      {Type: flow.URI},
		"text [ftp://x] ":              {Type: flow.URI, Prefill: "ftp://x"},
		`long [{"a":1}] JSON.`:         {Type: flow.JSON, Default: map[string]any{"a": int64(1)}},
		`long ["x"] JSON.`:             {Type: flow.JSON, Default: "x"},
		"long [1\n2] One item a line.": {Type: flow.Array, Items: flow.Int, Default: []any{int64(1), int64(2)}},
		"secret [] It is kept sealed and never shown.": {Type: flow.Secret},
		"file [] A file whose name ends with .pdf.":    {Type: flow.File, Extensions: []string{".pdf"}},
		"text [a\nb] ":        {Type: flow.String, Prefill: "a\nb"},
		"long [] ":            {Type: flow.LongText},
		"rich [**a**] ":       {Type: flow.RichText, Prefill: "**a**"},
		"person [dana] ":      {Type: flow.User, Default: "dana"},
		"people [dana\nkim] ": {Type: flow.Users, Prefill: []any{"dana", "kim"}},
		"group [finance] ":    {Type: flow.Group, Prefill: "finance"},
		"channel [#a] ":       {Type: flow.Channel, Prefill: "#a"},
	} {
		f.ID = "x"
		got := field(f, nil)
		if text := fmt.Sprintf("%s [%s] %s", got.Kind, got.Initial, got.Hint); text != want {
			t.Errorf("%s is asked as %q, want %q", f.Type, text, want)
		}
	}
}

// What a button asks for depends on which it is.
func TestActionsAskWhatApplies(t *testing.T) {
	t.Parallel()
	r := &engine.Request{Verdict: "ok", RejectNeeds: "reason", Form: []flow.Field{
		{ID: "ok", Type: flow.Bool, Required: true},
		{ID: "reason", Type: flow.String, DependsOn: []string{"ok"}, Late: &flow.Late{Conditions: []string{"{{ inputs.ok == false }}"}}},
		{ID: "budget", Type: flow.Int, Required: true, DependsOn: []string{"ok"}, Late: &flow.Late{Conditions: []string{"{{ inputs.ok }}"}}},
		{ID: "city", Type: flow.String, Label: "City?"},
		{ID: "street", Type: flow.String, Required: true, DependsOn: []string{"city"}},
		{ID: "never", Type: flow.String, Required: true, Off: true},
	}}
	want := []adapters.Action{
		{ID: "approve", Label: "Approve…", Style: adapters.Primary, Asks: []string{"budget", "city", "street"}, Require: []string{"budget"}},
		{ID: "reject", Label: "Reject…", Style: adapters.Danger, Asks: []string{"reason", "city", "street"}, Require: []string{"reason"}},
	}
	if diff := cmp.Diff(want, Actions(r)); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	var hints []string
	for _, f := range (View{Run: engine.TaskRun{Request: r}}).fields() {
		hints = append(hints, fmt.Sprintf("%s %v %s", f.ID, f.Required, f.Hint))
	}
	if diff := cmp.Diff([]string{
		"reason false ", "budget false ", "city false ", "street false Whether this is asked depends on: City.",
	}, hints); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestFieldOfAForm(t *testing.T) {
	t.Parallel()
	f := flow.Field{ID: "travel.start_date", Type: flow.Date, Group: "The journey"}
	if got := fieldLabel(f); got != "The journey: Start date" {
		t.Errorf("the label is %q", got)
	}
}
