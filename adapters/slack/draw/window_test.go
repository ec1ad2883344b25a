package draw

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack/wire"
)

// TestWindows pins what opens from commands, lists and menus.
func TestWindows(t *testing.T) {
	t.Parallel()
	reasons := adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: "Kim is asked because of <!finance>."}}}}
	review, err := Review(adaptertest.Pending(), reasons, "")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "modal_review", review)
	closed, err := Review(adaptertest.Closed(), nil, "Approved.")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "modal_review_closed", closed)
	sheet, err := Sheet(adapters.Sheet{
		Subject: "start:hr/vacation", Title: "Vacation", Intro: reasons, Submit: "Ask for it",
		Fields: []adapters.Field{
			{ID: "from", Kind: adapters.DateField, Label: "From", Required: true},
			{ID: "cover", Kind: adapters.PersonField, Label: "Cover", Live: true},
			{ID: "city", Kind: adapters.SelectField, Label: "City", Search: true, Options: []adapters.Option{{Value: "ber", Label: "Berlin"}}},
		},
	}, wire.Sheet{About: "https://example.com", Quote: "see this", Place: "C1"}, "Look again.")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "modal_sheet", sheet)
	golden(t, "modal_loading", Loading())
	golden(t, "modal_waiting", *Waiting("signoff:1", TextReading).View)
}

func TestReplyIsPinned(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
	card := adaptertest.Closed()
	all := Reply(adapters.Reply{
		Kind: adapters.Said, Text: "Waiting for you: 2", Card: &card,
		Body: adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: "Type *help*."}}}},
		Items: []adapters.Item{
			{Request: "01JD.2", Version: 3, Ref: "REQ-7K3F", Title: "Deploy <!channel>", State: "1 of 2 :tada: *approvals*", By: "Kim", Due: due, Overdue: true},
			{Title: "Gone", Ref: "REQ-0001", State: "rejected"},
		},
	})
	if len(all) != 1 {
		t.Fatalf("%d messages", len(all))
	}
	golden(t, "message_reply", map[string]any{"text": all[0].Text, "blocks": all[0].Blocks})
}

// TestHugeWindows: whatever there is to show, Slack takes it or the caller is told
// that it does not fit.
func TestHugeWindows(t *testing.T) {
	t.Parallel()
	card := adaptertest.Pending()
	for i := range 300 {
		card.Facts = append(card.Facts, adapters.Fact{Label: fmt.Sprint("fact ", i), Value: strings.Repeat("é&<", 900)})
		card.Notes = append(card.Notes, strings.Repeat("note ", 100))
		card.Links = append(card.Links, adapters.Link{Text: "link", URL: "https://example.com"})
		card.Actions = append(card.Actions, adapters.Action{ID: fmt.Sprint("a", i), Label: "Do"})
	}
	card.Body = adapters.Text{{Kind: adapters.CodeBlock, Code: strings.Repeat("code\n", 20_000)}}
	view, err := Review(card, card.Body, strings.Repeat("said ", 5000))
	if err == nil && sized(view) != nil {
		t.Errorf("a view of %d blocks is larger than Slack takes", len(view.Blocks.BlockSet))
	}
	items := make([]adapters.Item, 500)
	for i := range items {
		items[i] = adapters.Item{Request: fmt.Sprint("r", i), Title: strings.Repeat("t", 500), State: strings.Repeat("s", 5000), Ref: "R"}
	}
	all := Reply(adapters.Reply{Text: strings.Repeat("é", 20_000), Body: card.Body, Items: items, Card: &card})
	if len(all) != maxReplies {
		t.Errorf("%d messages, want %d", len(all), maxReplies)
	}
	for _, m := range all {
		if len(m.Blocks) > MaxMessageBlocks || utf8.RuneCountInString(m.Text) > MaxText {
			t.Errorf("a message of %d blocks with %d code points", len(m.Blocks), utf8.RuneCountInString(m.Text))
		}
	}
	if last := all[len(all)-1].Blocks; last[len(last)-1].BlockType() != slackapi.MBTContext {
		t.Error("it is not said that something was cut")
	}
	if got := Choices(make([]adapters.Option, 300)); len(got) != 0 {
		t.Errorf("%d options without a value", len(got))
	}
}
