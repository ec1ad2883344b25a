package draw

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// How much a reply to one command may say: it arrives as several messages, of
// which Slack takes five.
const (
	maxReplies    = 4
	maxReplyLines = 40 // sections and lists in one message, of Slack's 50
)

// Reply draws what a command came to, as messages that only one person sees:
// none if there is nothing to say. Lists have a button for each request, which
// opens it; none decides.
func Reply(r adapters.Reply) []Message {
	d := drawing{}
	text := strings.TrimSpace(clean(r.Text))
	if len(r.Fields) > 0 {
		text = strings.TrimSpace(text + "\n" + fieldTexts(adapters.Answer{Fields: r.Fields}))
	}
	if r.Card == nil || text != strings.TrimSpace(clean(r.Card.Summary)) { // the card itself says that below
		for _, part := range parts(text, MaxSectionText) {
			d.section("text", part)
		}
	}
	d.body(r.Body, maxModalBody)
	for _, i := range r.Items {
		d.item(i)
	}
	if c := r.Card; c != nil {
		d.version = c.Version
		d.header(c.Title)
		d.facts(c.Facts, factRoom{count: maxFacts, value: maxFactValue})
		d.body(c.Body, maxBody)
		d.notes(c.Notes)
		d.links(c.Links)
		d.names(*c)
	}
	return d.messages(summary(r, text))
}

// summary is what a notification and a screen reader say.
func summary(r adapters.Reply, text string) string {
	switch {
	case text != "":
		return text
	case r.Card != nil:
		return oneLine(r.Card.Title)
	case len(r.Items) == 1:
		return oneLine(r.Items[0].Title)
	case len(r.Items) > 1:
		return fmt.Sprintf("%d requests", len(r.Items))
	}
	return wordReply
}

// item is a request in a list: what it is and where it stands.
func (d *drawing) item(i adapters.Item) {
	title := short(i.Title, MaxHeader, i.Ref)
	var accessory *slackapi.Accessory
	if b := ReviewButton(i); i.Request != "" && utf8.RuneCountInString(b.Value) <= MaxButtonValue {
		accessory = slackapi.NewAccessory(b)
	}
	d.add(slackapi.NewSectionBlock(plainText(title), nil, accessory, slackapi.SectionBlockOptionBlockID(d.id("item"))))
	var said []string
	for _, s := range []string{i.Ref, i.State, i.By} {
		if s = oneLine(s); s != "" {
			s, _ = fit(s, maxFactValue, markShort)
			said = append(said, escape(unformatted(strings.ReplaceAll(s, ":", "∶"))))
		}
	}
	if !i.Due.IsZero() {
		said = append(said, due(i))
	}
	if len(said) > 0 {
		d.add(slackapi.NewContextBlock(d.id("state"), markdown(strings.Join(said, "  ·  "))))
	}
}

func due(i adapters.Item) string {
	word := wordDue
	if i.Overdue {
		word = wordOverdue
	}
	return word + " " + date(adapters.Fact{When: i.Due, Value: i.Due.UTC().Format(time.DateOnly + " 15:04 UTC")})
}

// messages splits what was drawn. What does not fit into the last one is said.
func (d *drawing) messages(text string) []Message {
	var all []Message
	blocks := d.blocks
	for len(blocks) > 0 && len(all) < maxReplies {
		n := min(len(blocks), maxReplyLines)
		for n < len(blocks) && n > 1 && blocks[n].BlockType() == slackapi.MBTContext {
			n-- // the small line stays with what it is about
		}
		all = append(all, Message{Text: fitEscaped(text, MaxText, markShort), Blocks: blocks[:n:n]})
		blocks = blocks[n:]
	}
	if len(blocks) > 0 {
		last := &all[len(all)-1]
		last.cut = true
		last.Blocks = append(last.Blocks, slackapi.NewContextBlock("more", plainText(TextMore)))
	}
	return all
}

// parts splits a text where it is too long for one place.
func parts(s string, limit int) []string {
	var all []string
	for s != "" {
		runes := []rune(s)
		if len(runes) <= limit {
			return append(all, s)
		}
		end := limit
		for end > 1 && clings(runes, end) {
			end--
		}
		all = append(all, string(runes[:end]))
		s = string(runes[end:])
	}
	return all
}

// NewButton opens a form by its subject.
func NewButton(subject, label string, n int) *slackapi.ButtonBlockElement {
	return slackapi.NewButtonBlockElement(fmt.Sprintf("%s%d", wire.SheetAction, n), subject, plainText(short(label, MaxButtonText, subject)))
}
