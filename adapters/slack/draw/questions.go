package draw

import (
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// questions are what a form asks.
type questions struct {
	fields []adapters.Field
	// action has common answers to one of the fields.
	action adapters.Action
	typed  draft
	lean   bool // the form must stay small
}

// inputs draws each question. Common answers stand before the field that they
// answer, which then is for what is said beside them.
func (d *drawing) inputs(q questions) error {
	for _, f := range q.fields {
		if f.ID == q.action.Preset {
			f = d.presets(f, q)
		}
		block, err := fieldInput(f, q.typed, q.lean)
		if err != nil {
			return err
		}
		d.add(block)
	}
	return nil
}

// presets draws the common answers to a field and returns what is left to ask.
// Whether one of both is given, the form's check tells.
func (d *drawing) presets(f adapters.Field, q questions) adapters.Field {
	id := wire.PresetPrefix + f.ID
	var options []adapters.Option
	for _, text := range q.action.Presets {
		options = append(options, adapters.Option{Value: text, Label: text})
	}
	if !fitting(options) || utf8.RuneCountInString(id) > MaxID {
		return f
	}
	few := input{field: adapters.Field{Kind: adapters.SelectField, Options: options}}
	if e, ok := q.typed.at(id); ok {
		few.take(e)
	}
	d.add(slackapi.NewInputBlock(id, plainText(short(f.Label, MaxInputLabel, f.ID)), nil, few.choice()).WithOptional(true))
	f.Label, f.Required = wordMore, false
	return f
}
