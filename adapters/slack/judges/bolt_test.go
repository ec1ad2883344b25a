package judges_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

// office is the workspace of these tests. Its clock stands still and it waits
// long for an answer: how late is too late is tested elsewhere, and here the
// machine may be busy.
func office() slacktest.Options {
	now := time.Now()
	opt := slacktest.Options{
		Now: func() time.Time { return now }, AckWithin: patience,
		Users: []slacktest.User{
			{ID: "UDANA", Name: "dana", Real: "Dana", Email: "dana@example.com"},
			{ID: "UALEX", Name: "alex", Real: "Alex"},
			{ID: "UGONE", Name: "gone", Deleted: true},
		},
		Channels: []slacktest.Channel{
			{ID: "CREQ", Name: "requests"},
			{ID: "COLD", Name: "old", Archived: true},
			{ID: "CAWAY", Name: "away", WithoutBot: true},
		},
		UserGroups: []slacktest.UserGroup{{ID: "SHR", Handle: "hr", Members: []string{"UDANA"}}},
	}
	opt.Commands = []slacktest.SlashCommand{{Name: "/signoff", Escape: true}}
	opt.Shortcuts = []slacktest.Shortcut{{CallbackID: "new"}, {CallbackID: "ask", Message: true}}
	opt.EventRetries = []time.Duration{0, 0, 0}
	return opt
}

// app is Bolt on the far side of a workspace.
type app struct {
	*program
	t       *testing.T
	fake    *slacktest.Server
	address string
	client  *goslack.Client
}

// withBolt connects a Bolt app, which knows this signing secret, to a workspace.
func withBolt(t *testing.T, opt slacktest.Options, secret string) *app {
	t.Helper()
	s := slacktest.New(opt)
	s.Start(t)
	a := &app{t: t, fake: s, client: goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL()))}
	if secret == "" {
		secret = s.SigningSecret()
	}
	a.program = start(t, "bolt.mjs", map[string]string{
		"SIGNING_SECRET": secret, "BOT_TOKEN": s.BotToken(), "API_URL": s.APIURL(),
	})
	a.address = fmt.Sprintf("http://127.0.0.1:%v/slack", a.next("listening")["port"])
	s.SetInteractivity(a.address, nil)
	return a
}

const card = `[{"type":"actions","block_id":"a","elements":[{"type":"button","action_id":"approve","value":"1|r|1","text":{"type":"plain_text","text":"Approve"}}]}]`

// post posts a card and returns its ts.
func (a *app) post() string {
	a.t.Helper()
	var b goslack.Blocks
	if err := json.Unmarshal([]byte(card), &b); err != nil {
		a.t.Fatal(err)
	}
	_, ts, err := a.client.PostMessageContext(a.t.Context(), "CREQ", goslack.MsgOptionText("Approval needed", false), goslack.MsgOptionBlocks(b.BlockSet...))
	if err != nil {
		a.t.Fatal(err)
	}
	return ts
}

func TestBoltTakesAPress(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	res, err := a.fake.Press(t.Context(), "dana", "CREQ", a.post(), "approve")
	if err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press() = %+v, %v", res, err)
	}
	l := a.next("action")
	if at(l, "action", "value") != "1|r|1" || at(l, "body", "user", "id") != "UDANA" || l["team"] != "T0SIGNOFF" {
		t.Errorf("Bolt got %v", l)
	}
}

func TestBoltTakesAnOrganisation(t *testing.T) {
	t.Parallel()
	opt := office()
	opt.EnterpriseID = "E0ORG"
	a := withBolt(t, opt, "")
	res, err := a.fake.Press(t.Context(), "dana", "CREQ", a.post(), "approve")
	if err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press() = %+v, %v", res, err)
	}
	if l := a.next("action"); l["enterprise"] != "E0ORG" || at(l, "body", "team") != nil || at(l, "body", "is_enterprise_install") != true {
		t.Errorf("Bolt got %v", l)
	}
}

func TestBoltTakesACommand(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	for text, want := range map[string]string{"ask @alex": "you said ask <@UALEX|alex>", "json": "for all"} {
		res, err := a.fake.Command(t.Context(), "dana", "CREQ", "/signoff", text)
		if err != nil || res.Outcome != slacktest.Acknowledged {
			t.Fatalf("Command(%q) = %+v, %v", text, res, err)
		}
		if c := at(a.next("command"), "command"); at(c, "channel_id") != "CREQ" || at(c, "user_id") != "UDANA" || at(c, "response_url") == nil {
			t.Errorf("Bolt got %v", c)
		}
		var said string
		for _, e := range a.fake.Ephemerals("dana") {
			said += e.Text + "\n"
		}
		for _, m := range a.fake.Messages("CREQ") {
			said += m.Text + "\n"
		}
		if !strings.Contains(said, want) {
			t.Errorf("Dana sees %q, want %q", said, want)
		}
	}
}

func TestBoltTakesShortcuts(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	if res, err := a.fake.UseShortcut(t.Context(), "dana", "new"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("UseShortcut() = %+v, %v", res, err)
	}
	if s := at(a.next("shortcut"), "shortcut"); at(s, "type") != "shortcut" || at(s, "callback_id") != "new" {
		t.Errorf("Bolt got %v", s)
	}
	if res, err := a.fake.UseMessageShortcut(t.Context(), "dana", "CREQ", a.post(), "ask"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("UseMessageShortcut() = %+v, %v", res, err)
	}
	if s := at(a.next("shortcut"), "shortcut"); at(s, "type") != "message_action" || at(s, "message", "text") != "Approval needed" {
		t.Errorf("Bolt got %v", s)
	}
}

const reasonForm = `{"type":"modal","callback_id":"cb","notify_on_close":true,"title":{"type":"plain_text","text":"Reject"},
	"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"f:reason","label":{"type":"plain_text","text":"Reason"},"element":{"type":"plain_text_input","action_id":"v"}},
	{"type":"input","block_id":"g","optional":true,"label":{"type":"plain_text","text":"Group"},"element":{"type":"external_select","action_id":"v"}}]}`

// form has Dana open the form.
func (a *app) form() string {
	a.t.Helper()
	if _, err := a.fake.UseShortcut(a.t.Context(), "dana", "new"); err != nil {
		a.t.Fatal(err)
	}
	trigger, _ := at(a.next("shortcut"), "shortcut", "trigger_id").(string)
	var v goslack.ModalViewRequest
	if err := json.Unmarshal([]byte(reasonForm), &v); err != nil {
		a.t.Fatal(err)
	}
	res, err := a.client.OpenViewContext(a.t.Context(), trigger, v)
	if err != nil {
		a.t.Fatal(err)
	}
	return res.ID
}

// TestBoltAnswersForms: the fake follows each answer that Bolt can give to a
// form.
func TestBoltAnswersForms(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	for reason, want := range map[string]slacktest.Outcome{
		"because": slacktest.Closed, "errors": slacktest.FieldErrors, "stranger": slacktest.Failed,
		"update": slacktest.Updated, "push": slacktest.Pushed, "clear": slacktest.Closed,
	} {
		id := a.form()
		res, err := a.fake.Submit(t.Context(), "dana", id, slacktest.Values{"f:reason": reason})
		if err != nil || res.Outcome != want {
			t.Errorf("Submit(%q) = %+v, %v, want %s", reason, res, err, want)
		}
		if l := a.next("view"); at(l, "body", "view", "id") != id {
			t.Errorf("Bolt got %v", l)
		}
	}
	if _, err := a.fake.CloseView(t.Context(), "dana", a.form()); err != nil {
		t.Fatal(err)
	}
	a.next("closed")
}

func TestBoltSuggestsOptions(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	got, err := a.fake.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: a.form(), Action: "g/v", Value: "hr!"})
	if err != nil || len(got.Options) != 1 || got.Options[0].Text != "for hr!" {
		t.Errorf("Suggest() = %+v, %v", got, err)
	}
	if o := at(a.next("options"), "options"); at(o, "action_id") != "v" || at(o, "block_id") != "g" || at(o, "value") != "hr!" {
		t.Errorf("Bolt got %v", o)
	}
}

func TestBoltTakesEvents(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	want := []string{"app_home_opened", "user_change", "subteam_members_changed", "tokens_revoked", "app_uninstalled"}
	if _, err := a.fake.OpenHome(t.Context(), "dana"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.fake.ChangeUser(t.Context(), slacktest.User{ID: "UALEX", Name: "alex", Deleted: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.fake.ChangeUserGroup(t.Context(), slacktest.UserGroup{ID: "SHR"}); err != nil {
		t.Fatal(err)
	}
	if err := a.fake.Uninstall(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	for _, kind := range want {
		if l := a.next("event"); at(l, "event", "type") != kind || at(l, "body", "event_id") == nil || l["retry"] != 0.0 {
			t.Errorf("Bolt got %v, want %s", l, kind)
		}
	}
}

// TestBoltSeesRedelivery: an event whose answer was lost comes again, and Bolt
// reads how often and why.
func TestBoltSeesRedelivery(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	a.fake.SetInteractivity(a.address, &http.Client{Transport: &lossy{left: 2}})
	d, err := a.fake.OpenHome(t.Context(), "dana")
	if err != nil || !d.Accepted || d.Attempts != 3 {
		t.Fatalf("OpenHome() = %+v, %v", d, err)
	}
	for i := range 3 {
		l := a.next("event")
		if l["retry"] != float64(i) || (l["reason"] == "connection_failed") != (i > 0) || at(l, "body", "event_id") != d.EventID {
			t.Errorf("attempt %d: Bolt got %v", i+1, l)
		}
	}
}

// lossy is a network that loses the first answers.
type lossy struct{ left int }

// RoundTrip sends the request and may lose what comes back.
func (n *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || n.left == 0 {
		return res, err
	}
	n.left--
	_ = res.Body.Close()
	return nil, io.ErrUnexpectedEOF
}

// TestBoltIsAskedSpecially: the challenge, and the look at the certificate.
func TestBoltIsAskedSpecially(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	if err := a.fake.VerifyURL(t.Context()); err != nil {
		t.Errorf("VerifyURL() = %v", err)
	}
	if status, err := a.fake.CheckSSL(t.Context()); err != nil || status != http.StatusOK {
		t.Errorf("CheckSSL() = %d, %v", status, err)
	}
}

// TestBoltRefusesAWrongSecret: the control of all of the above.
func TestBoltRefusesAWrongSecret(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "another-secret-altogether")
	res, err := a.fake.Press(t.Context(), "dana", "CREQ", a.post(), "approve")
	if err != nil || res.Outcome != slacktest.Failed || res.Status != http.StatusUnauthorized {
		t.Errorf("Press() = %+v, %v, want 401", res, err)
	}
	if d, err := a.fake.OpenHome(t.Context(), "dana"); err != nil || d.Accepted || d.Status != http.StatusUnauthorized || d.Attempts != 4 {
		t.Errorf("OpenHome() = %+v, %v, want 401 four times", d, err)
	}
	if err := a.fake.VerifyURL(t.Context()); err == nil {
		t.Error("the challenge was answered")
	}
}

// TestBoltRefusesTheStale: a signature of ten minutes ago.
func TestBoltRefusesTheStale(t *testing.T) {
	t.Parallel()
	opt := office()
	opt.Now = func() time.Time { return time.Now().Add(-10 * time.Minute) }
	a := withBolt(t, opt, "")
	res, err := a.fake.Press(t.Context(), "dana", "CREQ", a.post(), "approve")
	if err != nil || res.Outcome != slacktest.Failed || res.Status != http.StatusUnauthorized {
		t.Errorf("Press() = %+v, %v, want 401", res, err)
	}
}

// TestBoltRefusesTheMalformed: what is signed and what is not.
func TestBoltRefusesTheMalformed(t *testing.T) {
	t.Parallel()
	a := withBolt(t, office(), "")
	body := slacktest.Form([]byte(`{"type":"block_actions"}`))
	good := a.fake.Sign(time.Now(), body)
	broken := map[string]func(h http.Header){
		"no_signature": func(h http.Header) { h.Del("X-Slack-Signature") },
		"no_timestamp": func(h http.Header) { h.Del("X-Slack-Request-Timestamp") },
		"no_version": func(h http.Header) {
			h.Set("X-Slack-Signature", strings.TrimPrefix(good.Get("X-Slack-Signature"), "v0="))
		},
		"other_body": func(h http.Header) { h.Set("X-Slack-Signature", a.fake.Sign(time.Now(), nil).Get("X-Slack-Signature")) },
		"other_time": func(h http.Header) { h.Set("X-Slack-Request-Timestamp", fmt.Sprint(time.Now().Unix()-1)) },
		"no_number":  func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "today") },
	}
	for name, change := range broken {
		h := good.Clone()
		change(h)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.address, strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = h
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 401 or 400", name, res.StatusCode)
		}
	}
}
