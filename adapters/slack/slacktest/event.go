package slacktest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Delivery is how an event arrived at the app.
type Delivery struct {
	// EventID is the event's own; the same each time that it is sent.
	EventID string
	// Attempts is how often it was sent; 0 if the app did not subscribe to it.
	Attempts int
	// Accepted means that the app answered 200 within three seconds.
	Accepted bool
	// Refused means that the app asked not to be sent it again.
	Refused bool
	// Status is that of the last answer; 0 if there was none.
	Status int
}

// Emit sends an event to the app in a workspace, the first if team is empty. As
// in Slack it is sent again until the app answers 200, has had enough, or three
// more attempts have failed; [App.EventRetries] are the waits between them.
func (s *Server) Emit(ctx context.Context, team string, event map[string]any) (Delivery, error) {
	team = orElse(team, s.opt.TeamID)
	s.mu.Lock()
	in := s.state.installIn(team)
	s.mu.Unlock()
	if in == nil {
		return Delivery{}, fmt.Errorf("%w: %q", ErrNotInstalled, team)
	}
	return s.emit(ctx, in, team, event)
}

func (s *Server) emit(ctx context.Context, in *install, team string, event object) (Delivery, error) {
	kind := str(event, "type")
	if s.opt.Events != nil && !slices.Contains(s.opt.Events, kind) {
		return Delivery{}, nil
	}
	s.mu.Lock()
	body := s.eventJSON(in, team, event)
	s.mu.Unlock()
	d := Delivery{EventID: str(body, "event_id")}
	return s.redeliver(ctx, outer(body), d)
}

// eventJSON is an event in its wrapping; the caller holds mu.
func (s *Server) eventJSON(in *install, team string, event object) object {
	event = maps.Clone(event)
	if event["event_ts"] == nil {
		event["event_ts"] = s.state.timestamp(s.now())
	}
	body := object{
		"type": "event_callback", "token": verificationToken, "api_app_id": appID, "team_id": team,
		"event": event, "event_id": s.state.next("Ev"), "event_time": s.now().Unix(),
		"is_ext_shared_channel": false,
		"authorizations": []any{object{
			"enterprise_id": nilIfEmpty(in.enterprise), "team_id": nilIfEmpty(in.team), "user_id": in.bot,
			"is_bot": true, "is_enterprise_install": in.everywhere(),
		}},
	}
	if in.enterprise != "" {
		body["enterprise_id"] = in.enterprise
	}
	return body
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// redeliver sends an event until it is accepted or given up.
func (s *Server) redeliver(ctx context.Context, p parcel, d Delivery) (Delivery, error) {
	for {
		answer, err := s.send(ctx, p)
		d.Attempts++
		d.Status = answer.status
		d.Accepted = err == nil && answer.status == http.StatusOK
		d.Refused = answer.final && !d.Accepted
		if d.Accepted || d.Refused || d.Attempts > len(s.opt.EventRetries) {
			return d, nil
		}
		p.retry, p.reason = d.Attempts, reasonOf(answer, err)
		if !pause(ctx, s.opt.EventRetries[d.Attempts-1]) {
			return d, context.Cause(ctx)
		}
	}
}

// reasonOf is Slack's word for why an event is sent again.
func reasonOf(r reply, err error) string {
	switch {
	case errors.Is(err, errTooSlow):
		return "http_timeout"
	case err != nil:
		return "connection_failed"
	case r.status >= 300 && r.status < 400:
		return "too_many_redirects"
	default:
		return "http_error"
	}
}

// pause waits. It reports false if ctx ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
