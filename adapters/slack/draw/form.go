package draw

import (
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// fieldInput draws a field as the input that fits its kind best, with what the
// person typed before if there is something.
func fieldInput(f adapters.Field, typed draft, lean bool) (*slackapi.InputBlock, error) {
	id := wire.FieldPrefix + f.ID
	if f.ID == "" || utf8.RuneCountInString(id) > MaxID {
		return nil, errTooBig
	}
	in := input{field: f, hints: []string{clean(f.Hint)}, lean: lean}
	if e, ok := typed.at(id); ok {
		in.take(e)
	}
	element := in.element()
	label := short(f.Label, MaxInputLabel, f.ID)
	block := slackapi.NewInputBlock(id, plainText(label), in.hint(), element)
	if f.Live { // a file says nothing that others could depend on before it is sent
		block.DispatchAction = element.ElementType() != slackapi.METFileInput
	}
	return block.WithOptional(!f.Required), nil
}

// input draws one field and collects what must be said about it.
type input struct {
	field adapters.Field
	hints []string
	lean  bool // the form must stay small
	// formatted is what was typed into a rich text, as Slack gave it.
	formatted *slackapi.RichTextBlock
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
	case adapters.RichField:
		return in.rich()
	case adapters.FileField:
		return in.file()
	case adapters.PersonField:
		return in.person()
	case adapters.PeopleField:
		return in.people()
	case adapters.GroupField:
		return in.group()
	case adapters.ChannelField:
		return in.channel()
	case adapters.TextField, adapters.SecretField, adapters.LongField:
	}
	return in.text()
}
