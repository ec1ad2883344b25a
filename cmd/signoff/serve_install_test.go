package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/install"
	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/config"
)

// installFlow is the flow of the other tests, asked in another workspace.
func installFlow() string {
	return strings.NewReplacer("user:dana", "user:ann", "#ops", "TALONE/#alone").Replace(socketFlow)
}

// TestServeInstalls: a workspace installs the app by the page, is asked in its
// channel, and answers; after a restart its token is still there, and nowhere in
// the clear.
func TestServeInstalls(t *testing.T) {
	t.Parallel()
	s := &served{listen: freePort(t), dir: t.TempDir(), log: &lockedBuffer{}, ended: make(chan error, 1)}
	base := "http://" + s.listen
	s.chat = slacktest.New(slacktest.Options{
		SocketMode: true,
		Users:      []slacktest.User{{ID: "UALONE", Name: "ann", Team: "TALONE"}},
		Workspaces: []slacktest.Workspace{{ID: "TALONE", Name: "alone"}},
		Channels:   []slacktest.Channel{{ID: "CALONE", Name: "alone", Team: "TALONE"}},
		App:        slacktest.App{ClientID: "1.2", ClientSecret: "client-secret", Redirects: []string{base + install.CallbackPath}},
	})
	s.chat.Start(t)
	for name, text := range map[string]string{
		"gate.yaml": installFlow(), "key": "a secret key that is long enough", "client": "client-secret", "app": s.chat.AppToken(),
		"signoff.yaml": fmt.Sprintf(`
listen: %s
base_url: %s
data: %[3]s/data
flows: %[3]s/gate.yaml
secret_key: {file: %[3]s/key}
slack: {api_url: %[4]s, client_id: "1.2", client_secret: {file: %[3]s/client}, app_token: {file: %[3]s/app}, workspace: TALONE}
people:
  - {id: ann, name: Ann, slack: UALONE}
`, s.listen, base, s.dir, s.chat.APIURL()),
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.serveFile(t)
	s.installAt(t, base, "UALONE")
	s.start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	asked := func(st *slacktest.State) bool {
		return slices.ContainsFunc(st.Messages("CALONE"), func(m slacktest.Message) bool { return strings.HasPrefix(m.Text, "Approval needed") })
	}
	if err := s.chat.WaitFor(ctx, asked); err != nil {
		t.Fatalf("nobody is asked: %v\n%s", err, s.log)
	}
	s.stop()
	if err := s.end(t); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(s.dir, "data", "signoff.db"))
	if err != nil || strings.Contains(string(raw), "xoxb-") || strings.Contains(s.log.String(), "xoxb-") {
		t.Errorf("a token stands in the store or the log in the clear, %v", err)
	}
	s.serveFile(t)
	m := s.chat.Messages("CALONE")[0]
	if _, err := s.chat.Press(ctx, "UALONE", "CALONE", m.TS, "act:approve"); err != nil {
		t.Fatal(err)
	}
	decided := func(st *slacktest.State) bool {
		m := st.Messages("CALONE")[0]
		return strings.Contains(m.Text, "Approved")
	}
	if err := s.chat.WaitFor(ctx, decided); err != nil {
		t.Fatalf("the card does not say that it is decided: %v\n%s\n%s", err, s.chat.Messages("CALONE")[0].Text, s.log)
	}
	s.start(t)
	if err := s.chat.WaitFor(ctx, asked); err != nil {
		t.Fatalf("nobody is asked again: %v\n%s", err, s.log)
	}
	if err := s.chat.Uninstall(ctx, "TALONE"); err != nil {
		t.Fatal(err)
	}
	s.says(t, "delivery given up")
	s.says(t, "workspace_removed")
	s.stop()
	if err := s.end(t); err != nil {
		t.Fatal(err)
	}
}

// serveFile starts serve with the folder's signoff.yaml and waits until it
// answers.
func (s *served) serveFile(t *testing.T) {
	t.Helper()
	p := &program{Command: Command{Stdout: s.log, Stderr: s.log, Getenv: func(string) string { return "" }}}
	cfg, err := p.serveConfig(filepath.Join(s.dir, "signoff.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() { s.ended <- p.serve(ctx, cfg) }()
	waiting, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !healthy(waiting, s.listen) {
		if waiting.Err() != nil {
			t.Fatalf("the server does not answer:\n%s", s.log)
		}
	}
	if err := s.chat.WaitSockets(waiting, 2); err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
}

// installAt goes the way of an administrator: the code of the command line, the
// page, Slack's page, and back.
func (s *served) installAt(t *testing.T, base, user string) {
	t.Helper()
	cfg, faults := config.Parse("signoff.yaml", []byte(readFile(t, filepath.Join(s.dir, "signoff.yaml"))))
	if faults.Stop() {
		t.Fatal(faults)
	}
	key, err := installKey(cfg, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	code, err := install.NewCode(key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/authorize") { // on Slack's page a person agrees
			q := r.URL.Query()
			q.Set("user", user)
			r.URL.RawQuery = q.Encode()
		}
		return nil
	}}
	resp, err := browser.PostForm(base+install.InstallPath, url.Values{"code": {code}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "signoff is installed in alone") {
		t.Fatalf("the install ends with %d %s %v\n%s", resp.StatusCode, page, err, s.log)
	}
}

// says waits until the log holds a text.
func (s *served) says(t *testing.T, text string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for !strings.Contains(s.log.String(), text) {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the log does not say %q:\n%s", text, s.log)
		}
	}
}
