package flow_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

// staff knows two people, one of them by mail, too, and a group.
type staff struct{}

func (staff) Person(text string) (id, problem string) {
	switch strings.ToLower(text) {
	case "dana", "dana@example.com":
		return "dana", ""
	case "kim":
		return "kim", ""
	}
	return "", "cannot be chosen, because signoff does not know " + text
}

func (staff) Group(text string) (name, problem string) {
	if text == "finance" {
		return text, ""
	}
	return "", "cannot be chosen, because signoff does not know the group " + text
}

func TestMeantThenBind(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 255)
	tests := map[string]struct {
		kind flow.InputType
		raw  any
		want any
		text string
	}{
		"text_given":              {kind: flow.LongText, raw: "a\r\nb", want: "a\nb"},
		"text_empty":              {kind: flow.LongText, raw: "", text: "is required"},
		"text_wrong":              {kind: flow.LongText, raw: []any{}, text: "must be a text"},
		"text_hostile":            {kind: flow.LongText, raw: "a\x00b", text: "must not hold the control character U+0000"},
		"rich_given":              {kind: flow.RichText, raw: "**a**", want: "**a**"},
		"rich_empty":              {kind: flow.RichText, raw: nil, text: "is required"},
		"rich_wrong":              {kind: flow.RichText, raw: map[string]any{}, text: "must be a text"},
		"rich_hostile":            {kind: flow.RichText, raw: "sealed:v1:AA", text: "must not be a sealed secret"},
		"user_given":              {kind: flow.User, raw: "dana", want: "dana"},
		"user_mail":               {kind: flow.User, raw: " Dana@example.com ", want: "dana"},
		"user_empty":              {kind: flow.User, raw: "", text: "is required"},
		"user_blank":              {kind: flow.User, raw: "  ", text: "must be a name or a mail address"},
		"user_unknown":            {kind: flow.User, raw: "zoe", text: "cannot be chosen, because signoff does not know zoe"},
		"user_wrong":              {kind: flow.User, raw: []any{"dana"}, text: "must be a name or a mail address"},
		"user_lines":              {kind: flow.User, raw: "dana\nkim", text: "must be a name or a mail address"},
		"user_long":               {kind: flow.User, raw: long, text: "must be a name or a mail address"},
		"user_looked_at":          {kind: flow.User, raw: flow.Unfit("is nobody's account"), text: "is nobody's account"},
		"users_given":             {kind: flow.Users, raw: []any{"kim", "dana"}, want: []any{"kim", "dana"}},
		"users_twice":             {kind: flow.Users, raw: []any{"dana", "dana@example.com", "dana"}, want: []any{"dana"}},
		"users_lines":             {kind: flow.Users, raw: "dana\n kim \n", want: []any{"dana", "kim"}},
		"users_json":              {kind: flow.Users, raw: `["dana"]`, want: []any{"dana"}},
		"users_empty":             {kind: flow.Users, raw: []any{}, text: "is required"},
		"users_unknown":           {kind: flow.Users, raw: []any{"dana", "zoe"}, text: "is not accepted: item 2 (zoe) cannot be chosen, because signoff does not know zoe"},
		"users_wrong":             {kind: flow.Users, raw: 7.0, text: `must be a list such as ["a", "b"]`},
		"users_wrong_item":        {kind: flow.Users, raw: []any{"dana", nil}, text: "is not accepted: item 2 must be a name or a mail address"},
		"users_too_many":          {kind: flow.Users, raw: make([]any, 101), text: "must hold at most 100 people, not 101"},
		"users_hostile_item":      {kind: flow.Users, raw: []any{"a\x1bb"}, text: "is not accepted: item 1 (a b) must not hold the control character U+001B"},
		"users_item_looked_at":    {kind: flow.Users, raw: []any{"dana", flow.Unfit("is nobody's account")}, text: "is not accepted: item 2 is nobody's account"},
		"group_given":             {kind: flow.Group, raw: "finance", want: "finance"},
		"group_empty":             {kind: flow.Group, raw: nil, text: "is required"},
		"group_unknown":           {kind: flow.Group, raw: "Finance", text: "cannot be chosen, because signoff does not know the group Finance"},
		"group_wrong":             {kind: flow.Group, raw: true, text: "must be a name or a mail address"},
		"channel_given":           {kind: flow.Channel, raw: " #approvals ", want: "#approvals"},
		"channel_of_another_chat": {kind: flow.Channel, raw: "HR/Approvals here", want: "HR/Approvals here"},
		"channel_empty":           {kind: flow.Channel, raw: "", text: "is required"},
		"channel_wrong":           {kind: flow.Channel, raw: 1.5, text: "must be the name of a channel such as #approvals"},
		"channel_hostile":         {kind: flow.Channel, raw: "#a\t<!channel>", text: "must be the name of a channel such as #approvals"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields := []flow.Field{{ID: "form.x", Type: test.kind, Required: true}}
			for shape, raw := range map[string]map[string]any{
				"flat": {"form.x": test.raw}, "nested": {"form": map[string]any{"x": test.raw}},
			} {
				before := maps.Clone(raw)
				got, faults := flow.Bind(fields, flow.Meant(fields, raw, staff{}))
				if diff := cmp.Diff(before, raw); diff != "" {
					t.Errorf("%s: the given map changed (-before +after)\n%s", shape, diff)
				}
				wantBound(t, got, faults, test.want, test.text)
			}
		})
	}
}

func wantBound(t *testing.T, got map[string]any, faults []flow.FieldError, want any, text string) {
	t.Helper()
	if text != "" {
		if diff := cmp.Diff([]flow.FieldError{{Field: "form.x", Text: text}}, faults); diff != "" {
			t.Errorf("faults (-want +got)\n%s", diff)
		}
		return
	}
	v, _ := flow.Lookup(got, "form.x")
	if diff := cmp.Diff(want, v); diff != "" || faults != nil {
		t.Errorf("value, %v (-want +got)\n%s", faults, diff)
	}
}

// What is left out stays out, and nobody is asked about it.
func TestMeantLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	fields := []flow.Field{{ID: "who", Type: flow.User}, {ID: "note", Type: flow.String}}
	raw := map[string]any{"note": "zoe", "more": "zoe"}
	if diff := cmp.Diff(raw, flow.Meant(fields, raw, staff{})); diff != "" {
		t.Errorf("(-given +meant)\n%s", diff)
	}
}

func TestMeantByLooksUpWhatIsOffered(t *testing.T) {
	t.Parallel()
	fields := []flow.Field{
		{ID: "who", Type: flow.User, Default: "dana@example.com"},
		{ID: "all", Type: flow.Users, Prefill: []any{"kim", "dana@example.com"}},
		{ID: "team", Type: flow.Group, Default: "finance"},
		{ID: "note", Type: flow.String, Default: "zoe"},
	}
	if err := flow.MeantBy(fields, staff{}); err != nil {
		t.Fatal(err)
	}
	want := []any{"dana", []any{"kim", "dana"}, "finance", "zoe"}
	got := []any{fields[0].Default, fields[1].Prefill, fields[2].Default, fields[3].Default}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	stranger := []flow.Field{{ID: "x", Type: flow.User, Prefill: "zoe"}}
	if err := flow.MeantBy(stranger, staff{}); err != nil || stranger[0].Prefill != nil {
		t.Errorf("a form that suggests zoe: %v, %v", stranger[0].Prefill, err)
	}
	err := flow.MeantBy([]flow.Field{{ID: "x", Type: flow.Users, Default: []any{"dana", "zoe"}}}, staff{})
	if err == nil || !strings.Contains(err.Error(), "signoff does not know zoe") {
		t.Errorf("a form whose default is zoe: %v", err)
	}
}
