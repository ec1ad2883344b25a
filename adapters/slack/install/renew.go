package install

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

const (
	// turn is for how long one server alone may renew a token. It is longer than
	// a call may take.
	turn = time.Minute
	// lookEvery is how often the tokens are looked at.
	lookEvery = time.Minute
	// refusedFor is how long a refusal is left alone; the token lives on for hours.
	refusedFor = 15 * time.Minute
)

// Run renews tokens in time until ctx ends.
func (s *Installs) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		s.look(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look renews what is due. What went wrong is in the log and in the install.
func (s *Installs) look(ctx context.Context) {
	all, err := s.All(ctx)
	if err != nil {
		s.cfg.Log.ErrorContext(ctx, "the slack installs cannot be read", "err", err)
		return
	}
	now := s.cfg.Now()
	for _, i := range all {
		if !i.Active() || !i.Rotates() || now.Before(i.renewAt()) {
			continue
		}
		if err := s.Renew(ctx, i.Key); err != nil && ctx.Err() == nil {
			s.cfg.Log.ErrorContext(ctx, "a slack token was not renewed", "workspace", i.Key, "ends", i.Expires, "err", err)
		}
	}
}

// errTurn: another server is renewing it.
var errTurn = errors.New("another server is renewing it")

// Renew gets a new token for a workspace whose token is due. Only one server
// does it at a time; the others find the new token in the book. The new tokens
// are kept before anybody uses them. Slack takes each refresh token once: where
// the answer was lost, the next try says so, while the old token still works.
func (s *Installs) Renew(ctx context.Context, key string) error {
	i, err := s.begin(ctx, key)
	if errors.Is(err, errTurn) || err == nil && i.Key == "" {
		return nil
	}
	if err != nil {
		return err
	}
	g, err := s.access(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {i.Refresh}})
	// What Slack has given must be kept, even if the server is told to stop now.
	ctx = context.WithoutCancel(ctx)
	if err == nil && g.RefreshToken == "" {
		err = errUnheard
	}
	if err != nil {
		return errors.Join(err, s.failed(ctx, i, err))
	}
	return s.finish(ctx, i, g)
}

// begin takes the turn; a zero install is nothing to do.
func (s *Installs) begin(ctx context.Context, key string) (Install, error) {
	all, err := s.known(ctx, 0)
	if err != nil {
		return Install{}, err
	}
	i, now := all[key], s.cfg.Now()
	switch {
	case !i.Active() || !i.Rotates() || now.Before(i.renewAt()):
		return Install{}, nil
	case now.Before(i.until):
		return Install{}, errTurn
	}
	i.renewer, i.until = s.me+random(), now.Add(turn)
	if err := s.write(ctx, i, nil); errors.Is(err, ErrTaken) {
		return Install{}, errTurn
	} else if err != nil {
		return Install{}, err
	}
	return i, nil
}

// finish keeps the new tokens. A server that has lost its turn meanwhile keeps
// them all the same, unless the workspace was installed anew or removed: the old
// refresh token is spent.
func (s *Installs) finish(ctx context.Context, old Install, g granted) error {
	return s.change(ctx, old.Key, func(i *Install) (*Event, bool) {
		if i.Refresh != old.Refresh {
			return nil, false
		}
		s.hold(i, g)
		return &Event{What: Renewed, Data: map[string]any{"workspace": i.Key, "name": i.Name, "until": stamp(i.Expires)}}, true
	})
}

// failed notes what came of a try. What may pass is tried again when the turn is
// over; a refusal needs a person.
func (s *Installs) failed(ctx context.Context, old Install, cause error) error {
	refused, ok := errors.AsType[*refusedError](cause)
	if !ok || refused.passing() {
		return nil
	}
	return s.change(ctx, old.Key, func(i *Install) (*Event, bool) {
		if i.Refresh != old.Refresh {
			return nil, false
		}
		i.Problem = fmt.Sprintf("Slack does not renew its token (%s); install the app there again before %s",
			refused.code, i.Expires.UTC().Format("2006-01-02 15:04 UTC"))
		i.renewer, i.until = "", s.cfg.Now().Add(refusedFor)
		return nil, true
	})
}
