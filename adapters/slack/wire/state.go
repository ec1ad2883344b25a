package wire

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"signoff/adapters"
)

// FieldPrefix makes a block_id of a field id, so that the text about a wrong
// value finds its field.
const FieldPrefix = "f:"

// PresetPrefix does the same for the common answers that stand beside a field.
const PresetPrefix = "p:"

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
	SelectedUser     *string      `json:"selected_user"`
	SelectedUsers    []string     `json:"selected_users"`
	// SelectedConversation is a channel's id.
	SelectedConversation *string         `json:"selected_conversation"`
	RichText             json.RawMessage `json:"rich_text_value"`
	Files                []File          `json:"files"`
}

// Chosen is an option that was chosen, with what the person read.
type Chosen struct {
	Value string `json:"value"`
	Text  struct {
		Text string `json:"text"`
	} `json:"text"`
}

// File is a file that was handed in. Whoever has the token can fetch it, after
// asking Slack for it by its id: what else stands here is what the form said.
type File struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Values returns what was filled in, by field id: a text, a bool, a list of
// texts, or nil for what was left empty. People are [adapters.Account]s of which
// only the ID is known, files are of type [File], and formatted text is
// CommonMark. A common answer that was chosen stands before what was written
// beside it.
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
	for block, inputs := range v.State.Values {
		field, preset := strings.CutPrefix(block, PresetPrefix)
		if !preset {
			continue
		}
		for action, e := range inputs {
			if chosen, ok := e.answer(action).(string); ok {
				values[field] = explained(chosen, values[field])
			}
		}
	}
	return values
}

// explained is a common answer with what was written beside it.
func explained(preset string, written any) any {
	more, _ := written.(string)
	if more = strings.TrimSpace(more); more == "" {
		return preset
	}
	return preset + ": " + more
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
	case "radio_buttons", "static_select", "external_select":
		if e.SelectedOption == nil {
			return nil
		}
		if action == YesNoAction {
			return e.SelectedOption.Value == "true"
		}
		return text(&e.SelectedOption.Value)
	case "multi_static_select", "multi_external_select", "checkboxes":
		return several(e.SelectedOptions)
	case "users_select":
		return account(e.SelectedUser)
	case "multi_users_select":
		return accounts(e.SelectedUsers)
	case "conversations_select":
		return text(e.SelectedConversation)
	case "rich_text_input":
		return formatted(e.RichText)
	case "file_input":
		return files(e.Files)
	}
	return nil
}

func account(id *string) any {
	if id == nil || *id == "" {
		return nil
	}
	return adapters.Account{ID: *id}
}

func accounts(ids []string) any {
	var all []any
	for _, id := range ids {
		if id != "" {
			all = append(all, adapters.Account{ID: id})
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// formatted is CommonMark. What cannot be read is no text, so that the form's
// check refuses it.
func formatted(raw json.RawMessage) any {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	mark, ok := CommonMark(raw)
	if !ok {
		return map[string]any{}
	}
	return text(&mark)
}

// files is one file, or a list where there are several, which no field takes.
func files(all []File) any {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	list := make([]any, len(all))
	for i, f := range all {
		list[i] = f
	}
	return list
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
