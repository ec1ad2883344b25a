package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
)

// TestServeAsksAUserGroup: a flow asks a Slack user group; who is not in it is
// refused, and who is decides.
func TestServeAsksAUserGroup(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	s.chat.SetUserGroup(slacktest.UserGroup{ID: "S0OPS", Members: []string{"UDANA"}})
	s.more = "groups: {ops: {slack: S0OPS}}\n"
	flow := strings.Replace(socketFlow, "user:dana", "group:ops", 1)
	if err := os.WriteFile(filepath.Join(s.dir, "gate.yaml"), []byte(flow), 0o600); err != nil {
		t.Fatal(err)
	}
	s.up(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	s.start(t)
	asked := func(st *slacktest.State) bool { return len(st.Messages("#ops")) == 1 }
	if err := s.chat.WaitFor(ctx, asked); err != nil {
		t.Fatalf("nobody is asked: %v\n%s", err, s.log)
	}
	m := s.chat.Messages("#ops")[0]
	approve, _ := m.Button("Approve")
	press := func(who string, until func(*slacktest.State) bool) {
		t.Helper()
		if _, err := s.chat.Press(ctx, who, m.Channel, m.TS, approve.Action); err != nil {
			t.Fatal(err)
		}
		if err := s.chat.WaitFor(ctx, until); err != nil {
			t.Fatalf("%s pressed in vain: %v\n%s", who, err, s.log)
		}
	}
	press("kim", func(st *slacktest.State) bool {
		told := st.Ephemerals("UKIM")
		return len(told) == 1 && strings.Contains(told[0].Text, "Only Dana can answer this.")
	})
	press("dana", func(st *slacktest.State) bool {
		all := st.Messages("#ops")
		return len(all) > 0 && len(deciding(all[0])) == 0
	})
	s.stop()
	if err := s.end(t); err != nil {
		t.Errorf("serve = %v", err)
	}
}
