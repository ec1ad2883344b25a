package slacktest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"signoff/adapters/slack/slacktest"
)

// verdict posts blocks as they are and returns what Slack says of them.
func verdict(t *testing.T, s *slacktest.Server, blocks string) (code string, pointers []string) {
	t.Helper()
	body := fmt.Sprintf(`{"channel":"CVAC","text":"t","blocks":%s}`, blocks)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+"chat.postMessage", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.BotToken())
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	return said(t, req)
}

func said(t *testing.T, req *http.Request) (code string, pointers []string) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
		Meta  struct {
			Messages []string `json:"messages"`
		} `json:"response_metadata"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	if answer.OK {
		return "", nil
	}
	return answer.Error, answer.Meta.Messages
}

func x(n int) string { return strings.Repeat("x", n) }

func quoted(s string) string { return fmt.Sprintf("%q", s) }

func times(n int, format string) string {
	var all []string
	for i := range n {
		all = append(all, strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func plain(n int) string { return `{"type":"plain_text","text":"` + x(n) + `"}` }

// TestLimitsHold takes each thing at its limit and refuses it one above.
func TestLimitsHold(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	button := func(fields string) string {
		return `[{"type":"actions","elements":[{"type":"button","text":` + plain(1) + fields + `}]}]`
	}
	input := func(element string) string {
		return `[{"type":"input","label":` + plain(1) + `,"element":` + element + `}]`
	}
	option := `{"text":{"type":"plain_text","text":"o#"},"value":"o#"}`
	for name, tt := range map[string]struct {
		limit int
		make  func(n int) string
	}{
		"blocks":           {50, func(n int) string { return times(n, `{"type":"divider"}`) }},
		"block_id":         {255, func(n int) string { return `[{"type":"divider","block_id":"` + x(n) + `"}]` }},
		"header":           {150, func(n int) string { return `[{"type":"header","text":` + plain(n) + `}]` }},
		"section_text":     {3000, func(n int) string { return `[{"type":"section","text":` + plain(n) + `}]` }},
		"section_fields":   {10, func(n int) string { return `[{"type":"section","fields":` + times(n, plain(1)) + `}]` }},
		"section_field":    {2000, func(n int) string { return `[{"type":"section","fields":[` + plain(n) + `]}]` }},
		"context_elements": {10, func(n int) string { return `[{"type":"context","elements":` + times(n, plain(1)) + `}]` }},
		"actions_elements": {25, func(n int) string {
			return `[{"type":"actions","elements":` + times(n, `{"type":"button","text":`+plain(1)+`,"action_id":"a#"}`) + `}]`
		}},
		"button_text": {75, func(n int) string {
			return `[{"type":"actions","elements":[{"type":"button","text":` + plain(n) + `}]}]`
		}},
		"button_value":        {2000, func(n int) string { return button(`,"value":` + quoted(x(n))) }},
		"button_url":          {3000, func(n int) string { return button(`,"url":` + quoted("https://e/"+x(n-10))) }},
		"accessibility_label": {75, func(n int) string { return button(`,"accessibility_label":` + quoted(x(n))) }},
		"action_id":           {255, func(n int) string { return button(`,"action_id":` + quoted(x(n))) }},
		"confirm_title": {100, func(n int) string {
			return button(`,"confirm":{"title":` + plain(n) + `,"text":` + plain(1) + `,"confirm":` + plain(1) + `,"deny":` + plain(1) + `}`)
		}},
		"confirm_text": {300, func(n int) string {
			return button(`,"confirm":{"title":` + plain(1) + `,"text":` + plain(n) + `,"confirm":` + plain(1) + `,"deny":` + plain(1) + `}`)
		}},
		"confirm_button": {30, func(n int) string {
			return button(`,"confirm":{"title":` + plain(1) + `,"text":` + plain(1) + `,"confirm":` + plain(n) + `,"deny":` + plain(1) + `}`)
		}},
		"radio_options":  {10, func(n int) string { return input(`{"type":"radio_buttons","options":` + times(n, option) + `}`) }},
		"select_options": {100, func(n int) string { return input(`{"type":"static_select","options":` + times(n, option) + `}`) }},
		"option_value": {75, func(n int) string {
			return input(`{"type":"static_select","options":[{"text":` + plain(1) + `,"value":` + quoted(x(n)) + `}]}`)
		}},
		"option_text": {75, func(n int) string {
			return input(`{"type":"static_select","options":[{"text":` + plain(n) + `,"value":"v"}]}`)
		}},
		"placeholder":   {150, func(n int) string { return input(`{"type":"plain_text_input","placeholder":` + plain(n) + `}`) }},
		"initial_value": {3000, func(n int) string { return input(`{"type":"plain_text_input","initial_value":` + quoted(x(n)) + `}`) }},
		"label": {2000, func(n int) string {
			return `[{"type":"input","label":` + plain(n) + `,"element":{"type":"plain_text_input"}}]`
		}},
		"code_points_not_bytes": {150, func(n int) string {
			return `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("ü", n) + `"}}]`
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if code, faults := verdict(t, s, tt.make(tt.limit)); code != "" {
				t.Errorf("at the limit %d: %s %v, want it taken", tt.limit, code, faults)
			}
			if code, faults := verdict(t, s, tt.make(tt.limit+1)); code != "invalid_blocks" || len(faults) == 0 {
				t.Errorf("above the limit %d: %q %v, want invalid_blocks and a pointer", tt.limit, code, faults)
			}
		})
	}
}

func TestBlocksAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	input := func(element string) string {
		return `[{"type":"input","label":` + plain(1) + `,"element":` + element + `}]`
	}
	for name, tt := range map[string]struct{ blocks, want string }{
		"not_a_block":     {`[3]`, "[ERROR] must be an object [json-pointer:/blocks/0]"},
		"no_type":         {`[{}]`, "[ERROR] missing required field: type [json-pointer:/blocks/0]"},
		"unknown_block":   {`[{"type":"alert"}]`, "[ERROR] unsupported type: alert [json-pointer:/blocks/0]"},
		"misspelt_field":  {`[{"type":"divider","blockid":"x"}]`, "[ERROR] invalid additional property: blockid [json-pointer:/blocks/0]"},
		"empty_header":    {`[{"type":"header","text":` + plain(0) + `}]`, "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		"long_header":     {`[{"type":"header","text":` + plain(151) + `}]`, "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		"mrkdwn_header":   {`[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/text]"},
		"empty_section":   {`[{"type":"section"}]`, "[ERROR] missing required field: text [json-pointer:/blocks/0]"},
		"same_block_id":   {`[{"type":"divider","block_id":"d"},{"type":"divider","block_id":"d"}]`, `[ERROR] block_id "d" already exists [json-pointer:/blocks/1/block_id]`},
		"same_action_id":  {`[{"type":"actions","elements":` + times(2, `{"type":"button","action_id":"a","text":`+plain(1)+`}`) + `}]`, `[ERROR] action_id "a" already exists [json-pointer:/blocks/0]`},
		"button_style":    {`[{"type":"actions","elements":[{"type":"button","style":"default","text":` + plain(1) + `}]}]`, "[ERROR] must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"},
		"button_link":     {`[{"type":"actions","elements":[{"type":"button","url":"javascript:1","text":` + plain(1) + `}]}]`, "[ERROR] invalid url [json-pointer:/blocks/0/elements/0/url]"},
		"number_in_msg":   {input(`{"type":"number_input","is_decimal_allowed":true}`), "[ERROR] unsupported type: number_input [json-pointer:/blocks/0/element]"},
		"button_as_input": {input(`{"type":"button","text":` + plain(1) + `}`), "[ERROR] unsupported type: button [json-pointer:/blocks/0/element]"},
		"text_as_action":  {`[{"type":"actions","elements":[{"type":"plain_text_input"}]}]`, "[ERROR] unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0]"},
		"bad_date":        {input(`{"type":"datepicker","initial_date":"2026-13-01"}`), "[ERROR] must be a valid date [json-pointer:/blocks/0/element/initial_date]"},
		"foreign_initial": {input(`{"type":"static_select","options":` + times(2, `{"text":{"type":"plain_text","text":"#"},"value":"#"}`) + `,"initial_option":{"text":{"type":"plain_text","text":"9"},"value":"9"}}`), "[ERROR] must match an option [json-pointer:/blocks/0/element/initial_option]"},
		"no_options":      {input(`{"type":"static_select","options":[]}`), "[ERROR] no fewer than 1 items allowed [json-pointer:/blocks/0/element/options]"},
		"empty_rich_text": {`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}]`, "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"},
		"rich_text_kind":  {`[{"type":"rich_text","elements":[{"type":"text","text":"x"}]}]`, "[ERROR] unsupported type: text [json-pointer:/blocks/0/elements/0]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, faults := verdict(t, s, tt.blocks)
			if code != "invalid_blocks" || !slices.Equal(faults, []string{tt.want}) {
				t.Errorf("%s: %q %v, want %q", tt.blocks, code, faults, tt.want)
			}
		})
	}
	if code, _ := verdict(t, s, `{"type":"divider"}`); code != "invalid_blocks_format" {
		t.Errorf("an object for blocks: %q, want invalid_blocks_format", code)
	}
}

func TestBlocksWithoutIDsGetSome(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	if code, faults := verdict(t, s, `[{"type":"actions","elements":[{"type":"button","text":`+plain(1)+`}]}]`); code != "" {
		t.Fatal(code, faults)
	}
	b := s.Messages("CVAC")[0].Buttons()
	if len(b) != 1 || b[0].Action == "" || b[0].Block == "" {
		t.Errorf("buttons = %+v, want ids given", b)
	}
}

func TestLinesAreWhatAPersonReads(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	post(t, c, "CVAC")
	want := []string{
		"Approval needed: A & B", "*Until*: 2026-11-22 14:00 UTC", "<!channel> please",
		"<b> details", "[Approve]", "[Reject]",
	}
	if got := s.Messages("CVAC")[0].Lines(); !slices.Equal(got, want) {
		t.Errorf("Lines() = %q, want %q", got, want)
	}
}
