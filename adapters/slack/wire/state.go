package wire

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// FieldPrefix makes a block_id of a field id, so that the text about a wrong
// value finds its field.
const FieldPrefix = "f:"

// The action_ids of inputs; their blocks tell them apart. Yes and no come back
// as a bool, everything else as a text.
const (
	AnswerAction = "value"
	YesNoAction  = "yes_no"
)

// Element is one input's state. Absent, null and empty differ in Slack's JSON,
// so each value is a pointer.
type Element struct {
	Type             string       `json:"type"`
	Value            *string      `json:"value"`
	SelectedDate     *string      `json:"selected_date"`
	SelectedTime     *string      `json:"selected_time"`
	SelectedDateTime *json.Number `json:"selected_date_time"`
	SelectedOption   *Chosen      `json:"selected_option"`
	SelectedOptions  []Chosen     `json:"selected_options"`
}

// Chosen is an option that was chosen.
type Chosen struct {
	Value string `json:"value"`
}

// Values returns what was filled in, by field id: a text, a bool, a list of
// texts, or nil for what was left empty.
func (v View) Values() map[string]any {
	values := map[string]any{}
	for block, inputs := range v.State.Values {
		field, ours := strings.CutPrefix(block, FieldPrefix)
		if !ours {
			continue
		}
		for action, e := range inputs {
			values[field] = e.answer(action)
		}
	}
	return values
}

// Fields returns the block ids of the inputs that the person sees, from top to
// bottom; only they can carry an error.
func (v View) Fields() []string {
	var ids []string
	for _, b := range v.Blocks {
		if b.Type == "input" && strings.HasPrefix(b.BlockID, FieldPrefix) {
			ids = append(ids, b.BlockID)
		}
	}
	return ids
}

func (e Element) answer(action string) any {
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
		if action == YesNoAction {
			return e.SelectedOption.Value == "true"
		}
		return text(&e.SelectedOption.Value)
	case "multi_static_select", "checkboxes":
		return several(e.SelectedOptions)
	}
	return nil
}

func several(options []Chosen) any {
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
