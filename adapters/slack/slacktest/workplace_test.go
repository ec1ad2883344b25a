package slacktest_test

import (
	"errors"
	"testing"
	"time"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

func TestThreads(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	parent := post(t, c, "CVAC")
	reply := func(thread string, broadcast bool) string {
		t.Helper()
		options := []goslack.MsgOption{goslack.MsgOptionText("r", false), goslack.MsgOptionTS(thread)}
		if broadcast {
			options = append(options, goslack.MsgOptionBroadcast())
		}
		_, ts, err := c.PostMessageContext(t.Context(), "CVAC", options...)
		if err != nil {
			t.Fatal(err)
		}
		return ts
	}
	first := reply(parent, false)
	second := reply(first, true)
	if _, err := s.Say("dana", "CVAC", parent, "from a person"); err != nil {
		t.Fatal(err)
	}
	thread := s.Thread("CVAC", parent)
	if len(thread) != 3 || thread[0].TS != first || thread[1].TS != second || thread[2].Name != "dana" {
		t.Errorf("Thread() = %+v, want three replies", thread)
	}
	if thread[0].Broadcast || !thread[1].Broadcast {
		t.Error("the second reply alone was for the channel, too")
	}
	s.Remove("CVAC", parent)
	late := reply(parent, false)
	if m, _ := s.Message("CVAC", late); m.ThreadTS != "" {
		t.Errorf("a reply to a message that is gone stands in thread %q", m.ThreadTS)
	}
}

func TestPeopleDeleteMessages(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	s.SetUser(slacktest.User{ID: "UBOSS", Name: "boss", Admin: true})
	ts := post(t, c, "CVAC")
	if err := s.Delete("dana", "CVAC", ts); !errors.Is(err, slacktest.ErrNotYours) {
		t.Errorf("Dana deletes the app's message: %v", err)
	}
	mine, err := s.Say("dana", "CVAC", "", "mine")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete("dana", "CVAC", mine); err != nil {
		t.Errorf("Dana deletes her own: %v", err)
	}
	if err := s.Delete("boss", "CVAC", ts); err != nil {
		t.Errorf("an administrator deletes: %v", err)
	}
	if err := s.Delete("boss", "CVAC", ts); !errors.Is(err, slacktest.ErrNoMessage) {
		t.Errorf("again: %v", err)
	}
	if _, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("x", false)); word(err) != "message_not_found" {
		t.Errorf("chat.update: %v", err)
	}
	if _, _, err := c.DeleteMessageContext(t.Context(), "CVAC", ts); word(err) != "message_not_found" {
		t.Errorf("chat.delete: %v", err)
	}
}

func TestEditWindow(t *testing.T) {
	t.Parallel()
	clk := newClock()
	s, c := start(t, slacktest.Options{Now: clk.Now})
	ts := post(t, c, "CVAC")
	edit := func() error {
		_, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("x", false))
		return err
	}
	s.SetEditWindow(time.Minute)
	clk.advance(time.Minute)
	if err := edit(); err != nil {
		t.Errorf("within the minute: %v", err)
	}
	clk.advance(time.Second)
	if err := edit(); word(err) != "edit_window_closed" {
		t.Errorf("after the minute: %v", err)
	}
	s.SetEditWindow(-1)
	ts = post(t, c, "CVAC")
	if err := edit(); word(err) != "edit_window_closed" {
		t.Errorf("where edits are forbidden: %v", err)
	}
	s.SetEditWindow(0)
	if err := edit(); err != nil {
		t.Errorf("where they are not: %v", err)
	}
}

func TestPlacesThatRefuse(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	ts := post(t, c, "CVAC")
	s.SetChannel(slacktest.Channel{ID: "CVAC", Name: "vacation-approvals", Restricted: true})
	if _, _, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false)); word(err) != "restricted_action" {
		t.Errorf("a post where only some may: %v", err)
	}
	if _, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("x", false)); err != nil {
		t.Errorf("a change of what stands there: %v", err)
	}
	s.SetChannel(slacktest.Channel{ID: "CVAC", Name: "vacation-approvals", Archived: true})
	if _, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("x", false)); word(err) != "is_inactive" {
		t.Errorf("a change in an archived channel: %v", err)
	}
	_, public := start(t, slacktest.Options{Scopes: []string{"chat:write", "chat:write.public"}})
	if _, _, err := public.PostMessageContext(t.Context(), "CAWAY", goslack.MsgOptionText("x", false)); err != nil {
		t.Errorf("a public channel that the app is not in, with chat:write.public: %v", err)
	}
	if _, _, err := public.PostMessageContext(t.Context(), "CSECRET", goslack.MsgOptionText("x", false)); word(err) != "channel_not_found" {
		t.Errorf("a private one: %v", err)
	}
}
