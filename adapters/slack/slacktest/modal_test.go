package slacktest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

// modal is a view with one text field.
func modal(title string) goslack.ModalViewRequest {
	return view(fmt.Sprintf(`{"type":"modal","title":{"type":"plain_text","text":%q},
		"submit":{"type":"plain_text","text":"Send"},"callback_id":"cb","private_metadata":"m",
		"blocks":[{"type":"input","block_id":"f:reason","label":{"type":"plain_text","text":"Reason"},
			"element":{"type":"plain_text_input","action_id":"v"}}]}`, title))
}

func view(body string) goslack.ModalViewRequest {
	var v goslack.ModalViewRequest
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		panic(err)
	}
	return v
}

// pressed posts the card, has Dana press a button, and returns the trigger id.
func pressed(t *testing.T, s *slacktest.Server, c *goslack.Client, a *app) string {
	t.Helper()
	ts := post(t, c, "CVAC")
	if _, err := s.Press(t.Context(), "dana", "CVAC", ts, "form:reject"); err != nil {
		t.Fatal(err)
	}
	trigger, _ := a.last()["trigger_id"].(string)
	return trigger
}

// opened has Dana press a button and the app open a modal.
func opened(t *testing.T, s *slacktest.Server, c *goslack.Client, a *app, v goslack.ModalViewRequest) string {
	t.Helper()
	res, err := c.OpenViewContext(t.Context(), pressed(t, s, c, a), v)
	if err != nil {
		t.Fatalf("OpenView: %v", err)
	}
	return res.ID
}

func TestTriggers(t *testing.T) {
	t.Parallel()
	clk := newClock()
	s, c := start(t, slacktest.Options{Now: clk.Now})
	a := install(t, s)
	trigger := pressed(t, s, c, a)
	clk.advance(3 * time.Second)
	if _, err := c.OpenViewContext(t.Context(), trigger, modal("one")); err != nil {
		t.Fatalf("after 3 s: %v, want it opened", err)
	}
	if _, err := c.OpenViewContext(t.Context(), trigger, modal("two")); word(err) != "exchanged_trigger_id" {
		t.Errorf("again: %v, want exchanged_trigger_id", err)
	}
	late := pressed(t, s, c, a)
	clk.advance(3*time.Second + time.Millisecond)
	if _, err := c.OpenViewContext(t.Context(), late, modal("three")); word(err) != "expired_trigger_id" {
		t.Errorf("later: %v, want expired_trigger_id", err)
	}
	if m := s.Modals("dana"); len(m) != 1 || m[0].Title() != "one" {
		t.Errorf("Modals(dana) = %v, want the first alone", m)
	}
	if m := s.Modals("alex"); len(m) != 0 {
		t.Errorf("Modals(alex) = %v, want none: Dana pressed", m)
	}
}

func TestViewsAreRefused(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	label := func(n int) string { return `{"type":"plain_text","text":"` + x(n) + `"}` }
	input := `{"type":"input","label":` + label(1) + `,"element":{"type":"plain_text_input"}}`
	for name, tt := range map[string]struct{ body, want string }{
		"title_25":    {`{"type":"modal","title":` + label(25) + `,"blocks":[]}`, "invalid_arguments"},
		"title_24":    {`{"type":"modal","title":` + label(24) + `,"blocks":[{"type":"divider"}]}`, ""},
		"no_submit":   {`{"type":"modal","title":` + label(1) + `,"blocks":[` + input + `]}`, "invalid_arguments"},
		"submit_25":   {`{"type":"modal","title":` + label(1) + `,"submit":` + label(25) + `,"blocks":[]}`, "invalid_arguments"},
		"metadata":    {`{"type":"modal","title":` + label(1) + `,"private_metadata":"` + x(3001) + `","blocks":[]}`, "invalid_arguments"},
		"101_blocks":  {`{"type":"modal","title":` + label(1) + `,"blocks":` + times(101, `{"type":"divider"}`) + `}`, "invalid_arguments"},
		"number_here": {`{"type":"modal","title":` + label(1) + `,"submit":` + label(1) + `,"blocks":[{"type":"input","label":` + label(1) + `,"element":{"type":"number_input","is_decimal_allowed":false}}]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := c.OpenViewContext(t.Context(), pressed(t, s, c, a), view(tt.body)); word(err) != tt.want {
				t.Errorf("OpenView() = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestViewStack(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	first := opened(t, s, c, a, modal("first"))
	for _, name := range []string{"second", "third"} {
		if _, err := c.PushViewContext(t.Context(), pressed(t, s, c, a), modal(name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.PushViewContext(t.Context(), pressed(t, s, c, a), modal("fourth")); word(err) != "push_limit_reached" {
		t.Errorf("a fourth view: %v, want push_limit_reached", err)
	}
	stack := s.Modals("dana")
	if len(stack) != 3 || stack[2].Previous != stack[1].ID || stack[2].Root != first {
		t.Fatalf("stack = %+v", stack)
	}
	if _, err := c.UpdateViewContext(t.Context(), modal("again"), "", "stale", first); word(err) != "hash_conflict" {
		t.Errorf("update with a stale hash: %v, want hash_conflict", err)
	}
	if _, err := c.UpdateViewContext(t.Context(), modal("again"), "", stack[0].Hash, first); err != nil {
		t.Errorf("update: %v", err)
	}
	if m := s.Modals("dana")[0]; m.Title() != "again" || m.Hash == stack[0].Hash {
		t.Errorf("after the update: %+v, want a new title and hash", m)
	}
	if _, err := s.CloseView(t.Context(), "dana", first); err != nil {
		t.Fatal(err)
	}
	if m := s.Modals("dana"); len(m) != 0 {
		t.Errorf("closing the lowest left %v", m)
	}
	if _, err := c.UpdateViewContext(t.Context(), modal("late"), "", "", first); word(err) != "not_found" {
		t.Errorf("update of a closed view: %v, want not_found", err)
	}
}

func TestSubmitOutcomes(t *testing.T) {
	t.Parallel()
	other, err := json.Marshal(modal("other"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		answer string // "" is an empty body
		want   slacktest.Outcome
		errors map[string]string
		titles []string
	}{
		"empty":        {"", slacktest.Closed, nil, nil},
		"clear":        {`{"response_action":"clear"}`, slacktest.Closed, nil, nil},
		"errors":       {`{"response_action":"errors","errors":{"f:reason":"Too short."}}`, slacktest.FieldErrors, map[string]string{"f:reason": "Too short."}, []string{"form"}},
		"update":       {`{"response_action":"update","view":` + string(other) + `}`, slacktest.Updated, nil, []string{"other"}},
		"push":         {`{"response_action":"push","view":` + string(other) + `}`, slacktest.Pushed, nil, []string{"form", "other"}},
		"errors_on_no": {`{"response_action":"errors","errors":{"nowhere":"x"}}`, slacktest.Failed, nil, []string{"form"}},
		"errors_none":  {`{"response_action":"errors","errors":{}}`, slacktest.Failed, nil, []string{"form"}},
		"unknown":      {`{"response_action":"dance"}`, slacktest.Failed, nil, []string{"form"}},
		"braces":       {`{}`, slacktest.Failed, nil, []string{"form"}},
		"not_json":     {`ok`, slacktest.Failed, nil, []string{"form"}},
		"bad_view":     {`{"response_action":"update","view":{"type":"modal"}}`, slacktest.Failed, nil, []string{"form"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := start(t, slacktest.Options{})
			a := install(t, s)
			id := opened(t, s, c, a, modal("form"))
			a.answersJSON(tt.answer)
			got, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"f:reason": "because"})
			if err != nil || got.Outcome != tt.want {
				t.Fatalf("Submit() = %+v, %v, want %s", got, err, tt.want)
			}
			if diff := cmp.Diff(tt.errors, got.Errors); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			var titles []string
			for _, v := range s.Modals("dana") {
				titles = append(titles, v.Title())
			}
			if diff := cmp.Diff(tt.titles, titles); diff != "" {
				t.Errorf("open modals (-want +got):\n%s", diff)
			}
			if told := len(s.Notices("dana")); (told == 1) != (tt.want == slacktest.Failed) {
				t.Errorf("%d notices for outcome %s", told, got.Outcome)
			}
		})
	}
}

// allFields is a modal with every kind of field, empty or with a first value.
const allFields = `{"type":"modal","title":{"type":"plain_text","text":"All"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"text","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input","action_id":"v"}},
	{"type":"input","block_id":"text2","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input","action_id":"v","initial_value":"first"}},
	{"type":"input","block_id":"num","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"number_input","is_decimal_allowed":true,"action_id":"v"}},
	{"type":"input","block_id":"num2","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"number_input","is_decimal_allowed":true,"action_id":"v"}},
	{"type":"input","block_id":"date","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"datepicker","action_id":"v"}},
	{"type":"input","block_id":"date2","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"datepicker","action_id":"v","initial_date":"2026-11-22"}},
	{"type":"input","block_id":"time","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"timepicker","action_id":"v","initial_time":"09:30"}},
	{"type":"input","block_id":"when","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"datetimepicker","action_id":"v"}},
	{"type":"input","block_id":"when2","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"datetimepicker","action_id":"v","initial_date_time":1795356000}},
	{"type":"input","block_id":"radio","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"radio_buttons","action_id":"v","options":[{"text":{"type":"plain_text","text":"Yes"},"value":"true"}]}},
	{"type":"input","block_id":"pick","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"static_select","action_id":"v","options":[{"text":{"type":"plain_text","text":"Yes"},"value":"true"}]}},
	{"type":"input","block_id":"many","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"checkboxes","action_id":"v","options":[{"text":{"type":"plain_text","text":"Yes"},"value":"true"}]}}
]}`

// TestSubmitSendsTypedValues pins what Slack sends for each type, empty and
// filled: nulls, numbers as strings, moments as integers.
func TestSubmitSendsTypedValues(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	id := opened(t, s, c, a, view(allFields))
	res, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"num2": "12.50", "pick": "true", "text2": ""})
	if err != nil || res.Outcome != slacktest.Closed {
		t.Fatalf("Submit() = %+v, %v", res, err)
	}
	v, _ := a.last()["view"].(map[string]any)
	state, _ := v["state"].(map[string]any)
	type o = map[string]any
	yes := o{"text": o{"type": "plain_text", "text": "Yes"}, "value": "true"}
	want := o{
		"text":  o{"v": o{"type": "plain_text_input", "value": nil}},
		"text2": o{"v": o{"type": "plain_text_input", "value": nil}},
		"num":   o{"v": o{"type": "number_input", "value": nil}},
		"num2":  o{"v": o{"type": "number_input", "value": "12.50"}},
		"date":  o{"v": o{"type": "datepicker", "selected_date": nil}},
		"date2": o{"v": o{"type": "datepicker", "selected_date": "2026-11-22"}},
		"time":  o{"v": o{"type": "timepicker", "selected_time": "09:30"}},
		"when":  o{"v": o{"type": "datetimepicker", "selected_date_time": nil}},
		"when2": o{"v": o{"type": "datetimepicker", "selected_date_time": 1795356000.0}},
		"radio": o{"v": o{"type": "radio_buttons", "selected_option": nil}},
		"pick":  o{"v": o{"type": "static_select", "selected_option": yes}},
		"many":  o{"v": o{"type": "checkboxes", "selected_options": []any{}}},
	}
	if diff := cmp.Diff(any(want), state["values"]); diff != "" {
		t.Errorf("view.state.values (-want +got):\n%s", diff)
	}
}

func TestClientHoldsBackIncompleteForm(t *testing.T) {
	t.Parallel()
	number := func(fields string) string {
		return `{"type":"number_input","is_decimal_allowed":false,"min_value":"1","max_value":"5"` + fields + `}`
	}
	for name, tt := range map[string]struct {
		element string
		value   any
		want    slacktest.Outcome
	}{
		"empty_text":     {`{"type":"plain_text_input"}`, nil, slacktest.Incomplete},
		"too_long":       {`{"type":"plain_text_input","max_length":3}`, "four", slacktest.Incomplete},
		"too_short":      {`{"type":"plain_text_input","min_length":3}`, "tw", slacktest.Incomplete},
		"not_a_number":   {number(""), "many", slacktest.Incomplete},
		"below":          {number(""), "0", slacktest.Incomplete},
		"above":          {number(""), "6", slacktest.Incomplete},
		"decimal":        {number(""), "2.5", slacktest.Incomplete},
		"exponent":       {number(""), "2e0", slacktest.Incomplete},
		"within":         {number(""), "5", slacktest.Closed},
		"initial_counts": {number(`,"initial_value":"3"`), absent, slacktest.Closed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := start(t, slacktest.Options{})
			a := install(t, s)
			id := opened(t, s, c, a, view(`{"type":"modal","title":{"type":"plain_text","text":"t"},"submit":{"type":"plain_text","text":"s"},"blocks":[
				{"type":"input","block_id":"f","label":{"type":"plain_text","text":"Days"},"element":`+tt.element+`}]}`))
			before := a.count()
			values := slacktest.Values{"f": tt.value}
			if tt.value == absent {
				values = nil
			}
			res, err := s.Submit(t.Context(), "dana", id, values)
			if err != nil || res.Outcome != tt.want {
				t.Fatalf("Submit(%v) = %+v, %v, want %s", tt.value, res, err, tt.want)
			}
			if held := a.count() == before; held != (tt.want == slacktest.Incomplete) {
				t.Errorf("held back: %v", held)
			}
			if tt.want != slacktest.Incomplete {
				return
			}
			if res.Errors["f"] == "" || s.Modals("dana")[0].Errors["f"] == "" {
				t.Error("no text under the field")
			}
			if res, err := s.SubmitUnchecked(t.Context(), "dana", id, values); err != nil || res.Outcome != slacktest.Closed {
				t.Errorf("SubmitUnchecked() = %+v, %v, want it sent", res, err)
			}
		})
	}
}

// absent stands for a field that the person did not touch.
const absent = "\x00"

func TestCloseViewTellsTheApp(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	v := modal("ask")
	v.NotifyOnClose = true
	id := opened(t, s, c, a, v)
	if res, err := s.CloseView(t.Context(), "dana", id); err != nil || res.Outcome != slacktest.Closed {
		t.Fatalf("CloseView() = %+v, %v", res, err)
	}
	if got := a.last()["type"]; got != "view_closed" {
		t.Errorf("the app got %v, want view_closed", got)
	}
	if _, err := s.Submit(t.Context(), "dana", id, nil); err == nil {
		t.Error("a closed modal could be submitted")
	}
}

func TestOnlyTheOwnerSubmits(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	id := opened(t, s, c, install(t, s), modal("ask"))
	if _, err := s.Submit(context.WithoutCancel(t.Context()), "alex", id, slacktest.Values{"f:reason": "x"}); err == nil {
		t.Error("Alex submitted Dana's modal")
	}
}
