package main

import (
	"strings"
	"testing"

	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/config"
)

// A Slack that is down keeps nobody from starting; a token that is wrong does.
func TestServeChecksItsToken(t *testing.T) {
	t.Parallel()
	chat := slacktest.New(slacktest.Options{BotToken: "xoxb-right"})
	chat.Start(t)
	for name, tt := range map[string]struct{ token, url, want string }{
		"right":         {"xoxb-right", chat.APIURL(), ""},
		"wrong":         {"xoxb-canary", chat.APIURL(), "invalid_auth"},
		"nobody's home": {"xoxb-canary", "http://127.0.0.1:1/api/", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &program{Command: Command{Getenv: func(name string) string {
				return map[string]string{"TOKEN": tt.token, "SECRET": "s"}[name]
			}}}
			a, ctx := newApp(t.Context(), quiet())
			_, err := p.slackAdapter(ctx, a, config.Config{Slack: config.Slack{
				Token: config.SecretRef{Env: "TOKEN"}, SigningSecrets: []config.SecretRef{{Env: "SECRET"}}, APIURL: tt.url,
			}})
			if got := errText(err); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) || strings.Contains(got, "canary") {
				t.Errorf("slackAdapter = %q, want %q", got, tt.want)
			}
		})
	}
}
