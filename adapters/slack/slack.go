package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/socket"
	"signoff/adapters/slack/wire"
)

// Surface is the name of this adapter in destinations and accounts.
const Surface = "slack"

// The methods of the Web API that are called. manifest.yaml asks for what they
// need; a test compares.
const (
	methodAuth    = "auth.test"
	methodPost    = "chat.postMessage"
	methodUpdate  = "chat.update"
	methodDelete  = "chat.delete"
	methodWhisper = "chat.postEphemeral"
	methodOpen    = "views.open"
	methodInfo    = "users.info"
	methodLookup  = "users.lookupByEmail"
	methodConnect = "apps.connections.open"
	methodGroup   = "usergroups.users.list"
	methodPush    = "views.push"
	methodRedraw  = "views.update"
	methodPublish = "views.publish"
	methodFile    = "files.info"

	methodPermalink = "chat.getPermalink"
)

// Adapter shows cards in Slack, in one workspace or in several. It is safe for
// concurrent use.
type Adapter struct {
	spaces   *workspaces
	http     *http.Client
	log      *slog.Logger
	now      func() time.Time
	verifier wire.Verifier
	line     *socket.Line // nil: no app-level token
	replies  replyHosts
	errands  errands
	events   *cache[struct{}] // by name: what Slack told by itself
	newest   newest
	homes    *homes
	running  atomic.Bool

	appID     string // empty: not known
	download  *http.Client
	fileHosts replyHosts
	regroup   func(group string) // nil: nobody asks
	renewed   func(user string)  // nil: nobody asks
}

var (
	_ adapters.Adapter = (*Adapter)(nil)
	_ adapters.Homes   = (*Adapter)(nil)
)

// New returns an adapter. It calls nobody; see [Adapter.Check].
func New(cfg Config) (*Adapter, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	client := newClient(cfg.HTTPClient)
	api := slackapi.New("", slackapi.OptionHTTPClient(client), slackapi.OptionAPIURL(cfg.APIURL),
		slackapi.OptionAppLevelToken(cfg.AppToken))
	return &Adapter{
		spaces:   newWorkspaces(cfg, client),
		http:     client,
		log:      cfg.Log,
		now:      cfg.Now,
		verifier: wire.NewVerifier(cfg.SigningSecrets, cfg.Now),
		line:     newLine(api, cfg),
		replies:  newReplyHosts(cfg.APIURL),
		errands:  newErrands(),
		homes:    newHomes(),
		events:   newCache[struct{}](eventsFor, cfg.Now),

		appID:     appOf(cfg.AppToken),
		download:  newDownload(cfg.HTTPClient),
		fileHosts: newFileHosts(cfg.APIURL),
		regroup:   cfg.Regroup,
		renewed:   cfg.Changed,
	}, nil
}

// Check asks Slack whether the token is good and of the configured workspace,
// and, if there is an app-level token, whether it opens sockets. The adapter
// works without it, as soon as Slack does.
func (a *Adapter) Check(ctx context.Context) error {
	if err := a.checkToken(ctx); err != nil || a.line == nil {
		return err
	}
	if err := a.line.Check(ctx); err != nil {
		return fmt.Errorf("check the Slack app-level token: %w", err)
	}
	return nil
}

func (a *Adapter) checkToken(ctx context.Context) error {
	if a.spaces.own == nil {
		return nil // the tokens of installs are looked at one by one
	}
	known := a.spaces.own.accounts
	if known.tenant == "" {
		if _, err := known.home(ctx); err != nil {
			return fmt.Errorf("check the Slack token: %w", err)
		}
		return nil
	}
	team, err := known.owner(ctx)
	if err != nil {
		return fmt.Errorf("check the Slack token: %w", err)
	}
	if team != known.tenant {
		return fmt.Errorf("check the Slack token: it belongs to workspace %s, the configuration names %s", team, known.tenant)
	}
	return nil
}

// Run does what people need not wait for: it sends the texts that only one
// person sees, draws windows anew, and people's pages. It returns when ctx has ended and nothing it started still runs.
// It may be called once.
func (a *Adapter) Run(ctx context.Context) error {
	if a.running.Swap(true) {
		return errors.New("slack: the adapter already runs")
	}
	var homes sync.WaitGroup
	homes.Go(func() { a.keepHomes(ctx) })
	a.runErrands(ctx)
	homes.Wait()
	return nil
}
