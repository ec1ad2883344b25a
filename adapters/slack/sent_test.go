package slack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
)

// recorder is a Web API that takes everything and keeps what was sent.
type recorder struct {
	answer string

	mu   sync.Mutex
	sent map[string]string // guarded by mu; the last body by path
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent[req.URL.Path] = string(body)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, r.answer)
}

func (r *recorder) form(t *testing.T, method string) url.Values {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	form, err := url.ParseQuery(r.sent["/api/"+method])
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func record(t *testing.T, answer string) (*recorder, *slack.Adapter) {
	t.Helper()
	r := &recorder{answer: answer, sent: map[string]string{}}
	srv := httptest.NewServer(r)
	t.Cleanup(srv.Close)
	a, err := slack.New(slack.Config{Token: "xoxb-secret", SigningSecrets: []string{secret}, APIURL: srv.URL + "/api/"})
	if err != nil {
		t.Fatal(err)
	}
	return r, a
}

// TestSentQuietly: nothing in a text is looked for mentions or links, no link is
// unfolded, and the text and the blocks are always sent together.
func TestSentQuietly(t *testing.T) {
	t.Parallel()
	r, a := record(t, `{"ok":true,"channel":"C1","ts":"1.000001"}`)
	ref, err := a.Post(t.Context(), requests, adaptertest.Pending())
	if err != nil {
		t.Fatalf("Post: %v", err)
	}
	if err := a.Update(t.Context(), ref, adaptertest.Closed()); err != nil {
		t.Fatalf("Update: %v", err)
	}
	check := func(method string) {
		form := r.form(t, method)
		for key, want := range map[string]string{"parse": "none", "mrkdwn": "false", "unfurl_links": "false", "unfurl_media": "false", "link_names": ""} {
			if got := form.Get(key); got != want {
				t.Errorf("%s: %s = %q, want %q", method, key, got, want)
			}
		}
		if form.Get("text") == "" || !strings.HasPrefix(form.Get("blocks"), `[{"type"`) {
			t.Errorf("%s: text %q, blocks %.40q", method, form.Get("text"), form.Get("blocks"))
		}
	}
	check("chat.postMessage")
	check("chat.update")
	if err := a.Tell(t.Context(), requests, "a & b"); err != nil {
		t.Fatalf("Tell: %v", err)
	}
	check("chat.postMessage")
	if got := r.form(t, "chat.postMessage").Get("text"); got != "a &amp; b" {
		t.Errorf("text = %q, want it escaped", got)
	}
}

// TestNotOkIsNotDone: an answer that is not ok is no success, with or without a
// reason.
func TestNotOkIsNotDone(t *testing.T) {
	t.Parallel()
	_, a := record(t, `{"ok":false}`)
	err := a.Update(t.Context(), adapters.MessageRef{Place: "C1", Message: "1.000001"}, adaptertest.Closed())
	if e := wantDelivery(t, "Update", err); e.Kind != adapters.Busy {
		t.Errorf("Update = %+v, want Busy", e)
	}
	if err := a.Check(t.Context()); err == nil {
		t.Error("Check succeeded")
	}
}

// TestWhisperIsEphemeral: what is posted to a response_url says so itself.
func TestWhisperIsEphemeral(t *testing.T) {
	t.Parallel()
	got := make(chan map[string]any, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/reply") {
			var m map[string]any
			_ = json.NewDecoder(r.Body).Decode(&m)
			got <- m
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"ok":true,"user":{"id":"UDANA","team_id":"T0SIGNOFF"}}`)
	}))
	t.Cleanup(srv.Close)
	d := &desk{click: func(adapters.Click) (adapters.Answer, error) {
		return adapters.Answer{Kind: adapters.Refused, Text: "Only <!channel>"}, nil
	}}
	b := newBench(t, d, func(c *slack.Config) { c.APIURL = srv.URL + "/api/" })
	body := form(strings.Replace(press, `{"type"`, `{"response_url":"`+srv.URL+`/reply/1","type"`, 1))
	r := &request{method: http.MethodPost, target: slack.InteractionsPath, body: body, header: b.fake.Sign(time.Now(), []byte(body))}
	if w := r.send(b.adapter.Handler(d)); w.Code != http.StatusOK {
		t.Fatalf("answer = %d", w.Code)
	}
	want := map[string]any{
		"text": "Only &lt;!channel&gt;", "parse": "none", "response_type": "ephemeral", "replace_original": false, "delete_original": false,
		"blocks": []any{map[string]any{"type": "section", "text": map[string]any{"type": "plain_text", "text": "Only <!channel>", "emoji": false}}},
	}
	if diff := cmp.Diff(want, <-got); diff != "" {
		t.Errorf("sent (-want +got)\n%s", diff)
	}
}
