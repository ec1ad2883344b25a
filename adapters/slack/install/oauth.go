package install

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// callTimeout bounds one call of the Web API.
	callTimeout = 15 * time.Second
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 1 << 20
)

// bounded is a client with a limit of time that follows no redirect: the app's
// secret would go with it.
func bounded(given *http.Client) *http.Client {
	c := &http.Client{Timeout: callTimeout}
	if given != nil {
		c.Transport = given.Transport
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// refusedError is Slack's no, by its code.
type refusedError struct{ code string }

func (e *refusedError) Error() string { return "Slack refused it: " + e.code }

// passing are the codes that a later try may not meet.
func (e *refusedError) passing() bool {
	return slices.Contains([]string{
		"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
	}, e.code)
}

// errUnheard: nobody knows whether Slack did it. It names no address.
var errUnheard = errors.New("Slack did not answer, or not in a way that could be read") //nolint:staticcheck // a name

// granted is what oauth.v2.access answers, as far as it is needed.
type granted struct {
	OK           bool   `json:"ok"`
	Error        string `json:"error"`
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
	BotUserID    string `json:"bot_user_id"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int64  `json:"expires_in"`
	Org          bool   `json:"is_enterprise_install"`
	Team         *named `json:"team"`
	Enterprise   *named `json:"enterprise"`
	User         struct {
		ID string `json:"id"`
	} `json:"authed_user"`
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// access calls oauth.v2.access with the app's own credentials.
func (s *Installs) access(ctx context.Context, form url.Values) (granted, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.APIURL+"oauth.v2.access", strings.NewReader(form.Encode()))
	if err != nil {
		return granted{}, errUnheard
	}
	r.SetBasicAuth(url.QueryEscape(s.cfg.ClientID), url.QueryEscape(s.cfg.ClientSecret))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.client.Do(r)
	if err != nil {
		return granted{}, errUnheard
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	if resp.StatusCode == http.StatusTooManyRequests {
		return granted{}, &refusedError{"ratelimited"}
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	var g granted
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(raw, &g) != nil {
		return granted{}, errUnheard
	}
	if !g.OK {
		if g.Error == "" || len(g.Error) > 60 {
			g.Error = "no_reason_given"
		}
		return granted{}, &refusedError{g.Error}
	}
	if g.AccessToken == "" {
		return granted{}, errUnheard
	}
	return g, nil
}

// exchange turns the code that came back from Slack's page into an install.
func (s *Installs) exchange(ctx context.Context, code string) (Install, error) {
	g, err := s.access(ctx, url.Values{"code": {code}, "redirect_uri": {s.cfg.BaseURL + CallbackPath}})
	if err != nil {
		return Install{}, err
	}
	i := Install{
		Org: g.Org, BotUser: g.BotUserID, Scopes: scopesOf(g.Scope), By: g.User.ID, At: s.cfg.Now(),
	}
	if g.Enterprise != nil {
		i.Enterprise = g.Enterprise.ID
	}
	switch {
	case g.Org && g.Enterprise != nil:
		i.Key, i.Name = g.Enterprise.ID, g.Enterprise.Name
	case !g.Org && g.Team != nil:
		i.Key, i.Team, i.Name = g.Team.ID, g.Team.ID, g.Team.Name
	}
	if !keyForm.MatchString(i.Key) || g.TokenType != "bot" {
		return Install{}, errUnheard
	}
	s.hold(&i, g)
	return i, nil
}

// hold puts the tokens of an answer into an install.
func (s *Installs) hold(i *Install, g granted) {
	i.Token, i.Refresh, i.Issued, i.Expires = g.AccessToken, g.RefreshToken, s.cfg.Now(), time.Time{}
	if g.ExpiresIn > 0 && g.RefreshToken != "" {
		i.Expires = i.Issued.Add(time.Duration(min(g.ExpiresIn, 1<<30)) * time.Second)
	}
	i.Problem, i.renewer, i.until = "", "", time.Time{}
	if lacks := s.lacking(i.Scopes); len(lacks) > 0 {
		i.Problem = fmt.Sprintf("the Slack app lacks the permissions %s; bring its manifest up to date and install it again", strings.Join(lacks, ", "))
	}
}

func (s *Installs) lacking(scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(s.cfg.Scopes), func(want string) bool { return slices.Contains(scopes, want) })
}

func scopesOf(text string) []string {
	var out []string
	for scope := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		out = append(out, scope)
	}
	return out
}
