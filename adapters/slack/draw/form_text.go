package draw

import (
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

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

func (in *input) text() slackapi.BlockElement {
	e := slackapi.NewPlainTextInputBlockElement(nil, wire.AnswerAction)
	e.MaxLength = MaxPlainInput
	e.Multiline = in.severalLines()
	if utf8.RuneCountInString(in.field.Initial) > MaxPlainInput {
		in.hints = append(in.hints, textTooLong)
	} else {
		e.InitialValue = in.field.Initial
	}
	return e
}

// severalLines reports whether there is room for more than one line. A live text
// has one: Slack tells of it when the person presses Enter.
func (in *input) severalLines() bool {
	switch in.field.Kind {
	case adapters.LongField, adapters.MultiField, adapters.PeopleField:
		return true
	case adapters.TextField:
		return !in.field.Live
	case adapters.IntField, adapters.FloatField, adapters.BoolField, adapters.DateField, adapters.TimeField,
		adapters.DateTimeField, adapters.SelectField, adapters.EmailField, adapters.URLField, adapters.SecretField,
		adapters.RichField, adapters.FileField, adapters.PersonField, adapters.GroupField, adapters.ChannelField:
	}
	return false
}

// rich is a text that may be formatted. What somebody formatted before stands as
// it was; what the flow suggests is drawn as everywhere else.
func (in *input) rich() slackapi.BlockElement {
	e := slackapi.NewRichTextInputBlockElement(nil, wire.AnswerAction)
	if e.InitialValue = in.formatted; e.InitialValue != nil {
		return e
	}
	elements, cut := editable(in.field.Formatted, MaxPlainInput)
	switch {
	case cut:
		in.hints = append(in.hints, textTooLong)
	case len(elements) > 0:
		e.InitialValue = slackapi.NewRichTextBlock("", elements...)
	}
	return e
}
