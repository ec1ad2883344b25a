package slack_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack"
)

// raw sends a payload as only Slack can, over HTTP, whatever transport the bench
// has, and returns the body of the answer.
func (b *bench) raw(t *testing.T, payload string) string {
	t.Helper()
	w := b.send(slack.InteractionsPath, "application/x-www-form-urlencoded", form(payload))
	if w.Code != 200 {
		t.Fatalf("answer = %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// send is one signed request.
func (b *bench) send(path, media, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header = b.fake.Sign(time.Now(), []byte(body))
	r.Header.Set("Content-Type", media)
	w := httptest.NewRecorder()
	b.ingress.Config.Handler.ServeHTTP(w, r)
	return w
}

// post puts a card into #requests.
func (b *bench) post(t *testing.T, card adapters.Card) adapters.MessageRef {
	t.Helper()
	ref, err := b.adapter.Post(t.Context(), requests, card)
	if err != nil {
		t.Fatalf("Post: %v", err)
	}
	return ref
}

// idle ends the adapter, so that everything that was begun is done.
func (b *bench) idle(t *testing.T) {
	t.Helper()
	b.stop()
}
