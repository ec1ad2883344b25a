package slacktest

import (
	"maps"

	"signoff/adapters/slack/draw"
)

// Elements: what a person presses, picks or fills in.

// Where an element can stand.
const (
	inAccessory = "accessory"
	inActions   = "actions"
	inInput     = "input"
)

// The surfaces of Block Kit.
const (
	onMessage = "message"
	onModal   = "modal"
	onHome    = "home"
)

// element checks an element that stands at this place.
func element(place string) rule {
	return typed(elementShapes(), func(surface, kind string) bool { return fits(place, surface, kind) })
}

// fits is the table of elements, places and surfaces.
func fits(place, surface, kind string) bool {
	switch kind {
	case "button", "overflow":
		return place != inInput
	case "image":
		return place == inAccessory
	case "plain_text_input":
		return place == inInput
	case "number_input", "email_text_input", "url_text_input", "file_input":
		return place == inInput && surface == onModal
	case "rich_text_input":
		return place != inAccessory
	case "datetimepicker":
		return place != inAccessory && surface != onHome
	default:
		return true
	}
}

func elementShapes() map[string]shape {
	all := map[string]shape{
		"button": {
			need: []string{"text"},
			fields: map[string]rule{
				"text": plain(draw.MaxButtonText), "action_id": text(draw.MaxID),
				"value": text(draw.MaxButtonValue), "url": webURL(draw.MaxButtonURL),
				"style": oneOf("primary", "danger"), "confirm": confirm(),
				"accessibility_label": text(draw.MaxAccessibilityLabel),
			},
		},
		"overflow": {
			need: []string{"options"},
			fields: map[string]rule{
				"options": items(1, draw.MaxOverflowOptions, option(false)), "confirm": confirm(),
				"action_id": text(draw.MaxID),
			},
		},
		"image": {need: []string{"alt_text"}, fields: map[string]rule{
			"alt_text": text(draw.MaxImageAlt), "image_url": webURL(draw.MaxImageURL),
		}},
	}
	maps.Copy(all, choices())
	maps.Copy(all, pickers())
	maps.Copy(all, inputs())
	return all
}

// choices are elements with a list of options.
func choices() map[string]shape {
	few := items(1, draw.MaxRadioOptions, option(true))
	many := items(1, draw.MaxSelectOptions, option(false))
	groups := items(1, draw.MaxSelectOptions, optionGroup())
	all := map[string]shape{
		"radio_buttons":       choice("initial_option", few, option(true)),
		"checkboxes":          choice("initial_options", few, items(1, draw.MaxRadioOptions, option(true))),
		"static_select":       choice("initial_option", many, option(false)),
		"multi_static_select": choice("initial_options", many, items(1, draw.MaxSelectOptions, option(false))),
	}
	for _, kind := range []string{"static_select", "multi_static_select"} {
		s := all[kind]
		s.need = nil
		s.fields["placeholder"] = plain(draw.MaxPlaceholder)
		s.fields["option_groups"] = groups
		s.also = func(r *report, at string, o object) {
			if (o["options"] == nil) == (o["option_groups"] == nil) {
				r.fault(at, "must have either options or option_groups")
			}
			initialOption(r, at, o)
		}
		all[kind] = s
	}
	for kind, initial := range map[string]string{"external_select": "initial_option", "multi_external_select": "initial_options"} {
		first := option(false)
		if initial == "initial_options" {
			first = items(1, draw.MaxSelectOptions, option(false))
		}
		s := picker(initial, first)
		s.fields["min_query_length"] = whole(0, draw.MaxPlainInput)
		all[kind] = s
	}
	all["multi_external_select"].fields["max_selected_items"] = whole(1, draw.MaxSelectOptions)
	all["multi_static_select"].fields["max_selected_items"] = whole(1, draw.MaxSelectOptions)
	return all
}

func choice(initial string, options, first rule) shape {
	return shape{
		need: []string{"options"},
		fields: map[string]rule{
			"options": options, initial: first, "action_id": text(draw.MaxID),
			"confirm": confirm(), "focus_on_load": boolean,
		},
		also: initialOption,
	}
}

// pickers choose a date, a time or something of the workspace.
func pickers() map[string]shape {
	date := pattern(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`, "date")
	clock := pattern(`^([01]\d|2[0-3]):[0-5]\d$`, "time")
	seconds := whole(1_000_000_000, 9_999_999_999)
	all := map[string]shape{
		"datepicker":           picker("initial_date", date),
		"timepicker":           picker("initial_time", clock),
		"datetimepicker":       picker("initial_date_time", seconds),
		"users_select":         picker("initial_user", text(draw.MaxID)),
		"channels_select":      picker("initial_channel", text(draw.MaxID)),
		"conversations_select": picker("initial_conversation", text(draw.MaxID)),
	}
	for _, what := range []string{"users", "channels", "conversations"} {
		s := picker("initial_"+what, items(0, unlimited, text(draw.MaxID)))
		s.fields["max_selected_items"] = whole(1, unlimited)
		all["multi_"+what+"_select"] = s
	}
	delete(all["datetimepicker"].fields, "placeholder")
	all["timepicker"].fields["timezone"] = text(draw.MaxID)
	for _, kind := range []string{"conversations_select", "multi_conversations_select"} {
		all[kind].fields["filter"] = anything
		all[kind].fields["default_to_current_conversation"] = boolean
	}
	for _, kind := range []string{"conversations_select", "channels_select"} {
		all[kind].fields["response_url_enabled"] = boolean
	}
	return all
}

func picker(initial string, first rule) shape {
	return shape{fields: map[string]rule{
		initial: first, "action_id": text(draw.MaxID), "confirm": confirm(),
		"placeholder": plain(draw.MaxPlaceholder), "focus_on_load": boolean,
	}}
}

// inputs are fields for typing.
func inputs() map[string]shape {
	all := map[string]shape{
		"plain_text_input": {}, "number_input": {need: []string{"is_decimal_allowed"}},
		"email_text_input": {}, "url_text_input": {},
	}
	for kind, s := range all {
		s.fields = map[string]rule{
			"action_id": text(draw.MaxID), "placeholder": plain(draw.MaxPlaceholder),
			"focus_on_load": boolean, "dispatch_action_config": anything,
			"initial_value": optional(draw.MaxPlainInput),
		}
		all[kind] = s
	}
	all["rich_text_input"] = shape{fields: map[string]rule{
		"action_id": text(draw.MaxID), "placeholder": plain(draw.MaxPlaceholder), "focus_on_load": boolean,
		"dispatch_action_config": anything, "initial_value": richBlock,
		"min_lines": whole(1, 100), "max_lines": whole(1, 100),
	}}
	all["file_input"] = shape{fields: map[string]rule{
		"action_id": text(draw.MaxID), "max_files": whole(1, maxFiles),
		"filetypes": items(1, unlimited, text(draw.MaxID)),
	}}
	plainInput := all["plain_text_input"].fields
	plainInput["multiline"] = boolean
	plainInput["min_length"] = whole(0, draw.MaxPlainInput)
	plainInput["max_length"] = whole(1, draw.MaxPlainInput)
	numberInput := all["number_input"].fields
	numberInput["is_decimal_allowed"] = boolean
	for _, key := range []string{"min_value", "max_value", "initial_value"} {
		numberInput[key] = number
	}
	return all
}
