package slacktest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Values are what a person filled in, by block id: a string for most elements,
// a list of strings where several can be chosen, nil or "" for what they
// cleared. What is absent keeps what the app put there.
type Values map[string]any

// stateKey is the name under which Slack reports an element's value.
func stateKey(kind string) string {
	switch kind {
	case "datepicker":
		return "selected_date"
	case "timepicker":
		return "selected_time"
	case "datetimepicker":
		return "selected_date_time"
	case "radio_buttons", "static_select", "external_select", "overflow":
		return "selected_option"
	case "checkboxes", "multi_static_select", "multi_external_select":
		return "selected_options"
	case "users_select":
		return "selected_user"
	case "channels_select":
		return "selected_channel"
	case "conversations_select":
		return "selected_conversation"
	case "multi_users_select":
		return "selected_users"
	case "multi_channels_select":
		return "selected_channels"
	case "multi_conversations_select":
		return "selected_conversations"
	case "rich_text_input":
		return "rich_text_value"
	case "file_input":
		return "files"
	default:
		return "value"
	}
}

// initialKey is where the app puts what an element starts with.
func initialKey(kind string) string {
	if what, ok := strings.CutPrefix(stateKey(kind), "selected_"); ok {
		return "initial_" + what
	}
	return "initial_value"
}

// stateOf is an element in a payload's state: its type, and its value under the
// name that the type has, null where there is none.
func stateOf(element object, value any) object {
	kind := str(element, "type")
	return object{"type": kind, stateKey(kind): typedValue(element, value)}
}

// typedValue turns what a person chose into what Slack sends.
func typedValue(element object, value any) any {
	kind := str(element, "type")
	switch stateKey(kind) {
	case "selected_option":
		if o := chosen(element, fmt.Sprint(value)); o != nil {
			return o
		}
		return nil
	case "selected_options":
		found := []any{}
		for _, v := range severalOf(value) {
			if o := chosen(element, v); o != nil {
				found = append(found, o)
			}
		}
		return found
	case "selected_users", "selected_channels", "selected_conversations":
		ids := []any{}
		for _, id := range severalOf(value) {
			ids = append(ids, id)
		}
		return ids
	case "files":
		return filesOf(element, value)
	case "rich_text_value":
		return richValue(value)
	case "selected_date_time":
		n, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
		if err != nil {
			return nil
		}
		return n
	default:
		if value == nil || value == "" {
			return nil
		}
		return fmt.Sprint(value)
	}
}

// chosen is the option with this value.
func chosen(element object, value string) object {
	options := list(element, "options")
	for _, g := range list(element, "option_groups") {
		if group, ok := g.(object); ok {
			options = append(options, list(group, "options")...)
		}
	}
	offered, _ := element[behind].([]any)
	options = append(options, offered...)
	options = append(options, list(element, "initial_options")...)
	if first, ok := element["initial_option"]; ok {
		options = append(options, first)
	}
	for _, o := range options {
		if option, ok := o.(object); ok && str(option, "value") == value {
			return option
		}
	}
	return nil
}

// filesOf are the files with these ids that the person has.
func filesOf(element object, value any) []any {
	found := []any{}
	have, _ := element[behind].([]any)
	for _, id := range severalOf(value) {
		for _, f := range have {
			if o, ok := f.(object); ok && str(o, "id") == id {
				found = append(found, o)
			}
		}
	}
	return found
}

// richValue is what stands in a rich text field: the block itself, or a plain
// text as one.
func richValue(value any) any {
	text, ok := value.(string)
	if !ok {
		return value
	}
	if text == "" {
		return nil
	}
	return object{"type": "rich_text", "elements": []any{object{
		"type": "rich_text_section", "elements": []any{object{"type": "text", "text": text}},
	}}}
}

func severalOf(value any) []string {
	switch v := value.(type) {
	case []string:
		return v
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, e := range v {
			all = append(all, fmt.Sprint(e))
		}
		return all
	default:
		return nil
	}
}

// initialOf is what an element starts with, as a person would have chosen it.
func initialOf(element object) any {
	switch first := element[initialKey(str(element, "type"))].(type) {
	case object:
		if str(element, "type") == "rich_text_input" {
			return first
		}
		return str(first, "value")
	case []any:
		var all []string
		for _, o := range first {
			if option, ok := o.(object); ok {
				all = append(all, str(option, "value"))
			}
			if id, ok := o.(string); ok {
				all = append(all, id)
			}
		}
		return all
	case json.Number:
		return first.String()
	default:
		return first
	}
}

// fill is the state of all the elements of a surface, with what the person
// filled in. Buttons have no state. In a modal, Slack reports input blocks and
// whatever else can hold a value.
func fill(blocks []any, values Values) object {
	state := object{}
	for _, b := range blocks {
		block, ok := b.(object)
		if !ok {
			continue
		}
		for _, e := range interactive(block) {
			if kind := str(e, "type"); kind == "button" || kind == "overflow" {
				continue
			}
			id := str(block, "block_id")
			value, touched := values[id]
			if !touched {
				value = initialOf(e)
			}
			if state[id] == nil {
				state[id] = object{}
			}
			sub(state, id)[str(e, "action_id")] = stateOf(e, value)
		}
	}
	return state
}
