package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/socket"
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

// refusedFor is how long sockets that Slack refused are left alone.
const refusedFor = time.Minute

// openSockets lets people's actions in over sockets, if there is a token for
// them. A Slack that refuses them from the start ends the app: somebody is there
// to read why. One that refuses them later only closes this way in: decisions on
// the other surfaces go on.
func (a *app) openSockets(c config.Slack, surface *slack.Adapter, h adapters.Handler) error {
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
func (a *app) socketsAgain(ctx context.Context, surface *slack.Adapter, h adapters.Handler) (*socket.Client, error) {
	timer := time.NewTimer(refusedFor)
	defer timer.Stop()
	select {
	case <-timer.C:
		return surface.Sockets(h)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
