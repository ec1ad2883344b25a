package draw

import (
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
)

// How much of what somebody wrote a line below a message repeats.
const (
	maxLine  = 1000
	maxQuote = 2000
)

// Line draws one event below a message: what happened, whom it calls, and what
// somebody wrote. users are the ids of those who are called. Nothing else in it can
// call anybody, link or format.
func Line(l adapters.Line, users []string) Message {
	text, _ := fit(nonempty(oneLine(l.Text), ""), maxLine, markShort)
	said := []slackapi.RichTextSectionElement{slackapi.NewRichTextSectionTextElement(text, nil)}
	for _, id := range users {
		said = append(said, slackapi.NewRichTextSectionTextElement(" ", nil), slackapi.NewRichTextSectionUserElement(id, nil))
	}
	out := []slackapi.RichTextElement{slackapi.NewRichTextSection(said...)}
	quote, _ := fit(strings.TrimSpace(clean(l.Quote)), maxQuote, markShort)
	if quote != "" {
		out = append(out, &slackapi.RichTextQuote{
			Type: slackapi.RTEQuote, Elements: []slackapi.RichTextSectionElement{slackapi.NewRichTextSectionTextElement(quote, nil)},
		})
		text += " “" + strings.Join(strings.Fields(quote), " ") + "”"
	}
	return Message{Text: fitEscaped(text, MaxText, markShort), Blocks: []slackapi.Block{slackapi.NewRichTextBlock("line", out...)}}
}
