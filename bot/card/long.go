package card

import (
	"strings"
	"unicode/utf8"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine/flow"
)

// Long is all of what was answered where a card has room for its beginning only, as
// paragraphs that follow the request's text. It is empty where a card shows all.
func (v View) Long() adapters.Text {
	r := v.Run.Request
	var out adapters.Text
	add := func(label, text string) {
		if utf8.RuneCountInString(prose.OneLine(text)) <= answerText {
			return
		}
		out = append(out, adapters.Block{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: label + ": ", Bold: true}, {Text: prose.Clean(text)}}})
	}
	for _, resp := range r.Responses {
		who := Name(resp.By, v.People)
		add(who, resp.Override)
		for _, f := range r.Form {
			value, given := flow.Lookup(resp.Values, f.ID)
			if f.ID == r.Verdict || !given || value == nil {
				continue
			}
			add(who+", "+strings.TrimRight(fieldLabel(f), ":?. "), v.shownValue(f, value))
		}
	}
	return out
}
