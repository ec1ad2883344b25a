package slacktest_test

import (
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
)

// TestRotation: a token ends after twelve hours, a refresh token works once, and
// two tokens at the most.
func TestRotation(t *testing.T) {
	t.Parallel()
	s := world(t, true)
	code, _ := consent(t, s, slacktest.Consent{User: "anne"})
	first := redeem(t, s, code)
	if first["expires_in"] != 43200.0 {
		t.Errorf("oauth.v2.access = %v", first)
	}
	refresh := func(old any) map[string]any {
		t.Helper()
		name, _ := old.(string)
		return call(t, s, "", "oauth.v2.access", map[string]string{
			"client_id": "1.2", "client_secret": "client-secret", "grant_type": "refresh_token", "refresh_token": name,
		})
	}
	works := func(answer map[string]any) string {
		name, _ := answer["access_token"].(string)
		_, err := tokens(name).client(s).AuthTestContext(t.Context())
		return word(err)
	}
	second := refresh(first["refresh_token"])
	if again := refresh(first["refresh_token"]); again["error"] != "invalid_refresh_token" {
		t.Errorf("the same refresh token again: %v", again)
	}
	if works(first) != "" || works(second) != "" {
		t.Errorf("two tokens at once: %q and %q, want both to work", works(first), works(second))
	}
	third := refresh(second["refresh_token"])
	if works(first) != "token_expired" || works(second) != "" || works(third) != "" {
		t.Errorf("of three tokens: %q, %q, %q, want the oldest gone", works(first), works(second), works(third))
	}
	s.ExpireTokens()
	if works(third) != "token_expired" {
		t.Errorf("after its time: %q", works(third))
	}
	if last := refresh(third["refresh_token"]); works(last) != "" {
		t.Errorf("refreshed after its time: %v", last)
	}
}

func TestTokenLife(t *testing.T) {
	t.Parallel()
	clk := newClock()
	opt := office(slacktest.Options{Now: clk.Now})
	opt.ClientID, opt.ClientSecret, opt.Redirects, opt.RotateTokens = "1.2", "client-secret", []string{redirect}, true
	s := slacktest.New(opt)
	name := string(installed(t, s, slacktest.Consent{User: "dana"}))
	clk.advance(12*time.Hour - time.Second)
	if got := call(t, s, name, "auth.test", nil); got["ok"] != true {
		t.Errorf("in the last second: %v", got)
	}
	clk.advance(time.Second)
	if got := call(t, s, name, "auth.test", nil); got["error"] != "token_expired" {
		t.Errorf("after twelve hours: %v", got)
	}
	code, _ := consent(t, s, slacktest.Consent{User: "dana"})
	clk.advance(10*time.Minute + time.Second)
	if got := redeem(t, s, code); got["error"] != "invalid_code" {
		t.Errorf("a code after ten minutes: %v", got)
	}
}

func TestExchangeAndRevoke(t *testing.T) {
	t.Parallel()
	s := world(t, false)
	l := listen(t, s, nil)
	old := string(installed(t, s, slacktest.Consent{User: "anne"}))
	creds := map[string]string{"client_id": "1.2", "client_secret": "client-secret", "token": old}
	rotating := call(t, s, "", "oauth.v2.exchange", creds)
	if rotating["ok"] != true || rotating["refresh_token"] == nil {
		t.Fatalf("oauth.v2.exchange = %v", rotating)
	}
	if got := call(t, s, old, "auth.test", nil); got["error"] != "token_revoked" {
		t.Errorf("the token of before: %v", got)
	}
	name, _ := rotating["access_token"].(string)
	if got := call(t, s, name, "auth.revoke", map[string]string{"test": "1"}); got["revoked"] != false {
		t.Errorf("auth.revoke as a test: %v", got)
	}
	if got := call(t, s, name, "auth.revoke", nil); got["revoked"] != true {
		t.Errorf("auth.revoke = %v", got)
	}
	if got := call(t, s, name, "auth.test", nil); got["error"] != "token_revoked" {
		t.Errorf("afterwards: %v", got)
	}
	s.Settle()
	var kinds []any
	for _, h := range l.all() {
		kinds = append(kinds, at(h.json, "event", "type"))
	}
	if len(kinds) != 2 || kinds[0] != "tokens_revoked" || kinds[1] != "app_uninstalled" {
		t.Errorf("events = %v", kinds)
	}
}
