package slack

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/install"
)

// Installs are the workspaces that installed the app by signoff's own page.
type Installs interface {
	// Find returns the install of a workspace or an organisation; false if there
	// never was one.
	Find(ctx context.Context, key string) (install.Install, bool, error)
	All(ctx context.Context) ([]install.Install, error)
	// Forget lets the next call look again: a token has ended.
	Forget()
	// Remove notes that a workspace took the app away.
	Remove(ctx context.Context, key string, at time.Time, why string) error
}

// workspace is one install of the app as the adapter speaks to it: its token, its
// people, its limits. It is safe for concurrent use.
type workspace struct {
	// key is the install's; empty for the token of the configuration.
	key      string
	token    string
	api      *slackapi.Client
	accounts *accounts
	pace     *pace // nil: unpaced
	forget   func()
}

// newWorkspace makes one. The tenant and the enterprise of cfg are its own.
func newWorkspace(key string, cfg Config, client *http.Client) *workspace {
	w := &workspace{
		key: key, token: cfg.Token, forget: func() {},
		api: slackapi.New(cfg.Token, slackapi.OptionHTTPClient(client), slackapi.OptionAPIURL(cfg.APIURL)),
	}
	if !cfg.Unpaced {
		w.pace = newPace(cfg.Now)
	}
	w.accounts = newAccounts(w.api, cfg)
	w.accounts.admit = w.admit
	return w
}

// renewed is the same workspace with another token: what is known stays known.
func (w *workspace) renewed(token string, api *slackapi.Client) *workspace {
	next, known := *w, *w.accounts
	next.token, next.api, next.accounts = token, api, &known
	next.accounts.api = api
	return &next
}

// admit asks the pace; a call that must wait, or that nobody waits for any
// more, is not made.
func (w *workspace) admit(ctx context.Context, lanes map[string]rate) error {
	return w.admitAs(ctx, "", lanes)
}

// admitAs is admit for a caller who will come again under the same name.
func (w *workspace) admitAs(ctx context.Context, who string, lanes map[string]rate) error {
	if ctx.Err() != nil {
		return &adapters.DeliveryError{Kind: adapters.Busy, Err: ctx.Err()}
	}
	if w.pace == nil {
		return nil
	}
	if wait := w.pace.take(lanes, who); wait > 0 {
		return &adapters.DeliveryError{Kind: adapters.Busy, Code: codePaced, RetryAfter: wait}
	}
	return nil
}

// lane is that of a channel, for [workspace.admit].
func (w *workspace) lane(channel string) string {
	if w.pace == nil {
		return "to:" + channel
	}
	return w.pace.channel(channel)
}

// codePaced is for a call that was not made: it was not its turn.
const codePaced = "paced"

// expiredFor is how soon a call is made again whose token had just ended.
const expiredFor = 5 * time.Second

// failed classifies an error and keeps to what Slack says about later. The token
// of an install ends by itself and is renewed elsewhere.
func (w *workspace) failed(method string, err error) error {
	failure := deliveryError(method, err)
	e, ok := errors.AsType[*adapters.DeliveryError](failure)
	if !ok {
		return failure
	}
	if w.pace != nil && e.RetryAfter > 0 {
		w.pace.hold(method, min(e.RetryAfter, time.Hour))
	}
	if w.key == "" || e.Kind != adapters.Denied {
		return failure
	}
	switch e.Code {
	case "token_expired", "invalid_auth", "token_revoked":
		w.forget() // perhaps there is a new one by now
		e.Advice = adviceInstall
	case "account_inactive", "missing_scope", "no_permission":
		e.Advice = adviceInstall
	}
	if e.Code == "token_expired" {
		e.Kind, e.RetryAfter = adapters.Busy, expiredFor
	}
	return e
}

// ref names a message of this workspace. Those of the configuration's own token
// have no workspace in their names.
func (w *workspace) ref(channel, message string) adapters.MessageRef {
	if w.key != "" && channel != "" {
		channel = w.key + "/" + channel
	}
	return adapters.MessageRef{Place: channel, Message: message}
}

// keyForm is what the ids of workspaces and organisations look like.
var keyForm = regexp.MustCompile(`^[TE][A-Z0-9]{1,40}$`)

// apart takes the workspace off a place, "T012AB3CD/C012AB3CD" or
// "T012AB3CD/#channel"; it is empty where none is named.
func apart(place string) (key, rest string) {
	if before, after, found := strings.Cut(place, "/"); found && keyForm.MatchString(before) {
		return before, after
	}
	return "", place
}
