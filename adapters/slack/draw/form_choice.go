package draw

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// choice is radio buttons for a few options, a menu for more. Where Slack can
// show neither, the choices are named and one is typed.
func (in *input) choice() slackapi.BlockElement {
	options := in.field.Options
	if in.field.Custom || !fitting(options) {
		in.hints = append(in.hints, in.named())
		return in.text()
	}
	switch {
	case in.searched():
		e := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeExternal, nil, wire.AnswerAction)
		e.MinQueryLength = new(int)
		e.InitialOption = in.found(in.field.Initial)
		return e
	case len(options) <= MaxRadioOptions:
		return in.radio(wire.AnswerAction, options)
	}
	e := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeStatic, nil, wire.AnswerAction)
	e.Options, e.InitialOption = in.options(options)
	return e
}

// choices is a menu in which several can be chosen. Where Slack cannot show it,
// the choices are named and typed one a line.
func (in *input) choices() slackapi.BlockElement {
	options := in.field.Options
	if in.field.Custom || !fitting(options) {
		in.hints = append(in.hints, in.named(), "One a line.")
		return in.text()
	}
	first := strings.Split(in.field.Initial, "\n")
	if in.searched() {
		e := slackapi.NewOptionsMultiSelectBlockElement(slackapi.MultiOptTypeExternal, nil, wire.AnswerAction)
		e.MinQueryLength = new(int)
		for _, value := range first {
			if o := in.found(value); o != nil {
				e.InitialOptions = append(e.InitialOptions, o)
			}
		}
		return e
	}
	e := slackapi.NewOptionsMultiSelectBlockElement(slackapi.MultiOptTypeStatic, nil, wire.AnswerAction)
	e.Options, _ = in.options(options)
	for i, o := range options {
		if slices.Contains(first, o.Value) {
			e.InitialOptions = append(e.InitialOptions, e.Options[i])
		}
	}
	return e
}

// searched reports whether the options come as somebody types: there are more
// than Slack shows, or they would make the form too large.
func (in *input) searched() bool {
	return in.field.Search || in.lean && len(in.field.Options) > MaxRadioOptions
}

// found is the option with a value, also if it is not among the first; nil if
// Slack cannot show it.
func (in *input) found(value string) *slackapi.OptionBlockObject {
	if value == "" || utf8.RuneCountInString(value) > MaxOptionValue {
		return nil
	}
	o := adapters.Option{Value: value, Label: value}
	if i := slices.IndexFunc(in.field.Options, func(o adapters.Option) bool { return o.Value == value }); i >= 0 {
		o = in.field.Options[i]
	}
	return option(o)
}

func option(o adapters.Option) *slackapi.OptionBlockObject {
	return slackapi.NewOptionBlockObject(o.Value, plainText(short(o.Label, MaxOptionText, o.Value)), nil)
}

// group is a choice among groups; where none are known its name is typed.
func (in *input) group() slackapi.BlockElement {
	if len(in.field.Options) == 0 {
		return in.text()
	}
	return in.choice()
}

func (in *input) radio(action string, options []adapters.Option) slackapi.BlockElement {
	e := slackapi.NewRadioButtonsBlockElement(action)
	e.Options, e.InitialOption = in.options(options)
	return e
}

func (in *input) options(options []adapters.Option) (drawn []*slackapi.OptionBlockObject, initial *slackapi.OptionBlockObject) {
	for _, o := range options {
		d := option(o)
		drawn = append(drawn, d)
		if o.Value == in.field.Initial && initial == nil {
			initial = d
		}
	}
	return drawn, initial
}

// named lists the choices of a field that must be typed.
func (in *input) named() string {
	var values []string
	for _, o := range in.field.Options {
		values = append(values, oneLine(o.Value))
	}
	list := strings.Join(values, ", ")
	switch {
	case list == "":
		return ""
	case in.field.Custom:
		return fmt.Sprintf("One of: %s; or a value of your own.", list)
	}
	return fmt.Sprintf("One of: %s.", list)
}

// fitting reports whether Slack can show the options, each different from the
// others, and bring them back.
func fitting(options []adapters.Option) bool {
	values, labels := map[string]bool{}, map[string]bool{}
	for _, o := range options {
		label := short(o.Label, MaxOptionText, o.Value)
		if o.Value == "" || values[o.Value] || labels[label] || utf8.RuneCountInString(o.Value) > MaxOptionValue {
			return false
		}
		values[o.Value], labels[label] = true, true
	}
	return len(options) > 0 && len(options) <= MaxSelectOptions
}
