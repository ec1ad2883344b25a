package slacktest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"

	goslack "github.com/slack-go/slack"
)

// clock is a clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// office is the workspace of these tests.
func office(opt slacktest.Options) slacktest.Options {
	opt.Users = []slacktest.User{
		{ID: "UDANA", Name: "dana", Real: "Dana Diaz", Email: "dana@example.com"},
		{ID: "UALEX", Name: "alex", Real: "Alex Adler", Email: "alex@example.com"},
		{ID: "UGONE", Name: "gone", Email: "gone@example.com", Deleted: true},
		{ID: "UGUEST", Name: "guest", UltraRestricted: true},
		{ID: "USTRANGE", Name: "strange", Team: "TOTHER", Stranger: true},
	}
	opt.Channels = []slacktest.Channel{
		{ID: "CVAC", Name: "vacation-approvals"},
		{ID: "COLD", Name: "old", Archived: true},
		{ID: "CAWAY", Name: "away", WithoutBot: true},
		{ID: "CSECRET", Name: "secret", Private: true, WithoutBot: true},
		{ID: "CSMALL", Name: "small", Private: true, Members: []string{"dana"}},
	}
	return opt
}

// start serves a workspace and a slack-go client for it.
func start(t *testing.T, opt slacktest.Options) (*slacktest.Server, *goslack.Client) {
	t.Helper()
	s := slacktest.New(office(opt))
	s.Start(t)
	return s, goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL()))
}

// app is what stands on the other side: it takes interactions and answers as
// the test says.
type app struct {
	t       *testing.T
	secret  string
	mu      sync.Mutex
	answer  http.HandlerFunc
	handled []map[string]any
}

// install connects an app to the workspace.
func install(t *testing.T, s *slacktest.Server) *app {
	t.Helper()
	a := &app{t: t, secret: s.SigningSecret()}
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	s.SetInteractivity(srv.URL+"/slack/interactions", srv.Client())
	return a
}

func (a *app) answers(f http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = f
}

func (a *app) answersJSON(body string) {
	a.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	})
}

// last is the newest payload.
func (a *app) last() map[string]any {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.handled) == 0 {
		a.t.Fatal("the app got nothing")
	}
	return a.handled[len(a.handled)-1]
}

func (a *app) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.handled)
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var payload map[string]any
	if err := json.Unmarshal([]byte(r.PostFormValue("payload")), &payload); err != nil {
		a.t.Errorf("payload: %v", err)
	}
	a.mu.Lock()
	a.handled = append(a.handled, payload)
	answer := a.answer
	a.mu.Unlock()
	if answer != nil {
		answer(w, r)
	}
}

// post posts the card and returns its ts.
func post(t *testing.T, c *goslack.Client, channel string) string {
	t.Helper()
	var b goslack.Blocks
	if err := json.Unmarshal([]byte(card), &b); err != nil {
		t.Fatalf("blocks: %v", err)
	}
	_, ts, err := c.PostMessageContext(t.Context(), channel,
		goslack.MsgOptionText("fallback", false), goslack.MsgOptionBlocks(b.BlockSet...))
	if err != nil {
		t.Fatalf("PostMessage: %v", err)
	}
	return ts
}

const card = `[
	{"type":"header","block_id":"h","text":{"type":"plain_text","text":"Approval needed: A & B"}},
	{"type":"section","block_id":"f","fields":[{"type":"mrkdwn","text":"*Until*\n<!date^1795356000^{date_short_pretty}|2026-11-22 14:00 UTC>","verbatim":true}]},
	{"type":"rich_text","block_id":"r","elements":[{"type":"rich_text_quote","elements":[{"type":"text","text":"<!channel> please"}]}]},
	{"type":"context","block_id":"c","elements":[{"type":"mrkdwn","text":"&lt;b&gt; <https://example.com/x|details>","verbatim":true}]},
	{"type":"actions","block_id":"a","elements":[
		{"type":"button","action_id":"act:approve","text":{"type":"plain_text","text":"Approve"},"style":"primary","value":"1|r|1"},
		{"type":"button","action_id":"form:reject","text":{"type":"plain_text","text":"Reject"},"style":"danger","value":"1|r|1"}]}
]`
