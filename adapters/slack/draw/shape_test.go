package draw

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
)

// TestRenderKeepsItsShape is structure invariance: whatever the texts of a card
// are, what is sent differs from that for other texts of their length in nothing
// but texts.
func TestRenderKeepsItsShape(t *testing.T) {
	t.Parallel()
	for _, s := range adaptertest.Hostile() {
		wantShape(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		special := rapid.StringOfN(rapid.SampledFrom([]rune("<>&*_~`|!@#^:\\\"{}[]()\u202E\u200B\n-x")), 1, 12, -1)
		wantShape(t, rapid.OneOf(rapid.StringN(1, 12, -1), special).Draw(t, "s"))
	})
}

func wantShape(t fataler, s string) {
	t.Helper()
	seen := strings.TrimSuffix(oneLine(s), "…")
	if seen == "" {
		return
	}
	want := shapeOf(t, everywhere(strings.Repeat("x", utf8.RuneCountInString(seen))))
	if got := shapeOf(t, everywhere(s)); got != want {
		t.Fatalf("%q changes the shape (-want +got)\n%s", s, cmp.Diff(want, got))
	}
}

// everywhere is a card that says nothing but s.
func everywhere(s string) adapters.Card {
	card := rich()
	card.Title, card.Summary, card.Ref, card.Digest = s, s, s, s
	card.Notes = []string{s, s}
	card.Facts = []adapters.Fact{{Label: s, Value: s}, {Label: s, Value: s, When: time.Unix(1763822400, 0)}}
	card.Links = []adapters.Link{{Text: s, URL: "https://good.example/"}, {Text: s, URL: "javascript:alert(1)"}}
	fill(card.Body, s)
	card.Form = []adapters.Field{
		{ID: "a", Kind: adapters.TextField, Label: s, Hint: s, Initial: s},
		{ID: "b", Kind: adapters.SelectField, Label: s, Options: []adapters.Option{{Value: "1", Label: s + "1"}, {Value: "2", Label: s + "2"}}},
		{ID: "c", Kind: adapters.SelectField, Label: s, Custom: true, Options: []adapters.Option{{Value: s}}},
		{ID: "d", Kind: adapters.RichField, Label: s, Formatted: adapters.Text{{Kind: adapters.Paragraph, Spans: words(s)}}},
		{ID: "e", Kind: adapters.PeopleField, Label: s, Chosen: []adapters.Person{{ID: s, Name: s}}},
		{ID: "f", Kind: adapters.ChannelField, Label: s, Initial: "#" + s},
		{ID: "g", Kind: adapters.FileField, Label: s, Initial: "signoff:///a/b/" + s},
		{ID: "h", Kind: adapters.GroupField, Label: s, Search: true, Options: []adapters.Option{{Value: "1", Label: s}}, Initial: "1"},
		{ID: "i", Kind: adapters.LongField, Label: s, Initial: s},
	}
	card.Actions = []adapters.Action{{ID: "go", Label: s, Asks: []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}, Confirm: s, Presets: []string{"Too late", "Too dear"}, Preset: "i"}, {ID: "act", Label: s, Confirm: s}}
	return card
}

func fill(text adapters.Text, s string) {
	for i := range text {
		for j := range text[i].Spans {
			text[i].Spans[j].Text = s
		}
		if text[i].Kind == adapters.CodeBlock {
			text[i].Code = s
		}
		for _, item := range text[i].Items {
			fill(item, s)
		}
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// shapeOf is the message and the form of a card without their texts.
func shapeOf(t fataler, card adapters.Card) string {
	t.Helper()
	view, err := Modal(card, card.Actions[0], adapters.MessageRef{})
	if err != nil {
		t.Fatalf("modal: %v", err)
	}
	m := Card(card)
	raw, err := json.Marshal(map[string]any{"text": called(m.Text), "blocks": m.Blocks, "view": view})
	if err != nil {
		t.Fatalf("%v", err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatalf("%v", err)
	}
	lines, err := json.MarshalIndent(shape(tree), "", " ")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(lines)
}

// shape forgets what stands in text leaves. Of mrkdwn it keeps what Slack would
// make of it.
func shape(node any) any {
	switch n := node.(type) {
	case []any:
		out := make([]any, len(n))
		for i, e := range n {
			out[i] = shape(e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, v := range n {
			s, isText := v.(string)
			switch {
			case isText && key == "text" && n["type"] == "mrkdwn":
				out[key] = markup(s)
			case isText && (key == "text" || key == "accessibility_label" || key == "initial_value"):
				out[key] = s != ""
			default:
				out[key] = shape(v)
			}
		}
		return out
	}
	return node
}

// markup keeps of a mrkdwn text the characters that do something and forgets
// the rest. Of a <…|label> it keeps all but the label.
func markup(s string) string {
	var b strings.Builder
	for s != "" {
		switch c := s[0]; {
		case c == '<':
			inside, rest, closed := strings.Cut(s[1:], ">")
			if !closed {
				return b.String() + "unclosed"
			}
			target, _, _ := strings.Cut(inside, "|")
			b.WriteString("<" + target + ">")
			s = rest
			continue
		case strings.IndexByte("*_~`>:", c) >= 0:
			b.WriteByte(c)
		}
		s = s[1:]
	}
	return b.String()
}

// called keeps of a text that is sent without markup what it would call or
// link.
func called(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("*_~`:", r) {
			return -1
		}
		return r
	}, markup(s))
}
