package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
// people do to h: signoff connects to Slack and is sent what they press and
// submit (Socket Mode). It connects when it runs.
func (a *Adapter) Sockets(h adapters.Handler) (*socket.Client, error) {
	if a.line == nil {
		return nil, errors.New("slack: the app-level token is missing")
	}
	mail := &envelopes{
		dispatcher: dispatcher{Adapter: a, handler: h},
		answers:    newCache[*slackapi.ViewSubmissionResponse](repeatsFor, a.now),
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

// envelopes turns what comes over the sockets into interactions.
type envelopes struct {
	dispatcher
	answers *cache[*slackapi.ViewSubmissionResponse]
}

// take does what a delivery asks for. One that is not for signoff is taken
// without a word, so that Slack does not deliver it again.
func (m *envelopes) take(ctx context.Context, d socket.Delivery) (any, bool) {
	if d.Type != socket.Interactive {
		return nil, true
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	p, err := wire.Decode(d.Payload)
	if err != nil {
		m.log.WarnContext(ctx, "an interaction was not understood", "adapter", Surface, "err", "the payload is malformed")
		return nil, true
	}
	sum := sha256.Sum256(d.Frame)
	req := interaction{payload: d.Payload, once: p.Name(d.Payload), evidence: hex.EncodeToString(sum[:])}
	response, err := m.answers.get(ctx, req.once, func(ctx context.Context) (*slackapi.ViewSubmissionResponse, error) {
		return m.dispatch(ctx, req, p), nil
	})
	if err != nil {
		return nil, false // the same interaction came over another socket and is not done yet
	}
	if response == nil {
		return nil, true
	}
	if !d.Accepts {
		m.sayElsewhere(ctx, p, response)
		return nil, true
	}
	return draw.Shrunk(p.View, response, fits), true
}

func fits(response *slackapi.ViewSubmissionResponse) bool { return socket.Fits(response) }

// sayElsewhere tells a person what their form cannot show.
func (m *envelopes) sayElsewhere(ctx context.Context, p wire.Payload, response *slackapi.ViewSubmissionResponse) {
	if p.View == nil {
		return
	}
	if _, touched, err := wire.ParseMetadata(p.View.Metadata); err == nil {
		m.whisper(ctx, whisper{channel: touched.Place, user: p.User.ID, text: draw.Plainly(response)})
	}
}
