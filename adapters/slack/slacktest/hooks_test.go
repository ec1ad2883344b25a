package slacktest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
)

// send posts a body and returns the status and the word.
func send(t *testing.T, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	url := s.AddWebhook("#vacation-approvals", "HR")
	for name, tt := range map[string]struct {
		url, body, word string
		status          int
	}{
		"text":            {url, `{"text":"*Dates*: today"}`, "ok", 200},
		"other_channel":   {url, `{"text":"x","channel":"#small"}`, "ok", 200},
		"unknown_channel": {url, `{"text":"x","channel":"#nowhere"}`, "channel_not_found", 404},
		"archived":        {url, `{"text":"x","channel":"#old"}`, "channel_is_archived", 410},
		"not_json":        {url, `text`, "invalid_payload", 400},
		"not_an_object":   {url, `"text"`, "invalid_payload", 400},
		"text_is_number":  {url, `{"text":3}`, "invalid_payload", 400},
		"two_objects":     {url, `{"text":"a"}{"text":"b"}`, "invalid_payload", 400},
		"no_text":         {url, `{"channel":"#small"}`, "no_text", 400},
		"bad_blocks":      {url, `{"blocks":[{"type":"nonsense"}]}`, "invalid_blocks", 400},
		"wrong_secret":    {url[:len(url)-1], `{"text":"x"}`, "no_service", 404},
	} {
		t.Run(name, func(t *testing.T) {
			if status, word := send(t, tt.url, tt.body); status != tt.status || word != tt.word {
				t.Errorf("%s: %d %q, want %d %q", tt.body, status, word, tt.status, tt.word)
			}
		})
	}
	got := s.Messages("vacation-approvals")
	if len(got) != 1 || got[0].Name != "HR" || got[0].App || got[0].Text != "*Dates*: today" {
		t.Errorf("messages = %+v, want one by HR", got)
	}
}

func TestResponseURL(t *testing.T) {
	t.Parallel()
	clk := newClock()
	s, c := start(t, slacktest.Options{Now: clk.Now})
	a := install(t, s)
	pressed(t, s, c, a)
	url, _ := a.last()["response_url"].(string)
	for i := range 5 {
		if status, word := send(t, url, `{"text":"You cannot decide this."}`); status != 200 || word != "ok" {
			t.Fatalf("use %d: %d %q, want ok", i+1, status, word)
		}
	}
	if status, word := send(t, url, `{"text":"once more"}`); status != 404 || word != "used_url" {
		t.Errorf("sixth use: %d %q, want used_url", status, word)
	}
	if e := s.Ephemerals("dana"); len(e) != 5 || e[0].Channel != "CVAC" {
		t.Errorf("Ephemerals(dana) = %v, want five", e)
	}
	pressed(t, s, c, a)
	url, _ = a.last()["response_url"].(string)
	if status, word := send(t, url, `{"text":"replaced","replace_original":true}`); status != 200 {
		t.Errorf("replace: %d %q", status, word)
	}
	if m := s.Messages("CVAC"); m[1].Text != "replaced" || m[1].Blocks != nil {
		t.Errorf("the message was not replaced: %+v", m[1])
	}
	clk.advance(30*time.Minute + time.Second)
	if status, word := send(t, url, `{"text":"late"}`); status != 404 || word != "expired_url" {
		t.Errorf("after half an hour: %d %q, want expired_url", status, word)
	}
}
