package slacktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	goslack "github.com/slack-go/slack"

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
// signatures with slack-go's verifier.
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
	}, &http.Client{Transport: l})
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
	v, err := goslack.NewSecretsVerifier(r.Header, l.secret)
	if err != nil {
		l.t.Errorf("%s: %v", r.URL.Path, err)
		return
	}
	if _, err := v.Write(body); err != nil {
		l.t.Error(err)
	}
	if err := v.Ensure(); err != nil {
		l.t.Errorf("%s: the signature is refused: %v", r.URL.Path, err)
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
