package draw

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signoff/adapters"
)

func inbox(waiting, mine, decided int) adapters.Inbox {
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	items := func(n int, mood adapters.Mood, state string) []adapters.Item {
		var all []adapters.Item
		for i := range n {
			all = append(all, adapters.Item{
				Request: fmt.Sprintf("01k/%d", i), Version: 2, Ref: fmt.Sprintf("REQ-%05d", i), Mood: mood,
				Title: fmt.Sprintf("Deploy payments-api 4.2.%d", i), By: "Alex", State: state,
				Asked: now.Add(-time.Hour), Due: now.Add(time.Duration(i-1) * time.Hour), Overdue: i == 0,
			})
		}
		return all
	}
	return adapters.Inbox{
		Waiting: items(waiting, adapters.Pending, "⏳ 1 of 2 approvals"), Mine: items(mine, adapters.Pending, "⏳ Waiting for Dana or Kim"),
		Decided: items(decided, adapters.Approved, "✅ Approved by you"), Total: waiting, Pages: 1, Now: now,
	}
}

func TestHomeGolden(t *testing.T) {
	t.Parallel()
	paged := inbox(3, 0, 0)
	paged.Total, paged.Page, paged.Pages = 33, 1, 3
	away := inbox(0, 2, 1)
	away.Away = "You are away until 1 Dec. Kim answers for you."
	for name, in := range map[string]adapters.Inbox{
		"empty": inbox(0, 0, 0), "full": inbox(2, 1, 1), "paged": paged, "away": away,
		"refused": {Refused: "signoff does not know this account. Ask an administrator to add you."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, "home_"+name, Home(in))
		})
	}
}

// However long the lists and hostile the texts: the page fits into Slack.
func TestHomeFits(t *testing.T) {
	t.Parallel()
	in := inbox(400, 100, 100)
	for i := range in.Waiting {
		in.Waiting[i].Title = strings.Repeat("<!channel> @here *x* ", 900)
		in.Waiting[i].State = strings.Repeat("<https://evil|bank> ", 900)
		in.Waiting[i].By = strings.Repeat("`", 900)
	}
	in.Pages = 27
	view := Home(in)
	if n := len(view.Blocks.BlockSet); n > 90 {
		t.Errorf("%d blocks, want 90 at most", n)
	}
	for _, b := range view.Blocks.BlockSet {
		if id := b.ID(); len(id) > MaxID {
			t.Errorf("block id of %d", len(id))
		}
	}
	if err := fits(view, view.Blocks.BlockSet); err != nil {
		t.Error(err)
	}
}
