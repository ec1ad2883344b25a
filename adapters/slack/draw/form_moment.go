package draw

import (
	"strconv"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

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
