package slacktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	goslack "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"signoff/adapters/slack/slacktest"
)

// TestSocketTokens: only the app-level token opens sockets, and it does nothing
// else.
func TestSocketTokens(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{SocketMode: true})
	for name, c := range map[string]struct{ token, want string }{
		"right": {s.AppToken(), ""},
		"none":  {"", "not_authed"},
		"bot":   {s.BotToken(), "not_allowed_token_type"},
		"user":  {"xoxp-1", "not_allowed_token_type"},
		"wrong": {"xapp-1-other", "invalid_auth"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL()), goslack.OptionAppLevelToken(c.token))
			_, _, err := api.StartSocketModeContext(t.Context())
			if got := code(err); got != c.want {
				t.Errorf("apps.connections.open = %v, want %q", err, c.want)
			}
		})
	}
	_, err := goslack.New(s.AppToken(), goslack.OptionAPIURL(s.APIURL())).AuthTestContext(t.Context())
	if got := code(err); got != "not_allowed_token_type" {
		t.Errorf("auth.test with the app-level token = %v", err)
	}
}

func code(err error) string {
	if refused, ok := errors.AsType[goslack.SlackErrorResponse](err); ok {
		return refused.Err
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// dial opens a socket as the app and returns it after the first frame.
func dial(t *testing.T, s *slacktest.Server) (*websocket.Conn, map[string]any) {
	t.Helper()
	api := goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL()), goslack.OptionAppLevelToken(s.AppToken()))
	_, address, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	return conn, next(t, conn)
}

func next(t *testing.T, conn *websocket.Conn) map[string]any {
	t.Helper()
	var frame map[string]any
	if err := conn.ReadJSON(&frame); err != nil {
		t.Fatal(err)
	}
	return frame
}

// TestSocketTickets: the address of a socket works once.
func TestSocketTickets(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{SocketMode: true})
	api := goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL()), goslack.OptionAppLevelToken(s.AppToken()))
	_, address, err := api.StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{101, 403} {
		conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
		if resp == nil || resp.StatusCode != want {
			t.Fatalf("attempt %d: %v, %v, want status %d", i+1, resp, err, want)
		}
		_ = resp.Body.Close()
		if conn != nil {
			t.Cleanup(func() { _ = conn.Close() })
		}
	}
}

// TestSocketCount: the eleventh socket is turned away.
func TestSocketCount(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{SocketMode: true})
	for range 10 {
		if _, first := dial(t, s); first["type"] != "hello" {
			t.Fatalf("the first frame is %v", first)
		}
	}
	if _, first := dial(t, s); first["reason"] != "too_many_websockets" {
		t.Errorf("the eleventh socket got %v", first)
	}
}

// TestSocketFaults: what an app does wrong is shown to the person and written
// down.
func TestSocketFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(id string) string
		failed bool
		fault  string
	}{
		"good":     {func(id string) string { return `{"envelope_id":"` + id + `"}` }, false, ""},
		"silent":   {func(string) string { return "" }, true, "acknowledges nothing"},
		"stranger": {func(string) string { return `{"envelope_id":"other"}` }, true, "too late, or is unknown"},
		"no_json":  {func(string) string { return `ok` }, true, "acknowledges nothing"},
		"too_large": {func(id string) string {
			return `{"envelope_id":"` + id + `","payload":{"x":"` + strings.Repeat("x", 20*1024) + `"}}`
		}, true, "which Slack drops"},
		"empty_payload":       {func(id string) string { return `{"envelope_id":"` + id + `","payload":{}}` }, false, ""},
		"response_to_a_press": {func(id string) string { return `{"envelope_id":"` + id + `","payload":{"x":1}}` }, false, "takes none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, api := start(t, slacktest.Options{SocketMode: true, AckWithin: 300 * time.Millisecond})
			ts := post(t, api, "CVAC")
			conn, _ := dial(t, s)
			go func() {
				var e struct {
					ID string `json:"envelope_id"`
				}
				if conn.ReadJSON(&e) == nil {
					_ = conn.WriteMessage(websocket.TextMessage, []byte(c.answer(e.ID)))
				}
			}()
			r, err := s.Press(t.Context(), "UDANA", "CVAC", ts, "act:approve")
			if err != nil || (r.Outcome == slacktest.Failed) != c.failed {
				t.Errorf("Press = %+v, %v", r, err)
			}
			if n := len(s.Notices("UDANA")); (n > 0) != c.failed {
				t.Errorf("Slack told Dana of %d troubles", n)
			}
			if c.fault == "" && len(s.SocketFaults()) > 0 {
				t.Errorf("faults = %q", s.SocketFaults())
			}
			if c.fault != "" && !strings.Contains(strings.Join(s.SocketFaults(), "\n"), c.fault) {
				t.Errorf("faults = %q, want %q", s.SocketFaults(), c.fault)
			}
		})
	}
}

// TestSocketsOfSlackGo: slack-go's own client takes this fake for Slack.
func TestSocketsOfSlackGo(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{SocketMode: true})
	api := goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL()), goslack.OptionAppLevelToken(s.AppToken()))
	ts := post(t, api, "CVAC")
	client := socketmode.New(api)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(func() { stop(); running.Wait() })
	running.Go(func() { _ = client.RunContext(ctx) })
	presses := make(chan string, 10)
	running.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-client.Events:
				if press, ok := e.Data.(goslack.InteractionCallback); ok {
					presses <- press.User.ID
					_ = client.AckCtx(ctx, e.Request.EnvelopeID, json.RawMessage(nil))
				}
			}
		}
	})
	for range 2 {
		if err := s.WaitSockets(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		r, err := s.Press(t.Context(), "UDANA", "CVAC", ts, "act:approve")
		if err != nil || r.Outcome != slacktest.Acknowledged {
			t.Fatalf("Press = %+v, %v", r, err)
		}
		if who := <-presses; who != "UDANA" {
			t.Errorf("pressed by %s", who)
		}
		s.RefreshSockets("refresh_requested")
	}
}
