package judges_test

import (
	"encoding/json"
	"testing"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

// withSocket connects Slack's own client of Socket Mode to a workspace.
func withSocket(t *testing.T, token string) *app {
	t.Helper()
	opt := office()
	opt.SocketMode = true
	s := slacktest.New(opt)
	s.Start(t)
	a := &app{t: t, fake: s, client: goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL()))}
	if token == "" {
		token = s.AppToken()
	}
	a.program = start(t, "socket.mjs", map[string]string{"APP_TOKEN": token, "API_URL": s.APIURL()})
	return a
}

func TestSocketClientTakesAll(t *testing.T) {
	t.Parallel()
	a := withSocket(t, "")
	a.next("connected")
	if res, err := a.fake.Press(t.Context(), "dana", "CREQ", a.post(), "approve"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press() = %+v, %v", res, err)
	}
	if l := a.next("got"); l["type"] != "interactive" || at(l, "body", "type") != "block_actions" || l["accepts"] != false {
		t.Errorf("got %v", l)
	}
	if res, err := a.fake.Command(t.Context(), "dana", "CREQ", "/signoff", "help"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Command() = %+v, %v", res, err)
	}
	if l := a.next("got"); l["type"] != "slash_commands" || at(l, "body", "command") != "/signoff" || l["accepts"] != true {
		t.Errorf("got %v", l)
	}
	if e := a.fake.Ephemerals("dana"); len(e) != 1 || e[0].Text != "you said help" {
		t.Errorf("Ephemerals(dana) = %+v", e)
	}
	if d, err := a.fake.OpenHome(t.Context(), "dana"); err != nil || !d.Accepted {
		t.Fatalf("OpenHome() = %+v, %v", d, err)
	}
	if l := a.next("got"); l["type"] != "events_api" || at(l, "body", "event", "type") != "app_home_opened" || l["retry"] != 0.0 {
		t.Errorf("got %v", l)
	}
	if faults := a.fake.SocketFaults(); len(faults) != 0 {
		t.Errorf("faults = %q", faults)
	}
}

// TestSocketClientAnswersForms: what comes with an acknowledgement is followed.
func TestSocketClientAnswersForms(t *testing.T) {
	t.Parallel()
	a := withSocket(t, "")
	a.next("connected")
	if _, err := a.fake.UseShortcut(t.Context(), "dana", "new"); err != nil {
		t.Fatal(err)
	}
	trigger, _ := at(a.next("got"), "body", "trigger_id").(string)
	var v goslack.ModalViewRequest
	if err := json.Unmarshal([]byte(reasonForm), &v); err != nil {
		t.Fatal(err)
	}
	view, err := a.client.OpenViewContext(t.Context(), trigger, v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.fake.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: view.ID, Action: "g/v", Value: "hr!"})
	if err != nil || len(got.Options) != 1 || got.Options[0].Value != "hr" {
		t.Errorf("Suggest() = %+v, %v", got, err)
	}
	res, err := a.fake.Submit(t.Context(), "dana", view.ID, slacktest.Values{"f:reason": "x"})
	if err != nil || res.Outcome != slacktest.FieldErrors || res.Errors["f:reason"] != "Too short." {
		t.Errorf("Submit() = %+v, %v", res, err)
	}
}

// TestSocketClientComesBack: after Slack asks it to, and after the connection
// broke.
func TestSocketClientComesBack(t *testing.T) {
	t.Parallel()
	a := withSocket(t, "")
	a.next("connected")
	ts := a.post()
	for name, trouble := range map[string]func(){
		"warning": func() { a.fake.RefreshSockets("warning") }, "refresh": func() { a.fake.RefreshSockets("refresh_requested") },
		"cut": a.fake.CutSockets,
	} {
		trouble()
		a.next("connected")
		if err := a.fake.WaitSockets(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if res, err := a.fake.Press(t.Context(), "dana", "CREQ", ts, "approve"); err != nil || res.Outcome != slacktest.Acknowledged {
			t.Errorf("after %s: %+v, %v", name, res, err)
		}
		a.next("got")
	}
}

// TestSocketClientIsRefused: the control. Without the app's own token there is
// no socket, and without a greeting no connection.
func TestSocketClientIsRefused(t *testing.T) {
	t.Parallel()
	a := withSocket(t, "xapp-1-A0SIGNOFF-1-stolen")
	if l := a.next("refused"); at(l, "data", "error") != "invalid_auth" {
		t.Errorf("refused = %v", l)
	}
	if n := a.fake.Sockets(); n != 0 {
		t.Errorf("%d sockets are open", n)
	}
}
