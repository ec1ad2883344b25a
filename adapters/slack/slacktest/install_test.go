package slacktest_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

const redirect = "https://signoff.example.com/slack/oauth/callback"

// world has two workspaces of an organisation and one of nobody's. The app is
// in the first workspace, which is none of these.
func world(t *testing.T, rotate bool) *slacktest.Server {
	t.Helper()
	opt := office(slacktest.Options{Workspaces: []slacktest.Workspace{
		{ID: "TALONE", Name: "alone"}, {ID: "TEAST", Name: "east", Enterprise: "EORG"}, {ID: "TWEST", Name: "west", Enterprise: "EORG"},
	}})
	opt.Users = append(opt.Users,
		slacktest.User{ID: "UANNE", Name: "anne", Team: "TALONE", Email: "anne@example.com"},
		slacktest.User{ID: "WEVE", Name: "eve", Team: "TEAST"}, slacktest.User{ID: "WWES", Name: "wes", Team: "TWEST"})
	opt.Channels = append(opt.Channels,
		slacktest.Channel{ID: "CALONE", Name: "requests", Team: "TALONE"},
		slacktest.Channel{ID: "CEAST", Name: "east", Team: "TEAST"}, slacktest.Channel{ID: "CWEST", Name: "west", Team: "TWEST"},
		slacktest.Channel{ID: "CBOTH", Name: "both", Teams: []string{"TALONE"}, Members: []string{"dana", "anne"}})
	opt.UserGroups = []slacktest.UserGroup{{ID: "SEAST", Team: "TEAST", Members: []string{"WEVE"}}}
	opt.ClientID, opt.ClientSecret, opt.Redirects, opt.RotateTokens = "1.2", "client-secret", []string{redirect}, rotate
	opt.Commands = []slacktest.SlashCommand{{Name: "/signoff"}}
	s := slacktest.New(opt)
	s.Start(t)
	return s
}

// consent has somebody install the app and returns the code and the state.
func consent(t *testing.T, s *slacktest.Server, c slacktest.Consent) (code, state string) {
	t.Helper()
	address, err := s.Consent(c)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, redirect+"?") {
		t.Fatalf("Consent() = %q, %v", address, err)
	}
	return u.Query().Get("code"), u.Query().Get("state")
}

func redeem(t *testing.T, s *slacktest.Server, code string) map[string]any {
	t.Helper()
	return call(t, s, "", "oauth.v2.access", map[string]string{"client_id": "1.2", "client_secret": "client-secret", "code": code})
}

func (w tokens) client(s *slacktest.Server) *goslack.Client {
	return goslack.New(string(w), goslack.OptionAPIURL(s.APIURL()))
}

type tokens string

// installed installs the app for somebody and returns its token.
func installed(t *testing.T, s *slacktest.Server, c slacktest.Consent) tokens {
	t.Helper()
	code, _ := consent(t, s, c)
	answer := redeem(t, s, code)
	name, _ := answer["access_token"].(string)
	if name == "" {
		t.Fatalf("oauth.v2.access = %v", answer)
	}
	return tokens(name)
}

func TestInstallInAWorkspace(t *testing.T) {
	t.Parallel()
	s := world(t, false)
	code, state := consent(t, s, slacktest.Consent{User: "anne", State: "s-1", Scopes: []string{"chat:write", "users:read"}})
	if state != "s-1" {
		t.Errorf("state = %q", state)
	}
	answer := redeem(t, s, code)
	if answer["ok"] != true || at(answer, "team", "id") != "TALONE" || answer["enterprise"] != nil || answer["is_enterprise_install"] != false ||
		answer["scope"] != "chat:write,users:read" || answer["token_type"] != "bot" || at(answer, "authed_user", "id") != "UANNE" || answer["refresh_token"] != nil {
		t.Errorf("oauth.v2.access = %v", answer)
	}
	if again := redeem(t, s, code); again["error"] != "code_already_used" {
		t.Errorf("the same code again: %v", again)
	}
	name, _ := answer["access_token"].(string)
	who, err := tokens(name).client(s).AuthTestContext(t.Context())
	if err != nil || who.TeamID != "TALONE" || who.UserID == "U0SIGNOFF" || who.UserID != answer["bot_user_id"] {
		t.Errorf("auth.test = %+v, %v", who, err)
	}
}

func TestInstallIsRefused(t *testing.T) {
	t.Parallel()
	s := world(t, false)
	code, _ := consent(t, s, slacktest.Consent{User: "anne"})
	good := map[string]string{"client_id": "1.2", "client_secret": "client-secret", "code": code}
	for name, tt := range map[string]struct{ key, value, want string }{
		"wrong_client":   {"client_id", "9.9", "invalid_client_id"},
		"wrong_secret":   {"client_secret", "guess", "bad_client_secret"},
		"wrong_code":     {"code", "guess", "invalid_code"},
		"wrong_redirect": {"redirect_uri", "https://evil.example.com", "bad_redirect_uri"},
		"wrong_grant":    {"grant_type", "password", "invalid_grant_type"},
	} {
		args := maps.Clone(good)
		args[tt.key] = tt.value
		if answer := call(t, s, "", "oauth.v2.access", args); answer["error"] != tt.want {
			t.Errorf("%s: %v, want %s", name, answer, tt.want)
		}
	}
	for name, c := range map[string]slacktest.Consent{
		"nobody":          {User: "nobody"},
		"other_redirect":  {User: "anne", Redirect: "https://evil.example.com/"},
		"no_organisation": {User: "anne", Enterprise: true},
		"elsewhere":       {User: "strange"},
	} {
		if address, err := s.Consent(c); err == nil {
			t.Errorf("%s: consented: %s", name, address)
		}
	}
}

// TestAuthorizePage: the page sends the browser back with a code, or with the
// refusal.
func TestAuthorizePage(t *testing.T) {
	t.Parallel()
	s := world(t, false)
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	visit := func(user, client string) (int, url.Values) {
		t.Helper()
		q := url.Values{"client_id": {client}, "scope": {"chat:write"}, "state": {"s"}, "redirect_uri": {redirect}, "user": {user}}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/oauth/v2/authorize?"+q.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := browser.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, to.Query()
	}
	if status, q := visit("anne", "1.2"); status != http.StatusFound || q.Get("code") == "" || q.Get("state") != "s" {
		t.Errorf("Anne agrees: %d %v", status, q)
	}
	if status, q := visit("", "1.2"); status != http.StatusFound || q.Get("error") != "access_denied" || q.Get("state") != "s" {
		t.Errorf("nobody agrees: %d %v", status, q)
	}
	if status, _ := visit("anne", "9.9"); status != http.StatusBadRequest {
		t.Errorf("an unknown app: %d", status)
	}
}

// TestWorkspacesAreApart: what one install may see and touch, another may not.
func TestWorkspacesAreApart(t *testing.T) {
	t.Parallel()
	s := world(t, false)
	first := tokens(s.BotToken()).client(s)
	alone := installed(t, s, slacktest.Consent{User: "anne"}).client(s)
	text := goslack.MsgOptionText("x", false)
	if _, _, err := first.PostMessageContext(t.Context(), "CALONE", text); word(err) != "channel_not_found" {
		t.Errorf("the first install posts elsewhere: %v", err)
	}
	if _, _, err := alone.PostMessageContext(t.Context(), "CVAC", text); word(err) != "channel_not_found" {
		t.Errorf("the second install posts elsewhere: %v", err)
	}
	if _, _, err := first.PostMessageContext(t.Context(), "WEVE", text); word(err) != "channel_not_found" {
		t.Errorf("a direct message to another workspace: %v", err)
	}
	if _, err := alone.GetUserInfoContext(t.Context(), "UALEX"); word(err) != "user_not_found" {
		t.Errorf("users.info of another workspace: %v", err)
	}
	if u, err := alone.GetUserInfoContext(t.Context(), "UDANA"); err != nil || !u.IsStranger || u.TeamID != "T0SIGNOFF" {
		t.Errorf("users.info of somebody in a shared channel = %+v, %v", u, err)
	}
	if _, err := first.GetUserByEmailContext(t.Context(), "anne@example.com"); word(err) != "users_not_found" {
		t.Errorf("an address of another workspace: %v", err)
	}
	_, ts, err := first.PostMessageContext(t.Context(), "CBOTH", text)
	if err != nil {
		t.Fatalf("a shared channel: %v", err)
	}
	if _, _, _, err := alone.UpdateMessageContext(t.Context(), "CBOTH", ts, text); word(err) != "cant_update_message" {
		t.Errorf("a message of the other install: %v", err)
	}
}

// TestInteractionsNameTheirWorkspace: a press, a command and an event come from
// where they happened.
func TestInteractionsNameTheirWorkspace(t *testing.T) {
	t.Parallel()
	s := world(t, false)
	l := listen(t, s, nil)
	alone := installed(t, s, slacktest.Consent{User: "anne"}).client(s)
	ts := post(t, alone, "CALONE")
	if _, err := s.Press(t.Context(), "anne", "CALONE", ts, "act:approve"); err != nil {
		t.Fatal(err)
	}
	if p := l.last().json; at(p, "team", "id") != "TALONE" || at(p, "user", "team_id") != "TALONE" || at(p, "message", "team") != "TALONE" {
		t.Errorf("press = %v", p)
	}
	trigger, _ := l.last().json["trigger_id"].(string)
	if _, err := tokens(s.BotToken()).client(s).OpenViewContext(t.Context(), trigger, modal("stolen")); word(err) != "invalid_arguments" {
		t.Errorf("a trigger of another install: %v", err)
	}
	if _, err := s.Command(t.Context(), "anne", "CALONE", "/signoff", ""); err != nil || l.last().form.Get("team_id") != "TALONE" {
		t.Errorf("command: %v %v", l.last().form, err)
	}
	if _, err := s.OpenHome(t.Context(), "anne"); err != nil || l.last().json["team_id"] != "TALONE" {
		t.Errorf("event: %v %v", l.last().json, err)
	}
	if _, err := s.Command(t.Context(), "eve", "CEAST", "/signoff", ""); err == nil {
		t.Error("a command where the app is not installed")
	}
}

func TestInstallInAnOrganisation(t *testing.T) {
	t.Parallel()
	s := world(t, false)
	l := listen(t, s, nil)
	code, _ := consent(t, s, slacktest.Consent{User: "eve", Enterprise: true})
	answer := redeem(t, s, code)
	if answer["team"] != nil || at(answer, "enterprise", "id") != "EORG" || answer["is_enterprise_install"] != true {
		t.Fatalf("oauth.v2.access = %v", answer)
	}
	name, _ := answer["access_token"].(string)
	org := tokens(name).client(s)
	for user, channel := range map[string]string{"eve": "CEAST", "wes": "CWEST"} {
		ts := post(t, org, channel)
		if _, err := s.Press(t.Context(), user, channel, ts, "act:approve"); err != nil {
			t.Fatal(err)
		}
		p := l.last().json
		if p["team"] != nil || at(p, "enterprise", "id") != "EORG" || p["is_enterprise_install"] != true || at(p, "user", "team_id") == nil {
			t.Errorf("press of %s = %v", user, p)
		}
	}
	if _, err := s.Command(t.Context(), "wes", "CWEST", "/signoff", ""); err != nil {
		t.Fatal(err)
	}
	if f := l.last().form; f.Get("team_id") != "TWEST" || f.Get("enterprise_id") != "EORG" || f.Get("is_enterprise_install") != "true" {
		t.Errorf("command = %v", f)
	}
	for method, args := range map[string]map[string]string{
		"usergroups.list": nil, "users.list": nil, "conversations.list": nil, "usergroups.users.list": {"usergroup": "SEAST"},
	} {
		if got := call(t, s, name, method, args); got["error"] != "missing_argument" {
			t.Errorf("%s without team_id = %v", method, got)
		}
		with := map[string]string{"team_id": "TEAST"}
		maps.Copy(with, args)
		if got := call(t, s, name, method, with); got["ok"] != true {
			t.Errorf("%s with team_id = %v", method, got)
		}
		with["team_id"] = "TALONE"
		if got := call(t, s, name, method, with); got["error"] != "team_access_not_granted" {
			t.Errorf("%s for another team = %v", method, got)
		}
	}
	if u, err := org.GetUserInfoContext(t.Context(), "WWES"); err != nil || u.IsStranger || u.Enterprise.EnterpriseID != "EORG" {
		t.Errorf("users.info = %+v, %v", u, err)
	}
}
