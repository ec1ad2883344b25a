package draw

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// draft is what a person typed into a form that is drawn again: by block, the
// state of its one input. Nil is a form that is drawn for the first time.
type draft map[string]map[string]wire.Element

// at returns the state of a block's input.
func (d draft) at(block string) (wire.Element, bool) {
	for _, e := range d[block] {
		return e, true
	}
	return wire.Element{}, false
}

// take makes what was typed what the field starts with, also if it was left
// empty.
func (in *input) take(e wire.Element) {
	f := &in.field
	f.Initial, f.Formatted, f.Chosen = "", nil, nil
	switch {
	case e.Value != nil:
		f.Initial = *e.Value
	case e.SelectedDate != nil:
		f.Initial = *e.SelectedDate
	case e.SelectedTime != nil:
		f.Initial = *e.SelectedTime
	case e.SelectedDateTime != nil:
		if seconds, err := strconv.ParseInt(e.SelectedDateTime.String(), 10, 64); err == nil {
			f.Initial = time.Unix(seconds, 0).UTC().Format(time.RFC3339)
		}
	case e.SelectedOption != nil:
		f.Initial = e.SelectedOption.Value
		in.seen(*e.SelectedOption)
	case len(e.SelectedOptions) > 0:
		var values []string
		for _, o := range e.SelectedOptions {
			values = append(values, o.Value)
			in.seen(o)
		}
		f.Initial = strings.Join(values, "\n")
	case e.SelectedUser != nil:
		f.Chosen = []adapters.Person{{Account: *e.SelectedUser}}
	case len(e.SelectedUsers) > 0:
		for _, id := range e.SelectedUsers {
			f.Chosen = append(f.Chosen, adapters.Person{Account: id})
		}
	case e.SelectedConversation != nil:
		f.Initial = *e.SelectedConversation
	case len(e.RichText) > 0:
		in.formatted = again(e.RichText)
	}
}

// seen remembers how an option that was found by searching is called.
func (in *input) seen(o wire.Chosen) {
	if in.field.Search && o.Text.Text != "" {
		in.field.Options = append([]adapters.Option{{Value: o.Value, Label: o.Text.Text}}, without(in.field.Options, o.Value)...)
		in.field.Options = in.field.Options[:min(len(in.field.Options), MaxSelectOptions)]
	}
}

func without(options []adapters.Option, value string) []adapters.Option {
	var out []adapters.Option
	for _, o := range options {
		if o.Value != value {
			out = append(out, o)
		}
	}
	return out
}

// again is a formatted text as Slack gave it; nil if it is none.
func again(raw json.RawMessage) *slackapi.RichTextBlock {
	var block slackapi.RichTextBlock
	if string(raw) == "null" || json.Unmarshal(raw, &block) != nil || len(block.Elements) == 0 {
		return nil
	}
	block.Type, block.BlockID = slackapi.MBTRichText, ""
	return &block
}
