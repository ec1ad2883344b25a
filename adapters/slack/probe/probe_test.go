package probe_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack/probe"
	"signoff/adapters/slack/slacktest"
)

// far is a Slack that says one thing.
func far(t *testing.T, status int, body string, check func(*http.Request)) *probe.Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if check != nil {
			check(r)
		}
		w.Header().Set("X-Oauth-Scopes", "chat:write, users:read,,")
		w.Header().Set("Date", "Mon, 23 Nov 2026 09:00:00 GMT")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(srv.Close)
	return probe.New(srv.URL+"/", nil)
}

func TestAuth(t *testing.T) {
	t.Parallel()
	c := far(t, 200, `{"ok":true,"team":"Acme","team_id":"T1","user_id":"U0","bot_id":"B0","enterprise_id":"E1","is_enterprise_install":true}`, func(r *http.Request) {
		if r.URL.Path != "/auth.test" || r.Header.Get("Authorization") != "Bearer xoxb-1" || r.Method != http.MethodPost {
			t.Errorf("called %s %s", r.Method, r.URL)
		}
	})
	got, err := c.Auth(t.Context(), "xoxb-1")
	want := probe.Owner{
		Team: "Acme", TeamID: "T1", EnterpriseID: "E1", Org: true, Bot: true, BotUser: "U0",
		Scopes: []string{"chat:write", "users:read"}, Date: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Auth (-want +got) %v\n%s", err, diff)
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"refused":      {200, `{"ok":false,"error":"invalid_auth"}`, "invalid_auth"},
		"needs_scope":  {200, `{"ok":false,"error":"missing_scope","needed":"channels:read"}`, "it needs channels:read"},
		"no_reason":    {200, `{"ok":false}`, "no_reason_given"},
		"not_a_word":   {200, `{"ok":false,"error":"<b>\nxoxb-1</b>"}`, "an_odd_answer"},
		"busy":         {429, ``, "ratelimited"},
		"down":         {503, `{"ok":true}`, probe.ErrUnheard.Error()},
		"not_json":     {200, `<html>`, probe.ErrUnheard.Error()},
		"redirected":   {302, ``, probe.ErrUnheard.Error()},
		"wrong_shapes": {200, `{"ok":true,"team_id":{}}`, probe.ErrUnheard.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := far(t, c.status, c.body, nil)
			_, err := client.Auth(t.Context(), "xoxb-1")
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "xoxb-1") || strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("Auth = %v, want %q", err, c.want)
			}
		})
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := probe.New("http://127.0.0.1:1/", nil).Auth(gone, "xoxb-1"); !errors.Is(err, probe.ErrUnheard) {
		t.Errorf("Auth of nobody = %v", err)
	}
}

// TestAgainstTheFake: the fake Slack answers all of it.
func TestAgainstTheFake(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(slacktest.Options{SocketMode: true, Channels: []slacktest.Channel{
		{ID: "C0OPEN", Name: "open"}, {ID: "C0CLOSED", Name: "closed", Private: true, WithoutBot: true},
	}})
	fake.Start(t)
	c, token := probe.New(fake.APIURL(), nil), fake.BotToken()
	if o, err := c.Auth(t.Context(), token); err != nil || o.TeamID != fake.TeamID() || o.Date.IsZero() || !o.Bot {
		t.Errorf("Auth = %+v, %v", o, err)
	}
	if err := c.Sockets(t.Context(), fake.AppToken()); err != nil {
		t.Errorf("Sockets = %v", err)
	}
	if err := c.Sockets(t.Context(), token); err == nil {
		t.Error("a bot token opens sockets")
	}
	if ch, err := c.Channel(t.Context(), token, fake.TeamID(), "C0OPEN"); err != nil || ch.Name != "open" || !ch.Member {
		t.Errorf("Channel = %+v, %v", ch, err)
	}
	if _, err := c.Channel(t.Context(), token, "", "C0CLOSED"); !errors.Is(err, probe.ErrNoChannel) {
		t.Errorf("a private channel = %v", err)
	}
	if all, more, err := c.Channels(t.Context(), token, fake.TeamID()); err != nil || more || all["open"].ID != "C0OPEN" {
		t.Errorf("Channels = %v, %v, %v", all, more, err)
	}
	if bad, err := c.Validate(t.Context(), "blocks", []byte(`[{"type":"divider"}]`)); err != nil || len(bad) > 0 {
		t.Errorf("Validate(divider) = %v, %v", bad, err)
	}
	for what, raw := range map[string]string{
		"blocks": `[{"type":"header"}]`, "message": `{"blocks":[{"type":"header"}]}`, "view": `{"type":"home","blocks":[{"type":"header"}]}`,
	} {
		bad, err := c.Validate(t.Context(), what, []byte(raw))
		if err != nil || len(bad) != 1 || !strings.HasSuffix(bad[0], "/0: missing required field: text") {
			t.Errorf("Validate(%s with a header without text) = %v, %v", what, bad, err)
		}
	}
}
