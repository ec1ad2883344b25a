package task_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"signoff/engine/flow"
)

func TestTeamsTakesCards(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, payload, text string
		want                string // within the card
	}{
		{"a text", "", "Hello {{ inputs.a }}", `"text":"Hello [x] (https://evil.example) \"quoted\""`},
		{"a card", `{"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": {{ inputs.a | toJson }}}]}`, "", `"text":"[x] (https://evil.example) \"quoted\""`},
		{"a whole message", `{"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard", "own": 1}}]}`, "", `"own":1`},
		{"only a text in it", `{"text": {{ inputs.a | toJson }}}`, "", `"text":"[x] (https://evil.example)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
			spec := &flow.TeamsWebhook{URL: template(t, far.URL+"/workflows/1?sig=canary-1234")}
			if tt.payload != "" {
				spec.Payload = template(t, tt.payload)
			} else {
				spec.MessageText = template(t, tt.text)
			}
			got := newBench(t, nil, far.Server).Run(t.Context(), call(spec, map[string]any{"a": `[x](https://evil.example) "quoted"`}))
			succeeds(t, got)
			var m struct {
				Type        string `json:"type"`
				Attachments []struct {
					ContentType string          `json:"contentType"`
					Content     json.RawMessage `json:"content"`
				} `json:"attachments"`
			}
			if err := json.Unmarshal([]byte(far.only(t).Body), &m); err != nil {
				t.Fatal(err)
			}
			if m.Type != "message" || len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
				t.Fatalf("sent %s", far.only(t).Body)
			}
			card := strings.ReplaceAll(string(m.Attachments[0].Content), `": `, `":`)
			if !strings.Contains(card, tt.want) {
				t.Errorf("card %s lacks %s", card, tt.want)
			}
		})
	}
}

func TestTeamsRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		status  int
		payload string
		want    string
	}{
		{"wrong signature", 401, `{"text": "a"}`, "signature"},
		{"gone", 404, `{"text": "a"}`, "removed or switched off"},
		{"too large there", 413, `{"text": "a"}`, "too large"},
		{"a fault there", 502, `{"text": "a"}`, "502"},
		{"too large", 0, `{"text": "` + strings.Repeat("a", 29<<10) + `"}`, "Teams takes 28.0 KiB"},
		{"a card of the old kind", 0, `{"@type": "MessageCard", "text": "a"}`, "no MessageCard"},
		{"no card", 0, `{"blocks": []}`, "must be a card"},
		{"no JSON", 0, `hello`, "JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, "sig=canary-1234")
			})
			spec := &flow.TeamsWebhook{URL: template(t, far.URL+"/x?sig=canary-1234"), Payload: template(t, tt.payload)}
			got := newBench(t, nil, far.Server).Run(t.Context(), call(spec, nil))
			fails(t, got, tt.want)
			if strings.Contains(got.Problem+logText(got), "canary") {
				t.Errorf("the signature came out: %s %s", got.Problem, logText(got))
			}
			if tt.status == 0 {
				far.none(t)
			}
		})
	}
	connector := &flow.TeamsWebhook{URL: template(t, "https://a.webhook.office.com/x"), MessageText: template(t, "a")}
	fails(t, newBench(t, nil).Run(t.Context(), call(connector, nil)), "retired connectors")
}
