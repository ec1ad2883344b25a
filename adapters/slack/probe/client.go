package probe

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// slackAPI is Slack's own Web API.
	slackAPI = "https://slack.com/api/"
	// callTimeout bounds one call.
	callTimeout = 10 * time.Second
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 8 << 20
)

// Client asks Slack. It is safe for concurrent use.
type Client struct {
	api    string
	client *http.Client
}

// New returns a client. An empty address is Slack's own; it ends in a slash.
// The client's redirects are not followed: a token would go with them.
func New(apiURL string, given *http.Client) *Client {
	if apiURL == "" {
		apiURL = slackAPI
	}
	c := &http.Client{Timeout: callTimeout}
	if given != nil {
		c.Transport = given.Transport
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{api: apiURL, client: c}
}

// RefusedError is Slack's no.
type RefusedError struct {
	Code string // Slack's word: "invalid_auth"
	// Needed is the permission that is missing, where Slack names one.
	Needed string
}

func (e *RefusedError) Error() string {
	if e.Needed != "" {
		return e.Code + " (it needs " + e.Needed + ")"
	}
	return e.Code
}

// ErrUnheard says that Slack did not answer, or not in a way that could be read.
// It names no address.
var ErrUnheard = errors.New("no answer from Slack that could be read")

// heard is what came back beside the answer itself.
type heard struct {
	header http.Header
	date   time.Time // Slack's clock; zero if it did not say
}

// call makes one call. The token, if any, goes into the header.
func (c *Client) call(ctx context.Context, method, token string, form url.Values, out any) (heard, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+method, strings.NewReader(form.Encode()))
	if err != nil {
		return heard{}, ErrUnheard
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.client.Do(r)
	if err != nil {
		return heard{}, ErrUnheard
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	h := heard{header: resp.Header}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		h.date = date
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		return h, &RefusedError{Code: "ratelimited"}
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	var verdict struct {
		OK     bool   `json:"ok"`
		Error  string `json:"error"`
		Needed string `json:"needed"`
	}
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(raw, &verdict) != nil {
		return h, ErrUnheard
	}
	if !verdict.OK {
		refused := &RefusedError{Code: word(verdict.Error), Needed: word(verdict.Needed)}
		if refused.Code == "" {
			refused.Code = "no_reason_given"
		}
		// Some refusals say more beside the code.
		_ = json.Unmarshal(raw, out) // what cannot be read is left out
		return h, refused
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return h, ErrUnheard
	}
	return h, nil
}

// word keeps a code a code, whatever answered.
func word(s string) string {
	if len(s) > 120 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "an_odd_answer"
	}
	return s
}
