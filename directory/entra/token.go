package entra

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"signoff/directory/internal/ask"
)

// bearer returns a token that is good for a while, a new one if need be.
func (d *Directory) bearer(ctx context.Context) (string, error) {
	d.mu.Lock()
	token, good, held := d.token, d.cfg.Now().Before(d.until), d.cfg.Now().Before(d.held)
	d.mu.Unlock()
	switch {
	case held:
		return "", errHeld
	case token != "" && good:
		return token, nil
	}
	return d.login(ctx)
}

// login asks for a token with the application's own permissions.
func (d *Directory) login(ctx context.Context) (string, error) {
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {d.cfg.ClientID}, "client_secret": {d.cfg.ClientSecret},
		"scope": {d.cfg.Graph + "/.default"},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost,
		d.cfg.Login+"/"+url.PathEscape(d.cfg.Tenant)+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", errNotJSON // the address is the operator's; it may hold anything
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	asked := d.cfg.Now()
	answer, err := ask.Do(d.http, r)
	if err != nil {
		return "", err
	}
	var said struct {
		Token string `json:"access_token"`
		Type  string `json:"token_type"`
		Lasts int    `json:"expires_in"`
		Error string `json:"error"`
	}
	if err := json.Unmarshal(answer.Body, &said); err != nil && answer.Status == http.StatusOK {
		return "", errNotJSON
	}
	switch {
	case answer.Status == http.StatusTooManyRequests, answer.Status == http.StatusServiceUnavailable:
		d.hold(answer.RetryAfter())
		return "", &ask.StatusError{Status: answer.Status}
	case answer.Status != http.StatusOK:
		return "", &ask.StatusError{Status: answer.Status, Code: word(said.Error), Advice: adviceApp}
	case said.Token == "" || !strings.EqualFold(said.Type, "Bearer"):
		return "", errNotJSON
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.token, d.until = said.Token, asked.Add(time.Duration(said.Lasts)*time.Second-tokenSpare)
	return said.Token, nil
}

// forget drops a token that was refused, unless there is a newer one.
func (d *Directory) forget(token string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.token == token {
		d.token = ""
	}
}

// hold asks nothing for a while, because the service said so.
func (d *Directory) hold(wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if until := d.cfg.Now().Add(wait); until.After(d.held) {
		d.held = until
	}
}
