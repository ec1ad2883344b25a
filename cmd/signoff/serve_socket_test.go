package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signoff/adapters/api"
	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/config"
)

const socketFlow = `
id: gate
namespace: ops
tasks:
  - id: ask
    type: Pause
    onReject: CONTINUE
    onResume:
      - {id: ok, type: BOOL}
    approval:
      stages:
        - {id: one, who: ["user:dana"]}
    deliver:
      - slack: "#ops"
`

// served is the product in this process, over Socket Mode.
type served struct {
	chat   *slacktest.Server
	listen string
	dir    string
	log    *lockedBuffer
	stop   context.CancelFunc
	ended  chan error
	// more is what the configuration says besides.
	more string
	// away is slack.away; empty is none.
	away string
}

// serveSocket starts serve and waits until it answers.
func serveSocket(t *testing.T) *served {
	t.Helper()
	s := newServed(t)
	s.up(t)
	return s
}

// up starts serve and waits until it answers.
func (s *served) up(t *testing.T) {
	t.Helper()
	s.begin(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.chat.WaitSockets(ctx, 2); err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
	for !healthy(ctx, s.listen) {
		if ctx.Err() != nil {
			t.Fatalf("the server does not answer:\n%s", s.log)
		}
	}
}

// newServed makes the chat and a folder for serve.
func newServed(t *testing.T) *served {
	t.Helper()
	dir := t.TempDir()
	s := &served{listen: freePort(t), dir: dir, log: &lockedBuffer{}, ended: make(chan error, 1)}
	s.chat = slacktest.New(slacktest.Options{
		Users: []slacktest.User{{ID: "UDANA", Name: "dana"}, {ID: "UKIM", Name: "kim"}}, Channels: []slacktest.Channel{{Name: "ops"}}, SocketMode: true,
	})
	s.chat.Start(t)
	if err := os.WriteFile(filepath.Join(dir, "gate.yaml"), []byte(socketFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// begin starts serve.
func (s *served) begin(t *testing.T) {
	t.Helper()
	cfg, faults := config.Parse("signoff.yaml", fmt.Appendf(nil, `
listen: %s
base_url: http://%[1]s
data: %s
flows: %s
slack: {api_url: %s, away: %s}
people:
  - {id: dana, name: Dana, slack: UDANA}
  - {id: kim, name: Kim, slack: UKIM}
%s`, s.listen, filepath.Join(s.dir, "data"), filepath.Join(s.dir, "gate.yaml"), s.chat.APIURL(), cmp.Or(s.away, "[]"), s.more))
	if faults.Stop() {
		t.Fatal(faults)
	}
	getenv := func(name string) string {
		return map[string]string{config.TokenEnv: s.chat.BotToken(), config.AppTokenEnv: s.chat.AppToken()}[name]
	}
	p := &program{Command: Command{Stdout: s.log, Stderr: s.log, Getenv: getenv}}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() { s.ended <- p.serve(ctx, cfg.WithDefaults(getenv)) }()
}

// end waits for the end of serve.
func (s *served) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(20 * time.Second):
		t.Fatalf("serve does not end:\n%s", s.log)
		return nil
	}
}

// start begins an execution of the flow.
func (s *served) start(t *testing.T) {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(s.dir, "data", "api.token"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.NewClient("http://"+s.listen, strings.TrimSpace(string(token)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Start(t.Context(), api.StartBody{Namespace: "ops", Flow: "gate"}); err != nil {
		t.Fatal(err)
	}
}

// TestServeOverSockets: with an app-level token nobody needs to reach the
// server; a press decides all the same.
func TestServeOverSockets(t *testing.T) {
	t.Parallel()
	s := serveSocket(t)
	s.start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	buttons := func(n int) func(*slacktest.State) bool {
		return func(st *slacktest.State) bool {
			m := st.Messages("#ops")
			return len(m) > 0 && len(deciding(m[0])) >= n && (n > 0 || len(deciding(m[0])) == 0)
		}
	}
	if err := s.chat.WaitFor(ctx, buttons(1)); err != nil {
		t.Fatalf("nobody is asked: %v\n%s", err, s.log)
	}
	m := s.chat.Messages("#ops")[0]
	approve, _ := m.Button("Approve")
	if r, err := s.chat.Press(ctx, "dana", m.Channel, m.TS, approve.Action); err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press = %+v, %v", r, err)
	}
	if err := s.chat.WaitFor(ctx, buttons(0)); err != nil {
		t.Fatalf("the card does not change: %v\n%s", err, s.log)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.listen+"/slack/interactions", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("Slack's endpoint answers %d without a signing secret", res.StatusCode)
	}
	s.stop()
	if err := s.end(t); err != nil {
		t.Errorf("serve = %v", err)
	}
	if log := s.log.String(); !strings.Contains(log, `slack="socket mode"`) || strings.Contains(log, s.chat.AppToken()) {
		t.Errorf("the log does not name the transport, or names the token:\n%s", log)
	}
	if faults := s.chat.SocketFaults(); len(faults) > 0 {
		t.Errorf("faults on the sockets: %q", faults)
	}
}

// TestServeStopsWhenRefusedAtStart: an app-level token that Slack refuses from
// the start stops serve with what to do.
func TestServeStopsWhenRefusedAtStart(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	for range 2 {
		s.chat.FailNext("apps.connections.open", "token_revoked")
	}
	s.begin(t)
	err := s.end(t)
	if got := errText(err); !strings.Contains(got, "token_revoked") || !strings.Contains(got, "App-Level Tokens") {
		t.Errorf("serve = %q", got)
	}
}

// TestServeGoesOnWhenRefusedLater: a token that is revoked while signoff runs
// closes the way in over Slack, and no other.
func TestServeGoesOnWhenRefusedLater(t *testing.T) {
	t.Parallel()
	s := serveSocket(t)
	for range 2 {
		s.chat.FailNext("apps.connections.open", "token_revoked")
	}
	s.chat.CutSockets()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for told := "App-Level Tokens"; !strings.Contains(s.log.String(), told); {
		if ctx.Err() != nil {
			t.Fatalf("the refusal is not told:\n%s", s.log)
		}
		time.Sleep(time.Millisecond)
	}
	if !healthy(ctx, s.listen) {
		t.Error("the server does not answer any more")
	}
	s.stop()
	if err := s.end(t); err != nil {
		t.Errorf("serve = %v", err)
	}
}

// TestKillOverSockets is TestKill in Socket Mode.
func TestKillOverSockets(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the server and kills it")
	}
	h := newHarness(t)
	h.kill()
	h.chat.SetSocketMode(true)
	t.Setenv(config.AppTokenEnv, h.chat.AppToken())
	h.serve()
	for range min(killCycles(t), 50) {
		h.cycle()
		if faults := h.told.check(h.executions()); len(faults) > 0 {
			t.Fatalf("after a kill:\n%s", strings.Join(faults, "\n"))
		}
	}
	h.settle()
	h.checkAll()
	if len(h.told.pressed) == 0 {
		t.Error("no press came through")
	}
	t.Logf("%d kills, %d starts, %d presses acknowledged", h.kills, len(h.told.started), len(h.told.pressed))
}
