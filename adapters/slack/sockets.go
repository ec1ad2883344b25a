package slack

import (
	"context"
	"errors"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/socket"
	"signoff/adapters/slack/wire"
)

const (
	// DefaultSockets is how many sockets are open at once: while one is being
	// replaced, the other goes on.
	DefaultSockets = 2
	// MaxSockets leaves room below Slack's ten for the replacement of each.
	MaxSockets = 5

	// repeatsFor is how long the answer to an interaction is remembered, for the
	// case that Slack did not get it and delivers the interaction again.
	repeatsFor = time.Minute
)

// Sockets returns the transport that needs no public address, which hands what
// people do to h: signoff connects to Slack and is sent what they press, submit
// and type (Socket Mode). It connects when it runs.
func (a *Adapter) Sockets(h adapters.Desk) (*socket.Client, error) {
	if a.line == nil {
		return nil, errors.New("slack: the app-level token is missing")
	}
	a.homes.serves(h)
	mail := &envelopes{
		dispatcher: dispatcher{Adapter: a, handler: h},
		answers:    newCache[any](repeatsFor, a.now),
	}
	return socket.New(a.line, mail.take), nil
}

// newLine returns nil without an app-level token.
func newLine(api *slackapi.Client, cfg Config) *socket.Line {
	if cfg.AppToken == "" {
		return nil
	}
	return socket.NewLine(socket.Config{
		Ask: func(ctx context.Context) (string, error) {
			_, address, err := api.StartSocketModeContext(ctx)
			return address, deliveryError(methodConnect, err)
		},
		Count: cfg.Sockets, APIURL: cfg.APIURL, HTTPClient: cfg.HTTPClient, Log: cfg.Log.With("adapter", Surface),
	})
}

// envelopes turns what comes over the sockets into what the dispatcher takes.
type envelopes struct {
	dispatcher
	answers *cache[any]
}

// take does what a delivery asks for. One that is not for signoff is taken
// without a word, so that Slack does not deliver it again.
func (m *envelopes) take(ctx context.Context, d socket.Delivery) (any, bool) {
	switch d.Type {
	case socket.Interactive:
		return m.interaction(ctx, d)
	case socket.Command:
		return m.typed(ctx, d)
	case socket.Event:
		return nil, m.told(ctx, d)
	}
	return nil, true
}

// interaction takes what somebody pressed, submitted or searched for.
func (m *envelopes) interaction(ctx context.Context, d socket.Delivery) (any, bool) {
	p, err := wire.Decode(d.Payload)
	if err != nil {
		m.unread(ctx, "an interaction")
		return nil, true
	}
	req := interaction{payload: d.Payload, once: p.Name(d.Payload), evidence: digest(d.Frame)}
	out, taken := m.once(ctx, req, func(ctx context.Context) any { return m.interact(ctx, req, p) })
	response, form := out.(*slackapi.ViewSubmissionResponse)
	switch {
	case !taken:
		return nil, false
	case out == nil:
		return nil, true
	case !d.Accepts && form:
		m.sayElsewhere(ctx, p, response)
		return nil, true
	case !d.Accepts:
		return nil, true
	case form:
		return m.small(ctx, req, p, response), true
	}
	return out, true
}

// typed takes a command.
func (m *envelopes) typed(ctx context.Context, d socket.Delivery) (any, bool) {
	c, err := wire.CommandJSON(d.Payload)
	if err != nil {
		m.unread(ctx, "a command")
		return nil, true
	}
	req := interaction{once: c.Once(d.Payload), evidence: digest(d.Frame)}
	fits := func(v any) bool { return d.Accepts && socket.Fits(v) }
	return m.once(ctx, req, func(ctx context.Context) any { return m.command(ctx, req, c, fits) })
}

// told takes an event, and reports whether it was taken.
func (m *envelopes) told(ctx context.Context, d socket.Delivery) bool {
	e, err := wire.DecodeEvent(d.Payload)
	if err != nil {
		m.unread(ctx, "an event")
		return true
	}
	if err := m.event(ctx, e); err != nil {
		m.log.ErrorContext(ctx, "an event was not taken", "adapter", Surface, "event", e.Kind, "err", err)
		return false
	}
	return true
}

func (m *envelopes) unread(ctx context.Context, what string) {
	m.log.WarnContext(ctx, "something on a socket was not understood", "adapter", Surface, "what", what, "err", "the payload is malformed")
}

// once does what was asked for the first time, and knows the answer for each
// repetition. It reports false for what came over another socket and is not done
// yet.
func (m *envelopes) once(ctx context.Context, req interaction, do func(context.Context) any) (any, bool) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	out, err := m.answers.get(ctx, req.once, func(ctx context.Context) (any, error) { return do(ctx), nil })
	return out, err == nil
}

// small is an answer to a form that Slack takes over a socket. A window that is too
// large comes after a small one.
func (m *envelopes) small(ctx context.Context, req interaction, p wire.Payload, response *slackapi.ViewSubmissionResponse) any {
	if fits(response) {
		return response
	}
	if response.View == nil {
		return draw.Shrunk(p.View, response, fits)
	}
	external := "signoff:" + req.once
	from, err := wire.DecodeOrigin(req.payload)
	if err != nil {
		return draw.Shrunk(p.View, response, fits)
	}
	view := *response.View
	view.ExternalID = external
	m.later(ctx, "a large window", func(ctx context.Context) {
		if w, err := m.spaces.of(ctx, from); err == nil && w != nil {
			m.redraw(ctx, w, place{external: external}, view)
		}
	})
	return draw.Waiting(external, draw.TextLoading)
}

func fits(response *slackapi.ViewSubmissionResponse) bool { return socket.Fits(response) }

// sayElsewhere tells a person what their form cannot show.
func (m *envelopes) sayElsewhere(ctx context.Context, p wire.Payload, response *slackapi.ViewSubmissionResponse) {
	if p.View == nil {
		return
	}
	place := ""
	if _, touched, err := wire.ParseMetadata(p.View.Metadata); err == nil {
		place = touched.Place
	} else if c, err := wire.ParseSheet(p.View.Metadata); err == nil {
		place = c.Place
	}
	m.whisper(ctx, whisper{channel: place, user: p.User.ID, text: draw.Plainly(response)})
}
