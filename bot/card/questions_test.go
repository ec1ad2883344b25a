package card

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// moving is a form whose questions depend on each other and on the button.
func moving() *engine.Request {
	return &engine.Request{
		Title: "Deploy payments 4.2.1", Digest: "0123456789ab", Verdict: "ok", RejectNeeds: "why", HighRisk: true,
		Reasons: []string{"Too late", "Too dear"},
		Form: []flow.Field{
			{ID: "ok", Type: flow.Bool, Required: true},
			{ID: "why", Type: flow.String, DependsOn: []string{"ok"}, Late: &flow.Late{Conditions: []string{"{{ inputs.ok == false }}"}}},
			{ID: "kind", Type: flow.Select, Required: true, Values: []flow.Option{{Value: "cloud"}, {Value: "desk"}}},
			{ID: "size", Type: flow.Select, Required: true, DependsOn: []string{"kind"}, Late: &flow.Late{
				Conditions: []string{"{{ inputs.kind == 'cloud' }}"}, Choices: "{{ ['small', 'large'] }}", Label: "Size of the {{ inputs.kind }}",
			}},
		},
	}
}

func drawnFor(r *engine.Request, action string, given map[string]any) adapters.Card {
	return Draw(View{Run: engine.TaskRun{ID: "1", Request: r}, Given: given, Action: action})
}

func asks(c adapters.Card, action string) string {
	for _, a := range c.Actions {
		if a.ID == action {
			return fmt.Sprintf("%s asks %v requires %v presets %v of %q confirm %q", a.Label, a.Asks, a.Require, a.Presets, a.Preset, a.Confirm)
		}
	}
	return "no such button"
}

// A form that can be redrawn asks what follows from the answers so far, and
// nothing else.
func TestFormFollowsTheAnswers(t *testing.T) {
	t.Parallel()
	const sure = `"Approve: Deploy payments 4.2.1? Its risk is high."`
	tests := map[string]struct {
		action string
		given  map[string]any
		want   string
		fields string
	}{
		"cannot_be_redrawn":  {"approve", nil, `Approve… asks [kind size] requires [kind] presets [] of "" confirm ` + sure, "why kind* size"},
		"nothing_given":      {"approve", map[string]any{}, `Approve… asks [kind] requires [kind] presets [] of "" confirm ` + sure, "kind*"},
		"one_that_opens":     {"approve", map[string]any{"kind": "cloud"}, `Approve… asks [kind size] requires [kind size] presets [] of "" confirm ` + sure, "kind* size"},
		"one_that_does_not":  {"approve", map[string]any{"kind": "desk", "size": "small"}, `Approve… asks [kind] requires [kind] presets [] of "" confirm ` + sure, "kind*"},
		"the_other_button":   {"reject", map[string]any{"kind": "desk"}, `Reject… asks [why kind] requires [kind why] presets [Too late Too dear] of "why" confirm ""`, "why kind*"},
		"claims_the_verdict": {"reject", map[string]any{"ok": true}, `Reject… asks [why kind] requires [kind why] presets [Too late Too dear] of "why" confirm ""`, "why kind*"},
		"hostile":            {"approve", map[string]any{"kind": []any{1}, "evil": map[string]any{}}, `Approve… asks [kind] requires [kind] presets [] of "" confirm ` + sure, "kind*"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := drawnFor(moving(), test.action, test.given)
			if diff := cmp.Diff(test.want, asks(c, test.action)); diff != "" {
				t.Errorf("button (-want +got)\n%s", diff)
			}
			var got []string
			for _, f := range c.Form {
				if strings.HasPrefix(f.ID, FieldPrefix) {
					continue
				}
				if f.Live {
					f.ID += "*"
				}
				got = append(got, f.ID)
			}
			if diff := cmp.Diff(test.fields, strings.Join(got, " ")); diff != "" {
				t.Errorf("fields (-want +got)\n%s", diff)
			}
		})
	}
	c := drawnFor(moving(), "approve", map[string]any{"kind": "cloud"})
	want := adapters.Field{ID: "size", Kind: adapters.SelectField, Label: "Size of the cloud", Required: true, Options: []adapters.Option{{Value: "small", Label: "small"}, {Value: "large", Label: "large"}}}
	if diff := cmp.Diff(want, c.Form[1], cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestConfirmWhereTheRiskIsHigh(t *testing.T) {
	t.Parallel()
	size := flow.Field{ID: "size", Type: flow.Select, Values: []flow.Option{{Value: "s", Label: "Small"}}}
	note := flow.Field{ID: "note", Type: flow.String}
	for name, test := range map[string]struct {
		form []flow.Field
		want string
	}{
		"resume": {nil, "Resume: this request? Its risk is high."},
		"choose": {[]flow.Field{size}, "Choose Small: this request? Its risk is high."},
		"answer": {[]flow.Field{note}, "Answer: this request? Its risk is high."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for high, want := range map[bool]string{true: test.want, false: ""} {
				if got := Actions(&engine.Request{Form: test.form, HighRisk: high})[0].Confirm; got != want {
					t.Errorf("high %v: %q, want %q", high, got, want)
				}
			}
		})
	}
}

func TestFieldsOfPeople(t *testing.T) {
	t.Parallel()
	people := &approval.Directory{
		People: map[approval.PersonID]approval.Person{"dana": {ID: "dana", Name: "Dana D"}},
		Groups: map[string][]approval.PersonID{},
	}
	for i := range 150 {
		people.Groups[fmt.Sprintf("team-%03d", i)] = nil
	}
	got := Fields([]flow.Field{
		{ID: "who", Type: flow.User, Default: "dana"}, {ID: "all", Type: flow.Users, Prefill: []any{"dana", "gone"}}, {ID: "team", Type: flow.Group},
	}, nil, people)
	if diff := cmp.Diff([]adapters.Person{{ID: "dana", Name: "Dana D"}}, got[0].Chosen); diff != "" {
		t.Errorf("one (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]adapters.Person{{ID: "dana", Name: "Dana D"}, {ID: "gone"}}, got[1].Chosen); diff != "" {
		t.Errorf("several (-want +got)\n%s", diff)
	}
	team := got[2]
	if len(team.Options) != adapters.MaxChoices || !team.Search || team.Options[0].Value != "team-000" {
		t.Errorf("150 groups: %d options, search %v, first %v", len(team.Options), team.Search, team.Options[0])
	}
}

func TestChoicesFindWhatBeginsFirst(t *testing.T) {
	t.Parallel()
	all := []adapters.Option{{Value: "1", Label: "North"}, {Value: "or", Label: "Desk"}, {Value: "3", Label: "Ordered"}, {Value: "4", Label: "None"}}
	for query, want := range map[string]string{"OR": "Desk Ordered North", "": "North Desk Ordered None", " none ": "None", "zzz": "", "\x00": ""} {
		var got []string
		for _, o := range Choices(all, query) {
			got = append(got, o.Label)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q (-want +got)\n%s", query, diff)
		}
	}
	if got := Choices(make([]adapters.Option, 1000), ""); len(got) != adapters.MaxChoices {
		t.Errorf("1,000 options: %d", len(got))
	}
}

// An answer is repeated in words: people by their names, a file by its own.
func TestAnswersInWords(t *testing.T) {
	t.Parallel()
	v := View{People: &approval.Directory{People: map[approval.PersonID]approval.Person{"dana": {ID: "dana", Name: "Dana D"}}}}
	for want, one := range map[string]struct {
		kind  flow.InputType
		value any
	}{
		"Dana D":         {flow.User, "dana"},
		"gone":           {flow.User, "gone"},
		"Dana D, gone":   {flow.Users, []any{"dana", "gone"}},
		"a.pdf":          {flow.File, "signoff:///upload-1/AAAA/a.pdf"},
		"finance":        {flow.Group, "finance"},
		"#approvals":     {flow.Channel, "#approvals"},
		"**a**\nb":       {flow.RichText, "**a**\nb"},
		"not an address": {flow.String, "not an address"},
	} {
		if got := v.shownValue(flow.Field{Type: one.kind}, one.value); got != want {
			t.Errorf("%s: %q, want %q", one.kind, got, want)
		}
	}
	if got := field(flow.Field{ID: "x", Type: flow.File, Prefill: adapters.Upload{Name: "a"}}, nil).Initial; got != "" {
		t.Errorf("a form starts with a file that is handed in: %q", got)
	}
}
