package draw

import (
	"encoding/json"
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
)

// own is the copy of whoever asked, in states in which it has buttons.
func own() map[string]adapters.Card {
	pending := adaptertest.Pending()
	pending.Title = "Waiting for approval: Vacation for Alex"
	pending.Form = []adapters.Field{{ID: "signoff.reason", Kind: adapters.TextField, Label: "Why?"}}
	pending.Actions = []adapters.Action{
		{ID: "remind", Label: "Remind approvers"},
		{ID: "withdraw", Label: "Cancel request…", Style: adapters.Danger, Asks: []string{"signoff.reason"}},
	}
	changes := pending
	changes.Version, changes.Title = 3, "Changes wanted: Vacation for Alex"
	changes.Form = append([]adapters.Field{{ID: "signoff.input.days", Kind: adapters.IntField, Label: "Days", Initial: "9"}}, pending.Form...)
	changes.Actions = []adapters.Action{{ID: "resubmit", Label: "Edit and resubmit…", Style: adapters.Primary, Asks: []string{"signoff.input.days"}}, pending.Actions[1]}
	rejected := adaptertest.Closed()
	rejected.Mood, rejected.Title = adapters.Rejected, "Rejected: Vacation for Alex"
	rejected.Form, rejected.Actions = changes.Form[:1], []adapters.Action{{ID: "again", Label: "Edit and resubmit…", Style: adapters.Primary, Asks: []string{"signoff.input.days"}}}
	expired := adaptertest.Closed()
	expired.Mood, expired.Title = adapters.Expired, "Expired: Vacation for Alex"
	expired.Actions = []adapters.Action{{ID: "again", Label: "Request again", Style: adapters.Primary}}
	return map[string]adapters.Card{"pending": pending, "changes_wanted": changes, "rejected": rejected, "expired": expired}
}

// TestOwnGolden: the requester's copy in each state, and cards that were sent
// back, asked anew, and decided by somebody else.
func TestOwnGolden(t *testing.T) {
	t.Parallel()
	cards := map[string]adapters.Card{}
	for state, card := range own() {
		cards["message_requester_"+state] = card
	}
	wanted := adaptertest.Pending()
	wanted.Title, wanted.Actions, wanted.Form = "Changes wanted: Vacation for Alex", nil, nil
	wanted.Notes = []string{"✏ Nobody can answer until Alex asks anew"}
	anew := adaptertest.Pending()
	anew.Version, anew.Notes = 4, []string{"♻ Asked anew, round 2: Changed by Alex.", "⏳ Waiting for Dana"}
	nothing := adaptertest.Closed()
	nothing.Notes = append([]string{"Decided by Bob – nothing to do"}, nothing.Notes...)
	cards["message_changes_wanted"], cards["message_asked_anew"], cards["message_nothing_to_do"] = wanted, anew, nothing
	for name, card := range cards {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := Card(card)
			golden(t, name, map[string]any{"text": m.Text, "blocks": m.Blocks})
		})
	}
	t.Run("line", func(t *testing.T) {
		t.Parallel()
		m := Line(adapters.Line{Text: "💬 Dana asks", Quote: "What <!channel> for?"}, []string{"UALEX"})
		golden(t, "message_line", map[string]any{"text": m.Text, "blocks": m.Blocks})
	})
}

// Each update has other ids of blocks, because Slack keeps what it knows of one.
func TestBlockIDsAreNewWithEachVersion(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for version := range 5 {
		card := adaptertest.Pending()
		card.Version = version
		raw, err := json.Marshal(Card(card).Blocks)
		if err != nil {
			t.Fatal(err)
		}
		var blocks []struct {
			ID string `json:"block_id"`
		}
		if err := json.Unmarshal(raw, &blocks); err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			if before, again := seen[b.ID]; again || !strings.HasPrefix(b.ID, "sgn:"+card.Request+":") {
				t.Errorf("version %d has the block %q, as has version %d", version, b.ID, before)
			}
			seen[b.ID] = version
		}
	}
}

// TestMessageCountsWhatItLeavesOut: how much more there is, and where.
func TestMessageCountsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	code := strings.Repeat("line\n", 40)
	for name, c := range map[string]struct {
		body adapters.Text
		want string
	}{
		"nothing":       {line(strings.Repeat("x", 600)), ""},
		"one more":      {line(strings.Repeat("x", 601)), "… 2 more characters: Details"},
		"a thousand":    {line(strings.Repeat("x", 1803)), "… 1,204 more characters: Details"},
		"lines of code": {adapters.Text{{Kind: adapters.CodeBlock, Code: code}}, "… 140 more characters: Details"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			card := adaptertest.Pending()
			card.Body = c.body
			raw, err := json.Marshal(Card(card).Blocks)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(string(raw), "more character"); got != (c.want != "") || !strings.Contains(string(raw), c.want) {
				t.Errorf("want %q in\n%s", c.want, raw)
			}
			if opens := strings.Contains(string(raw), `"form:approve"`); opens != (c.want != "") {
				t.Errorf("the buttons open the form first: %t", opens)
			}
		})
	}
}
