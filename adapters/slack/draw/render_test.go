package draw

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
			m := Card(card)
			golden(t, "message_"+string(mood), map[string]any{"text": m.Text, "blocks": m.Blocks})
		})
	}
	t.Run("rich", func(t *testing.T) {
		t.Parallel()
		golden(t, "message_rich", Card(rich()).Blocks)
	})
	t.Run("long", func(t *testing.T) {
		t.Parallel()
		golden(t, "message_long", Card(long()).Blocks)
	})
}

func TestModalGolden(t *testing.T) {
	t.Parallel()
	touched := adapters.MessageRef{Place: "C0REQ", Message: "1763822400.000100"}
	for name, card := range map[string]adapters.Card{"reject": adaptertest.Pending(), "every_kind": adaptertest.Asking(), "long": long(), "prefilled": prefilled()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			view, err := Modal(card, card.Actions[len(card.Actions)-1], touched)
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
	for i, v := range []string{"a note", "3", "12.50", "false", "2026-12-01", "2026-12-01T09:30:00Z", "blue", "09:30:00", "c\na", "dana@example.com", "https://example.com/x", ""} {
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
		adapters.Field{ID: "several", Kind: adapters.MultiField, Label: "Several of too many", Options: many[:120], Initial: "1\n2"},
		adapters.Field{ID: "seconds", Kind: adapters.TimeField, Label: "With seconds", Initial: "09:30:15"},
		adapters.Field{ID: "odd", Kind: adapters.IntField, Label: "Out of range", Min: "1", Max: "5", Initial: "7"},
	)
	card.Actions[0].Asks = append(card.Actions[0].Asks, "many", "too_many", "own", "several", "seconds", "odd")
	return card
}

// TestRenderSaysWhatIsLeftOut: a button that Slack could not bring back is not
// drawn, the message says that something is missing, and what is left is
// pressed in a form.
func TestRenderSaysWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	card := adaptertest.Pending()
	card.Actions = append(card.Actions, adapters.Action{ID: "choose:" + strings.Repeat("x", 3000), Label: "Long"})
	raw, err := json.Marshal(Card(card).Blocks)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"cut here": true, `"form:approve"`: true, `"act:approve"`: false, `"Long"`: false} {
		if got := strings.Contains(string(raw), text); got != want {
			t.Errorf("the message holds %s: %v, want %v\n%s", text, got, want, raw)
		}
	}
}
