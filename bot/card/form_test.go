package card

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/bot/prose/prosetest"
	"signoff/engine"
	"signoff/engine/flow"
)

func TestValues(t *testing.T) {
	t.Parallel()
	few := flow.Field{ID: "size", Type: flow.Select, Values: []flow.Option{{Value: "s"}, {Value: "l"}}}
	note := flow.Field{ID: "note", Type: flow.String}
	requests := map[string]engine.Request{
		"verdict": {Verdict: "ok", Form: []flow.Field{{ID: "ok", Type: flow.Bool}, note}},
		"choice":  {Form: []flow.Field{few}},
		"form":    {Form: []flow.Field{few, note}},
		"nothing": {},
	}
	type values = map[string]any
	for name, c := range map[string]struct {
		request, action string
		given           values
		verdict         engine.Verdict
		want            values
	}{
		"approve":                        {"verdict", "approve", values{"note": "x"}, engine.Approve, values{"ok": true, "note": "x"}},
		"approve_without_values":         {"verdict", "approve", nil, engine.Approve, values{"ok": true}},
		"approve_that_claims_a_no":       {"verdict", "approve", values{"ok": false}, engine.Approve, values{"ok": false}},
		"reject":                         {"verdict", "reject", values{"note": "x"}, engine.Reject, values{"ok": false, "note": "x"}},
		"reject_that_claims_a_yes":       {"verdict", "reject", values{"ok": true}, engine.Reject, values{"ok": true}},
		"choose":                         {"choice", "choose:l", nil, engine.None, values{"size": "l"}},
		"choose_that_claims_another":     {"choice", "choose:l", values{"size": "s"}, engine.None, values{"size": "l"}},
		"answer":                         {"form", "answer", values{"size": "s"}, engine.None, values{"size": "s"}},
		"unknown_values_are_passed_on":   {"form", "answer", values{"evil": 1}, engine.None, values{"evil": 1}},
		"resume":                         {"nothing", "resume", nil, engine.None, values{}},
		"choose_what_is_not_offered":     {"choice", "choose:xl", nil, engine.Approve, nil},
		"choose_nothing":                 {"choice", "choose:", nil, engine.Approve, nil},
		"approve_a_form":                 {"form", "approve", values{"size": "s"}, engine.Approve, nil},
		"answer_a_verdict":               {"verdict", "answer", values{"ok": true}, engine.None, nil},
		"resume_a_verdict":               {"verdict", "resume", values{"ok": true}, engine.None, nil},
		"button_in_capitals":             {"verdict", "Approve", nil, engine.None, nil},
		"no_button":                      {"verdict", "", nil, engine.None, nil},
		"no_button_on_a_form":            {"form", "", nil, engine.Approve, nil},
		"choose_on_a_form_with_more":     {"form", "choose:s", nil, engine.Approve, nil},
		"button_of_another_kind_of_card": {"nothing", "answer", nil, engine.Approve, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, given := requests[c.request], maps.Clone(c.given)
			verdict, got := Values(c.action, r, given)
			if diff := cmp.Diff(c.want, got); verdict != c.verdict || diff != "" {
				t.Errorf("Values(%q) = %s, want %s (-want +got):\n%s", c.action, verdict, c.verdict, diff)
			}
			if diff := cmp.Diff(c.given, given); diff != "" {
				t.Errorf("Values changed what it was given (-before +after):\n%s", diff)
			}
			// A button that is not there must not fit the request: the engine
			// refuses a verdict where none is asked, and none where one is.
			if fits := (r.Verdict == "") == (verdict == engine.None); fits != (c.want != nil) {
				t.Errorf("verdict %s fits the request: %v", verdict, fits)
			}
		})
	}
}

func TestChoicesThatCannotBeButtonsBecomeAForm(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]flow.Option{
		"none":     nil,
		"too_many": {{Value: "1"}, {Value: "2"}, {Value: "3"}, {Value: "4"}, {Value: "5"}, {Value: "6"}},
		"twice":    {{Value: "1"}, {Value: "1"}},
		"empty":    {{Value: ""}},
		"too_long": {{Value: strings.Repeat("x", 101)}},
	} {
		r := &engine.Request{Form: []flow.Field{{ID: "f", Type: flow.Select, Values: values}}}
		if got := Actions(r); len(got) != 1 || got[0].ID != "answer" {
			t.Errorf("Actions of a choice with %s = %+v, want the form", name, got)
		}
	}
}

// TestEveryCard holds for all cards of the golden file.
func TestEveryCard(t *testing.T) {
	t.Parallel()
	for name, v := range cardViews() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := encode(t, v)
			card := Draw(v)
			if diff := cmp.Diff(card, Draw(v)); diff != "" {
				t.Errorf("drawn twice (-first +second):\n%s", diff)
			}
			if diff := cmp.Diff(before, encode(t, v)); diff != "" {
				t.Errorf("Card changed the view (-before +after):\n%s", diff)
			}
			if !v.Run.Request.Open() && (Answerable(card) || v.Copy.Role == engine.ForApprovers && len(card.Actions)+len(card.Form) > 0) {
				t.Error("a closed request still has buttons or a form")
			}
			checkActions(t, card)
			for _, text := range append([]string{card.Title, card.Summary}, card.Notes...) {
				prosetest.Visible(t, text)
				if strings.Contains(text, "\n") || text == "" {
					t.Errorf("%q is not one line", text)
				}
			}
			for _, f := range card.Facts {
				if f.Label == "" || f.Value == "" {
					t.Errorf("fact %+v is empty", f)
				}
			}
		})
	}
}

// checkActions makes sure that a surface can show what the buttons ask.
func checkActions(t *testing.T, card adapters.Card) {
	known := map[string]bool{}
	for _, f := range card.Form {
		known[f.ID] = true
	}
	seen := map[string]bool{}
	for _, a := range card.Actions {
		if seen[a.ID] || a.ID == "" || a.Label == "" {
			t.Errorf("button %+v has no name of its own", a)
		}
		seen[a.ID] = true
		asked := map[string]bool{}
		for _, id := range a.Asks {
			asked[id] = true
			if !known[id] {
				t.Errorf("button %s asks %s, which is not in the form", a.ID, id)
			}
		}
		for _, id := range a.Require {
			if !asked[id] {
				t.Errorf("button %s requires %s, which it does not ask", a.ID, id)
			}
		}
	}
}

// encode writes down what a card is made of.
func encode(t *testing.T, v View) string {
	b, err := json.Marshal([]any{v.Execution, v.Run, v.InputOrder})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestOutcomesAreNeverConfused: no two ways to end share a title, a mood or a
// status, and only a person's no is called a rejection.
func TestOutcomesAreNeverConfused(t *testing.T) {
	t.Parallel()
	seen := map[string]engine.Outcome{}
	for _, o := range []engine.Outcome{engine.Approved, engine.Rejected, engine.Answered, engine.Expired, engine.Withdrawn, engine.Superseded} {
		card := Draw(vacation(func(_ *engine.Execution, r *engine.Request) { closeAs(r, o) }))
		status := ""
		for _, f := range card.Facts {
			if f.Label == "Status" {
				status = f.Value
			}
		}
		for _, text := range []string{card.Title, string(card.Mood), status} {
			if before, twice := seen[text]; twice {
				t.Errorf("%s and %s are both %q", before, o, text)
			}
			seen[text] = o
			if o != engine.Rejected && strings.Contains(strings.ToLower(text), "reject") {
				t.Errorf("%s is called %q", o, text)
			}
			if o != engine.Approved && strings.Contains(strings.ToLower(text), "approved") {
				t.Errorf("%s is called %q", o, text)
			}
		}
	}
}

func TestRef(t *testing.T) {
	t.Parallel()
	if got, want := Ref("01JDXYZ.2"), "REQ-GFD0H"; got != want {
		t.Errorf("Ref = %s, want %s: people wrote the old one down", got, want)
	}
	if Ref("01JDXYZ.2") == Ref("01JDXYZ.3") {
		t.Error("two requests of one execution have the same name")
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	v := vacation(nil)
	nowhere := v
	nowhere.BaseURL = ""
	closed := deploy(func(_ *engine.Execution, r *engine.Request) { closeAs(r, engine.Approved) })
	lost := engine.Copy{Surface: "slack", Person: "dana", Problem: "it cannot be reached there (user_not_found)"}
	denied := &adapters.DeliveryError{Kind: adapters.Denied, Code: "invalid_auth", Advice: "Install the app again."}
	for name, c := range map[string]struct{ got, want string }{
		"approved_last":    {Recorded(*closed.Run.Request, engine.Approve), "Recorded: you approved “Deploy payments-api 4.2.1”."},
		"approved_first":   {Recorded(*v.Run.Request, engine.Approve), "Recorded: you approved. Others still have to answer."},
		"rejected":         {Recorded(*closed.Run.Request, engine.Reject), "Recorded: you rejected “Deploy payments-api 4.2.1”."},
		"answered":         {Recorded(*closed.Run.Request, engine.None), "Recorded: you answered “Deploy payments-api 4.2.1”."},
		"lost":             {Undelivered(v, lost), "“vacation_approval” (REQ-GFD0H): Could not reach Dana on Slack: it cannot be reached there (user_not_found). The request is also at https://signoff.corp.example/executions/01JDXYZ."},
		"lost_for_good":    {Undelivered(nowhere, lost), "“vacation_approval” (REQ-GFD0H): Could not reach Dana on Slack: it cannot be reached there (user_not_found). Tell them another way."},
		"problem_denied":   {Problem(denied), "signoff is not allowed to write there (invalid_auth). Install the app again."},
		"problem_unnamed":  {Problem(&adapters.DeliveryError{}), "the delivery failed"},
		"problem_gone":     {Problem(&adapters.DeliveryError{Kind: adapters.Gone}), "the message was deleted"},
		"problem_frozen":   {Problem(&adapters.DeliveryError{Kind: adapters.Frozen}), "the message cannot be changed any more, so it may show old buttons"},
		"problem_busy":     {Problem(&adapters.DeliveryError{Kind: adapters.Busy, Code: "ratelimited"}), "it was tried for a long time without success (ratelimited)"},
		"problem_ours":     {Problem(&adapters.DeliveryError{Kind: adapters.Malformed, Code: "invalid_blocks"}), "the message was refused, which is a fault of signoff (invalid_blocks)"},
		"problem_in_lines": {Problem(&adapters.DeliveryError{Kind: adapters.Unreachable, Advice: "a\u202e\nb"}), "it cannot be reached there. a⟨U+202E⟩ b"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q\nwant %q", name, c.got, c.want)
		}
	}
}
