package slack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
)

const (
	// DefaultSockets is how many sockets are open at once: while one is being
	// replaced, the other goes on.
	DefaultSockets = 2
	// MaxSockets leaves room below Slack's ten for the replacement of each.
	MaxSockets = 5

	// maxInteractions bounds what is being answered at once, over all sockets.
	maxInteractions = 256
	// repeatsFor is how long the answer to an interaction is remembered, for the
	// case that Slack did not get it and delivers the interaction again.
	repeatsFor = time.Minute
	// steadyFor is how long a socket must have lived to be replaced at once.
	steadyFor = 30 * time.Second
)

// Sockets is the transport that needs no public address: signoff connects to
// Slack and is sent what people press and submit (Socket Mode).
type Sockets struct {
	dispatcher
	count   int
	room    chan struct{} // one token for each interaction that is being answered
	answers *cache[*slackapi.ViewSubmissionResponse]
	links   sync.WaitGroup
	running atomic.Bool
	opened  atomic.Bool
}

// Sockets returns the transport, which hands what people do to h. It connects
// when it runs.
func (a *Adapter) Sockets(h adapters.Handler) (*Sockets, error) {
	if a.line == nil {
		return nil, errors.New("slack: the app-level token is missing")
	}
	return &Sockets{
		dispatcher: dispatcher{Adapter: a, handler: h},
		count:      a.line.count,
		room:       make(chan struct{}, maxInteractions),
		answers:    newCache[*slackapi.ViewSubmissionResponse](repeatsFor, a.now),
	}, nil
}

// Run keeps the sockets open. It returns when ctx has ended, after what was
// being answered is answered and nothing it started still runs; or when Slack
// refuses for good, with a *adapters.DeliveryError of kind Denied that says what
// to do. It may be called once.
func (s *Sockets) Run(ctx context.Context) error {
	if s.running.Swap(true) {
		return errors.New("slack: the sockets already run")
	}
	life, end := context.WithCancelCause(ctx)
	defer end(nil)
	var lanes sync.WaitGroup
	for range s.count {
		lanes.Go(func() {
			if err := s.lane(life); err != nil {
				end(err)
			}
		})
	}
	lanes.Wait()
	s.links.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("keep the Slack sockets open: %w", context.Cause(life))
}

// Opened reports whether a socket was ever open, so that a refusal before that
// can be told from one later.
func (s *Sockets) Opened() bool { return s.opened.Load() }

// lane keeps one socket open until ctx ends. A socket that Slack is about to
// close is given up when the next one is there, not before.
func (s *Sockets) lane(ctx context.Context) error {
	var last *link
	var wait backoff
	for ctx.Err() == nil {
		next, err := s.connect(ctx)
		switch {
		case denied(err):
			return err
		case err != nil && ctx.Err() == nil:
			d := wait.next(err)
			s.log.WarnContext(ctx, "slack socket not opened, will retry", "adapter", Surface, "in", d.String(), "err", err)
			pause(ctx, d)
		}
		if err != nil {
			continue
		}
		if last != nil {
			close(last.replaced)
		}
		last = next
		began := time.Now()
		if err := s.attend(ctx, next); err != nil {
			return err
		}
		if time.Since(began) >= steadyFor {
			wait = backoff{}
			continue
		}
		pause(ctx, wait.next(nil))
	}
	return nil
}

// attend returns when a socket must be replaced: it is lost, or Slack has said
// that it soon will be.
func (s *Sockets) attend(ctx context.Context, l *link) error {
	s.log.InfoContext(ctx, "slack socket open", "adapter", Surface)
	select {
	case <-ctx.Done():
		return nil
	case <-l.retired:
		s.log.InfoContext(ctx, "slack socket about to close, opening another", "adapter", Surface)
		return nil
	case <-l.lost:
	}
	if denied(l.cause) {
		return l.cause
	}
	if ctx.Err() == nil {
		s.log.WarnContext(ctx, "slack socket lost, opening another", "adapter", Surface, "err", l.cause)
	}
	return nil
}

// connect opens a socket and waits until Slack has greeted.
func (s *Sockets) connect(ctx context.Context) (*link, error) {
	conn, err := s.line.dial(ctx)
	if err != nil {
		return nil, err
	}
	l := newLink(s, conn)
	s.links.Go(func() { l.run(ctx) })
	greeting := time.NewTimer(greetWithin)
	defer greeting.Stop()
	select {
	case <-l.greeted:
		s.opened.Store(true)
		return l, nil
	case <-l.lost:
		return nil, l.cause
	case <-greeting.C:
		l.halt()
		return nil, errNoGreeting
	}
}

// denied reports whether Slack refuses for good.
func denied(err error) bool {
	no, ok := errors.AsType[*adapters.DeliveryError](err)
	return ok && no.Kind == adapters.Denied
}
