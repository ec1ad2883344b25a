package slacktest

import (
	"encoding/json"
	"reflect"
	"regexp"

	"signoff/adapters/slack/draw"
)

// Composition objects: the texts, options and dialogs that blocks are made of.

// plain is a plain_text object.
func plain(limit int) rule {
	return textObject(map[string]shape{"plain_text": plainShape(limit)})
}

// anyText is a plain_text or mrkdwn object.
func anyText(limit int) rule {
	return textObject(map[string]shape{
		"plain_text": plainShape(limit),
		"mrkdwn": {
			need:   []string{"text"},
			fields: map[string]rule{"text": text(limit), "verbatim": boolean},
		},
	})
}

func textObject(kinds map[string]shape) rule { return typed(kinds, nil) }

func plainShape(limit int) shape {
	return shape{need: []string{"text"}, fields: map[string]rule{"text": text(limit), "emoji": boolean}}
}

func confirm() rule {
	return shape{
		need: []string{"title", "text", "confirm", "deny"},
		fields: map[string]rule{
			"title":   plain(draw.MaxConfirmTitle),
			"text":    anyText(draw.MaxConfirmText),
			"confirm": plain(draw.MaxConfirmButton),
			"deny":    plain(draw.MaxConfirmButton),
			"style":   oneOf("primary", "danger"),
		},
	}.check
}

// option is one choice; where markdown is true its text may be mrkdwn.
func option(markdown bool) rule {
	label, description := plain(draw.MaxOptionText), plain(draw.MaxOptionDescription)
	if markdown {
		label, description = anyText(draw.MaxOptionText), anyText(draw.MaxOptionDescription)
	}
	return shape{
		need: []string{"text", "value"},
		fields: map[string]rule{
			"text": label, "description": description,
			"value": text(draw.MaxOptionValue), "url": webURL(draw.MaxButtonURL),
		},
	}.check
}

func optionGroup() rule {
	return shape{
		need: []string{"label", "options"},
		fields: map[string]rule{
			"label":   plain(draw.MaxOptionText),
			"options": items(1, draw.MaxSelectOptions, option(false)),
		},
	}.check
}

// initialOption refuses an initial choice that is not among the options,
// compared as a whole, as Slack does.
func initialOption(r *report, at string, o object) {
	options := list(o, "options")
	for _, g := range list(o, "option_groups") {
		if group, ok := g.(object); ok {
			options = append(options, list(group, "options")...)
		}
	}
	among := func(v any) bool {
		for _, option := range options {
			if reflect.DeepEqual(option, v) {
				return true
			}
		}
		return false
	}
	if first := o["initial_option"]; first != nil && !among(first) {
		r.fault(at+"/initial_option", "must match an option")
	}
	for _, first := range list(o, "initial_options") {
		if !among(first) {
			r.fault(at+"/initial_options", "must match an option")
		}
	}
}

// number is what number_input takes: a decimal in a string.
func number(r *report, at string, v any) {
	s, ok := v.(string)
	if !ok || !decimal(s) {
		r.fault(at, "must be a valid number string")
	}
}

func decimal(s string) bool {
	ok, err := regexp.MatchString(`^-?[0-9]+(\.[0-9]+)?$`, s)
	return err == nil && ok
}

func pattern(expr, what string) rule {
	re := regexp.MustCompile(expr)
	return func(r *report, at string, v any) {
		if s, ok := v.(string); !ok || !re.MatchString(s) {
			r.fault(at, "must be a valid %s", what)
		}
	}
}

// whole is an integer between two bounds.
func whole(low, high int64) rule {
	return func(r *report, at string, v any) {
		n, ok := v.(json.Number)
		if !ok {
			r.fault(at, "must be an integer")
			return
		}
		switch i, err := n.Int64(); {
		case err != nil:
			r.fault(at, "must be an integer")
		case i < low:
			r.fault(at, "must be greater than or equal to %d", low)
		case i > high:
			r.fault(at, "must be less than or equal to %d", high)
		}
	}
}
