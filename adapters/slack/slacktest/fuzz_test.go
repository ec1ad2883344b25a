package slacktest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"signoff/adapters/slack/slacktest"
)

// FuzzPosted posts anything as blocks and as a view, by the Web API and by a
// webhook. Whatever it is, the fake answers and can be read back.
func FuzzPosted(f *testing.F) {
	f.Add(card)
	f.Add(`[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"static_select","options":[3]}}]`)
	f.Add(`[{"type":"section","text":null,"accessory":[]},{"type":"rich_text","elements":[{"elements":{}}]}]`)
	f.Add(`{"type":"modal","blocks":[[]]}`)
	f.Add(`[{"type":"actions","elements":[{"type":"radio_buttons","options":[{}],"initial_option":{"value":{}}}]}]`)
	f.Fuzz(func(t *testing.T, raw string) {
		s := slacktest.New(office(slacktest.Options{}))
		hook := s.AddWebhook("vacation-approvals", "HR")
		call := func(path, kind, body string) int {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Authorization", "Bearer "+s.BotToken())
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w.Code
		}
		const form = "application/x-www-form-urlencoded"
		if code := call("/api/chat.postMessage", form, url.Values{"channel": {"CVAC"}, "blocks": {raw}}.Encode()); code != http.StatusOK {
			t.Errorf("chat.postMessage: %d", code)
		}
		call("/api/views.open", "application/json", `{"trigger_id":"x","view":`+raw+`}`)
		call(hook, "application/json", `{"text":"x","blocks":`+raw+`}`)
		call(hook, "application/json", raw)
		for _, m := range s.Messages("CVAC") {
			_, _ = m.Lines(), m.Buttons()
			for _, b := range m.Buttons() {
				if _, err := s.Press(t.Context(), "dana", "CVAC", m.TS, b.Action); err != nil {
					t.Errorf("a button that is there cannot be pressed: %+v: %v", b, err)
				}
			}
		}
	})
}
