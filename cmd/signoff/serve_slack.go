package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/install"
	"signoff/adapters/slack/manifest"
	"signoff/adapters/slack/socket"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/cmd/signoff/config"
	"signoff/engine"
)

// slackParts is the adapter and, where workspaces install the app by signoff's
// own page, their installs.
type slackParts struct {
	*slack.Adapter

	installs *install.Installs // nil: the token's workspace is all there is
	book     *slackBook
	// people hear of groups that have changed; they get to know Slack later.
	people *atomic.Pointer[people.People]
}

// slackAdapter makes the adapter and asks Slack whether its token is good. The
// book of installs gets its store later.
func (p *program) slackAdapter(ctx context.Context, a *app, cfg config.Config) (slackParts, error) {
	c := cfg.Slack
	var faults []error
	optional := func(ref config.SecretRef, name string) string {
		if ref.IsZero() {
			return ""
		}
		s, err := ref.Read(p.Getenv)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
		return s.Reveal()
	}
	token, app := optional(c.Token, "slack.token"), optional(c.AppToken, "slack.app_token")
	var secrets []string
	for _, ref := range c.SigningSecrets {
		s, err := ref.Read(p.Getenv)
		if err != nil {
			faults = append(faults, fmt.Errorf("slack.signing_secret: %w", err))
		}
		secrets = append(secrets, s.Reveal())
	}
	if err := errors.Join(faults...); err != nil {
		return slackParts{}, err
	}
	parts := slackParts{book: &slackBook{}, people: &atomic.Pointer[people.People]{}}
	var err error
	if parts.installs, err = p.slackInstalls(cfg, parts.book, a.log); err != nil {
		return slackParts{}, err
	}
	sc := slack.Config{
		Token: token, SigningSecrets: secrets, APIURL: c.APIURL, Log: a.log.With("component", "slack"),
		AppToken: app, Sockets: c.Sockets, Unpaced: onThisMachine(c.APIURL), Workspace: c.Workspace,
		Regroup: func(group string) {
			if known := parts.people.Load(); known != nil {
				known.Changed(group)
			}
		},
		Changed: func(user string) {
			if known := parts.people.Load(); known != nil {
				known.Restated(slack.Surface, user)
			}
		},
	}
	if parts.installs != nil {
		sc.Installs = parts.installs
	}
	if parts.Adapter, err = slack.New(sc); err != nil {
		return slackParts{}, err
	}
	return parts, a.checkSlack(ctx, parts.Adapter)
}

// watchRemovals lets the bot give up what stands in workspaces that have taken
// the app away, so that somebody hears of it; also if that happened just before
// the last stop.
func (s slackParts) watchRemovals(ctx context.Context, b *bot.Bot, log *slog.Logger) error {
	if s.installs == nil {
		return nil
	}
	giveUp := func(ctx context.Context, workspace string) {
		if err := giveUpIn(ctx, b, workspace); err != nil {
			log.ErrorContext(ctx, "what stands in a workspace that removed the app is not given up", "workspace", workspace, "err", err)
		}
	}
	s.book.left = func(event context.Context, workspace string) {
		giveUp(event, workspace)
		go func() {
			select {
			case <-ctx.Done(): // the next start gives it up
			case <-time.After(postedSince):
				giveUp(ctx, workspace)
			}
		}()
	}
	all, err := s.installs.All(ctx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if !i.Removed.IsZero() {
			if err := giveUpIn(ctx, b, i.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// postedSince is when a card has been written down that was on its way while its
// workspace removed the app: a call of Slack takes 10 s at most.
const postedSince = 12 * time.Second

func giveUpIn(ctx context.Context, b *bot.Bot, workspace string) error {
	return b.RedrawSome(ctx, func(c engine.Copy) bool {
		return c.Surface == slack.Surface && c.Problem == "" && strings.HasPrefix(c.Ref.Place, workspace+"/")
	})
}

// slackInstalls are the workspaces that install the app; nil if the
// configuration does not let them.
func (p *program) slackInstalls(cfg config.Config, book install.Book, log *slog.Logger) (*install.Installs, error) {
	c := cfg.Slack
	if !c.Installs() {
		return nil, nil //nolint:nilnil // none is an answer
	}
	secret, err := c.ClientSecret.Read(p.Getenv)
	if err != nil {
		return nil, fmt.Errorf("slack.client_secret: %w", err)
	}
	key, err := installKey(cfg, p.Getenv)
	if err != nil {
		return nil, err
	}
	page := ""
	if c.APIURL != "" { // a stand-in has that page, too
		page = strings.TrimSuffix(strings.TrimSuffix(c.APIURL, "/"), "/api") + "/oauth/v2/authorize"
	}
	return install.New(install.Config{
		ClientID: c.ClientID, ClientSecret: secret.Reveal(), Key: key, BaseURL: cfg.BaseURL, Scopes: manifest.Scopes(),
		Book: book, APIURL: c.APIURL, AuthorizeURL: page, Log: log.With("component", "slack"),
	})
}

// onThisMachine reports whether an address is a stand-in on this machine, which
// has none of Slack's limits.
func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	return err == nil && net.ParseIP(u.Hostname()).IsLoopback()
}

// checkSlack fails for a token that Slack refuses. A Slack that does not answer
// keeps nobody from starting: what is owed to it is delivered when it is back.
func (a *app) checkSlack(ctx context.Context, surface *slack.Adapter) error {
	err := surface.Check(ctx)
	if down, ok := errors.AsType[*adapters.DeliveryError](err); ok && down.Kind != adapters.Denied {
		a.log.WarnContext(ctx, "slack does not answer, starting without it", "err", err)
		return nil
	}
	return advised(err)
}

// advised adds what a person can do.
func advised(err error) error {
	if no, ok := errors.AsType[*adapters.DeliveryError](err); ok && no.Advice != "" {
		return fmt.Errorf("%w. %s", err, no.Advice)
	}
	return err
}

// refusedFor is how long sockets that Slack refused are left alone.
const refusedFor = time.Minute

// openSockets lets people's actions in over sockets, if there is a token for
// them. A Slack that refuses them from the start ends the app: somebody is there
// to read why. One that refuses them later only closes this way in: decisions on
// the other surfaces go on.
func (a *app) openSockets(c config.Slack, surface *slack.Adapter, h adapters.Desk) error {
	if c.AppToken.IsZero() {
		return nil
	}
	first, err := surface.Sockets(h)
	if err != nil {
		return err
	}
	a.run("the Slack sockets", func(ctx context.Context) error {
		err := first.Run(ctx)
		if !first.Opened() {
			return advised(err)
		}
		for err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "slack refuses the sockets, nobody can press a button there", "err", advised(err), "again_in", refusedFor)
			if next, problem := a.socketsAgain(ctx, surface, h); problem != nil {
				err = problem
			} else {
				err = next.Run(ctx)
			}
		}
		return err
	})
	return nil
}

// socketsAgain waits, and makes the transport anew.
func (a *app) socketsAgain(ctx context.Context, surface *slack.Adapter, h adapters.Desk) (*socket.Client, error) {
	timer := time.NewTimer(refusedFor)
	defer timer.Stop()
	select {
	case <-timer.C:
		return surface.Sockets(h)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
