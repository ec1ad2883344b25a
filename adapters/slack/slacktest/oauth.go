package slacktest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// grant is what a person agreed to: a code that the app can turn into a token
// once.
type grant struct {
	install install
	asked   string // the redirect URL that was asked for; empty if none was
	born    time.Time
	used    bool
}

// codeLife is how long a code works.
const codeLife = 10 * time.Minute

// Consent is a person who installs the app.
type Consent struct {
	User string // id or name
	// Enterprise installs it in the whole organisation of the user's workspace.
	Enterprise bool
	// State comes back with the code. From the page of an administrator it is
	// empty.
	State string
	// Redirect is one of the app's redirect URLs; the first if empty.
	Redirect string
	Scopes   []string
}

// Consent has a person agree to the app, and returns the address to which their
// browser goes next: the redirect URL with the code and the state.
func (s *Server) Consent(c Consent) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.state.User(c.User)
	if !ok {
		return "", fmt.Errorf("%w: %q", ErrNoUser, c.User)
	}
	to, ok := s.redirect(c.Redirect)
	if !ok {
		return "", fmt.Errorf("slacktest: %q is no redirect URL of the app", c.Redirect)
	}
	w, ok := s.state.workspace(u.Team)
	if !ok || c.Enterprise && w.Enterprise == "" {
		return "", fmt.Errorf("slacktest: %s cannot install the app so in %q", u.ID, u.Team)
	}
	g := &grant{asked: c.Redirect, born: s.now(), install: install{
		team: w.ID, enterprise: w.Enterprise, scopes: slices.Clone(c.Scopes),
		rotates: s.opt.RotateTokens, installer: u.ID,
	}}
	if c.Enterprise {
		g.install.team = ""
	}
	code := newSecret()
	s.state.grants[code] = g
	return withQuery(to, url.Values{"code": {code}, "state": {c.State}}), nil
}

// redirect is the redirect URL that a call names, or the app's first. Slack takes
// whatever begins with one that the app has declared.
func (s *Server) redirect(asked string) (string, bool) {
	if asked == "" && len(s.opt.Redirects) > 0 {
		return s.opt.Redirects[0], true
	}
	known := slices.ContainsFunc(s.opt.Redirects, func(to string) bool { return strings.HasPrefix(asked, to) })
	return asked, known
}

func withQuery(to string, more url.Values) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	for key := range more {
		q.Set(key, more.Get(key))
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// serveAuthorize is the page on which a person agrees. The query's "user" is
// whoever does; nobody asked means that they refuse.
func (s *Server) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	to, ok := s.redirect(q.Get("redirect_uri"))
	if q.Get("client_id") != s.opt.ClientID || !ok {
		http.Error(w, "invalid_client_id or bad_redirect_uri", http.StatusBadRequest)
		return
	}
	var scopes []string
	if q.Get("scope") != "" {
		scopes = strings.Split(q.Get("scope"), ",")
	}
	next, err := s.Consent(Consent{
		User: q.Get("user"), State: q.Get("state"), Redirect: q.Get("redirect_uri"), Scopes: scopes,
	})
	if err != nil {
		next = withQuery(to, url.Values{"error": {"access_denied"}, "state": {q.Get("state")}})
	}
	http.Redirect(w, r, next, http.StatusFound) //nolint:gosec // the app declared where it may lead
}

// credentials checks the app's own credentials, from a form or from basic
// authentication.
func (s *Server) credentials(a args) error {
	id, secret := orElse(a.text("client_id"), a.user), orElse(a.text("client_secret"), a.password)
	switch {
	case s.opt.ClientID == "" || id != s.opt.ClientID:
		return refuse("invalid_client_id")
	case secret != s.opt.ClientSecret:
		return refuse("bad_client_secret")
	default:
		return nil
	}
}

// oauthAccess turns a code, or a refresh token, into a token.
func (s *Server) oauthAccess(a args) (object, error) {
	if err := s.credentials(a); err != nil {
		return nil, err
	}
	switch a.text("grant_type") {
	case "", "authorization_code":
		return s.redeem(a)
	case "refresh_token":
		return s.refreshed(a.text("refresh_token"))
	default:
		return nil, refuse("invalid_grant_type")
	}
}

func (s *Server) redeem(a args) (object, error) {
	g := s.state.grants[a.text("code")]
	switch {
	case g == nil || s.now().Sub(g.born) > codeLife:
		return nil, refuse("invalid_code")
	case g.used:
		return nil, refuse("code_already_used")
	case g.asked != a.text("redirect_uri"):
		return nil, refuse("bad_redirect_uri")
	}
	g.used = true
	in := s.state.installed(g.install.id())
	if in == nil {
		in = &install{bot: s.state.nextBot()}
		s.state.installs = append(s.state.installs, in)
	}
	bot := in.bot
	*in = g.install
	in.bot = bot
	return s.granted(in), nil
}

func (s *Server) refreshed(old string) (object, error) {
	for _, in := range s.state.installs {
		if in.refresh == old && old != "" {
			return s.granted(in), nil
		}
	}
	return nil, refuse("invalid_refresh_token")
}

// oauthExchange turns a token without an end into one that rotates.
func (s *Server) oauthExchange(a args) (object, error) {
	if err := s.credentials(a); err != nil {
		return nil, err
	}
	t, ok := s.state.tokens[orElse(a.text("token"), a.token)]
	switch {
	case !ok || t.refusal != "":
		return nil, refuse("invalid_auth")
	case t.of.rotates:
		return nil, refuse("token_already_exchanged")
	}
	t.of.rotates = true
	t.refusal = "token_revoked"
	return s.granted(t.of), nil
}

// granted is the answer with a new token.
func (s *Server) granted(in *install) object {
	o := object{
		"app_id": appID, "access_token": s.issue(in), "token_type": "bot",
		"scope": strings.Join(in.scopes, ","), "bot_user_id": in.bot,
		"authed_user": object{"id": in.installer}, "team": nil, "enterprise": nil,
		"is_enterprise_install": in.everywhere(),
	}
	if w, ok := s.state.workspace(in.team); ok {
		o["team"] = object{"id": w.ID, "name": w.Name}
	}
	if in.enterprise != "" {
		o["enterprise"] = object{"id": in.enterprise, "name": strings.ToLower(in.enterprise)}
	}
	if in.rotates {
		o["expires_in"], o["refresh_token"] = int(accessLife.Seconds()), in.refresh
	}
	return o
}

// authRevoke ends a token. The app's last one in a place takes the app along.
func (s *Server) authRevoke(a args) (object, error) {
	if a.text("test") == "1" || a.text("test") == "true" {
		return object{"revoked": false}, nil
	}
	s.state.tokens[a.token].refusal = "token_revoked"
	for _, t := range s.state.tokens {
		if t.of == a.by && t.refusal == "" {
			return object{"revoked": true}, nil
		}
	}
	in, team := a.by, a.by.team
	s.state.leave(in, "token_revoked")
	a.later.add(func(ctx context.Context) { _ = s.farewell(ctx, in, team) }) // an app that does not listen will see
	return object{"revoked": true}, nil
}

// leave takes the app out of a place.
func (st *State) leave(in *install, refusal string) {
	st.end(in, refusal)
	st.installs = slices.DeleteFunc(st.installs, func(o *install) bool { return o == in })
}
