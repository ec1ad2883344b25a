package slack

import (
	"encoding/json"
	"testing"

	slackapi "github.com/slack-go/slack"
)

// FuzzMend: whatever Slack, or something before it, answers, slack-go can read
// what is left, and takes no failure for a success.
func FuzzMend(f *testing.F) {
	f.Add([]byte(`{"ok":true,"channel":"C1","ts":"1.000001","message":{"thread_ts":"1.000000","blocks":[{"type":"hologram"}]}}`))
	f.Add([]byte(`{"ok":false}`))
	f.Add([]byte(`{"ok":true,"view":{"id":"V1","blocks":[{"type":"actions","elements":[{"type":"hologram"}]}]}}`))
	f.Add([]byte(`{"ok":"yes","error":""}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		mended := mend(body)
		if !json.Valid(body) {
			return // slack-go says so itself
		}
		var answer map[string]json.RawMessage
		if json.Unmarshal(body, &answer) != nil || answer["ok"] == nil {
			return
		}
		var read struct {
			slackapi.SlackResponse
			View struct {
				ID string `json:"id"`
			} `json:"view"`
		}
		if err := json.Unmarshal(mended, &read); err == nil && read.Err() == nil && string(answer["ok"]) != "true" {
			t.Fatalf("%q is taken for a success: %q", body, mended)
		}
	})
}
