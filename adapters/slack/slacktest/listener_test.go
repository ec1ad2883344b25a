package slacktest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"signoff/adapters/slack/slacktest"
)

// heard is one request that Slack sent to the app.
type heard struct {
	path   string
	header http.Header
	form   url.Values
	json   map[string]any // the body, or the payload in the form
}

// listener is an app with an address for each kind of request. It checks the
// signatures by itself.
type listener struct {
	t      *testing.T
	secret string
	mu     sync.Mutex
	got    []heard
	answer func(w http.ResponseWriter, h heard)
}

// listen connects such an app to the workspace.
func listen(t *testing.T, s *slacktest.Server, answer func(w http.ResponseWriter, h heard)) *listener {
	t.Helper()
	l := &listener{t: t, secret: s.SigningSecret(), answer: answer}
	s.SetAddresses(slacktest.Addresses{
		Interactions: "http://app.test/interactions", Options: "http://app.test/options",
		Commands: "http://app.test/commands", Events: "http://app.test/events",
	}, &http.Client{
		Transport: l, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	return l
}

// RoundTrip answers without a network, so that tests in which time passes by
// itself can use it.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	l.verify(r, body)
	h := heard{path: r.URL.Path, header: r.Header, json: map[string]any{}}
	raw := body
	if r.Header.Get("Content-Type") != "application/json" {
		if h.form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
		raw = []byte(h.form.Get("payload"))
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &h.json); err != nil {
			l.t.Errorf("%s: %v", raw, err)
		}
	}
	l.mu.Lock()
	l.got = append(l.got, h)
	l.mu.Unlock()
	w := httptest.NewRecorder()
	if l.answer != nil {
		l.answer(w, h)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func (l *listener) verify(r *http.Request, body []byte) {
	mac := hmac.New(sha256.New, []byte(l.secret))
	_, _ = io.WriteString(mac, "v0:"+r.Header.Get("X-Slack-Request-Timestamp")+":"+string(body))
	if want := "v0=" + hex.EncodeToString(mac.Sum(nil)); r.Header.Get("X-Slack-Signature") != want {
		l.t.Errorf("%s: signature %q, want %q", r.URL.Path, r.Header.Get("X-Slack-Signature"), want)
	}
}

// all is what was heard so far.
func (l *listener) all() []heard {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]heard(nil), l.got...)
}

// last is the newest request.
func (l *listener) last() heard {
	l.t.Helper()
	all := l.all()
	if len(all) == 0 {
		l.t.Fatal("the app heard nothing")
	}
	return all[len(all)-1]
}

// says answers with JSON.
func says(body string) func(http.ResponseWriter, heard) {
	return func(w http.ResponseWriter, _ heard) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// at is a value inside a decoded JSON object.
func at(v any, keys ...string) any {
	for _, key := range keys {
		o, _ := v.(map[string]any)
		v = o[key]
	}
	return v
}
