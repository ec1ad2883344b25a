package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
)

// TestServeReadsAStatus: with slack.away, Dana's status in Slack lets Kim answer
// for her, and does so no more when it is cleared.
func TestServeReadsAStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		more, text string
		cleared    bool
		stands     bool
	}{
		"names_kim":    {"[\":palm_tree:\"]", "Back on Monday, ask @kim", false, true},
		"cleared":      {"[\":palm_tree:\"]", "Back on Monday, ask @kim", true, false},
		"names_two":    {"[\":palm_tree:\"]", "ask @kim or @dana", false, false},
		"other_emoji":  {"[\":house:\"]", "Back on Monday, ask @kim", false, false},
		"not_asked_to": {"[]", "Back on Monday, ask @kim", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServed(t)
			s.away = c.more
			s.up(t)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			s.start(t)
			asked := func(st *slacktest.State) bool { return len(st.Messages("#ops")) == 1 }
			if err := s.chat.WaitFor(ctx, asked); err != nil {
				t.Fatalf("nobody is asked: %v\n%s", err, s.log)
			}
			dana := s.chat.User("UDANA")
			dana.StatusText, dana.StatusEmoji, dana.StatusUntil = c.text, ":palm_tree:", time.Now().Add(time.Hour)
			s.restate(ctx, t, dana)
			if c.cleared {
				dana.StatusText, dana.StatusEmoji, dana.StatusUntil = "", "", time.Time{}
				s.restate(ctx, t, dana)
			}
			m := s.chat.Messages("#ops")[0]
			approve, _ := m.Button("Approve")
			if _, err := s.chat.Press(ctx, "kim", m.Channel, m.TS, approve.Action); err != nil {
				t.Fatal(err)
			}
			came := func(st *slacktest.State) bool {
				if !c.stands {
					told := st.Ephemerals("UKIM")
					return len(told) == 1 && strings.Contains(told[0].Text, "Only Dana can answer this.")
				}
				all := st.Messages("#ops")
				return len(all) > 0 && len(deciding(all[0])) == 0
			}
			if err := s.chat.WaitFor(ctx, came); err != nil {
				t.Fatalf("Kim pressed in vain: %v\n%s", err, s.log)
			}
			s.stop()
			if err := s.end(t); err != nil {
				t.Errorf("serve = %v", err)
			}
		})
	}
}

// restate changes what somebody says of themselves, and has Slack tell it.
func (s *served) restate(ctx context.Context, t *testing.T, u slacktest.User) {
	t.Helper()
	if got, err := s.chat.ChangeUser(ctx, u); err != nil || !got.Accepted {
		t.Fatalf("ChangeUser = %+v, %v\n%s", got, err, s.log)
	}
}
