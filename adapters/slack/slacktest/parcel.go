package slacktest

import (
	"net/http"
	"net/url"
	"strconv"
)

// The types of the envelopes on a socket.
const (
	envelopeInteractive = "interactive"
	envelopeCommand     = "slash_commands"
	envelopeEvent       = "events_api"
)

// Addresses are where the app takes what Slack sends it over HTTP, as its
// manifest says. An empty one is that of interactions.
type Addresses struct {
	Interactions string
	// Options answers what is typed into an external select.
	Options  string
	Commands string
	Events   string
}

// SetAddresses says where the app is reached, and with which client; nil keeps
// the one there is.
func (s *Server) SetAddresses(to Addresses, client *http.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addresses = to
	if client != nil {
		s.client = client
	}
}

// SetInteractivity says where the app takes interactions, and with which client
// to send them; nil keeps the one there is.
func (s *Server) SetInteractivity(to string, client *http.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addresses.Interactions = to
	if client != nil {
		s.client = client
	}
}

// parcel is something that Slack sends to the app: over HTTP its body, on a
// socket its payload in an envelope.
type parcel struct {
	envelope string
	payload  object
	body     []byte
	json     bool   // the body is JSON and not a form
	kind     string // of an interaction
	retry    int
	reason   string // why it is sent again
}

// interaction is a parcel with what a person did.
func interaction(payload object) parcel {
	return parcel{envelope: envelopeInteractive, payload: payload, body: Form(encode(payload)), kind: str(payload, "type")}
}

// form is a parcel of plain form fields.
func form(fields url.Values) parcel {
	payload := object{}
	for key := range fields {
		payload[key] = fields.Get(key)
	}
	return parcel{envelope: envelopeCommand, payload: payload, body: []byte(fields.Encode())}
}

// outer is a parcel of the events API: a JSON object.
func outer(body object) parcel {
	return parcel{envelope: envelopeEvent, payload: body, body: encode(body), json: true}
}

// accepts tells whether an acknowledgement on a socket may say what is to
// happen.
func (p parcel) accepts() bool {
	return p.envelope == envelopeCommand || p.kind == "view_submission" || p.kind == "block_suggestion"
}

// to is where the parcel goes over HTTP.
func (a Addresses) to(p parcel) string {
	switch {
	case p.envelope == envelopeCommand:
		return orElse(a.Commands, a.Interactions)
	case p.envelope == envelopeEvent:
		return orElse(a.Events, a.Interactions)
	case p.kind == "block_suggestion":
		return orElse(a.Options, a.Interactions)
	default:
		return a.Interactions
	}
}

// mark adds the headers that a parcel has beside its signature.
func (p parcel) mark(h http.Header) {
	if p.json {
		h.Set("Content-Type", "application/json")
	}
	if p.retry > 0 {
		h.Set("X-Slack-Retry-Num", strconv.Itoa(p.retry))
		h.Set("X-Slack-Retry-Reason", p.reason)
	}
}
