package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/cmd/signoff/config"
)

// slackAdapter makes the adapter and asks Slack whether its token is good.
func (p *program) slackAdapter(ctx context.Context, a *app, c config.Slack) (*slack.Adapter, error) {
	var faults []error
	token, err := c.Token.Read(p.Getenv)
	if err != nil {
		faults = append(faults, fmt.Errorf("slack.token: %w", err))
	}
	var app config.Secret
	if !c.AppToken.IsZero() {
		if app, err = c.AppToken.Read(p.Getenv); err != nil {
			faults = append(faults, fmt.Errorf("slack.app_token: %w", err))
		}
	}
	var secrets []string
	for _, ref := range c.SigningSecrets {
		s, err := ref.Read(p.Getenv)
		if err != nil {
			faults = append(faults, fmt.Errorf("slack.signing_secret: %w", err))
		}
		secrets = append(secrets, s.Reveal())
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	surface, err := slack.New(slack.Config{
		Token: token.Reveal(), SigningSecrets: secrets, APIURL: c.APIURL, Log: a.log.With("component", "slack"),
		AppToken: app.Reveal(), Sockets: c.Sockets, Unpaced: onThisMachine(c.APIURL),
	})
	if err != nil {
		return nil, err
	}
	return surface, a.checkSlack(ctx, surface)
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

// openSockets lets people's actions in over sockets, if there is a token for
// them. A Slack that refuses them for good ends the app: nobody's button would
// work.
func (a *app) openSockets(c config.Slack, surface *slack.Adapter, h adapters.Handler) error {
	if c.AppToken.IsZero() {
		return nil
	}
	sockets, err := surface.Sockets(h)
	if err != nil {
		return err
	}
	a.run("the Slack sockets", func(ctx context.Context) error { return advised(sockets.Run(ctx)) })
	return nil
}
