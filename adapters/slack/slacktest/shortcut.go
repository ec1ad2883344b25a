package slacktest

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrNoShortcut is a shortcut that the app has not declared.
var ErrNoShortcut = errors.New("slacktest: not a shortcut of the app")

// UseShortcut has a person pick one of the app's global shortcuts.
func (s *Server) UseShortcut(ctx context.Context, user, callbackID string) (Result, error) {
	s.mu.Lock()
	u, payload, err := s.shortcutJSON(user, callbackID)
	s.mu.Unlock()
	if err != nil {
		return Result{}, err
	}
	return s.hand(ctx, u.ID, payload)
}

func (s *Server) shortcutJSON(user, callbackID string) (User, object, error) {
	u, ok := s.state.User(user)
	if !ok {
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoUser, user)
	}
	in := s.state.installIn(u.Team)
	switch {
	case !slices.Contains(s.shortcuts, Shortcut{CallbackID: callbackID}):
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoShortcut, callbackID)
	case in == nil:
		return User{}, nil, fmt.Errorf("%w: %q", ErrNotInstalled, u.Team)
	}
	p := s.payload(in, "shortcut", u)
	p["callback_id"], p["action_ts"], p["trigger_id"] = callbackID, s.state.timestamp(s.now()), s.trigger(in, u.ID)
	return u, p, nil
}

// UseMessageShortcut has a person pick one of the app's shortcuts on a message.
func (s *Server) UseMessageShortcut(ctx context.Context, user, channel, ts, callbackID string) (Result, error) {
	s.mu.Lock()
	u, payload, err := s.messageShortcutJSON(user, channel, ts, callbackID)
	s.mu.Unlock()
	if err != nil {
		return Result{}, err
	}
	return s.hand(ctx, u.ID, payload)
}

func (s *Server) messageShortcutJSON(user, channel, ts, callbackID string) (User, object, error) {
	u, ok := s.state.User(user)
	if !ok {
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoUser, user)
	}
	c, m := s.seen(u, channel, ts)
	if m == nil {
		return User{}, nil, fmt.Errorf("%w: %s in %s", ErrNoMessage, ts, channel)
	}
	in := s.state.serves(c, u)
	switch {
	case !slices.Contains(s.shortcuts, Shortcut{CallbackID: callbackID, Message: true}):
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoShortcut, callbackID)
	case in == nil:
		return User{}, nil, fmt.Errorf("%w: %q", ErrNotInstalled, c.Team)
	}
	p := s.payload(in, "message_action", u)
	p["callback_id"], p["action_ts"], p["trigger_id"] = callbackID, s.state.timestamp(s.now()), s.trigger(in, u.ID)
	p["message_ts"], p["message"], p["channel"] = m.TS, s.messageJSON(m), channelRef(c)
	p["response_url"] = s.responseURL(u.ID, c.ID, m.TS)
	return u, p, nil
}

// hand sends an interaction that needs no more than to be taken.
func (s *Server) hand(ctx context.Context, user string, payload object) (Result, error) {
	answer, err := s.send(ctx, interaction(payload))
	if text := s.trouble(answer, err); text != "" {
		s.log.WarnContext(ctx, "interaction failed", "user", user, "status", answer.status, "err", err)
		return s.failed(user, text, answer.status), nil
	}
	return Result{Outcome: Acknowledged, Status: answer.status}, nil
}
