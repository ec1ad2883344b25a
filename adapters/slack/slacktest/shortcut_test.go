package slacktest_test

import (
	"errors"
	"net/http"
	"testing"

	"signoff/adapters/slack/slacktest"
)

func shortcuts(opt slacktest.Options) slacktest.Options {
	opt.Shortcuts = []slacktest.Shortcut{{CallbackID: "new"}, {CallbackID: "ask", Message: true}}
	return opt
}

func TestGlobalShortcut(t *testing.T) {
	t.Parallel()
	s, c := start(t, shortcuts(slacktest.Options{}))
	l := listen(t, s, nil)
	if res, err := s.UseShortcut(t.Context(), "dana", "new"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("UseShortcut() = %+v, %v", res, err)
	}
	p := l.last().json
	if p["type"] != "shortcut" || p["callback_id"] != "new" || at(p, "user", "id") != "UDANA" || p["channel"] != nil || p["response_url"] != nil {
		t.Errorf("payload = %v", p)
	}
	trigger, _ := p["trigger_id"].(string)
	if _, err := c.OpenViewContext(t.Context(), trigger, modal("new")); err != nil {
		t.Errorf("views.open: %v", err)
	}
}

func TestMessageShortcut(t *testing.T) {
	t.Parallel()
	s, _ := start(t, shortcuts(slacktest.Options{}))
	l := listen(t, s, nil)
	ts, err := s.Say("alex", "CVAC", "", "May I?")
	if err != nil {
		t.Fatal(err)
	}
	if res, err := s.UseMessageShortcut(t.Context(), "dana", "CVAC", ts, "ask"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("UseMessageShortcut() = %+v, %v", res, err)
	}
	p := l.last().json
	if p["type"] != "message_action" || p["message_ts"] != ts || at(p, "message", "text") != "May I?" ||
		at(p, "message", "user") != "UALEX" || at(p, "channel", "id") != "CVAC" || p["response_url"] == nil {
		t.Errorf("payload = %v", p)
	}
}

func TestShortcutsThatAreNotThere(t *testing.T) {
	t.Parallel()
	s, c := start(t, shortcuts(slacktest.Options{}))
	l := listen(t, s, nil)
	ts := post(t, c, "CVAC")
	for name, err := range map[string]error{
		"unknown":             second(s.UseShortcut(t.Context(), "dana", "other")),
		"of_messages":         second(s.UseShortcut(t.Context(), "dana", "ask")),
		"global_on_a_message": second(s.UseMessageShortcut(t.Context(), "dana", "CVAC", ts, "new")),
	} {
		if !errors.Is(err, slacktest.ErrNoShortcut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.UseMessageShortcut(t.Context(), "guest", "CVAC", ts, "ask"); !errors.Is(err, slacktest.ErrNoMessage) {
		t.Errorf("a message that the guest does not see: %v", err)
	}
	if n := len(l.all()); n != 0 {
		t.Errorf("the app heard %d things", n)
	}
}

func second(_ slacktest.Result, err error) error { return err }

func TestShortcutFails(t *testing.T) {
	t.Parallel()
	s, _ := start(t, shortcuts(slacktest.Options{}))
	listen(t, s, func(w http.ResponseWriter, _ heard) { w.WriteHeader(http.StatusBadGateway) })
	res, err := s.UseShortcut(t.Context(), "dana", "new")
	if err != nil || res.Outcome != slacktest.Failed || len(s.Notices("dana")) != 1 {
		t.Errorf("UseShortcut() = %+v, %v", res, err)
	}
}
