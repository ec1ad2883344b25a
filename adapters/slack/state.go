package slack

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// element is one input's state. Absent, null and empty differ in Slack's JSON,
// so each value is a pointer.
type element struct {
	Type             string       `json:"type"`
	Value            *string      `json:"value"`
	SelectedDate     *string      `json:"selected_date"`
	SelectedTime     *string      `json:"selected_time"`
	SelectedDateTime *json.Number `json:"selected_date_time"`
	SelectedOption   *chosen      `json:"selected_option"`
	SelectedOptions  []chosen     `json:"selected_options"`
}

type chosen struct {
	Value string `json:"value"`
}

// values returns what was filled in, by field id: a text, a bool, a list of
// texts, or nil for what was left empty.
func (v view) values() map[string]any {
	values := map[string]any{}
	for block, inputs := range v.State.Values {
		field, ours := strings.CutPrefix(block, fieldPrefix)
		if !ours {
			continue
		}
		for action, e := range inputs {
			values[field] = e.answer(action)
		}
	}
	return values
}

// fields returns the block ids of the inputs that the person sees, from top to
// bottom; only they can carry an error.
func (v view) fields() []string {
	var ids []string
	for _, b := range v.Blocks {
		if b.Type == "input" && strings.HasPrefix(b.BlockID, fieldPrefix) {
			ids = append(ids, b.BlockID)
		}
	}
	return ids
}

func (e element) answer(action string) any {
	switch e.Type {
	case "plain_text_input", "number_input", "email_text_input", "url_text_input":
		return text(e.Value)
	case "datepicker":
		return text(e.SelectedDate)
	case "timepicker":
		return text(e.SelectedTime)
	case "datetimepicker":
		return moment(e.SelectedDateTime)
	case "radio_buttons", "static_select":
		if e.SelectedOption == nil {
			return nil
		}
		if action == yesNoAction {
			return e.SelectedOption.Value == "true"
		}
		return text(&e.SelectedOption.Value)
	case "multi_static_select", "checkboxes":
		return several(e.SelectedOptions)
	}
	return nil
}

func several(options []chosen) any {
	if len(options) == 0 {
		return nil
	}
	values := make([]any, len(options))
	for i, o := range options {
		values[i] = o.Value
	}
	return values
}

func text(s *string) any {
	if s == nil || *s == "" {
		return nil
	}
	return *s
}

// moment turns Slack's seconds into the text that the form's check reads.
func moment(n *json.Number) any {
	if n == nil {
		return nil
	}
	seconds, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil || seconds < 0 || seconds > 253402300799 {
		return n.String() // refused by the form's check, with a text for the person
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}
