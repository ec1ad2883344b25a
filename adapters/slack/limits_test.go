package slack_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/adapters"
)

// TestEveryCardFits: whatever a card holds, the fake takes the message and,
// where the card opens a form, the form. The fake enforces Slack's limits.
func TestEveryCardFits(t *testing.T) {
	t.Parallel()
	d := &desk{}
	b := newBench(t, d)
	ref, err := b.adapter.Post(t.Context(), adapters.Destination{Channel: "#requests"}, adapters.Card{})
	if err != nil {
		t.Fatalf("Post(the empty card): %v", err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		card := cards().Draw(rt, "card")
		d.look = func(adapters.Look) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Shown, Card: &card}, nil
		}
		if err := b.adapter.Update(t.Context(), ref, card); err != nil {
			rt.Fatalf("Update: %v", err)
		}
		m, _ := b.fake.Message(ref.Place, ref.Message)
		before := len(b.fake.Ephemerals("UDANA"))
		for _, button := range m.Buttons() {
			if !strings.HasPrefix(button.Action, "form:") {
				continue
			}
			if _, err := b.fake.Press(t.Context(), "UDANA", ref.Place, ref.Message, button.Block+"/"+button.Action); err != nil {
				rt.Fatalf("Press: %v", err)
			}
			open := b.fake.Modals("UDANA")
			if len(open) == 0 {
				rt.Fatalf("the form did not open: %q", b.hear(t.Context(), "UDANA", before+1))
			}
			if _, err := b.fake.CloseView(t.Context(), "UDANA", open[0].ID); err != nil {
				rt.Fatalf("CloseView: %v", err)
			}
			return
		}
	})
}

// TestTextsFit: any text can be told.
func TestTextsFit(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	rapid.Check(t, func(rt *rapid.T) {
		if err := b.adapter.Tell(t.Context(), adapters.Destination{Channel: "#requests"}, texts(9000).Draw(rt, "text")); err != nil {
			rt.Fatalf("Tell: %v", err)
		}
	})
}

// texts are short, empty, long, or all of one awkward character.
func texts(most int) *rapid.Generator[string] {
	awkward := []string{"&", "<", "👩‍💻", "\u202E", "\n", " ", "a", "日", "\x00", "\u0301"}
	return rapid.OneOf(
		rapid.String(),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom(awkward).Draw(t, "of"), rapid.IntRange(0, most).Draw(t, "times"))
		}),
	)
}

func cards() *rapid.Generator[adapters.Card] {
	return rapid.Custom(func(t *rapid.T) adapters.Card {
		form := rapid.SliceOfN(fields(), 0, 12).Draw(t, "form")
		asks := make([]string, 0, len(form))
		for i := range form {
			form[i].ID = "field" + string(rune('a'+i))
			asks = append(asks, form[i].ID)
		}
		card := adapters.Card{
			Request: "01JD2Q8ZK4.2", Version: rapid.IntRange(0, 1e6).Draw(t, "version"), Mood: adapters.Pending,
			Title: texts(400).Draw(t, "title"), Summary: texts(5000).Draw(t, "summary"),
			Body:  blocks(0).Draw(t, "body"),
			Notes: rapid.SliceOfN(texts(300), 0, 25).Draw(t, "notes"),
			Form:  form,
			Ref:   texts(100).Draw(t, "ref"), Digest: texts(100).Draw(t, "digest"),
			Actions: []adapters.Action{
				{ID: "approve", Label: texts(100).Draw(t, "label"), Style: adapters.Primary, Confirm: texts(400).Draw(t, "confirm")},
				{
					ID: "reject", Label: texts(100).Draw(t, "label"), Style: adapters.Danger, Asks: asks, Confirm: texts(400).Draw(t, "confirm"),
					Presets: rapid.SliceOfN(texts(90), 0, 6).Draw(t, "presets"), Preset: "fielda",
				},
				{ID: "choose:" + strings.Repeat("x", rapid.IntRange(0, 2500).Draw(t, "long")), Label: "long"},
			},
		}
		for range rapid.IntRange(0, 40).Draw(t, "facts") {
			f := adapters.Fact{Label: texts(200).Draw(t, "label"), Value: texts(400).Draw(t, "value")}
			if rapid.Bool().Draw(t, "when") {
				f.When = time.Unix(int64(rapid.IntRange(0, 1<<32).Draw(t, "at")), 0)
			}
			card.Facts = append(card.Facts, f)
		}
		for range rapid.IntRange(0, 15).Draw(t, "links") {
			card.Links = append(card.Links, adapters.Link{Text: texts(300).Draw(t, "text"), URL: addresses().Draw(t, "url")})
		}
		return card
	})
}

func addresses() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"https://a.example/x", "http://a.example:8080", "javascript:alert(1)", "", "https://u:p@a.example/", "https:///x", "//a.example", "https://аpple.example/"}),
		rapid.Custom(func(t *rapid.T) string { return "https://a.example/" + texts(3500).Draw(t, "path") }),
	)
}

func blocks(depth int) *rapid.Generator[adapters.Text] {
	kinds := []adapters.BlockKind{adapters.Paragraph, adapters.Heading, adapters.CodeBlock, adapters.Bullets, adapters.Numbers, adapters.Quote}
	if depth > 3 {
		kinds = kinds[:3]
	}
	return rapid.Custom(func(t *rapid.T) adapters.Text {
		var out adapters.Text
		for range rapid.IntRange(0, 4).Draw(t, "blocks") {
			b := adapters.Block{Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
			switch b.Kind {
			case adapters.Paragraph, adapters.Heading:
				for range rapid.IntRange(0, 3).Draw(t, "spans") {
					b.Spans = append(b.Spans, adapters.Span{
						Text: texts(900).Draw(t, "span"), Bold: rapid.Bool().Draw(t, "bold"), Break: rapid.Bool().Draw(t, "break"),
						URL: rapid.OneOf(rapid.Just(""), addresses()).Draw(t, "url"),
					})
				}
			case adapters.CodeBlock:
				b.Code = texts(900).Draw(t, "code")
			case adapters.Bullets, adapters.Numbers, adapters.Quote:
				b.Items = rapid.SliceOfN(blocks(depth+1), 0, 3).Draw(t, "items")
			}
			out = append(out, b)
		}
		return out
	})
}

func fields() *rapid.Generator[adapters.Field] {
	kinds := []adapters.FieldKind{
		adapters.TextField, adapters.IntField, adapters.FloatField, adapters.BoolField,
		adapters.DateField, adapters.TimeField, adapters.DateTimeField, adapters.SelectField, adapters.MultiField,
		adapters.EmailField, adapters.URLField, adapters.SecretField, "unheard-of",
		adapters.LongField, adapters.RichField, adapters.FileField, adapters.PersonField, adapters.PeopleField, adapters.GroupField, adapters.ChannelField,
	}
	initials := rapid.OneOf(texts(4000), rapid.SampledFrom([]string{
		"true", "false", "3", "-1.5", "1e9", "99", "2026-12-01", "2026-13-01", "2026-12-01T09:30:00Z", "1970-01-01T00:00:00Z", "x",
	}))
	bounds := rapid.SampledFrom([]string{"", "1", "10", "-2.5", "abc", "1e3", "+1"})
	return rapid.Custom(func(t *rapid.T) adapters.Field {
		f := adapters.Field{
			Kind:  rapid.SampledFrom(kinds).Draw(t, "kind"),
			Label: texts(2500).Draw(t, "label"), Hint: texts(2500).Draw(t, "hint"),
			Required: rapid.Bool().Draw(t, "required"), Custom: rapid.Bool().Draw(t, "custom"),
			Live: rapid.Bool().Draw(t, "live"), Search: rapid.Bool().Draw(t, "search"), Endings: []string{".pdf"},
			Chosen:  []adapters.Person{{ID: "dana", Name: texts(90).Draw(t, "chosen"), Account: texts(12).Draw(t, "account")}},
			Initial: initials.Draw(t, "initial"), Min: bounds.Draw(t, "min"), Max: bounds.Draw(t, "max"),
		}
		for range rapid.SampledFrom([]int{0, 1, 2, 10, 11, 100, 101}).Draw(t, "options") {
			f.Options = append(f.Options, adapters.Option{Value: texts(90).Draw(t, "value"), Label: texts(90).Draw(t, "label")})
		}
		return f
	})
}
