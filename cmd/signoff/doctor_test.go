package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters/slack/install"
	"signoff/adapters/slack/manifest"
	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/config"
	"signoff/store/bolt"
)

// farSlack answers each method with one thing.
type farSlack struct {
	mu      sync.Mutex
	answers map[string]string // guarded by mu
	scopes  []string          // guarded by mu
	date    time.Time         // guarded by mu
	asked   []string          // guarded by mu
}

func newFarSlack(t *testing.T) (*farSlack, string) {
	t.Helper()
	f := &farSlack{scopes: manifest.Scopes(), answers: map[string]string{
		"auth.test":             `{"ok":true,"team":"Acme","team_id":"T1","bot_id":"B1"}`,
		"apps.connections.open": `{"ok":true,"url":"wss://example.com/"}`,
		"conversations.list":    `{"ok":true,"channels":[{"id":"C1","name":"ops","is_member":true}]}`,
		"conversations.info":    `{"ok":true,"channel":{"id":"C2","is_member":true}}`,
		"blocks.validate":       `{"ok":true}`,
	}}
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	return f, srv.URL + "/api/"
}

func (f *farSlack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	f.asked = append(f.asked, method)
	w.Header().Set("X-Oauth-Scopes", strings.Join(f.scopes, ","))
	if !f.date.IsZero() {
		w.Header().Set("Date", f.date.UTC().Format(http.TimeFormat))
	}
	_, _ = w.Write([]byte(f.answers[method]))
}

// patient is a configuration with all it needs, in a folder.
type patient struct {
	dir string
	far *farSlack
	url string
	cfg map[string]string // the lines of signoff.yaml, by key
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	p := &patient{dir: t.TempDir()}
	p.far, p.url = newFarSlack(t)
	for name, text := range map[string]string{
		"token": "xoxb-canary", "app": "xapp-canary", "key": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
		"gate.yaml": strings.Replace(socketFlow, `["user:dana"]`, `["user:dana", "user:kim"]`, 1),
	} {
		p.write(t, name, text)
	}
	if err := os.Mkdir(filepath.Join(p.dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.cfg = map[string]string{
		"base_url": "https://signoff.example.com", "data": p.dir + "/data", "flows": p.dir + "/gate.yaml", "secret_key": "{file: " + p.dir + "/key}",
		"slack":  fmt.Sprintf("{api_url: %q, token: {file: %[2]s/token}, app_token: {file: %[2]s/app}}", p.url, p.dir),
		"people": "[{id: dana, name: Dana, slack: U1}, {id: kim, name: Kim, slack: U2}]",
	}
	return p
}

func (p *patient) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// examine runs the command and returns its findings and exit status.
func (p *patient) examine(t *testing.T, args ...string) ([]finding, int) {
	t.Helper()
	var file, out, errs bytes.Buffer
	for _, key := range sortedKeys(p.cfg) {
		fmt.Fprintf(&file, "%s: %s\n", key, p.cfg[key])
	}
	p.write(t, "signoff.yaml", file.String())
	c := Command{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }}
	status := c.Main(append([]string{"--json", "doctor", "--config", filepath.Join(p.dir, "signoff.yaml")}, args...))
	if strings.Contains(out.String()+errs.String(), "canary") {
		t.Errorf("a secret is printed: %s %s", &out, &errs)
	}
	var found []finding
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		t.Fatalf("doctor = %d %s %s", status, &out, &errs)
	}
	return found, status
}

func has(found []finding, state health, check, text string) bool {
	return slices.ContainsFunc(found, func(f finding) bool {
		return f.State == state && f.Check == check && strings.Contains(f.Text, text)
	})
}

func TestDoctorFindsNothing(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	found, status := p.examine(t, "--online")
	for _, f := range found {
		if f.State == failed || f.State == warned {
			t.Errorf("%s %s: %s", f.State, f.Check, f.Text)
		}
	}
	for _, check := range []string{"configuration", "flows", "secrets", "secret_key", "base_url", "data", "slack.token", "slack.app_token", "clock", "channel #ops", "cards"} {
		if !slices.ContainsFunc(found, func(f finding) bool { return f.State == sound && f.Check == check }) {
			t.Errorf("%s is not said to be ok", check)
		}
	}
	if status != exitOK || len(p.far.asked) == 0 {
		t.Errorf("status %d, asked %v", status, p.far.asked)
	}
}

// TestDoctorAsksNobodyUnasked: without --online nothing leaves the machine.
func TestDoctorAsksNobodyUnasked(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	if found, status := p.examine(t); status != exitOK || len(p.far.asked) > 0 || !has(found, unasked, "slack", "was not asked") {
		t.Errorf("status %d, asked %v, %+v", status, p.far.asked, found)
	}
}

func TestDoctorFinds(t *testing.T) {
	t.Parallel()
	answer := func(method, text string) func(*testing.T, *patient) {
		return func(_ *testing.T, p *patient) { p.far.answers[method] = text }
	}
	key := func(name, value string) func(*testing.T, *patient) {
		return func(_ *testing.T, p *patient) { p.cfg[name] = value }
	}
	file := func(name, text string) func(*testing.T, *patient) {
		return func(t *testing.T, p *patient) { t.Helper(); p.write(t, name, text) }
	}
	mode := func(name string, m os.FileMode) func(*testing.T, *patient) {
		return func(t *testing.T, p *patient) {
			t.Helper()
			if err := os.Chmod(filepath.Join(p.dir, name), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	at := func(off time.Duration) func(*testing.T, *patient) {
		return func(_ *testing.T, p *patient) { p.far.date = time.Now().Add(off) }
	}
	for name, c := range map[string]struct {
		spoil       func(*testing.T, *patient)
		state       health
		check, text string
	}{
		"bad_key":             {key("sloth", "x"), failed, "configuration", `unexpected key "sloth"`},
		"secret_in_file":      {key("slack", "{token: xoxb-canary}"), failed, "configuration", "must not stand here"},
		"gap":                 {key("people", "[]"), failed, "people", "missing"},
		"no_flows":            {key("flows", "/nowhere"), failed, "flows", "no file or folder"},
		"flow_fault":          {file("gate.yaml", "id: x\nnamespace: y\ntasks: []\n"), failed, "flows", "fault"},
		"secret_gone":         {key("secret_key", "{file: /nowhere}"), failed, "secret_key", "read a secret"},
		"secret_open":         {mode("token", 0o644), warned, "slack.token", "everybody on this machine"},
		"short_key":           {file("key", "too short"), failed, "secret_key", "32 bytes"},
		"weak_key":            {file("key", "sixteen letters!"), warned, "secret_key", "short passphrase"},
		"dull_key":            {file("key", strings.Repeat("ab", 40)), warned, "secret_key", "short passphrase"},
		"passphrase":          {file("key", "a long sentence that somebody thought of"), warned, "secret_key", "passphrase"},
		"base_url_local":      {key("base_url", "http://127.0.0.1:7070"), warned, "base_url", "on this machine"},
		"base_url_path":       {key("base_url", "https://example.com/behind"), warned, "base_url", "has a path"},
		"data_open":           {mode("data", 0o755), failed, "data", "others can open"},
		"data_is_a_file":      {key("data", "/etc/hostname"), failed, "data", "no folder"},
		"store_damaged":       {file("data/signoff.db", "nonsense"), failed, "data", "cannot be opened"},
		"rotating_token":      {file("token", "xoxe.xoxb-canary"), failed, "slack.token", "ends after twelve hours"},
		"person_token":        {file("token", "xoxp-canary"), failed, "slack.token", "no bot token"},
		"token_refused":       {answer("auth.test", `{"ok":false,"error":"invalid_auth"}`), failed, "slack.token", "invalid_auth"},
		"not_a_bot":           {answer("auth.test", `{"ok":true,"team_id":"T1"}`), failed, "slack.token", "a person's token"},
		"slack_silent":        {answer("auth.test", `<html>`), failed, "slack.token", "no answer"},
		"scope_missing":       {func(_ *testing.T, p *patient) { p.far.scopes = p.far.scopes[1:] }, failed, "slack.token", "lacks the permissions " + manifest.Scopes()[0]},
		"scope_spare":         {func(_ *testing.T, p *patient) { p.far.scopes = append(p.far.scopes, "admin") }, warned, "slack.token", "does not use: admin"},
		"no_scopes":           {func(_ *testing.T, p *patient) { p.far.scopes = nil }, unasked, "slack.token", "does not say"},
		"clock_off":           {at(90 * time.Second), warned, "clock", "off Slack's"},
		"clock_far_off":       {at(-time.Hour), failed, "clock", "everything that Slack signs is refused"},
		"app_token_refused":   {answer("apps.connections.open", `{"ok":false,"error":"not_allowed_token_type"}`), failed, "slack.app_token", "not_allowed_token_type"},
		"no_channel":          {answer("conversations.list", `{"ok":true,"channels":[]}`), failed, "channel #ops", "sees no such channel (the flow ops/gate)"},
		"not_in_channel":      {answer("conversations.list", `{"ok":true,"channels":[{"name":"ops"}]}`), failed, "channel #ops", "the bot is not in it"},
		"archived":            {answer("conversations.list", `{"ok":true,"channels":[{"name":"ops","is_member":true,"is_archived":true}]}`), failed, "channel #ops", "archived"},
		"shared":              {answer("conversations.list", `{"ok":true,"channels":[{"name":"ops","is_member":true,"is_ext_shared":true}]}`), warned, "channel #ops", "other organisations"},
		"list_refused":        {answer("conversations.list", `{"ok":false,"error":"missing_scope","needed":"channels:read"}`), failed, "channel #ops", "channels:read"},
		"alerts_elsewhere":    {key("alerts", `{slack: "C9"}`), sound, "channel C9", "is in it"},
		"unknown_workspace":   {key("alerts", `{slack: "T9/#x"}`), failed, "channel T9/#x", "no good token"},
		"channel_of_an_org":   {key("alerts", `{slack: "E9/#x"}`), failed, "channel E9/#x", "no good token"},
		"cards_refused":       {answer("blocks.validate", `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["/blocks/0: bad"]}}`), failed, "cards", "/blocks/0: bad"},
		"cards_not_looked_at": {answer("blocks.validate", `{"ok":false,"error":"unknown_method"}`), unasked, "cards", "does not look"},
		"mail_down":           {key("mail", "{host: 127.0.0.1, port: 1, from: a@example.com}"), failed, "mail", "does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t)
			c.spoil(t, p)
			found, status := p.examine(t, "--online")
			if !has(found, c.state, c.check, c.text) {
				t.Errorf("no %s %s: %s in %+v", c.state, c.check, c.text, found)
			}
			if want := map[bool]int{true: exitFaults, false: exitOK}[c.state == failed]; status != want {
				t.Errorf("status %d, want %d: %+v", status, want, found)
			}
			for _, f := range found {
				if (f.State == failed || f.State == warned) && f.Do == "" {
					t.Errorf("%s does not say what to do", f.Check)
				}
			}
		})
	}
}

// TestDoctorLooksAtInstalls that the store keeps, while no server runs.
func TestDoctorLooksAtInstalls(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.write(t, "client", "client-canary")
	p.cfg["slack"] = fmt.Sprintf("{api_url: %q, client_id: '1.2', client_secret: {file: %[2]s/client}, app_token: {file: %[2]s/app}, workspace: T1}", p.url, p.dir)
	cfg, faults := config.Parse("f", []byte("secret_key: {file: "+p.dir+"/key}"))
	if faults.Stop() {
		t.Fatal(faults)
	}
	key, err := installKey(cfg, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	p.far.answers["oauth.v2.access"] = `{"ok":true,"access_token":"xoxb-canary","token_type":"bot","scope":"` + strings.Join(manifest.Scopes(), ",") +
		`","team":{"id":"T1","name":"Acme"},"authed_user":{"id":"U1"}}`
	st, err := bolt.Open(filepath.Join(p.dir, "data", storeFile), bolt.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := install.New(install.Config{
		ClientID: "1.2", ClientSecret: "x", Key: key, BaseURL: "https://signoff.example.com", Book: &slackBook{store: st}, APIURL: p.url,
	})
	if err != nil {
		t.Fatal(err)
	}
	installThere(t, kept, key)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	found, status := p.examine(t, "--online")
	if status != exitOK || !has(found, sound, "slack install T1", "Acme") || !has(found, sound, "channel #ops", "is in it") {
		t.Errorf("status %d: %+v", status, found)
	}
	p.write(t, "key", "another passphrase that is long enough for it")
	if found, status = p.examine(t, "--online"); status != exitFaults || !has(found, failed, "slack install T1", "another secret_key") {
		t.Errorf("under another key: status %d: %+v", status, found)
	}
}

// installThere goes through the pages.
func installThere(t *testing.T, kept *install.Installs, key []byte) {
	t.Helper()
	code, err := install.NewCode(key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	leave := httptest.NewRequestWithContext(t.Context(), http.MethodPost, install.InstallPath, strings.NewReader("code="+code))
	leave.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	left := httptest.NewRecorder()
	kept.Handler().ServeHTTP(left, leave)
	_, state, _ := strings.Cut(left.Header().Get("Location"), "state=")
	back := httptest.NewRequestWithContext(t.Context(), http.MethodGet, install.CallbackPath+"?code=c&state="+state, nil)
	for _, c := range left.Result().Cookies() {
		back.AddCookie(c)
	}
	came := httptest.NewRecorder()
	kept.Handler().ServeHTTP(came, back)
	if came.Code != http.StatusOK {
		t.Fatalf("the install ends with %d %s", came.Code, came.Body)
	}
}

// TestDoctorAgainstTheFake: the samples keep the fake's rules.
func TestDoctorAgainstTheFake(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(slacktest.Options{SocketMode: true, Channels: []slacktest.Channel{{Name: "ops"}}})
	fake.Start(t)
	p := newPatient(t)
	p.write(t, "token", fake.BotToken())
	p.write(t, "app", fake.AppToken())
	p.cfg["slack"] = fmt.Sprintf("{api_url: %q, token: {file: %[2]s/token}, app_token: {file: %[2]s/app}}", fake.APIURL(), p.dir)
	found, status := p.examine(t, "--online")
	if status != exitOK || !has(found, sound, "channel #ops", "is in it") || !has(found, sound, "cards", "a form") || !has(found, sound, "slack.app_token", "opens sockets") {
		t.Errorf("status %d: %+v", status, found)
	}
}

func TestDoctorSaysItInLines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	d := doctor{program: &program{Command: Command{Stdout: &out}}}
	d.ok("a", "good")
	d.found(failed, "b", "bad\x1b[31m", "mend it")
	if err := d.tell(); err == nil {
		t.Error("tell = nil with a failure")
	}
	want := "ok    a: good\nfail  b: bad·[31m\n      -> mend it\n\n1 check failed.\n"
	if out.String() != want {
		t.Errorf("tell says\n%s, want\n%s", &out, want)
	}
}
