package slacktest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// What a person sees: the lines, and the things to press and fill in. For
// tests; the local chat draws the blocks themselves.

// Button is a live button.
type Button struct {
	Action string
	Block  string
	Text   string
	Value  string
	Style  string
	URL    string
}

// Input is a field of a modal or a message.
type Input struct {
	Block    string
	Action   string
	Kind     string // the element's type
	Label    string
	Optional bool
	// Options are the values that can be chosen.
	Options []string
	// Value is what stands in it at first.
	Value any
}

// Lines are what a reader of the message sees, line by line: markup resolved,
// buttons as "[Approve]". Without blocks it is the text.
func (m Message) Lines() []string { return seenLines(m.Text, m.Blocks) }

// Lines are what the person sees.
func (e Ephemeral) Lines() []string { return seenLines(e.Text, e.Blocks) }

// Buttons are the live buttons of the message in order.
func (m Message) Buttons() []Button { return buttonsOf(m.Blocks) }

// Button finds a live button by its text or action id.
func (m Message) Button(name string) (Button, bool) {
	for _, b := range m.Buttons() {
		if b.Text == name || b.Action == name {
			return b, true
		}
	}
	return Button{}, false
}

// Title is the modal's title.
func (v View) Title() string {
	o, _ := decodeObject(v.Raw)
	return plainText(sub(o, "title"))
}

// SubmitLabel is what the modal's submit button says; empty if it has none.
func (v View) SubmitLabel() string {
	o, _ := decodeObject(v.Raw)
	return plainText(sub(o, "submit"))
}

// Lines are what the person sees in the modal, with texts under fields.
func (v View) Lines() []string {
	lines := append([]string{v.Title()}, blockLines(v.blocks())...)
	for _, in := range v.Inputs() {
		if text, ok := v.Errors[in.Block]; ok {
			lines = append(lines, in.Label+": "+text)
		}
	}
	return lines
}

// Inputs are the fields of the modal in order.
func (v View) Inputs() []Input {
	var all []Input
	for _, b := range v.blocks() {
		block, ok := b.(object)
		if !ok || str(block, "type") != "input" {
			continue
		}
		e := sub(block, "element")
		in := Input{
			Block: str(block, "block_id"), Action: str(e, "action_id"), Kind: str(e, "type"),
			Label: plainText(sub(block, "label")), Optional: block["optional"] == true, Value: initialOf(e),
		}
		for _, o := range list(e, "options") {
			if option, ok := o.(object); ok {
				in.Options = append(in.Options, str(option, "value"))
			}
		}
		all = append(all, in)
	}
	return all
}

func buttonsOf(raw json.RawMessage) []Button {
	var all []Button
	blocks, _ := decodeList(raw)
	for _, b := range blocks {
		block, ok := b.(object)
		if !ok {
			continue
		}
		for _, e := range interactive(block) {
			if str(e, "type") != "button" {
				continue
			}
			all = append(all, Button{
				Action: str(e, "action_id"), Block: str(block, "block_id"), Text: plainText(sub(e, "text")),
				Value: str(e, "value"), Style: str(e, "style"), URL: str(e, "url"),
			})
		}
	}
	return all
}

func seenLines(text string, raw json.RawMessage) []string {
	if raw == nil {
		return splitLines(resolve(text))
	}
	blocks, _ := decodeList(raw)
	return blockLines(blocks)
}

func blockLines(blocks []any) []string {
	var lines []string
	for _, b := range blocks {
		if block, ok := b.(object); ok {
			lines = append(lines, linesOf(block)...)
		}
	}
	return lines
}

func linesOf(block object) []string {
	var lines []string
	add := func(s string) { lines = append(lines, splitLines(s)...) }
	switch str(block, "type") {
	case "header", "section":
		add(plainText(sub(block, "text")))
		for _, f := range list(block, "fields") {
			if field, ok := f.(object); ok {
				add(strings.ReplaceAll(plainText(field), "\n", ": "))
			}
		}
	case "context":
		for _, e := range list(block, "elements") {
			if element, ok := e.(object); ok {
				add(orElse(plainText(element), str(element, "alt_text")))
			}
		}
	case "rich_text":
		add(richLine(block))
	case "markdown":
		add(str(block, "text"))
	case "image":
		add(str(block, "alt_text"))
	case "input":
		add(plainText(sub(block, "label")))
		add(plainText(sub(block, "hint")))
	}
	for _, e := range interactive(block) {
		if str(e, "type") == "button" {
			add("[" + plainText(sub(e, "text")) + "]")
		}
	}
	return lines
}

// richLine is a rich text as plain text, a line for each of its parts.
func richLine(o object) string {
	var b strings.Builder
	for _, e := range list(o, "elements") {
		part, ok := e.(object)
		if !ok {
			continue
		}
		switch str(part, "type") {
		case "text":
			b.WriteString(str(part, "text"))
		case "link":
			b.WriteString(orElse(str(part, "text"), str(part, "url")))
		case "emoji":
			b.WriteString(":" + str(part, "name") + ":")
		case "user", "channel", "usergroup":
			b.WriteString("@" + str(part, "user_id") + str(part, "channel_id") + str(part, "usergroup_id"))
		case "broadcast":
			b.WriteString("@" + str(part, "range"))
		case "date":
			b.WriteString(orElse(str(part, "fallback"), fmt.Sprint(part["timestamp"])))
		default:
			b.WriteString(richLine(part) + "\n")
		}
	}
	return b.String()
}

// plainText is a text object as a person reads it.
func plainText(o object) string {
	if str(o, "type") == "mrkdwn" {
		return resolve(str(o, "text"))
	}
	return str(o, "text")
}

// resolve turns Slack's <…> sequences and entities into what is read. The marks
// of bold and the like stay.
func resolve(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "<")
		b.WriteString(before)
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString("<" + rest)
			break
		}
		target, label, labelled := strings.Cut(inside, "|")
		switch {
		case labelled:
			b.WriteString(label)
		case strings.HasPrefix(target, "!"):
			b.WriteString("@" + target[1:])
		default:
			b.WriteString(target)
		}
		s = after
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(b.String())
}

func splitLines(s string) []string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
