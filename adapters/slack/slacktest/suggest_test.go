package slacktest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack/slacktest"
)

const groupForm = `{"type":"modal","title":{"type":"plain_text","text":"Group"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"g","label":{"type":"plain_text","text":"Group"},"element":{"type":"external_select","action_id":"v","min_query_length":2}},
	{"type":"input","block_id":"m","optional":true,"label":{"type":"plain_text","text":"More"},"element":{"type":"multi_external_select","action_id":"v","max_selected_items":2}}
]}`

func choiceJSON(value string) string {
	return fmt.Sprintf(`{"text":{"type":"plain_text","text":"Team %s"},"value":%q}`, value, value)
}

// suggesting has Dana open the form, and the app answer what she types.
func suggesting(t *testing.T, answer string) (*slacktest.Server, *listener, string) {
	t.Helper()
	s, c := start(t, shortcuts(slacktest.Options{}))
	l := listen(t, s, nil)
	if _, err := s.UseShortcut(t.Context(), "dana", "new"); err != nil {
		t.Fatal(err)
	}
	trigger, _ := l.last().json["trigger_id"].(string)
	res, err := c.OpenViewContext(t.Context(), trigger, view(groupForm))
	if err != nil {
		t.Fatal(err)
	}
	l.answer = says(answer)
	return s, l, res.ID
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	s, l, id := suggesting(t, `{"options":[`+choiceJSON("hr")+`,`+choiceJSON("it")+`]}`)
	got, err := s.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: id, Action: "g/v", Value: "te"})
	if err != nil {
		t.Fatal(err)
	}
	want := []slacktest.Suggestion{{Text: "Team hr", Value: "hr"}, {Text: "Team it", Value: "it"}}
	if diff := cmp.Diff(want, got.Options); diff != "" {
		t.Errorf("options (-want +got)\n%s", diff)
	}
	h := l.last()
	if h.path != "/options" || h.json["type"] != "block_suggestion" || h.json["value"] != "te" || h.json["block_id"] != "g" ||
		h.json["action_id"] != "v" || at(h.json, "view", "id") != id {
		t.Errorf("%s %v", h.path, h.json)
	}
	l.answer = nil
	if res, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"g": "elsewhere"}); err != nil || res.Outcome != slacktest.Incomplete {
		t.Errorf("a choice that was not offered: %+v, %v, want it held back", res, err)
	}
	if res, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"g": "it"}); err != nil || res.Outcome != slacktest.Closed {
		t.Fatalf("Submit() = %+v, %v", res, err)
	}
	values := at(l.last().json, "view", "state", "values")
	if at(values, "g", "v", "selected_option", "value") != "it" || at(values, "g", "v", "type") != "external_select" {
		t.Errorf("values = %v", values)
	}
	if raw := fmt.Sprint(l.last().json); strings.Contains(raw, "\x00") {
		t.Error("what the fake keeps behind an element was sent along")
	}
}

func TestSuggestGroupsAndSeveral(t *testing.T) {
	t.Parallel()
	s, l, id := suggesting(t, `{"option_groups":[{"label":{"type":"plain_text","text":"Here"},"options":[`+
		choiceJSON("a")+`,`+choiceJSON("b")+`,`+choiceJSON("c")+`]}]}`)
	more := slacktest.Gesture{User: "dana", View: id, Action: "m/v", Value: "tea"}
	got, err := s.Suggest(t.Context(), more)
	if err != nil || len(got.Options) != 3 || got.Options[0].Group != "Here" {
		t.Fatalf("Suggest() = %+v, %v", got, err)
	}
	if _, err := s.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: id, Action: "g/v", Value: "tea"}); err != nil {
		t.Fatal(err)
	}
	l.answer = nil
	three := slacktest.Values{"g": "a", "m": []string{"a", "b", "c"}}
	if res, err := s.Submit(t.Context(), "dana", id, three); err != nil || res.Outcome != slacktest.Incomplete || res.Errors["m"] == "" {
		t.Errorf("three of at most two: %+v, %v", res, err)
	}
	two := slacktest.Values{"g": "a", "m": []string{"c", "a"}}
	if res, err := s.Submit(t.Context(), "dana", id, two); err != nil || res.Outcome != slacktest.Closed {
		t.Fatalf("Submit() = %+v, %v", res, err)
	}
	chosen, _ := at(l.last().json, "view", "state", "values", "m", "v", "selected_options").([]any)
	if len(chosen) != 2 || at(chosen[0], "value") != "c" {
		t.Errorf("selected_options = %v", chosen)
	}
}

func TestSuggestAsksLate(t *testing.T) {
	t.Parallel()
	s, l, id := suggesting(t, `{"options":[]}`)
	before := len(l.all())
	for action, typed := range map[string]string{"g/v": "t", "m/v": "te"} {
		got, err := s.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: id, Action: action, Value: typed})
		if err != nil || got.Options != nil || got.Status != 0 {
			t.Errorf("%s: Suggest(%q) = %+v, %v", action, typed, got, err)
		}
	}
	if n := len(l.all()); n != before {
		t.Errorf("the app was asked %d times before enough was typed", n-before)
	}
}

func TestSuggestRefusesBadOptions(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 101 {
		many = append(many, choiceJSON(fmt.Sprint(i)))
	}
	for name, answer := range map[string]string{
		"neither":    `{}`,
		"both":       `{"options":[],"option_groups":[]}`,
		"no_list":    `{"options":{}}`,
		"too_many":   `{"options":[` + strings.Join(many, ",") + `]}`,
		"long_value": `{"options":[` + choiceJSON(x(200)) + `]}`,
		"no_text":    `{"options":[{"value":"a"}]}`,
		"not_json":   `options`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, id := suggesting(t, answer)
			got, err := s.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: id, Action: "g/v", Value: "tea"})
			if err != nil || got.Failed == "" || len(s.Notices("dana")) != 1 {
				t.Errorf("Suggest() = %+v, %v, want Dana told", got, err)
			}
		})
	}
}
