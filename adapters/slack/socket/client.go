package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"signoff/adapters"
)

const (
	// maxAnswering bounds what is being answered at once, over all sockets.
	maxAnswering = 256
	// steadyFor is how long a socket must have lived to be replaced at once.
	steadyFor = 30 * time.Second
)

// Delivery is what Slack sent in an envelope.
type Delivery struct {
	// Type is the envelope's, as [Interactive].
	Type    string
	Payload json.RawMessage
	// Accepts says that the answer may hold a response.
	Accepts bool
	// Frame is the whole envelope as it came.
	Frame []byte
}

// The types of envelopes.
const (
	// Interactive holds what somebody pressed, submitted or searched for.
	Interactive = "interactive"
	// Command holds what somebody typed.
	Command = "slash_commands"
	// Event holds what Slack tells by itself.
	Event = "events_api"
)

// Handler does what a delivery asks for. It returns what goes back with the
// acknowledgement: nil for nothing, never a typed nil; something only where the
// delivery accepts it and it [Fits]. It returns false if Slack shall not be told
// that the delivery arrived. Its context does not end with the sockets: what was
// taken is finished. It is called by many goroutines at once.
type Handler func(ctx context.Context, d Delivery) (response any, taken bool)

// Client keeps sockets open and answers what comes on them.
type Client struct {
	line    *Line
	handle  Handler
	log     *slog.Logger
	room    chan struct{} // one token for each delivery that is being answered
	links   sync.WaitGroup
	running atomic.Bool
	opened  atomic.Bool
}

// New returns a client over a line, which hands what comes to h. It connects when
// it runs.
func New(line *Line, h Handler) *Client {
	return &Client{line: line, handle: h, log: line.log, room: make(chan struct{}, maxAnswering)}
}

// Run keeps the sockets open. It returns when ctx has ended, after what was
// being answered is answered and nothing it started still runs; or when Slack
// refuses for good, with a *adapters.DeliveryError of kind Denied that says what
// to do. It may be called once.
func (c *Client) Run(ctx context.Context) error {
	if c.running.Swap(true) {
		return errors.New("slack: the sockets already run")
	}
	life, end := context.WithCancelCause(ctx)
	defer end(nil)
	var lanes sync.WaitGroup
	for range c.line.count {
		lanes.Go(func() {
			if err := c.lane(life); err != nil {
				end(err)
			}
		})
	}
	lanes.Wait()
	c.links.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("keep the Slack sockets open: %w", context.Cause(life))
}

// Opened reports whether a socket was ever open, so that a refusal before that
// can be told from one later.
func (c *Client) Opened() bool { return c.opened.Load() }

// lane keeps one socket open until ctx ends. A socket that Slack is about to
// close is given up when the next one is there, not before.
func (c *Client) lane(ctx context.Context) error {
	var last *link
	var wait backoff
	for ctx.Err() == nil {
		next, err := c.connect(ctx)
		switch {
		case denied(err):
			return err
		case err != nil && ctx.Err() == nil:
			d := wait.next(err)
			c.log.WarnContext(ctx, "slack socket not opened, will retry", "in", d.String(), "err", err)
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
		if err := c.attend(ctx, next); err != nil {
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
func (c *Client) attend(ctx context.Context, l *link) error {
	c.log.InfoContext(ctx, "slack socket open")
	select {
	case <-ctx.Done():
		return nil
	case <-l.retired:
		c.log.InfoContext(ctx, "slack socket about to close, opening another")
		return nil
	case <-l.lost:
	}
	if denied(l.cause) {
		return l.cause
	}
	if ctx.Err() == nil {
		c.log.WarnContext(ctx, "slack socket lost, opening another", "err", l.cause)
	}
	return nil
}

// connect opens a socket and waits until Slack has greeted.
func (c *Client) connect(ctx context.Context) (*link, error) {
	conn, err := c.line.dial(ctx)
	if err != nil {
		return nil, err
	}
	l := newLink(c, conn)
	c.links.Go(func() { l.run(ctx) })
	greeting := time.NewTimer(greetWithin)
	defer greeting.Stop()
	select {
	case <-l.greeted:
		c.opened.Store(true)
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
