package slack_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// TestStatusOfSomebody is what they say now, with what stands against them.
func TestStatusOfSomebody(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	until := time.Now().Add(time.Hour).Truncate(time.Second)
	b.fake.SetUser(slacktest.User{ID: "USUN", Name: "sun", StatusText: "ask &lt;@kim&gt; &amp;amp; co", StatusEmoji: ":palm_tree:", StatusUntil: until})
	b.fake.SetUser(slacktest.User{ID: "ULEFT", Name: "left", Deleted: true, StatusText: "@kim", StatusEmoji: ":palm_tree:"})
	for id, want := range map[string]struct {
		status adapters.Status
		gone   bool
		guest  bool
		far    bool
	}{
		"USUN":    {status: adapters.Status{Text: "ask <@kim> &amp; co", Emoji: ":palm_tree:", Until: until}},
		"UDANA":   {},
		"ULEFT":   {status: adapters.Status{Text: "@kim", Emoji: ":palm_tree:"}, gone: true},
		"UGUEST":  {guest: true},
		"UFAR":    {far: true},
		"UNOBODY": {far: true},
	} {
		who, got, err := b.adapter.Status(t.Context(), adapters.Account{Surface: slack.Surface, ID: id})
		if diff := cmp.Diff(want.status, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", id, err, diff)
		}
		if who.ID != id || who.Deactivated != want.gone || who.Guest != want.guest || who.Foreign != want.far {
			t.Errorf("%s: %+v", id, who)
		}
	}
	before := b.calls("users.info")
	b.fake.SetUser(slacktest.User{ID: "USUN", Name: "sun"})
	if _, got, err := b.adapter.Status(t.Context(), adapters.Account{Surface: slack.Surface, ID: "USUN"}); err != nil || got != (adapters.Status{}) || b.calls("users.info") != before+1 {
		t.Errorf("after it was cleared: %+v, %v", got, err)
	}
}

// TestStatusFails: what cannot be read is an error, never a person who says
// nothing; and presses keep half of what Slack allows.
func TestStatusFails(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{}, func(c *slack.Config) { c.Unpaced = false })
	dana := adapters.Account{Surface: slack.Surface, Tenant: "T0SIGNOFF", ID: "UDANA"}
	b.fake.FailNext("users.info", "internal_error")
	if _, _, err := b.adapter.Status(t.Context(), dana); err == nil {
		t.Error("Slack failed, and there was no error")
	}
	if _, _, err := b.adapter.Status(t.Context(), adapters.Account{Surface: slack.Surface, Tenant: "T0MARS", ID: "UDANA"}); err == nil {
		t.Error("a workspace that is not ours was asked")
	}
	failed := 0
	for range 100 {
		if _, _, err := b.adapter.Status(t.Context(), dana); err != nil {
			failed++
		}
	}
	if calls := b.calls("users.info"); calls > 52 || failed < 48 {
		t.Errorf("%d calls in a moment, %d were not made", calls, failed)
	}
}

// TestChangedPersonIsTold whenever Slack tells it.
func TestChangedPersonIsTold(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		var mu sync.Mutex
		var users []string
		b := newBench(t, &desk{}, func(c *slack.Config) {
			c.Changed = func(user string) { mu.Lock(); defer mu.Unlock(); users = append(users, user) }
		})
		kim := b.fake.User("UKIM")
		kim.StatusEmoji = ":palm_tree:"
		if _, err := b.fake.ChangeUser(t.Context(), kim); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if diff := cmp.Diff([]string{"UKIM"}, users); diff != "" {
			t.Errorf("told (-want +got)\n%s", diff)
		}
	})
}
