package draw

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	slackapi "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack/wire"
)

func numbered(n int) []adapters.Option {
	var all []adapters.Option
	for i := range n {
		all = append(all, adapters.Option{Value: fmt.Sprint(i), Label: fmt.Sprintf("Number %d", i)})
	}
	return all
}

// kinds are one field of each kind with something in it, and how each kind is
// drawn where there is more.
func kinds() map[string]adapters.Field {
	return map[string]adapters.Field{
		"text":            {Kind: adapters.TextField, Initial: "a note"},
		"text_live":       {Kind: adapters.TextField, Live: true},
		"long":            {Kind: adapters.LongField, Initial: "two\nlines"},
		"secret":          {Kind: adapters.SecretField},
		"rich":            {Kind: adapters.RichField, Initial: "**a** [b](https://b.example/)", Formatted: adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: "a", Bold: true}, {Text: " "}, {Text: "b", URL: "https://b.example/"}}}}},
		"int":             {Kind: adapters.IntField, Min: "1", Max: "10", Initial: "3"},
		"float":           {Kind: adapters.FloatField, Min: "0", Initial: "12.50"},
		"bool":            {Kind: adapters.BoolField, Initial: "false", Live: true},
		"date":            {Kind: adapters.DateField, Initial: "2026-12-01"},
		"time":            {Kind: adapters.TimeField, Initial: "09:30"},
		"datetime":        {Kind: adapters.DateTimeField, Initial: "2026-12-01T09:30:00Z"},
		"email":           {Kind: adapters.EmailField, Initial: "dana@example.com"},
		"url":             {Kind: adapters.URLField, Initial: "https://example.com/x"},
		"select_radio":    {Kind: adapters.SelectField, Options: numbered(10), Initial: "9", Live: true},
		"select_static":   {Kind: adapters.SelectField, Options: numbered(100), Initial: "99"},
		"select_external": {Kind: adapters.SelectField, Options: numbered(100), Initial: "7000", Search: true},
		"select_custom":   {Kind: adapters.SelectField, Options: numbered(2), Custom: true},
		"multi_static":    {Kind: adapters.MultiField, Options: numbered(11), Initial: "3\n1"},
		"multi_external":  {Kind: adapters.MultiField, Options: numbered(100), Initial: "3\n7000", Search: true},
		"person":          {Kind: adapters.PersonField, Chosen: []adapters.Person{{ID: "dana", Name: "Dana", Account: "T1:U0DANA"}}},
		"people":          {Kind: adapters.PeopleField, Chosen: []adapters.Person{{ID: "dana", Account: "U0DANA"}, {ID: "kim", Name: "Kim", Account: "kim@example.com"}}},
		"group":           {Kind: adapters.GroupField, Options: numbered(12), Initial: "4"},
		"group_unknown":   {Kind: adapters.GroupField, Initial: "finance"},
		"channel":         {Kind: adapters.ChannelField, Initial: "C0REQ"},
		"channel_by_name": {Kind: adapters.ChannelField, Initial: "#approvals"},
		"file":            {Kind: adapters.FileField, Endings: []string{".pdf", ".tar.gz"}, Initial: "signoff:///upload-1/AAAA/a.pdf"},
	}
}

func asking(fields ...adapters.Field) (adapters.Card, adapters.Action) {
	card := adaptertest.Pending()
	card.Form = fields
	action := adapters.Action{ID: "answer", Label: "Answer…", Style: adapters.Primary}
	for _, f := range fields {
		action.Asks = append(action.Asks, f.ID)
	}
	card.Actions = []adapters.Action{action}
	return card, action
}

// TestKindsGolden pins how each kind is asked. Tools that know Slack's types read
// the files, too.
func TestKindsGolden(t *testing.T) {
	t.Parallel()
	for name, f := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.ID, f.Label, f.Hint, f.Required = "x", "The label", "The hint.", true
			card, action := asking(f)
			view, err := Modal(card, action, adapters.MessageRef{})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "modal_kind_"+name, view)
		})
	}
}

func TestPresetsAndConfirmGolden(t *testing.T) {
	t.Parallel()
	card, action := asking(adapters.Field{ID: "why", Kind: adapters.LongField, Label: "Why?", Required: true})
	action.ID, action.Label, action.Style = "reject", "Reject…", adapters.Danger
	action.Presets, action.Preset = []string{"Too late", "Over budget"}, "why"
	approve := adapters.Action{ID: "approve", Label: "Approve", Style: adapters.Primary, Confirm: "Approve: Deploy payments 4.2.1? Its risk is high."}
	card.Actions = []adapters.Action{approve, action}
	m := Card(card)
	golden(t, "message_confirm", map[string]any{"text": m.Text, "blocks": m.Blocks})
	for name, a := range map[string]adapters.Action{"presets": action, "confirm": {
		ID: "approve", Label: "Approve…", Style: adapters.Primary, Asks: []string{"why"}, Confirm: approve.Confirm,
	}} {
		view, err := Modal(card, a, adapters.MessageRef{})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "modal_"+name, view)
	}
}

// TestConfirmFits: whatever is asked before a press, Slack shows it.
func TestConfirmFits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("&<é", 200)
	b := button(carrier{Action: adapters.Action{ID: "approve", Label: long, Confirm: long}}, "t", "act:approve").Confirm
	for what, n := range map[string][2]int{
		"title": {len([]rune(b.Title.Text)), MaxConfirmTitle}, "text": {len([]rune(b.Text.Text)), MaxConfirmText},
		"confirm": {len([]rune(b.Confirm.Text)), MaxConfirmButton}, "deny": {len([]rune(b.Deny.Text)), MaxConfirmButton},
	} {
		if n[0] == 0 || n[0] > n[1] {
			t.Errorf("%s has %d characters, at most %d", what, n[0], n[1])
		}
	}
	if b := button(carrier{Action: adapters.Action{ID: "approve", Confirm: "x"}}, "t", "form:approve").Confirm; b != nil {
		t.Error("a button that opens a form asks before it")
	}
}

// stateOf is what Slack sends of a view that a person sends as it is.
func stateOf(t fataler, view slackapi.ModalViewRequest) wire.View {
	t.Helper()
	raw, err := json.Marshal(view)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var drawn struct {
		Blocks []struct {
			Type    string         `json:"type"`
			BlockID string         `json:"block_id"`
			Element map[string]any `json:"element"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal(raw, &drawn); err != nil {
		t.Fatalf("%v", err)
	}
	values := map[string]any{}
	for _, b := range drawn.Blocks {
		if b.Type != "input" {
			continue
		}
		e := b.Element
		state := map[string]any{"type": e["type"]}
		for from, to := range map[string]string{
			"initial_date": "selected_date", "initial_time": "selected_time", "initial_date_time": "selected_date_time",
			"initial_option": "selected_option", "initial_options": "selected_options", "initial_user": "selected_user",
			"initial_users": "selected_users", "initial_conversation": "selected_conversation",
		} {
			if v, ok := e[from]; ok {
				state[to] = v
			}
		}
		if v, ok := e["initial_value"]; ok {
			key := "value"
			if e["type"] == "rich_text_input" {
				key = "rich_text_value"
			}
			state[key] = v
		}
		action, _ := e["action_id"].(string)
		values[b.BlockID] = map[string]any{action: state}
	}
	payload, err := json.Marshal(map[string]any{"type": "view_submission", "view": map[string]any{"state": map[string]any{"values": values}}})
	if err != nil {
		t.Fatalf("%v", err)
	}
	p, err := wire.Decode(payload)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return *p.View
}

// TestWhatAFormStartsWithComesBack: a person who sends a form as it is sends what
// the flow suggested.
func TestWhatAFormStartsWithComesBack(t *testing.T) {
	t.Parallel()
	want := map[string]any{
		"text": "a note", "text_live": nil, "long": "two\nlines", "secret": nil, "rich": "**a** [b](<https://b.example/>)",
		"int": "3", "float": "12.50", "bool": false, "date": "2026-12-01", "time": "09:30", "datetime": "2026-12-01T09:30:00Z",
		"email": "dana@example.com", "url": "https://example.com/x", "select_radio": "9", "select_static": "99",
		"select_external": "7000", "select_custom": nil, "multi_static": []any{"1", "3"}, "multi_external": []any{"3", "7000"},
		"person": adapters.Account{ID: "U0DANA"}, "people": []any{adapters.Account{ID: "U0DANA"}},
		"group": "4", "group_unknown": "finance", "channel": "C0REQ", "channel_by_name": nil, "file": nil,
	}
	var fields []adapters.Field
	for name, f := range kinds() {
		f.ID, f.Label = name, name
		fields = append(fields, f)
	}
	slices.SortFunc(fields, func(a, b adapters.Field) int { return strings.Compare(a.ID, b.ID) })
	card, action := asking(fields...)
	view, err := Modal(card, action, adapters.MessageRef{})
	if err != nil {
		t.Fatal(err)
	}
	state := stateOf(t, view)
	if diff := cmp.Diff(want, state.Values()); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
	// Drawn again with what was typed it is the same, whatever the flow suggests now.
	for i := range fields {
		fields[i].Initial, fields[i].Formatted, fields[i].Chosen = "", nil, nil
	}
	card, action = asking(fields...)
	again, err := ModalAgain(card, action, adapters.MessageRef{}, state)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, stateOf(t, again).Values()); diff != "" {
		t.Errorf("values of the form that was drawn again (-want +got)\n%s", diff)
	}
	sheet, err := SheetAgain(adapters.Sheet{Subject: "new", Title: "New", Submit: "Start", Fields: fields}, wire.Sheet{}, "", state)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, stateOf(t, sheet).Values()); diff != "" {
		t.Errorf("values of the sheet that was drawn again (-want +got)\n%s", diff)
	}
}

// TestTypedValuesComeBack is the same for whatever a person types.
func TestTypedValuesComeBack(t *testing.T) {
	t.Parallel()
	texts := rapid.StringMatching(`[ -~é😀]{1,40}`)
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]any{}
		state := map[string]map[string]wire.Element{}
		var fields []adapters.Field
		add := func(kind adapters.FieldKind, options []adapters.Option, action string, e wire.Element, value any) {
			f := adapters.Field{ID: fmt.Sprint("f", len(fields)), Kind: kind, Label: "l", Options: options, Initial: "suggested", Search: len(options) == 100}
			fields = append(fields, f)
			state[wire.FieldPrefix+f.ID] = map[string]wire.Element{action: e}
			values[f.ID] = value
		}
		s := texts.Draw(t, "text")
		add(adapters.TextField, nil, wire.AnswerAction, wire.Element{Type: "plain_text_input", Value: &s}, s)
		add(adapters.LongField, nil, wire.AnswerAction, wire.Element{Type: "plain_text_input"}, nil)
		n := rapid.StringMatching(`-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?`).Draw(t, "number")
		add(adapters.FloatField, nil, wire.AnswerAction, wire.Element{Type: "number_input", Value: &n}, n)
		day := rapid.StringMatching(`20[0-9]{2}-0[1-9]-[01][1-9]`).Draw(t, "day")
		add(adapters.DateField, nil, wire.AnswerAction, wire.Element{Type: "datepicker", SelectedDate: &day}, day)
		hour := rapid.StringMatching(`[01][0-9]:[0-5][0-9]`).Draw(t, "hour")
		add(adapters.TimeField, nil, wire.AnswerAction, wire.Element{Type: "timepicker", SelectedTime: &hour}, hour)
		yes := rapid.Bool().Draw(t, "yes")
		add(adapters.BoolField, nil, wire.YesNoAction, wire.Element{Type: "radio_buttons", SelectedOption: &wire.Chosen{Value: fmt.Sprint(yes)}}, yes)
		size := rapid.SampledFrom([]int{2, 10, 11, 100}).Draw(t, "options")
		one := fmt.Sprint(rapid.IntRange(0, size-1).Draw(t, "one"))
		add(adapters.SelectField, numbered(size), wire.AnswerAction, wire.Element{Type: "static_select", SelectedOption: &wire.Chosen{Value: one}}, one)
		user := "U" + rapid.StringMatching(`[A-Z0-9]{2,10}`).Draw(t, "user")
		add(adapters.PersonField, nil, wire.AnswerAction, wire.Element{Type: "users_select", SelectedUser: &user}, adapters.Account{ID: user})
		add(adapters.PeopleField, nil, wire.AnswerAction, wire.Element{Type: "multi_users_select", SelectedUsers: []string{user}}, []any{adapters.Account{ID: user}})
		place := "C" + rapid.StringMatching(`[A-Z0-9]{2,10}`).Draw(t, "place")
		add(adapters.ChannelField, nil, wire.AnswerAction, wire.Element{Type: "conversations_select", SelectedConversation: &place}, place)
		var open wire.View
		open.State.Values = state
		card, action := asking(fields...)
		view, err := ModalAgain(card, action, adapters.MessageRef{}, open)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(values, stateOf(t, view).Values()); diff != "" {
			t.Fatalf("values (-typed +came back)\n%s", diff)
		}
	})
}

// TestPresetIsKept: a common answer and what was written beside it survive a
// refusal.
func TestPresetIsKept(t *testing.T) {
	t.Parallel()
	card, action := asking(adapters.Field{ID: "why", Kind: adapters.LongField, Label: "Why?", Required: true})
	action.Presets, action.Preset = []string{"Too late", "Over budget"}, "why"
	more := "By two days."
	var open wire.View
	open.State.Values = map[string]map[string]wire.Element{
		"p:why": {wire.AnswerAction: {Type: "radio_buttons", SelectedOption: &wire.Chosen{Value: "Too late"}}},
		"f:why": {wire.AnswerAction: {Type: "plain_text_input", Value: &more}},
	}
	view, err := ModalAgain(card, action, adapters.MessageRef{}, open)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"why": "Too late: By two days."}, stateOf(t, view).Values()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	empty, err := Modal(card, action, adapters.MessageRef{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range empty.Blocks.BlockSet {
		if in, ok := b.(*slackapi.InputBlock); ok && !in.Optional {
			t.Errorf("%s must be filled in although the other can be", in.BlockID)
		}
	}
}

// TestFoundOptionKeepsItsName: what was found by searching is called the same
// when the form is drawn again.
func TestFoundOptionKeepsItsName(t *testing.T) {
	t.Parallel()
	card, action := asking(adapters.Field{ID: "x", Kind: adapters.SelectField, Label: "x", Options: numbered(100), Search: true})
	chosen := wire.Chosen{Value: "7000"}
	chosen.Text.Text = "Number 7,000"
	var open wire.View
	open.State.Values = map[string]map[string]wire.Element{"f:x": {wire.AnswerAction: {Type: "external_select", SelectedOption: &chosen}}}
	view, err := ModalAgain(card, action, adapters.MessageRef{}, open)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(view)
	if err != nil || !strings.Contains(string(raw), `"Number 7,000"`) {
		t.Errorf("%s, %v", raw, err)
	}
}

// TestFormMakesRoom: a form with more than Slack takes shows less of the card and
// says so; one that asks too much is refused.
func TestFormMakesRoom(t *testing.T) {
	t.Parallel()
	fields := func(n int, f adapters.Field) []adapters.Field {
		var all []adapters.Field
		for i := range n {
			f.ID, f.Label = fmt.Sprint("x", i), strings.Repeat("l", 100)
			all = append(all, f)
		}
		return all
	}
	for name, test := range map[string]struct {
		fields []adapters.Field
		facts  int
		want   string
	}{
		"all_fits":         {fields(10, adapters.Field{Kind: adapters.TextField}), 10, "whole"},
		"too_many_blocks":  {fields(90, adapters.Field{Kind: adapters.TextField}), 100, "lean"},
		"too_many_options": {fields(60, adapters.Field{Kind: adapters.SelectField, Options: numbered(100)}), 1, "lean"},
		"too_many_fields":  {fields(101, adapters.Field{Kind: adapters.TextField}), 1, "refused"},
		"too_long":         {fields(90, adapters.Field{Kind: adapters.TextField, Initial: strings.Repeat("x", 3000)}), 1, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			card, action := asking(test.fields...)
			for i := range test.facts {
				card.Facts = append(card.Facts, adapters.Fact{Label: fmt.Sprint(i), Value: "v"})
			}
			view, err := Modal(card, action, adapters.MessageRef{})
			raw, _ := json.Marshal(view)
			got := "whole"
			switch {
			case errors.Is(err, errTooBig):
				got = "refused"
			case err != nil:
				t.Fatal(err)
			case strings.Contains(string(raw), textLean):
				got = "lean"
			}
			if got != test.want {
				t.Errorf("the form is %s, want %s", got, test.want)
			}
			if err == nil && (len(view.Blocks.BlockSet) > MaxViewBlocks || len(raw) > MaxViewBytes) {
				t.Errorf("%d blocks, %d bytes", len(view.Blocks.BlockSet), len(raw))
			}
		})
	}
}
