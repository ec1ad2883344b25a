package wire

import (
	"encoding/json"
	"strconv"
	"strings"
)

// richText is what somebody formatted, as far as it is read: blocks of lines of
// leaves. What Slack nests deeper than that is not there.
type richText struct {
	Elements []richBlock `json:"elements"`
}

// richBlock is a paragraph, a quote, code, or a list of one level.
type richBlock struct {
	Type   string          `json:"type"`
	Style  json.RawMessage `json:"style"` // of a list: bullet, ordered
	Indent int             `json:"indent"`
	Offset int             `json:"offset"`
	// Elements are leaves, or the sections of a list.
	Elements []json.RawMessage `json:"elements"`
}

// richLeaf is a text, a link, or something that stands for one.
type richLeaf struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	URL      string `json:"url"`
	Name     string `json:"name"`
	Unicode  string `json:"unicode"`
	User     string `json:"user_id"`
	Channel  string `json:"channel_id"`
	Group    string `json:"usergroup_id"`
	Range    string `json:"range"`
	Value    string `json:"value"`
	Fallback string `json:"fallback"`
	Style    struct {
		Bold   bool `json:"bold"`
		Italic bool `json:"italic"`
		Code   bool `json:"code"`
	} `json:"style"`
}

// maxListIndent is how deep Slack indents a list.
const maxListIndent = 8

// CommonMark writes rich text as Slack sends it as CommonMark that reads the same
// text. Looks that CommonMark cannot write, such as strikethrough, are dropped;
// no character of the text is. It reports false for what is no rich text.
func CommonMark(raw []byte) (string, bool) {
	var t richText
	if err := json.Unmarshal(raw, &t); err != nil {
		return "", false
	}
	var w markWriter
	for _, b := range t.Elements {
		w.block(b)
	}
	return w.out.String(), true
}

// markWriter writes blocks, one after the other.
type markWriter struct {
	out  strings.Builder
	list listPlace // of the block that was written last
}

// listPlace is where a list stands; the zero value is no list.
type listPlace struct {
	ordered bool
	depth   int // from 1
}

func (w *markWriter) block(b richBlock) {
	switch b.Type {
	case "rich_text_section":
		w.paragraph(lines(leaves(b.Elements)), "")
	case "rich_text_quote":
		w.paragraph(lines(leaves(b.Elements)), "> ")
	case "rich_text_preformatted":
		w.code(leaves(b.Elements))
	case "rich_text_list":
		w.items(b)
	}
}

// part begins a block: a blank line after what stands before.
func (w *markWriter) part(text string, list listPlace) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if w.out.Len() > 0 {
		w.out.WriteString("\n\n")
	}
	w.out.WriteString(text)
	w.list = list
}

func (w *markWriter) paragraph(all []line, prefix string) {
	w.part(joined(all, prefix, prefix), listPlace{})
}

// code is fenced by more backticks than it holds.
func (w *markWriter) code(all []richLeaf) {
	var text strings.Builder
	for _, l := range all {
		text.WriteString(l.text())
	}
	body := strings.TrimRight(strings.ReplaceAll(text.String(), "\r", ""), "\n")
	fence := strings.Repeat("`", max(3, longestRun(body)+1))
	if strings.TrimSpace(body) != "" {
		w.part(fence+"\n"+body+"\n"+fence, listPlace{})
	}
}

// items writes one level of a list. A list in an item is a level of its own that
// follows; it is never deeper by more than one.
func (w *markWriter) items(b richBlock) {
	at := listPlace{ordered: string(b.Style) == `"ordered"`, depth: min(max(b.Indent, 0), maxListIndent) + 1}
	at.depth = min(at.depth, w.list.depth+1)
	indent := strings.Repeat("    ", at.depth-1)
	number := 1 + min(max(b.Offset, 0), 1_000_000)
	for i, raw := range b.Elements {
		var item richBlock
		if json.Unmarshal(raw, &item) != nil {
			continue
		}
		mark := "- "
		if at.ordered {
			mark = strconv.Itoa(number+i) + ". "
		}
		text := joined(lines(leaves(item.Elements)), indent+mark, indent+strings.Repeat(" ", len(mark)))
		if text == "" {
			continue // an item that says nothing would be read as a text
		}
		// An item follows the one before it, and a first sublist its item, without a
		// blank line, which would set all items apart.
		if w.list == at || w.list.depth > 0 && w.list.depth < at.depth && (!at.ordered || number+i == 1) {
			w.out.WriteString("\n" + text)
			w.list = at
			continue
		}
		w.part(text, at)
	}
}

// leaves decodes what it can; what is no leaf is left out.
func leaves(raw []json.RawMessage) []richLeaf {
	var all []richLeaf
	for _, one := range raw {
		var l richLeaf
		if json.Unmarshal(one, &l) == nil {
			all = append(all, l)
		}
	}
	return all
}

// text is what a person sees of a leaf, as far as it is known here.
func (l richLeaf) text() string {
	switch l.Type {
	case "text":
		return l.Text
	case "link":
		if l.Text != "" {
			return l.Text
		}
		return l.URL
	case "emoji":
		return emoji(l.Name, l.Unicode)
	case "user":
		return "@" + l.User
	case "usergroup":
		return "@" + l.Group
	case "channel":
		return "#" + l.Channel
	case "broadcast":
		return "@" + l.Range
	case "color":
		return l.Value
	case "date":
		return l.Fallback
	}
	return ""
}

// emoji is the character itself, or its name.
func emoji(name, code string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(code, "-") {
		n, err := strconv.ParseUint(part, 16, 32)
		if err != nil || n < 0x20 || n > 0x10FFFF || n >= 0xD800 && n < 0xE000 {
			if name == "" {
				return ""
			}
			return ":" + name + ":"
		}
		b.WriteRune(rune(n))
	}
	return b.String()
}

// longestRun is the length of the longest row of backticks.
func longestRun(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
