package slacktest_test

import (
	"fmt"
	"strings"
	"testing"

	"signoff/adapters/slack/slacktest"
)

func TestBlocksValidate(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	long := `{"type":"header","text":{"type":"plain_text","text":"` + x(151) + `"}}`
	number := `{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"number_input","is_decimal_allowed":true}}`
	view := func(kind, block string) string {
		if kind == "home" {
			return `{"type":"home","blocks":[` + block + `]}`
		}
		return `{"type":"modal","title":{"type":"plain_text","text":"t"},"submit":{"type":"plain_text","text":"s"},"blocks":[` + block + `]}`
	}
	for name, tt := range map[string]struct{ key, value, want, pointer string }{
		"good_blocks":       {"blocks", `[{"type":"divider"}]`, "", ""},
		"good_message":      {"message", `{"text":"t","blocks":[{"type":"divider"}]}`, "", ""},
		"good_modal":        {"view", view("modal", number), "", ""},
		"good_home":         {"view", view("home", `{"type":"divider"}`), "", ""},
		"long_header":       {"blocks", `[{"type":"divider"},` + long + `]`, "invalid_blocks", "/1/text/text"},
		"long_in_message":   {"message", `{"blocks":[` + long + `]}`, "invalid_message", "/blocks/0/text/text"},
		"long_in_modal":     {"view", view("modal", long), "invalid_view", "/blocks/0/text/text"},
		"number_in_message": {"blocks", `[` + number + `]`, "invalid_blocks", "/0/element"},
		"number_in_home":    {"view", view("home", number), "invalid_view", "/blocks/0/element"},
		"title_in_home":     {"view", `{"type":"home","title":{"type":"plain_text","text":"t"},"blocks":[]}`, "invalid_view", ""},
		"not_a_list":        {"blocks", `{}`, "invalid_arguments", "/blocks"},
		"not_an_object":     {"view", `[]`, "invalid_arguments", "/view"},
		"nothing":           {"other", `x`, "invalid_arguments", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call(t, s, "", "blocks.validate", map[string]string{tt.key: tt.value})
			code, _ := got["error"].(string)
			if code != tt.want {
				t.Fatalf("answer = %v, want %q", got, tt.want)
			}
			if code == "" {
				return
			}
			if code == "invalid_arguments" {
				if said := fmt.Sprint(at(got, "response_metadata", "messages")); !strings.Contains(said, tt.pointer) {
					t.Errorf("answer = %v, want %q", got, tt.pointer)
				}
				return
			}
			faults, _ := got["errors"].([]any)
			if len(faults) != 1 || at(faults[0], "pointer") != tt.pointer || at(faults[0], "code") != "failed_constraint" || at(faults[0], "message") == "" {
				t.Errorf("errors = %v, want one at %q", faults, tt.pointer)
			}
		})
	}
}

// TestNewerElementsHavePlaces: each element only where Slack shows it.
func TestNewerElementsHavePlaces(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	on := func(surface, block string) string {
		t.Helper()
		args := map[string]string{"blocks": `[` + block + `]`}
		switch surface {
		case "modal":
			args = map[string]string{"view": `{"type":"modal","title":{"type":"plain_text","text":"t"},"submit":{"type":"plain_text","text":"s"},"blocks":[` + block + `]}`}
		case "home":
			args = map[string]string{"view": `{"type":"home","blocks":[` + block + `]}`}
		}
		code, _ := call(t, s, "", "blocks.validate", args)["error"].(string)
		return code
	}
	places := map[string]func(e string) string{
		"input": func(e string) string {
			return `{"type":"input","label":{"type":"plain_text","text":"l"},"element":` + e + `}`
		},
		"actions": func(e string) string { return `{"type":"actions","elements":[` + e + `]}` },
		"accessory": func(e string) string {
			return `{"type":"section","text":{"type":"plain_text","text":"t"},"accessory":` + e + `}`
		},
	}
	const everywhere = "input,actions,accessory"
	for element, where := range map[string]map[string]string{
		`{"type":"external_select"}`:                           {"message": everywhere, "modal": everywhere, "home": everywhere},
		`{"type":"multi_external_select"}`:                     {"message": everywhere, "modal": everywhere, "home": everywhere},
		`{"type":"multi_users_select","max_selected_items":2}`: {"message": everywhere, "modal": everywhere, "home": everywhere},
		`{"type":"rich_text_input"}`:                           {"message": "input,actions", "modal": "input,actions", "home": "input,actions"},
		`{"type":"file_input"}`:                                {"modal": "input"},
		`{"type":"url_text_input"}`:                            {"modal": "input"},
		`{"type":"datetimepicker"}`:                            {"message": "input,actions", "modal": "input,actions"},
	} {
		for _, surface := range []string{"message", "modal", "home"} {
			for place, block := range places {
				want := strings.Contains(where[surface], place)
				if code := on(surface, block(element)); (code == "") != want {
					t.Errorf("%s as %s of a %s: %q, want it taken: %v", element, place, surface, code, want)
				}
			}
		}
	}
	for _, bad := range []string{
		`{"type":"external_select","min_query_length":-1}`, `{"type":"file_input","max_files":11}`,
		`{"type":"rich_text_input","initial_value":{"type":"section"}}`, `{"type":"multi_users_select","initial_users":"UDANA"}`,
		`{"type":"multi_external_select","max_selected_items":0}`,
	} {
		if code := on("modal", places["input"](bad)); code == "" {
			t.Errorf("%s was taken", bad)
		}
	}
}
