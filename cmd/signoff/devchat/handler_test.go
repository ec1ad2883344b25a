package devchat_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/devchat"
)

// request asks the page for something and returns the status and the body.
func (o *office) request(method, path, body string, change func(*http.Request)) (int, string) {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), method, o.url+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// view is the part of a snapshot that these tests read.
type view struct {
	Me            string `json:"me"`
	Conversations []struct {
		Name     string `json:"name"`
		Direct   bool   `json:"direct"`
		Messages []struct {
			Text   string `json:"text"`
			OnlyMe bool   `json:"only_me"`
		} `json:"messages"`
	} `json:"conversations"`
	Modals []json.RawMessage `json:"modals"`
	People []struct {
		Name string `json:"name"`
	} `json:"people"`
}

func (o *office) view(as string) view {
	o.t.Helper()
	status, body := o.request(http.MethodGet, "/chat/state?as="+as, "", nil)
	var v view
	if err := json.Unmarshal([]byte(body), &v); err != nil || status != http.StatusOK {
		o.t.Fatalf("state of %s: %d %s", as, status, body)
	}
	return v
}

// TestStateIsOnesOwn: what is for one person is in no other person's state.
func TestStateIsOnesOwn(t *testing.T) {
	t.Parallel()
	o := open(t)
	if err := o.ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.api.PostEphemeralContext(t.Context(), "CVAC", "UDANA", goslack.MsgOptionText("for Dana", false)); err != nil {
		t.Fatal(err)
	}
	press, err := json.Marshal(map[string]any{"as": "UDANA", "channel": "CVAC", "ts": o.slack.Messages("CVAC")[0].TS, "action": "form:reject"})
	if err != nil {
		t.Fatal(err)
	}
	if status, body := o.request(http.MethodPost, "/chat/press", string(press), nil); status != http.StatusOK || !strings.Contains(body, "acknowledged") {
		t.Fatalf("press: %d %s", status, body)
	}
	for as, mine := range map[string]bool{"UDANA": true, "UALEX": false, "UKIM": false} {
		v := o.view(as)
		var direct, whispered bool
		for _, c := range v.Conversations {
			direct = direct || c.Direct
			for _, m := range c.Messages {
				whispered = whispered || m.OnlyMe || m.Text == "for Dana"
			}
		}
		if v.Me != as || direct != mine || whispered != mine || (len(v.Modals) == 1) != mine {
			t.Errorf("%s: direct message %v, ephemeral %v, %d modals; want all of it: %v", v.Me, direct, whispered, len(v.Modals), mine)
		}
	}
	for _, p := range o.view("UDANA").People {
		if p.Name == "gone" {
			t.Error("a deactivated person can be chosen")
		}
	}
	if v := o.view("UGONE"); v.Me != "UDANA" {
		t.Errorf("as somebody deactivated one is %s, want the first person", v.Me)
	}
}

// TestEventsTellChanges: the stream begins with the state and tells each change.
func TestEventsTellChanges(t *testing.T) {
	t.Parallel()
	o := open(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.url+"/chat/events?as=UALEX", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("Content-Type = %q", kind)
	}
	lines := bufio.NewReader(res.Body)
	next := func(want string) {
		t.Helper()
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatalf("stream ended before %q: %v", want, err)
			}
			if strings.HasPrefix(line, "data: ") && strings.Contains(line, want) {
				return
			}
		}
	}
	next(`"me":"UALEX"`)
	if _, _, err := o.api.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("hello all", false)); err != nil {
		t.Fatal(err)
	}
	next("hello all")
	if err := o.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	next(`"state":"PAUSED"`)
}

func TestPageIsGuarded(t *testing.T) {
	t.Parallel()
	o := open(t)
	if err := o.ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	press := `{"as":"UDANA","channel":"CVAC","ts":"` + o.slack.Messages("CVAC")[0].TS + `","action":"act:approve"}`
	host := strings.TrimPrefix(o.url, "http://")
	_, port, _ := strings.Cut(host, ":")
	for name, tt := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"other_name":     {func(r *http.Request) { r.Host = "evil.example:" + port }, http.StatusMisdirectedRequest},
		"other_port":     {func(r *http.Request) { r.Host = "127.0.0.1:1" }, http.StatusMisdirectedRequest},
		"no_port":        {func(r *http.Request) { r.Host = "127.0.0.1" }, http.StatusMisdirectedRequest},
		"public_address": {func(r *http.Request) { r.Host = "192.0.2.1:" + port }, http.StatusMisdirectedRequest},
		"name_like_ours": {func(r *http.Request) { r.Host = "127.0.0.1.evil.example:" + port }, http.StatusMisdirectedRequest},
		"other_site":     {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		"sibling_port":   {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, http.StatusForbidden},
		"other_origin":   {func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, http.StatusForbidden},
		"form_type":      {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, http.StatusUnsupportedMediaType},
	} {
		t.Run(name, func(t *testing.T) {
			if status, body := o.request(http.MethodPost, "/chat/press", press, tt.change); status != tt.want {
				t.Errorf("%d %s, want %d", status, body, tt.want)
			}
			if m := o.slack.Messages("CVAC")[0]; m.Edits != 0 {
				t.Error("the press went through")
			}
		})
	}
	if status, _ := o.request(http.MethodGet, "/chat/state?as=UDANA", "", func(r *http.Request) { r.Host = "evil.example:" + port }); status != http.StatusMisdirectedRequest {
		t.Errorf("reading under another name: %d, want %d", status, http.StatusMisdirectedRequest)
	}
	if status, _ := o.request(http.MethodGet, "/chat/press", "", nil); status == http.StatusOK {
		t.Error("a GET pressed a button")
	}
	if status, body := o.request(http.MethodPost, "/chat/press", press, func(r *http.Request) { r.Host = "localhost:" + port }); status != http.StatusOK {
		t.Errorf("as localhost: %d %s, want it done", status, body)
	}
}

func TestPageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	o := open(t)
	res, err := http.Get(o.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for key, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
	} {
		if got := res.Header.Get(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	csp := res.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") {
		t.Errorf("Content-Security-Policy = %q", csp)
	}
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"://", "onclick=", "<style", "javascript:"} {
		if bytes.Contains(page, []byte(word)) {
			t.Errorf("the page holds %q", word)
		}
	}
}

func TestActionsAnswerInWords(t *testing.T) {
	t.Parallel()
	o := open(t)
	if err := o.ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	ts := o.slack.Messages("CVAC")[0].TS
	for name, tt := range map[string]struct {
		path, body string
		status     int
		want       string
	}{
		"gone_button":   {"press", `{"as":"UDANA","channel":"CVAC","ts":"` + ts + `","action":"act:explode"}`, 409, "no longer there"},
		"gone_message":  {"press", `{"as":"UDANA","channel":"CVAC","ts":"1.1","action":"act:approve"}`, 409, "no longer there"},
		"gone_modal":    {"submit", `{"as":"UDANA","view":"V9","values":{}}`, 409, "no longer open"},
		"nobody":        {"close", `{"as":"eve","view":"V9"}`, 409, "nobody"},
		"misspelt":      {"say", `{"who":"UALEX"}`, 400, "who"},
		"say_nobody":    {"say", `{"as":"eve","channel":"CGEN","text":"hi"}`, 409, "nobody"},
		"say_elsewhere": {"say", `{"as":"UALEX","channel":"C9","text":"hi"}`, 409, "not in this conversation"},
		"say_nothing":   {"say", `{"as":"UALEX","channel":"CGEN","text":"  "}`, 409, "nothing to send"},
		"no_command":    {"say", `{"as":"UALEX","channel":"CGEN","text":"/nothing at all"}`, 409, "no such command"},
		"no_shortcut":   {"shortcut", `{"as":"UALEX","callback":"gone"}`, 409, "does not offer this"},
		"about_nothing": {"shortcut", `{"as":"UALEX","callback":"about","channel":"CGEN","ts":"1.1"}`, 409, "no longer there"},
		"tab_of_nobody": {"tab", `{"as":"eve","tab":"home"}`, 409, "nobody"},
		"no_search":     {"suggest", `{"as":"UALEX","view":"V9","action":"v","query":"x"}`, 409, "no longer open"},
		"no_json":       {"press", `press!`, 400, "bad request"},
		"two_values":    {"press", `{} {}`, 400, "more than one"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := o.request(http.MethodPost, "/chat/"+tt.path, tt.body, nil)
			if status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("%d %q, want %d with %q", status, body, tt.status, tt.want)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	if _, err := devchat.New(devchat.Config{}); err == nil {
		t.Error("no workspace: want an error")
	}
	if _, err := devchat.New(devchat.Config{Slack: slacktest.New(slacktest.Options{})}); err == nil {
		t.Error("no flows: want an error")
	}
}

// TestFaultsStayInTheTerminal: an error's text does not reach the page.
func TestFaultsStayInTheTerminal(t *testing.T) {
	t.Parallel()
	h, err := devchat.New(devchat.Config{
		Slack: slacktest.New(slacktest.Options{}), Flows: broken,
	})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/chat/flows", nil)
	h.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "token") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !slices.Contains(w.Result().Header.Values("Cache-Control"), "no-store") {
		t.Error("an error page may be cached")
	}
}

var errBroken = errors.New("store: token xoxb-secret is wrong")

// TestUploadTakesFiles: what is handed in is the workspace's from then on, under
// its own name and nobody else's.
func TestUploadTakesFiles(t *testing.T) {
	t.Parallel()
	o := open(t)
	for name, tt := range map[string]struct {
		query, body string
		status      int
		want        string
	}{
		"a_file":    {"as=UALEX&name=plan.txt", "two weeks", http.StatusOK, `"id":"F`},
		"a_path":    {"as=UALEX&name=../../etc/passwd", "x", http.StatusOK, `"id":"F`},
		"nobody":    {"as=eve&name=a.txt", "x", http.StatusConflict, "nobody"},
		"too_large": {"as=UALEX&name=a.txt", strings.Repeat("x", 10<<20+1), http.StatusRequestEntityTooLarge, "10 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := o.request(http.MethodPost, "/chat/upload?"+tt.query, tt.body, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") })
			if status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("%d %q, want %d with %q", status, body, tt.status, tt.want)
			}
		})
	}
	if status, _ := o.request(http.MethodPost, "/chat/upload?as=UALEX&name=a.txt", "x", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }); status != http.StatusForbidden {
		t.Errorf("a file from another site: %d, want %d", status, http.StatusForbidden)
	}
}
