package slack

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares what is sent with the file of that name.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("%s (-want +got)\n%s", path, diff)
	}
}

// moods are a request's life, as the bot words it.
func moods() map[adapters.Mood]adapters.Card {
	cards := map[adapters.Mood]adapters.Card{adapters.Pending: adaptertest.Pending()}
	partly := adaptertest.Pending()
	partly.Version, partly.Mood = 2, adapters.Partly
	partly.Notes = []string{"✅ Dana 14:02 UTC", "Waiting for one more: Kim or Lee", "Step 1 of 2"}
	cards[adapters.Partly] = partly
	for mood, title := range map[adapters.Mood]string{
		adapters.Approved: "Approved", adapters.Rejected: "Rejected", adapters.Answered: "Answered",
		adapters.Expired: "Expired", adapters.Cancelled: "Cancelled", adapters.Superseded: "Superseded",
	} {
		card := adaptertest.Closed()
		card.Mood, card.Title = mood, title+": Vacation for Alex"
		cards[mood] = card
	}
	return cards
}

func TestRenderGolden(t *testing.T) {
	t.Parallel()
	for mood, card := range moods() {
		t.Run(string(mood), func(t *testing.T) {
			t.Parallel()
			m := render(card)
			golden(t, "message_"+string(mood), map[string]any{"text": m.text, "blocks": m.blocks})
		})
	}
	t.Run("rich", func(t *testing.T) {
		t.Parallel()
		golden(t, "message_rich", render(rich()).blocks)
	})
	t.Run("long", func(t *testing.T) {
		t.Parallel()
		golden(t, "message_long", render(long()).blocks)
	})
}

func TestModalGolden(t *testing.T) {
	t.Parallel()
	touched := adapters.MessageRef{Place: "C0REQ", Message: "1763822400.000100"}
	for name, card := range map[string]adapters.Card{"reject": adaptertest.Pending(), "every_kind": adaptertest.Asking(), "long": long(), "prefilled": prefilled()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			view, err := modal(card, card.Actions[len(card.Actions)-1], touched)
			if err != nil {
				t.Fatalf("modal: %v", err)
			}
			golden(t, "modal_"+name, view)
		})
	}
	t.Run("notice", func(t *testing.T) {
		t.Parallel()
		golden(t, "modal_notice", notice(titleNotRecorded, "Already approved by Dana at 14:02 UTC."))
	})
}

func words(s string) []adapters.Span { return []adapters.Span{{Text: s}} }

func line(s string) adapters.Text {
	return adapters.Text{{Kind: adapters.Paragraph, Spans: words(s)}}
}

// rich has everything that a text can have.
func rich() adapters.Card {
	card := adaptertest.Pending()
	nested := adapters.Text{
		{Kind: adapters.Paragraph, Spans: words("second")},
		{Kind: adapters.Numbers, Items: []adapters.Text{line("one"), line("two")}},
	}
	card.Body = adapters.Text{
		{Kind: adapters.Heading, Spans: words("Why")},
		{Kind: adapters.Paragraph, Spans: styled()},
		{Kind: adapters.Paragraph, Spans: words("Another paragraph.")},
		{Kind: adapters.Bullets, Items: []adapters.Text{line("first"), nested, line("third")}},
		{Kind: adapters.Quote, Items: []adapters.Text{append(line("quoted"), adapters.Block{Kind: adapters.Bullets, Items: []adapters.Text{line("in a quote")}})}},
		{Kind: adapters.CodeBlock, Code: "x := 1\ny := 2\n"},
	}
	return card
}

// styled is a line with every look.
func styled() []adapters.Span {
	return []adapters.Span{
		{Text: "plain, "},
		{Text: "bold", Bold: true},
		{Text: ", "},
		{Text: "italic", Italic: true},
		{Text: ", "},
		{Text: "code", Code: true, Break: true},
		{Text: "a link", URL: "https://docs.example.com/x"},
	}
}

// long has more than a message has room for.
func long() adapters.Card {
	card := adaptertest.Pending()
	card.Title = "Approval needed: " + strings.Repeat("very long title ", 20)
	card.Body = adapters.Text{{Kind: adapters.Paragraph, Spans: words(strings.Repeat("word ", 400))}}
	return card
}

// prefilled has a value in every field, and fields that Slack cannot show.
func prefilled() adapters.Card {
	card := adaptertest.Asking()
	for i, v := range []string{"a note", "3", "12.50", "false", "2026-12-01", "2026-12-01T09:30:00Z", "blue"} {
		card.Form[i].Initial = v
		card.Form[i].Required = true
	}
	var many []adapters.Option
	for i := range 150 {
		many = append(many, adapters.Option{Value: fmt.Sprint(i), Label: fmt.Sprintf("Number %d", i)})
	}
	card.Form = append(card.Form,
		adapters.Field{ID: "many", Kind: adapters.SelectField, Label: "One of many", Options: many[:100], Initial: "99"},
		adapters.Field{ID: "too_many", Kind: adapters.SelectField, Label: "One of too many", Options: many[:120]},
		adapters.Field{ID: "own", Kind: adapters.SelectField, Label: "Or your own", Options: many[:2], Custom: true},
		adapters.Field{ID: "odd", Kind: adapters.IntField, Label: "Out of range", Min: "1", Max: "5", Initial: "7"},
	)
	card.Actions[0].Asks = append(card.Actions[0].Asks, "many", "too_many", "own", "odd")
	return card
}

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
	}
	card.Actions = []adapters.Action{{ID: "go", Label: s, Asks: []string{"a", "b", "c"}}, {ID: "act", Label: s}}
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
	view, err := modal(card, card.Actions[0], adapters.MessageRef{})
	if err != nil {
		t.Fatalf("modal: %v", err)
	}
	m := render(card)
	raw, err := json.Marshal(map[string]any{"text": called(m.text), "blocks": m.blocks, "view": view})
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

// TestRenderSaysWhatIsLeftOut: a button that Slack could not bring back is not
// drawn, the message says that something is missing, and what is left is
// pressed in a form.
func TestRenderSaysWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	card := adaptertest.Pending()
	card.Actions = append(card.Actions, adapters.Action{ID: "choose:" + strings.Repeat("x", 3000), Label: "Long"})
	raw, err := json.Marshal(render(card).blocks)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"cut here": true, `"form:approve"`: true, `"act:approve"`: false, `"Long"`: false} {
		if got := strings.Contains(string(raw), text); got != want {
			t.Errorf("the message holds %s: %v, want %v\n%s", text, got, want, raw)
		}
	}
}
