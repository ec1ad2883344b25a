package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
)

// until waits until somebody's last text, or upper window, says something.
func (s *served) until(t *testing.T, user, text string) (said slacktest.Ephemeral, window slacktest.View) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var all []string
	err := s.chat.WaitFor(ctx, func(st *slacktest.State) bool {
		all = nil
		if told := st.Ephemerals(user); len(told) > 0 {
			said = told[len(told)-1]
			all = append(all, said.Lines()...)
		}
		if open := st.Modals(user); len(open) > 0 {
			window = open[len(open)-1]
			all = append(all, window.Lines()...)
		}
		return strings.Contains(strings.Join(all, "\n"), text)
	})
	if err != nil {
		t.Fatalf("%s does not see %q but\n%s\n%s", user, text, strings.Join(all, "\n"), s.log)
	}
	return said, window
}

// TestServeCommands: what waits is listed, opened and decided in Slack, without a
// look at the card; and a decision that is typed and arrives twice is made once.
func TestServeCommands(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	s.chat.SetCommands(slacktest.SlashCommand{Name: "/signoff", Escape: true})
	s.chat.SetShortcuts(slacktest.Shortcut{CallbackID: "signoff.new"})
	s.begin(t)
	waiting, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.chat.WaitSockets(waiting, 2); err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
	for !healthy(waiting, s.listen) {
		if waiting.Err() != nil {
			t.Fatalf("the server does not answer:\n%s", s.log)
		}
	}
	s.start(t)
	send := func(user, text string) {
		t.Helper()
		if r, err := s.chat.Command(t.Context(), user, "#ops", "/signoff", text); err != nil || r.Outcome != slacktest.Acknowledged {
			t.Fatalf("Command(%q) = %+v, %v", text, r, err)
		}
	}
	send("UKIM", "pending")
	s.until(t, "UKIM", "othing")
	send("UDANA", "pending")
	list, _ := s.until(t, "UDANA", "[Review]")
	if r, err := s.chat.Press(t.Context(), "UDANA", list.Channel, list.TS, "see:review"); err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press = %+v, %v", r, err)
	}
	_, window := s.until(t, "UDANA", "[Approve")
	if r, err := s.chat.Act(t.Context(), slacktest.Gesture{User: "UDANA", View: window.ID, Action: "act:approve"}); err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("Act = %+v, %v", r, err)
	}
	s.until(t, "UDANA", "Approved")

	s.start(t)
	send("UDANA", "pending")
	list, _ = s.until(t, "UDANA", "[Review]")
	ref := ""
	for word := range strings.FieldsSeq(strings.Join(list.Lines(), " ")) {
		if strings.HasPrefix(word, "REQ-") {
			ref = word
		}
	}
	s.chat.DeliverTwice(1)
	send("UDANA", "approve "+ref)
	told, _ := s.until(t, "UDANA", ref+":")
	if strings.Contains(strings.Join(told.Lines(), "\n"), "already") {
		t.Errorf("told %q", told.Lines())
	}
	if r, err := s.chat.UseShortcut(t.Context(), "UDANA", "signoff.new"); err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("UseShortcut = %+v, %v", r, err)
	}
	s.until(t, "UDANA", "gate")
	s.stop()
	if err := s.end(t); err != nil {
		t.Errorf("serve = %v", err)
	}
}
