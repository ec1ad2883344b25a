package task_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/bot/task"
	"signoff/engine/flow"
)

// hook is an incoming webhook that answers like Slack.
func hook(t *testing.T, code int, word string) *far {
	return newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, word)
	})
}

func webhook(t testing.TB, url, payload string) *flow.SlackWebhook {
	return &flow.SlackWebhook{URL: template(t, url), Payload: template(t, payload)}
}

func TestRunPostsToSlack(t *testing.T) {
	t.Parallel()
	inputs := map[string]any{"name": "Alex", "text": "a \"quoted\"\nline", "m": map[string]any{"text": "hi"}}
	tests := []struct {
		name, payload, text, want string
	}{
		{"payload", `{"channel": "#v", "text": "From {{ inputs.name }}\n*x*"}`, "", `{"channel": "#v", "text": "From Alex\n*x*"}`},
		{"whole_map", "{{ inputs.m }}", "", `{"text":"hi"}`},
		{"message_text", "", "Say {{ inputs.text }} <b>", `{"text":"Say a \"quoted\"\nline <b>"}`},
		{"both", `{"text": "p"}`, "m", `{"text": "p"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := hook(t, 200, "ok")
			spec := &flow.SlackWebhook{URL: template(t, "{{ secret('HOOK') }}")}
			if tt.payload != "" {
				spec.Payload = template(t, tt.payload)
			}
			if tt.text != "" {
				spec.MessageText = template(t, tt.text)
			}
			b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"HOOK": far.URL + "/services/T0/B0/canary12345678"} }, far.Server)
			got := b.Run(t.Context(), call(spec, inputs))
			succeeds(t, got)
			if got.Outputs != nil {
				t.Errorf("outputs = %v, want none", got.Outputs)
			}
			sent := far.only(t)
			if sent.Body != tt.want || sent.Method != http.MethodPost || sent.Type != "application/json" || sent.Path != "/services/T0/B0/canary12345678" {
				t.Errorf("sent %+v, want body %s", sent, tt.want)
			}
			if strings.Contains(logText(got)+b.log.String(), "canary") {
				t.Errorf("the webhook's address is in the log: %s", logText(got))
			}
		})
	}
}

func TestRunReadsSlacksAnswer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		code int
		body string
		want string // "" is success
	}{
		{"ok", 200, "ok", ""},
		{"ok_line", 200, "ok\n", ""},
		{"workflow_webhook", 200, `{"ok":true}`, ""},
		{"not_ok_json", 200, `{"ok":false,"error":"x"}`, `answered 200 OK, but not Slack's "ok"`},
		{"login_page", 200, "<html>Sign in</html>", `but not Slack's "ok"; is the address an incoming webhook?`},
		{"empty", 200, "", `but not Slack's "ok"`},
		{"bad_payload", 400, "invalid_payload", "Slack answered invalid_payload: the payload is not JSON that Slack can read"},
		{"no_service", 404, "no_service", "Slack answered no_service: the webhook was removed"},
		{"archived", 410, "channel_is_archived", "the channel is archived"},
		{"prohibited", 403, "action_prohibited", "an administrator does not allow posts there"},
		{"word_with_200", 200, "no_text", "neither text nor blocks"},
		{"unknown", 500, "rollup", "answered 500 Internal Server Error"},
		{"throttled", 429, "", "answered 429 Too Many Requests"},
		{"redirect", 302, "", "answered 302 Found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := hook(t, tt.code, tt.body)
			got := newBench(t, nil, far.Server).Run(t.Context(), call(webhook(t, far.URL+"/services/hidden", `{"text": "x"}`), nil))
			if tt.want == "" {
				succeeds(t, got)
				return
			}
			fails(t, got, "POST "+far.URL, tt.want)
			if strings.Contains(got.Problem, "hidden") {
				t.Errorf("problem %q holds the webhook's path", got.Problem)
			}
		})
	}
}

func TestRunRefusesPayload(t *testing.T) {
	t.Parallel()
	const page = `{"channel": "#vacation", "text": "From {{ inputs.v }}"}`
	tests := []struct {
		name, payload string
		v             any
		want          []string
	}{
		{"quote", page, `O"Brien`, []string{"has broken the JSON", "toJson"}},
		{"line_break", page, "a\nb", []string{"has broken the JSON", "toJson"}},
		{"backslash", page, `a\`, []string{"has broken the JSON", "toJson"}},
		{"other_channel", page, `x", "channel": "#board`, []string{"has changed the structure", "not sent", "toJson"}},
		{"more_blocks", page, `x", "blocks": [], "y": "`, []string{"has changed the structure"}},
		{"not_json", "hello {{ inputs.v }}", "x", []string{"must be a JSON object", "toJson"}},
		{"list", `["{{ inputs.v }}"]`, "x", []string{"must be a JSON object"}},
		{"null", `null`, "x", []string{"must be a JSON object"}},
		{"whole_text", "{{ inputs.v }}", "x", []string{"must be a JSON object"}},
		{"whole_number", "{{ inputs.v }}", int64(5), []string{"must be a JSON object"}},
		{"two_objects", `{"text": "x"} {"text": "y"}`, "x", []string{"must be a JSON object"}},
		{"undefined", `{"text": "{{ inputs.w }}"}`, "x", []string{"payload: `inputs.w` is not defined"}},
		{"escaped_name", `{"{{ inputs.v }}": 1}`, `te\u0078t`, []string{"has changed the structure"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := hook(t, 200, "ok")
			got := newBench(t, nil, far.Server).Run(t.Context(), call(webhook(t, far.URL, tt.payload), map[string]any{"v": tt.v}))
			fails(t, got, append(tt.want, "payload: ")...)
			far.none(t)
		})
	}
}

func TestRunRefusesEmptyMessage(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	fails(t, b.Run(t.Context(), call(&flow.SlackWebhook{URL: template(t, "http://a.example")}, nil)), "neither a payload nor a messageText")
	spec := &flow.SlackWebhook{URL: template(t, "http://a.example"), MessageText: template(t, " {{ inputs.v }}\n")}
	fails(t, b.Run(t.Context(), call(spec, map[string]any{"v": ""})), "messageText is empty")
}

// Whatever a value holds: Slack reads the message that the flow wrote, with the
// value in its place, or nothing is sent.
func TestRunKeepsPayload(t *testing.T) {
	t.Parallel()
	far := hook(t, 200, "ok")
	b := newBench(t, func(*task.Config) {}, far.Server)
	pieces := rapid.OneOf(hostile(), rapid.SampledFrom([]string{
		`x","channel":"#b`, `x"},{"y":"`, `x"}`, `\`, `\"`, `\u0022`, `","text":"`, "\u2028", `x", "z": {"a": "`,
	}))
	rapid.Check(t, func(rt *rapid.T) {
		v := pieces.Draw(rt, "a") + pieces.Draw(rt, "b")
		far.mu.Lock()
		far.seen = nil
		far.mu.Unlock()
		got := b.Run(t.Context(), call(webhook(t, far.URL, `{"channel": "#v", "text": "From {{ inputs.v }}!"}`), map[string]any{"v": v}))
		if got.Problem != "" {
			if len(far.seen) != 0 {
				rt.Fatalf("refused %q and yet sent it", v)
			}
			return
		}
		var read map[string]string
		if err := json.Unmarshal([]byte(far.seen[0].Body), &read); err != nil {
			rt.Fatalf("value %q: sent %s: %v", v, far.seen[0].Body, err)
		}
		if strings.ContainsAny(read["text"], "<>") {
			rt.Fatalf("value %q: Slack reads markup in %q", v, read["text"])
		}
		if strings.Contains(v, `\`) {
			return // an escape in a value reads as one character; the shape is what counts
		}
		if diff := cmp.Diff(map[string]string{"channel": "#v", "text": "From " + escaped(v) + "!"}, read); diff != "" {
			rt.Fatalf("Slack reads (-want +got):\n%s", diff)
		}
	})
}

// escaped is a text as Slack wants it, so that it shows what was written.
func escaped(s string) string {
	s = strings.ReplaceAll(s, "&", "&amp;")
	return strings.ReplaceAll(strings.ReplaceAll(s, "<", "&lt;"), ">", "&gt;")
}

// TestNoValueMentions: what comes from outside cannot ping a channel or hide a
// link, however it got into the message; the author's own markup stays.
func TestNoValueMentions(t *testing.T) {
	t.Parallel()
	const ping = "<!channel> <https://evil.example|bank>"
	inputs := map[string]any{
		"v": ping, "m": map[string]any{"text": ping}, "json": `{"text": "\u003c!channel\u003e"}`, "raw": `\u003c!channel\u003e`,
	}
	for name, payload := range map[string]string{
		"in a text":       `{"text": "<https://ok.example|link> {{ inputs.v }}"}`,
		"as JSON":         `{"text": {{ inputs.v | toJson }}, "more": "<https://ok.example|link>"}`,
		"whole map":       `{{ {"text": inputs.m.text, "more": "<https://ok.example|link>"} }}`,
		"decoded":         `{"text": {{ fromJson(inputs.json).text | toJson }}, "more": "<https://ok.example|link>"}`,
		"JSON's own way":  `{"text": "{{ inputs.raw }} <https://ok.example|link>"}`,
		"text of a Slack": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			far := hook(t, 200, "ok")
			b := newBench(t, func(*task.Config) {}, far.Server)
			spec := webhook(t, far.URL, payload)
			if payload == "" {
				spec.Payload, spec.MessageText = nil, template(t, "<https://ok.example|link> {{ inputs.v }}")
			}
			succeeds(t, b.Run(t.Context(), call(spec, inputs)))
			var read map[string]string
			if err := json.Unmarshal([]byte(far.only(t).Body), &read); err != nil {
				t.Fatal(err)
			}
			all := read["text"] + read["more"]
			if strings.Contains(all, "<!") || strings.Contains(all, "evil.example|") && !strings.Contains(all, "&lt;https://evil") {
				t.Errorf("Slack reads %q", all)
			}
			if !strings.Contains(all, "<https://ok.example|link>") {
				t.Errorf("the author's own link is gone: %q", all)
			}
		})
	}
}
