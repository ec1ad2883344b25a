package slack

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/install"
	"signoff/adapters/slack/wire"
)

const (
	adviceInstall = "Install signoff in this Slack workspace again: make a code with signoff slack install."
	adviceRemoved = "This Slack workspace has removed signoff. Install it there again, or name another channel: make a code with signoff slack install."
	adviceUnknown = "signoff is not installed in this Slack workspace. Install it there, or name another one: make a code with signoff slack install."
	adviceWhich   = "Several Slack workspaces have installed signoff. Write which one: T012AB3CD/#channel, or set slack.workspace in the configuration."
	adviceNone    = "No Slack workspace has installed signoff. Make a code with signoff slack install, and open the page that it names."
)

// textElsewhere is for somebody in a workspace that is not, or no more, ours.
const textElsewhere = "signoff is not installed in this workspace, or was removed from it, so nothing was recorded. Ask whoever runs signoff to install it again."

// errElsewhere says that something came from a workspace that is not ours.
var errElsewhere = errors.New("it comes from a workspace that has not installed the app")

// workspaces are all that the adapter serves: that of the configuration's token,
// and those that installed the app.
type workspaces struct {
	own      *workspace // nil: there is no such token
	installs Installs   // nil: there are no others
	main     string     // the key of the one that places without a workspace are in
	cfg      Config
	client   *http.Client

	mu   sync.Mutex
	open map[string]*workspace // guarded by mu; by key
}

func newWorkspaces(cfg Config, client *http.Client) *workspaces {
	s := &workspaces{installs: cfg.Installs, main: cfg.Workspace, cfg: cfg, client: client, open: map[string]*workspace{}}
	if cfg.Token != "" {
		s.own = newWorkspace("", cfg, client)
	}
	return s
}

// of finds the workspace that something came from.
func (s *workspaces) of(ctx context.Context, from wire.Origin) (*workspace, error) {
	if s.installs == nil {
		return s.own, nil
	}
	for _, key := range from.Keys() {
		w, err := s.named(ctx, key)
		if failure, ok := errors.AsType[*adapters.DeliveryError](err); ok && failure.Code == codeUnknown {
			continue
		}
		return w, err
	}
	return nil, errElsewhere
}

// at finds the workspace of a place, and the place in it.
func (s *workspaces) at(ctx context.Context, place string) (*workspace, string, error) {
	key, rest := apart(place)
	if rest == "" {
		return nil, "", &adapters.DeliveryError{Kind: adapters.Malformed, Code: "no_destination"}
	}
	w, err := s.called(ctx, key)
	return w, rest, err
}

// called is the workspace of a key, or, for none, the one that is meant then.
func (s *workspaces) called(ctx context.Context, key string) (*workspace, error) {
	switch {
	case key != "":
		return s.named(ctx, key)
	case s.own != nil:
		return s.own, nil
	case s.main != "":
		return s.named(ctx, s.main)
	}
	all, err := s.active(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, unreachable("no_workspace", adviceNone)
	case len(all) > 1:
		return nil, unreachable("which_workspace", adviceWhich)
	}
	return s.opened(all[0]), nil
}

// codeUnknown is for a workspace that never installed the app.
const codeUnknown = "unknown_workspace"

func unreachable(code, advice string) error {
	return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: code, Advice: advice}
}

// named is the workspace with a key.
func (s *workspaces) named(ctx context.Context, key string) (*workspace, error) {
	if s.own != nil {
		at, err := s.own.accounts.home(ctx)
		if err != nil && s.installs == nil {
			return nil, err
		}
		if err == nil && (key == at.team || key == at.enterprise) {
			return s.own, nil
		}
	}
	if s.installs == nil {
		return nil, unreachable(codeUnknown, adviceUnknown)
	}
	i, found, err := s.installs.Find(ctx, key)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, unreachable(codeUnknown, adviceUnknown)
	case !i.Removed.IsZero():
		return nil, unreachable("workspace_removed", adviceRemoved)
	case !i.Active():
		return nil, &adapters.DeliveryError{Kind: adapters.Denied, Code: "no_token", Advice: adviceInstall}
	}
	return s.opened(i), nil
}

// active are the installs that can be spoken to, by key.
func (s *workspaces) active(ctx context.Context) ([]install.Install, error) {
	if s.installs == nil {
		return nil, nil
	}
	all, err := s.installs.All(ctx)
	if err != nil {
		return nil, err
	}
	var some []install.Install
	for _, i := range all {
		if i.Active() {
			some = append(some, i)
		}
	}
	return some, nil
}

// opened is an install as the adapter speaks to it, with the token that it has
// now.
func (s *workspaces) opened(i install.Install) *workspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.open[i.Key]
	switch {
	case w == nil:
		cfg := s.cfg
		cfg.Token, cfg.Tenant, cfg.Enterprise = i.Token, i.Team, ""
		if i.Org {
			cfg.Tenant, cfg.Enterprise = "", i.Enterprise
		}
		w = newWorkspace(i.Key, cfg, s.client)
		w.accounts.org, w.forget = i.Org, s.installs.Forget
	case w.token != i.Token:
		w = w.renewed(i.Token, slackapi.New(i.Token, slackapi.OptionHTTPClient(s.client), slackapi.OptionAPIURL(s.cfg.APIURL)))
	}
	s.open[i.Key] = w
	return w
}

// whose finds a person: the workspace of their account, or the first one that
// knows their mail address; and their id there.
func (s *workspaces) whose(ctx context.Context, p adapters.Person) (*workspace, string, error) {
	if s.installs == nil {
		id, err := s.own.accounts.find(ctx, p)
		return s.own, id, err
	}
	if p.Tenant != "" || p.Account != "" || p.Email == "" {
		w, err := s.called(ctx, p.Tenant)
		if err != nil {
			return nil, "", err
		}
		id, err := w.accounts.find(ctx, p)
		return w, id, err
	}
	all, err := s.everywhere(ctx)
	if err != nil {
		return nil, "", err
	}
	for _, w := range all {
		id, err := w.accounts.find(ctx, p)
		failure, ok := errors.AsType[*adapters.DeliveryError](err)
		if !ok || failure.Kind != adapters.Unreachable && failure.Kind != adapters.Denied {
			return w, id, err
		}
	}
	if len(all) == 0 {
		return nil, "", unreachable("no_workspace", adviceNone)
	}
	return nil, "", unreachable("users_not_found", adviceAccount)
}

// everywhere lists the workspaces that can be spoken to: the configuration's
// own, the main one, and the rest by key.
func (s *workspaces) everywhere(ctx context.Context) ([]*workspace, error) {
	var all, rest []*workspace
	if s.own != nil {
		all = append(all, s.own)
	}
	installed, err := s.active(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range installed {
		if i.Key == s.main {
			all = append(all, s.opened(i))
		} else {
			rest = append(rest, s.opened(i))
		}
	}
	return append(all, rest...), nil
}

// Uninstalled notes that Slack says that a workspace, or an organisation, took the
// app away or revoked the bot's token: its token is deleted, and what is owed
// there is given up with a word to those who can mend it. why is Slack's word for
// the event, and at is when it happened; news from before the latest install
// changes nothing, and neither does a repetition.
func (a *Adapter) Uninstalled(ctx context.Context, key string, at time.Time, why string) error {
	return a.spaces.removed(ctx, key, at, why)
}

func (s *workspaces) removed(ctx context.Context, key string, at time.Time, why string) error {
	if s.own != nil {
		own, err := s.own.accounts.home(ctx)
		if err == nil && (key == own.team || key == own.enterprise) {
			s.cfg.Log.ErrorContext(ctx, "slack has revoked the token of the configuration: install the app again and put the new token there",
				"adapter", Surface, "workspace", key, "event", why)
			return nil
		}
	}
	if s.installs == nil {
		return nil
	}
	s.mu.Lock()
	delete(s.open, key)
	s.mu.Unlock()
	return s.installs.Remove(ctx, key, at, why)
}
