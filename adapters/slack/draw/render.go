package draw

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// How much of a card a message shows. What does not fit is shown by the form
// that its buttons then open, and on the page.
const (
	maxFacts     = 30
	maxFactLabel = 150
	maxFactValue = 300
	maxBody      = 600
	maxCodeLines = 12
	maxNotes     = 20
	maxLinks     = 10
	maxLinkText  = 150

	// factsInSection is how many facts fit into the fields of one section, two
	// fields each.
	factsInSection = MaxSectionFields / 2
)

// Message is a card as Slack shows it: Text is what a notification says.
type Message struct {
	Text   string
	Blocks []slackapi.Block
	// cut says that something of the card is not in the blocks.
	cut bool
}

// Card draws a card: header, facts, body, notes, links, names, buttons. It is
// a function of the card alone, and no text of the card changes its shape.
func Card(card adapters.Card) Message {
	d := drawing{version: card.Version, request: blockRequest(card)}
	d.header(card.Title)
	d.facts(card.Facts, factRoom{count: maxFacts, value: maxFactValue})
	d.reason(card.Body)
	d.notes(card.Notes)
	d.links(card.Links)
	buttons := buttonsOf(card)
	d.cut = d.cut || len(buttons) < len(card.Actions)
	for _, b := range buttons {
		d.short(b.Label, MaxButtonText, "")
	}
	d.names(card)
	d.buttons(card, buttons)
	summary := clean(card.Summary)
	if summary == "" {
		summary = oneLine(card.Title)
	}
	return Message{Text: fitEscaped(summary, MaxText, markLong), Blocks: d.blocks, cut: d.cut}
}

// drawing collects blocks. Block ids hold the version, because Slack keeps
// what it knows of a block under its id; those of a message the request, too.
type drawing struct {
	request string
	version int
	blocks  []slackapi.Block
	cut     bool
}

func (d *drawing) add(b slackapi.Block) { d.blocks = append(d.blocks, b) }

func (d *drawing) id(part string) string {
	if d.request != "" {
		return fmt.Sprintf("sgn:%s:%d:%s:%d", d.request, d.version, part, len(d.blocks))
	}
	return fmt.Sprintf("v%d:%s:%d", d.version, part, len(d.blocks))
}

// maxBlockRequest leaves room for the rest of a block's id.
const maxBlockRequest = 200

// blockRequest is the request as it stands in the ids of blocks; empty if it has
// no room there.
func blockRequest(card adapters.Card) string {
	if utf8.RuneCountInString(card.Request) > maxBlockRequest {
		return ""
	}
	return card.Request
}

// fit cuts a text and remembers that it did.
func (d *drawing) fit(s string, limit int) string {
	s, cut := fit(s, limit, markLong)
	d.cut = d.cut || cut
	return s
}

// short is fit for one line.
func (d *drawing) short(s string, limit int, fallback string) string {
	_, cut := fit(oneLine(s), limit, markShort)
	d.cut = d.cut || cut
	return short(s, limit, fallback)
}

// header shows the title, and once more in full if a header has no room for it.
func (d *drawing) header(title string) {
	title = oneLine(title)
	d.add(slackapi.NewHeaderBlock(plainText(short(title, MaxHeader, "")), slackapi.HeaderBlockOptionBlockID(d.id("header"))))
	if _, cut := fit(title, MaxHeader, markShort); cut {
		d.section("title", d.fit(title, MaxSectionText))
	}
}

func (d *drawing) section(part, text string) {
	d.add(slackapi.NewSectionBlock(plainText(text), nil, nil, slackapi.SectionBlockOptionBlockID(d.id(part))))
}

// factRoom is how many facts there is room for, and for how much of each.
type factRoom struct{ count, value int }

// facts shows labels on the left and values on the right.
func (d *drawing) facts(facts []adapters.Fact, room factRoom) {
	if len(facts) > room.count {
		d.cut = true
		facts = facts[:room.count]
	}
	for len(facts) > 0 {
		n := min(len(facts), factsInSection)
		var fields []*slackapi.TextBlockObject
		for _, f := range facts[:n] {
			fields = append(fields, d.factLabel(f), d.factValue(f, room.value))
		}
		d.add(slackapi.NewSectionBlock(nil, fields, nil, slackapi.SectionBlockOptionBlockID(d.id("facts"))))
		facts = facts[n:]
	}
}

func (d *drawing) factLabel(f adapters.Fact) *slackapi.TextBlockObject {
	label := strings.ReplaceAll(d.short(f.Label, maxFactLabel, ""), ":", "∶") // no :emoji:
	return markdown("*" + escape(unformatted(label)) + "*")
}

// factValue shows a moment in the reader's own zone, with its text in UTC for
// clients that cannot.
func (d *drawing) factValue(f adapters.Fact, limit int) *slackapi.TextBlockObject {
	if !f.When.IsZero() {
		return markdown(date(f))
	}
	value := d.fit(strings.TrimSpace(clean(f.Value)), limit)
	if value == "" {
		value = "–"
	}
	return plainText(value)
}

func date(f adapters.Fact) string {
	fallback := f.Value
	if fallback == "" {
		fallback = f.When.UTC().Format("2006-01-02 15:04 UTC")
	}
	// A date ends at ">" and its parts at "|" and "^".
	fallback = strings.NewReplacer("|", "/", "^", "/").Replace(unformatted(short(fallback, maxFactLabel, "")))
	return "<!date^" + strconv.FormatInt(f.When.Unix(), 10) + "^{date_short_pretty} at {time}|" + escape(fallback) + ">"
}

func (d *drawing) body(text adapters.Text, limit int) {
	elements, cut := richText(text, limit)
	d.cut = d.cut || cut
	if len(elements) > 0 {
		d.add(slackapi.NewRichTextBlock(d.id("body"), elements...))
	}
}

// reason is what people wrote, as a quote if it is nothing but paragraphs: what a
// message has no room for is counted, and a press away.
func (d *drawing) reason(text adapters.Text) {
	w := writer{room: maxBody, mark: markShort, codeLines: maxCodeLines}
	if line, plain := w.quoted(text); plain && len(line) > 0 {
		w.out = append(w.out, &slackapi.RichTextQuote{Type: slackapi.RTEQuote, Elements: line})
	} else {
		w.text(text, 0)
	}
	if left := size(text) - w.shown; w.cut || left > 0 && w.shortened {
		d.cut = true
		w.out = append(w.out, slackapi.NewRichTextSection(slackapi.NewRichTextSectionTextElement(
			"… "+counted(max(left, 1))+": "+wordDetails, &slackapi.RichTextSectionTextStyle{Italic: true})))
	}
	if len(w.out) > 0 {
		d.add(slackapi.NewRichTextBlock(d.id("body"), w.out...))
	}
}

// counted is "1,204 more characters".
func counted(n int) string {
	if n == 1 {
		return "1 more character"
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " more characters"
}

// notes are small lines below the facts.
func (d *drawing) notes(notes []string) {
	if len(notes) > maxNotes {
		d.cut = true
		notes = append(notes[:maxNotes:maxNotes], fmt.Sprintf("… and %d more lines on the page", len(notes)-maxNotes))
	}
	lines := make([]string, len(notes))
	for i, n := range notes {
		lines[i] = oneLine(n)
	}
	d.context("notes", strings.Join(lines, "\n"))
}

func (d *drawing) context(part, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	d.add(slackapi.NewContextBlock(d.id(part), plainText(d.fit(text, MaxContextText))))
}

// links prints the host beside what a link calls itself.
func (d *drawing) links(links []adapters.Link) {
	if len(links) > maxLinks {
		d.cut = true
		links = links[:maxLinks]
	}
	var line []slackapi.RichTextSectionElement
	for _, l := range links {
		if len(line) > 0 {
			line = append(line, slackapi.NewRichTextSectionTextElement("  ·  ", nil))
		}
		line = append(line, linkElement(d.short(l.Text, maxLinkText, l.URL), l.URL, nil))
	}
	if len(line) > 0 {
		d.add(slackapi.NewRichTextBlock(d.id("links"), slackapi.NewRichTextSection(line...)))
	}
}

// names is the small print: what people call the request, and the hash of
// what they see.
func (d *drawing) names(card adapters.Card) {
	var parts []string
	if card.Ref != "" {
		parts = append(parts, oneLine(card.Ref))
	}
	if card.Digest != "" {
		parts = append(parts, "digest "+oneLine(card.Digest))
	}
	if d.cut {
		parts = append(parts, "parts of this are cut here and shown in full in the details and on the page")
	}
	d.context("names", strings.Join(parts, "  ·  "))
}

// carrier is an action with what its button carries.
type carrier struct {
	adapters.Action
	aim wire.Aim
	n   int // its place among the card's actions
}

// buttonsOf returns the actions that Slack's buttons can bring back.
func buttonsOf(card adapters.Card) []carrier {
	var all []carrier
	for n, action := range card.Actions {
		c := carrier{action, wire.Aim{Request: card.Request, Version: card.Version, Action: action.ID}, n}
		value := wire.ButtonValue(c.aim, wire.ButtonID(wire.FormPrefix, action.ID, n))
		if utf8.RuneCountInString(value) <= MaxButtonValue && len(all) < MaxActionsElements-1 { // one is for the details
			all = append(all, c)
		}
	}
	return all
}

// buttons shows the actions, and one for the details. Where the message does not
// show all of the card, every button opens the form first, so that nobody decides
// on half of it.
func (d *drawing) buttons(card adapters.Card, actions []carrier) {
	title := card.Title
	var elements []slackapi.BlockElement
	for _, action := range actions {
		prefix := wire.ActPrefix
		if len(action.Asks) > 0 || d.cut {
			prefix = wire.FormPrefix
		}
		elements = append(elements, button(action, title, wire.ButtonID(prefix, action.ID, action.n)))
	}
	if b := details(card); b != nil {
		elements = append(elements, b)
	}
	if len(elements) > 0 {
		d.add(slackapi.NewActionBlock(d.id("actions"), elements...))
	}
}

// details opens all of a card, and why these people are asked; nil where it could
// not be brought back.
func details(card adapters.Card) slackapi.BlockElement {
	_, action, _ := strings.Cut(wire.DetailsAction, ":")
	value := wire.ButtonValue(wire.Aim{Request: card.Request, Version: card.Version, Action: action}, wire.DetailsAction)
	if card.Request == "" || utf8.RuneCountInString(value) > MaxButtonValue {
		return nil
	}
	b := slackapi.NewButtonBlockElement(wire.DetailsAction, value, plainText(wordDetails))
	b.AccessibilityLabel = short(wordDetails+": "+card.Title, MaxAccessibilityLabel, wordDetails)
	return b
}

func button(action carrier, title, id string) *slackapi.ButtonBlockElement {
	b := slackapi.NewButtonBlockElement(id, wire.ButtonValue(action.aim, id), plainText(short(action.Label, MaxButtonText, action.ID)))
	b.AccessibilityLabel = short(action.Label+": "+title, MaxAccessibilityLabel, action.ID)
	switch action.Style {
	case adapters.Primary:
		b.Style = slackapi.StylePrimary
	case adapters.Danger:
		b.Style = slackapi.StyleDanger
	case adapters.Plain:
	}
	if action.Confirm != "" && strings.HasPrefix(id, wire.ActPrefix) { // a form says it itself
		b.Confirm = confirmation(action.Action)
	}
	return b
}

// confirmation is the dialog before a press counts.
func confirmation(action adapters.Action) *slackapi.ConfirmationBlockObject {
	return slackapi.NewConfirmationBlockObject(
		plainText(short(doing(action)+"?", MaxConfirmTitle, "")),
		plainText(short(action.Confirm, MaxConfirmText, "")),
		plainText(short(doing(action), MaxConfirmButton, action.ID)),
		plainText(wordBack),
	)
}

// plainText is for foreign text: nothing in it is parsed, not even :emoji:.
func plainText(s string) *slackapi.TextBlockObject {
	return slackapi.NewTextBlockObject(slackapi.PlainTextType, s, false, false)
}

// markdown is for text of ours around escaped foreign text. Verbatim switches
// off the search for mentions, channels and addresses in it.
func markdown(s string) *slackapi.TextBlockObject {
	return slackapi.NewTextBlockObject(slackapi.MarkdownType, s, false, true)
}
