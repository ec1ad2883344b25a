package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Sign returns the headers with which Slack vouches for a body.
func (s *Server) Sign(at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.opt.SigningSecret))
	_, _ = mac.Write([]byte("v0:" + stamp + ":")) // a hash never fails
	_, _ = mac.Write(body)
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	h.Set("Content-Type", "application/x-www-form-urlencoded")
	h.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	return h
}

// Form is an interaction's body: the payload as one form field.
func Form(payload []byte) []byte {
	return []byte(url.Values{"payload": {string(payload)}}.Encode())
}

// reply is what the app answered.
type reply struct {
	status int
	json   bool
	body   []byte
	// final means that the app wants an event not to be sent again.
	final bool
}

// Reasons why there was no answer.
var (
	// errNoAnswer is an app that was not there.
	errNoAnswer = errors.New("slacktest: no answer from the app")
	// errTooSlow is an app that took longer than Slack waits.
	errTooSlow = fmt.Errorf("%w in time", errNoAnswer)
)

// send delivers something to the app and waits as long as Slack does.
func (s *Server) send(ctx context.Context, p parcel) (reply, error) {
	s.mu.Lock()
	to, client, socketMode := s.addresses.to(p), s.client, s.sockets.on
	s.mu.Unlock()
	ctx, cancel := context.WithTimeoutCause(ctx, s.opt.AckWithin, errTooSlow)
	defer cancel()
	if socketMode {
		return s.sendSocket(ctx, p)
	}
	if to == "" {
		return reply{}, fmt.Errorf("%w: it has no address for this", errNoAnswer)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(p.body))
	if err != nil {
		return reply{}, fmt.Errorf("address of the app: %w", err)
	}
	req.Header = s.Sign(s.now(), p.body)
	p.mark(req.Header)
	res, err := client.Do(req)
	if err != nil {
		return reply{}, unanswered(ctx, err)
	}
	defer func() { _ = res.Body.Close() }() // it was read, or given up
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return reply{}, unanswered(ctx, err)
	}
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return reply{
		status: res.StatusCode, json: err == nil && kind == "application/json", body: answer,
		final: res.Header.Get("X-Slack-No-Retry") == "1",
	}, nil
}

func unanswered(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return fmt.Errorf("%w: %w", errNoAnswer, err)
}

// trouble is what the person is told about an app that did not answer well;
// empty if it did.
func (s *Server) trouble(r reply, err error) string {
	switch {
	case err != nil:
		return s.opt.AppName + " did not answer in time. Nothing may have happened; try again."
	case r.status != http.StatusOK:
		return fmt.Sprintf("%s answered with an error (%d). Try again.", s.opt.AppName, r.status)
	default:
		return ""
	}
}

// tell shows a user what Slack itself has to say.
func (s *Server) tell(user, text string) {
	s.change(func(st *State) {
		st.notices = append(st.notices, Notice{User: user, Text: text, At: s.now()})
	})
}
