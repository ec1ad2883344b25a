package draw

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
)

// maxIndent is how deep Slack indents a list.
const maxIndent = 8

// richText draws a text as the elements of a rich_text block, in which nothing
// is parsed. It spends at most room code points and reports whether it cut.
func richText(text adapters.Text, room int) ([]slackapi.RichTextElement, bool) {
	w := writer{room: room, mark: markLong}
	w.text(text, 0)
	return w.out, w.cut
}

// editable is richText for a text that somebody will change: what comes back is
// what was there, so that no host is added to a link.
func editable(text adapters.Text, room int) ([]slackapi.RichTextElement, bool) {
	w := writer{room: room, mark: markLong, bare: true}
	w.text(text, 0)
	return w.out, w.cut
}

// writer draws the tree until the room is used up.
type writer struct {
	out  []slackapi.RichTextElement
	room int
	cut  bool
	bare bool // links stand as they are
	// mark stands where the text ends before its time, and where a block of code is
	// longer than codeLines; 0 is unbounded.
	mark      string
	codeLines int
	// shown counts what was drawn; shortened says that a block of code was.
	shown     int
	shortened bool
}

func (w *writer) text(text adapters.Text, depth int) {
	for i, b := range text {
		if w.cut {
			return
		}
		w.block(b, depth, i+1 < len(text))
	}
}

func (w *writer) block(b adapters.Block, depth int, more bool) {
	switch b.Kind {
	case adapters.Paragraph:
		w.section(w.spans(b.Spans, false), more)
	case adapters.Heading:
		w.section(w.spans(b.Spans, true), false)
	case adapters.Bullets:
		w.list(slackapi.RTEListBullet, b.Items, depth)
	case adapters.Numbers:
		w.list(slackapi.RTEListOrdered, b.Items, depth)
	case adapters.Quote:
		if line := w.flat(b.Items, depth); len(line) > 0 {
			w.out = append(w.out, &slackapi.RichTextQuote{Type: slackapi.RTEQuote, Elements: line})
		}
	case adapters.CodeBlock:
		if code := w.take(w.code(b.Code)); code != "" {
			w.out = append(w.out, &slackapi.RichTextPreformatted{
				Type:     slackapi.RTEPreformatted,
				Elements: []slackapi.RichTextSectionElement{slackapi.NewRichTextSectionTextElement(code, nil)},
			})
		}
	}
}

// section adds a line; a paragraph that another follows keeps its distance.
func (w *writer) section(line []slackapi.RichTextSectionElement, apart bool) {
	if len(line) == 0 {
		return
	}
	if apart {
		line = append(line, slackapi.NewRichTextSectionTextElement("\n", nil))
	}
	w.out = append(w.out, slackapi.NewRichTextSection(line...))
}

// list draws one level. Slack's items hold one line each: what follows the
// first paragraph of an item is appended to it, and a list within it becomes a
// deeper list after it.
func (w *writer) list(style slackapi.RichTextListElementType, items []adapters.Text, depth int) {
	var level *slackapi.RichTextList
	number := 0
	for _, item := range items {
		if w.cut {
			return
		}
		own, deeper := split(item)
		if line := w.flat([]adapters.Text{own}, depth); len(line) > 0 {
			if level == nil {
				level = slackapi.NewRichTextList(style, min(depth, maxIndent))
				level.Offset = number
				w.out = append(w.out, level)
			}
			level.Elements = append(level.Elements, slackapi.NewRichTextSection(line...))
			number++
		}
		if len(deeper) > 0 {
			w.text(deeper, depth+1)
			level = nil
		}
	}
}

// split separates what stands in an item from the lists below it.
func split(item adapters.Text) (own, deeper adapters.Text) {
	for _, b := range item {
		if b.Kind == adapters.Bullets || b.Kind == adapters.Numbers {
			deeper = append(deeper, b)
		} else {
			own = append(own, b)
		}
	}
	return own, deeper
}

// flat draws blocks as one line with breaks, for places that hold no blocks.
func (w *writer) flat(texts []adapters.Text, depth int) []slackapi.RichTextSectionElement {
	var line []slackapi.RichTextSectionElement
	for _, text := range texts {
		for _, b := range text {
			part := w.inline(b, depth)
			if len(part) == 0 {
				continue
			}
			if len(line) > 0 {
				line = append(line, slackapi.NewRichTextSectionTextElement("\n", nil))
			}
			line = append(line, part...)
			if w.cut {
				return line
			}
		}
	}
	return line
}

func (w *writer) inline(b adapters.Block, depth int) []slackapi.RichTextSectionElement {
	switch b.Kind {
	case adapters.Paragraph:
		return w.spans(b.Spans, false)
	case adapters.Heading:
		return w.spans(b.Spans, true)
	case adapters.CodeBlock:
		if code := w.take(w.code(b.Code)); code != "" {
			return []slackapi.RichTextSectionElement{
				slackapi.NewRichTextSectionTextElement(code, &slackapi.RichTextSectionTextStyle{Code: true}),
			}
		}
		return nil
	case adapters.Quote:
		return w.flat(b.Items, depth)
	case adapters.Bullets, adapters.Numbers:
		return w.bullets(b, depth)
	}
	return nil
}

// bullets draws a list where Slack has room for lines only.
func (w *writer) bullets(b adapters.Block, depth int) []slackapi.RichTextSectionElement {
	var line []slackapi.RichTextSectionElement
	for i, item := range b.Items {
		if w.cut {
			break
		}
		mark := "• "
		if b.Kind == adapters.Numbers {
			mark = strconv.Itoa(i+1) + ". "
		}
		if i > 0 {
			mark = "\n" + mark
		}
		line = append(line, slackapi.NewRichTextSectionTextElement(strings.Repeat("    ", min(depth, maxIndent))+mark, nil))
		line = append(line, w.flat([]adapters.Text{item}, depth+1)...)
	}
	return line
}

func (w *writer) spans(spans []adapters.Span, bold bool) []slackapi.RichTextSectionElement {
	var line []slackapi.RichTextSectionElement
	for _, s := range spans {
		text := w.take(strings.ReplaceAll(clean(s.Text), "\n", " "))
		switch {
		case text == "":
		case s.URL != "" && w.bare && leadsOut(s.URL):
			line = append(line, &slackapi.RichTextSectionLinkElement{Type: slackapi.RTSELink, URL: s.URL, Text: text, Style: style(s, bold)})
		case s.URL != "" && w.bare:
			line = append(line, slackapi.NewRichTextSectionTextElement(text, style(s, bold)))
		case s.URL != "":
			line = append(line, linkElement(text, s.URL, style(s, bold)))
		default:
			line = append(line, slackapi.NewRichTextSectionTextElement(text, style(s, bold)))
		}
		if w.cut {
			break
		}
		if s.Break {
			line = append(line, slackapi.NewRichTextSectionTextElement("\n", nil))
		}
	}
	return line
}

// take spends room on a text.
func (w *writer) take(s string) string {
	n := utf8.RuneCountInString(s)
	if n <= w.room {
		w.room -= n
		w.shown += n
		return s
	}
	mark := utf8.RuneCountInString(w.mark)
	s, w.cut = fit(s, max(w.room, mark), w.mark)
	w.room = 0
	w.shown += utf8.RuneCountInString(s) - mark
	return s
}

// code is a block of code, of as many lines as there may be.
func (w *writer) code(s string) string {
	s = clean(strings.TrimRight(s, "\n"))
	lines := strings.Split(s, "\n")
	if w.codeLines == 0 || len(lines) <= w.codeLines {
		return s
	}
	w.shortened = true
	return strings.Join(lines[:w.codeLines], "\n")
}

// quoted draws a text of nothing but paragraphs as one quote; false if it is
// another.
func (w *writer) quoted(text adapters.Text) ([]slackapi.RichTextSectionElement, bool) {
	var line []slackapi.RichTextSectionElement
	for _, b := range text {
		if b.Kind != adapters.Paragraph {
			return nil, false
		}
	}
	for i, b := range text {
		part := w.spans(b.Spans, false)
		if i > 0 && len(line) > 0 && len(part) > 0 {
			line = append(line, slackapi.NewRichTextSectionTextElement("\n\n", nil))
		}
		if line = append(line, part...); w.cut {
			break
		}
	}
	return line, true
}

// size is how many characters a text has, as they are drawn.
func size(text adapters.Text) int {
	n := 0
	for _, b := range text {
		for _, s := range b.Spans {
			n += utf8.RuneCountInString(clean(s.Text))
		}
		n += utf8.RuneCountInString(clean(strings.TrimRight(b.Code, "\n")))
		for _, item := range b.Items {
			n += size(item)
		}
	}
	return n
}

func style(s adapters.Span, bold bool) *slackapi.RichTextSectionTextStyle {
	if !s.Bold && !bold && !s.Italic && !s.Code {
		return nil
	}
	return &slackapi.RichTextSectionTextStyle{Bold: s.Bold || bold, Italic: s.Italic, Code: s.Code}
}

// linkElement shows where a link leads. What is no address of the web stays a
// text.
func linkElement(text, address string, look *slackapi.RichTextSectionTextStyle) slackapi.RichTextSectionElement {
	host, ok := webHost(address)
	if !ok {
		return slackapi.NewRichTextSectionTextElement(text+" ("+short(address, MaxHeader, "")+")", look)
	}
	if named := " (" + host + ")"; text != address && !strings.HasSuffix(text, named) {
		text += named
	}
	return &slackapi.RichTextSectionLinkElement{Type: slackapi.RTSELink, URL: address, Text: text, Style: look}
}

// webHost returns the host of an http or https address, with characters that
// could pass for others spelled out.
func webHost(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	if utf8.RuneCountInString(address) > MaxButtonURL || address != oneLine(address) {
		return "", false
	}
	return url.PathEscape(u.Host), true
}

// leadsOut reports whether an address is one of the web that Slack takes.
func leadsOut(address string) bool {
	_, ok := webHost(address)
	return ok
}
