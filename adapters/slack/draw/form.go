package draw

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// fieldInput draws a field as the input that fits its kind best.
func fieldInput(f adapters.Field) (*slackapi.InputBlock, error) {
	id := wire.FieldPrefix + f.ID
	if f.ID == "" || utf8.RuneCountInString(id) > MaxID {
		return nil, errTooBig
	}
	in := input{field: f, hints: []string{clean(f.Hint)}}
	element := in.element()
	label := short(f.Label, MaxInputLabel, f.ID)
	block := slackapi.NewInputBlock(id, plainText(label), in.hint(), element)
	return block.WithOptional(!f.Required), nil
}

// input draws one field and collects what must be said about it.
type input struct {
	field adapters.Field
	hints []string
}

func (in *input) hint() *slackapi.TextBlockObject {
	var said []string
	for _, h := range in.hints {
		if h = strings.TrimSpace(h); h != "" {
			said = append(said, h)
		}
	}
	if len(said) == 0 {
		return nil
	}
	text, _ := fit(strings.Join(said, " "), MaxInputHint, markShort)
	return plainText(text)
}

func (in *input) element() slackapi.BlockElement {
	switch in.field.Kind {
	case adapters.IntField, adapters.FloatField:
		return in.number()
	case adapters.BoolField:
		return in.radio(wire.YesNoAction, []adapters.Option{{Value: "true", Label: wordYes}, {Value: "false", Label: wordNo}})
	case adapters.DateField:
		return in.date()
	case adapters.TimeField:
		return in.time()
	case adapters.DateTimeField:
		return in.dateTime()
	case adapters.SelectField:
		return in.choice()
	case adapters.MultiField:
		return in.choices()
	case adapters.EmailField:
		return in.email()
	case adapters.URLField:
		return in.url()
	case adapters.TextField, adapters.SecretField:
	}
	return in.text()
}

// email and url leave out what is too long for a line: the form's check is ours.
func (in *input) email() slackapi.BlockElement {
	e := slackapi.NewEmailTextInputBlockElement(nil, wire.AnswerAction)
	e.InitialValue = in.line()
	return e
}

func (in *input) url() slackapi.BlockElement {
	e := slackapi.NewURLTextInputBlockElement(nil, wire.AnswerAction)
	e.InitialValue = in.line()
	return e
}

func (in *input) line() string {
	if utf8.RuneCountInString(in.field.Initial) > MaxPlainInput {
		return ""
	}
	return in.field.Initial
}

// time knows hours and minutes only, so that a field that starts with seconds is
// a text.
func (in *input) time() slackapi.BlockElement {
	clock := strings.TrimSuffix(in.field.Initial, ":00")
	if len(in.field.Initial) == len("15:04") {
		clock = in.field.Initial
	}
	at, err := time.Parse("15:04", clock)
	if in.field.Initial != "" && err != nil {
		return in.text()
	}
	e := slackapi.NewTimePickerBlockElement(wire.AnswerAction)
	if err == nil {
		e.InitialTime = at.Format("15:04")
	}
	return e
}

func (in *input) text() slackapi.BlockElement {
	e := slackapi.NewPlainTextInputBlockElement(nil, wire.AnswerAction)
	e.MaxLength = MaxPlainInput
	e.Multiline = in.field.Kind == adapters.TextField
	if utf8.RuneCountInString(in.field.Initial) > MaxPlainInput {
		in.hints = append(in.hints, "The suggested text is too long to be edited in Slack; it is on the page.")
	} else {
		e.InitialValue = in.field.Initial
	}
	return e
}

func (in *input) number() slackapi.BlockElement {
	e := slackapi.NewNumberInputBlockElement(nil, wire.AnswerAction, in.field.Kind == adapters.FloatField)
	if isNumber(in.field.Min) {
		e.MinValue = in.field.Min
	}
	if isNumber(in.field.Max) {
		e.MaxValue = in.field.Max
	}
	whole := in.field.Kind == adapters.FloatField || !strings.Contains(in.field.Initial, ".")
	if whole && isNumber(in.field.Initial) && within(in.field.Initial, e.MinValue, e.MaxValue) {
		e.InitialValue = in.field.Initial
	}
	return e
}

func (in *input) date() slackapi.BlockElement {
	e := slackapi.NewDatePickerBlockElement(wire.AnswerAction)
	if day, err := time.Parse(time.DateOnly, in.field.Initial); err == nil {
		e.InitialDate = day.Format(time.DateOnly)
	}
	return e
}

func (in *input) dateTime() slackapi.BlockElement {
	e := slackapi.NewDateTimePickerBlockElement(wire.AnswerAction)
	// Slack takes ten digits, which is 2001 to 2286.
	if t, err := time.Parse(time.RFC3339, in.field.Initial); err == nil && t.Unix() >= 1e9 && t.Unix() < 1e10 {
		e.InitialDateTime = t.Unix()
	}
	return e
}

// choice is radio buttons for a few options, a menu for more. Where Slack can
// show neither, the choices are named and one is typed.
func (in *input) choice() slackapi.BlockElement {
	options := in.field.Options
	if in.field.Custom || !fitting(options) {
		in.hints = append(in.hints, in.named())
		return in.text()
	}
	if len(options) <= MaxRadioOptions {
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
	e := slackapi.NewOptionsMultiSelectBlockElement(slackapi.MultiOptTypeStatic, nil, wire.AnswerAction)
	e.Options, _ = in.options(options)
	for i, o := range options {
		if slices.Contains(first, o.Value) {
			e.InitialOptions = append(e.InitialOptions, e.Options[i])
		}
	}
	return e
}

func (in *input) radio(action string, options []adapters.Option) slackapi.BlockElement {
	e := slackapi.NewRadioButtonsBlockElement(action)
	e.Options, e.InitialOption = in.options(options)
	return e
}

func (in *input) options(options []adapters.Option) (drawn []*slackapi.OptionBlockObject, initial *slackapi.OptionBlockObject) {
	for _, o := range options {
		d := slackapi.NewOptionBlockObject(o.Value, plainText(short(o.Label, MaxOptionText, o.Value)), nil)
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

// isNumber reports whether Slack takes s as a number: digits, with a sign and a
// fraction perhaps, and no exponent.
func isNumber(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return len(s) <= 32 && isDigits(whole) && (!point || isDigits(fraction))
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// within reports whether a number lies between bounds; "" is no bound.
func within(s, low, high string) bool {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return false
	}
	if l, err := strconv.ParseFloat(low, 64); err == nil && n < l {
		return false
	}
	if h, err := strconv.ParseFloat(high, 64); err == nil && n > h {
		return false
	}
	return true
}
