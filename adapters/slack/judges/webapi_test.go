package judges_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
)

// calls are what Slack's client calls, each under a name.
type calls [][4]any

// call has Slack's client call the Web API and returns how each call ended.
func call(t *testing.T, url, token string, list calls) map[string]any {
	t.Helper()
	raw, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, "webapi.mjs", map[string]string{"BOT_TOKEN": token, "API_URL": url, "CALLS": string(raw)})
	results, _ := p.next("results")["results"].(map[string]any)
	return results
}

type obj = map[string]any

func TestWebAPITakesAnswers(t *testing.T) {
	t.Parallel()
	s := slacktest.New(office())
	s.Start(t)
	file := s.Upload("dana", slacktest.File{Name: "a.txt", Content: []byte("x")})
	var blocks []any
	if err := json.Unmarshal([]byte(card), &blocks); err != nil {
		t.Fatal(err)
	}
	home := obj{"type": "home", "blocks": []any{obj{"type": "divider"}}}
	got := call(t, s.APIURL(), s.BotToken(), calls{
		{"auth", "auth.test"},
		{"post", "chat.postMessage", obj{"channel": "CREQ", "text": "Approval needed", "blocks": blocks}},
		{"reply", "chat.postMessage", obj{"channel": "CREQ", "text": "recorded", "thread_ts": "$post.ts", "reply_broadcast": true}},
		{"update", "chat.update", obj{"channel": "CREQ", "ts": "$post.ts", "text": "Approved"}},
		{"link", "chat.getPermalink", obj{"channel": "CREQ", "message_ts": "$post.ts"}},
		{"whisper", "chat.postEphemeral", obj{"channel": "CREQ", "user": "UDANA", "text": "only you"}},
		{"delete", "chat.delete", obj{"channel": "CREQ", "ts": "$reply.ts"}},
		{"user", "users.info", obj{"user": "UDANA"}},
		{"by_mail", "users.lookupByEmail", obj{"email": "dana@example.com"}},
		{"users", "users.list", obj{"limit": 1}, obj{"pages": "members"}},
		{"groups", "usergroups.list", obj{"include_users": true}},
		{"group", "usergroups.users.list", obj{"usergroup": "SHR"}},
		{"dm", "conversations.open", obj{"users": "UDANA"}},
		{"channel", "conversations.info", obj{"channel": "CREQ"}},
		{"channels", "conversations.list", obj{"limit": 2}, obj{"pages": "channels"}},
		{"members", "conversations.members", obj{"channel": "CREQ"}, obj{"pages": "members"}},
		{"home", "views.publish", obj{"user_id": "UDANA", "view": home}},
		{"again", "views.publish", obj{"user_id": "UDANA", "view": home, "hash": "$home.view.hash"}},
		{"file", "files.info", obj{"file": file}},
		{"valid", "blocks.validate", obj{"blocks": blocks}},
	})
	if len(got) != 20 {
		t.Fatalf("%d answers", len(got))
	}
	for name, answer := range got {
		if at(answer, "ok") != true {
			t.Errorf("%s = %v", name, answer)
		}
	}
	for name, tt := range map[string]struct {
		got, want any
	}{
		"message":  {at(got["post"], "message", "text"), "Approval needed"},
		"bot":      {at(got["auth"], "user_id"), "U0SIGNOFF"},
		"mail":     {at(got["by_mail"], "user", "id"), "UDANA"},
		"users":    {at(got["users"], "n"), 4.0},
		"channels": {at(got["channels"], "n"), 3.0},
		"members":  {at(got["members"], "n"), 3.0},
		"file":     {at(got["file"], "file", "name"), "a.txt"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %v, want %v", name, tt.got, tt.want)
		}
	}
	if all := s.Messages("CREQ"); len(all) != 1 || all[0].Text != "Approved" {
		t.Errorf("messages = %+v", all)
	}
}

// TestWebAPITakesRefusals: Slack's client reads our errors as Slack's.
func TestWebAPITakesRefusals(t *testing.T) {
	t.Parallel()
	s := slacktest.New(office())
	s.Start(t)
	long := []any{obj{"type": "header", "text": obj{"type": "plain_text", "text": strings.Repeat("x", 151)}}}
	s.RateLimit("chat.delete", 1, 7*time.Second)
	s.RateLimit("users.info", 1, 0)
	s.FailStatus("chat.getPermalink", 1, http.StatusServiceUnavailable)
	s.DropAfter("chat.postEphemeral")
	s.FailNext("auth.test", "token_expired")
	got := call(t, s.APIURL(), s.BotToken(), calls{
		{"archived", "chat.postMessage", obj{"channel": "COLD", "text": "x"}},
		{"away", "chat.postMessage", obj{"channel": "CAWAY", "text": "x"}},
		{"gone", "chat.update", obj{"channel": "CREQ", "ts": "1.000001", "text": "x"}},
		{"blocks", "chat.postMessage", obj{"channel": "CREQ", "text": "x", "blocks": long}},
		{"trigger", "views.open", obj{"trigger_id": "1.2.x", "view": obj{"type": "modal", "title": obj{"type": "plain_text", "text": "t"}, "blocks": []any{}}}},
		{"expired", "auth.test"},
		{"unknown", "chat.fly"},
		{"limited", "chat.delete", obj{"channel": "CREQ", "ts": "1.000001"}},
		{"limited_somehow", "users.info", obj{"user": "UDANA"}},
		{"down", "chat.getPermalink", obj{"channel": "CREQ", "message_ts": "1.000001"}},
		{"dropped", "chat.postEphemeral", obj{"channel": "CREQ", "user": "UDANA", "text": "x"}},
	})
	for name, word := range map[string]string{
		"archived": "is_archived", "away": "not_in_channel", "gone": "message_not_found", "blocks": "invalid_blocks",
		"trigger": "invalid_arguments", "expired": "token_expired", "unknown": "unknown_method",
	} {
		if at(got[name], "code") != "slack_webapi_platform_error" || at(got[name], "data", "error") != word {
			t.Errorf("%s = %v, want %s", name, got[name], word)
		}
	}
	messages, _ := at(got["blocks"], "data", "response_metadata", "messages").([]any)
	if len(messages) != 1 || !strings.Contains(fmt.Sprint(messages...), "[json-pointer:/blocks/0/text/text]") {
		t.Errorf("what is wrong with the blocks = %v", messages)
	}
	if l := got["limited"]; at(l, "code") != "slack_webapi_rate_limited_error" || at(l, "after") != 7.0 {
		t.Errorf("limited = %v", l)
	}
	if l := got["limited_somehow"]; at(l, "ok") != false || !strings.Contains(fmt.Sprint(at(l, "message")), "Retry") {
		t.Errorf("limited without Retry-After = %v", l)
	}
	if d := got["down"]; at(d, "code") != "slack_webapi_http_error" || at(d, "status") != 503.0 {
		t.Errorf("down = %v", d)
	}
	if d := got["dropped"]; at(d, "code") != "slack_webapi_request_error" || len(s.Ephemerals("dana")) != 1 {
		t.Errorf("dropped = %v, and Dana sees %+v", d, s.Ephemerals("dana"))
	}
}

// TestWebAPIRefusesOthers: the control. A server that is not Slack, and a token
// that is not the app's.
func TestWebAPIRefusesOthers(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"error":"of no kind that Slack has"}`))
	}))
	t.Cleanup(other.Close)
	if got := call(t, other.URL+"/api/", "xoxb-1", calls{{"auth", "auth.test"}}); at(got["auth"], "ok") == true {
		t.Errorf("an answer without ok was taken: %v", got)
	}
	s := slacktest.New(office())
	s.Start(t)
	if got := call(t, s.APIURL(), "xoxb-stolen", calls{{"auth", "auth.test"}}); at(got["auth"], "data", "error") != "invalid_auth" {
		t.Errorf("a stolen token: %v", got)
	}
}

// TestWebAPIInstalls: the client turns a code into a token, and refreshes it.
func TestWebAPIInstalls(t *testing.T) {
	t.Parallel()
	opt := office()
	opt.ClientID, opt.ClientSecret, opt.Redirects, opt.RotateTokens = "1.2", "secret", []string{"https://signoff.example.com/cb"}, true
	s := slacktest.New(opt)
	s.Start(t)
	next, err := s.Consent(slacktest.Consent{User: "dana", Scopes: []string{"chat:write"}})
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(next, "code=")
	code, _, _ = strings.Cut(code, "&")
	credentials := func(more obj) obj {
		more["client_id"], more["client_secret"] = "1.2", "secret"
		return more
	}
	got := call(t, s.APIURL(), "", calls{
		{"install", "oauth.v2.access", credentials(obj{"code": code})},
		{"refresh", "oauth.v2.access", credentials(obj{"grant_type": "refresh_token", "refresh_token": "$install.refresh_token"})},
		{"twice", "oauth.v2.access", credentials(obj{"grant_type": "refresh_token", "refresh_token": "$install.refresh_token"})},
		{"auth", "auth.test", obj{"token": "$refresh.access_token"}},
	})
	if at(got["install"], "team", "id") != "T0SIGNOFF" || at(got["install"], "expires_in") != 43200.0 || at(got["auth"], "ok") != true ||
		at(got["twice"], "data", "error") != "invalid_refresh_token" {
		t.Errorf("answers = %v", got)
	}
}
