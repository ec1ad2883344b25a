package slacktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ErrNoCommand is a command that the app has not declared.
var ErrNoCommand = errors.New("slacktest: not a command of the app")

// SetCommands replaces the commands that the app has declared.
func (s *Server) SetCommands(list ...SlashCommand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = slices.Clone(list)
}

// SetShortcuts replaces the shortcuts that the app has declared.
func (s *Server) SetShortcuts(list ...Shortcut) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shortcuts = slices.Clone(list)
}

// Command has a person type a command in a conversation. What the app answers at
// once is shown to them, or to everybody if it says so.
func (s *Server) Command(ctx context.Context, user, channel, command, text string) (Result, error) {
	u, c, fields, err := s.typed(user, channel, command, text)
	if err != nil {
		return Result{}, err
	}
	answer, err := s.send(ctx, form(fields))
	if word := commandTrouble(answer, err); word != "" {
		s.log.WarnContext(ctx, "command failed", "user", u.ID, "status", answer.status, "err", err)
		return s.failed(u.ID, fmt.Sprintf("%s failed with the error %q", command, word), answer.status), nil
	}
	s.mu.Lock()
	shown := s.show(u, c, answer)
	s.announce()
	s.mu.Unlock()
	if !shown {
		return s.failed(u.ID, fmt.Sprintf("%s failed with the error %q", command, "invalid_command_response"), answer.status), nil
	}
	return Result{Outcome: Acknowledged, Status: answer.status}, nil
}

// typed is what Slack sends of a command.
func (s *Server) typed(user, channel, command, text string) (User, *conversation, url.Values, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.at(user, channel)
	if err != nil {
		return User{}, nil, nil, err
	}
	i := slices.IndexFunc(s.commands, func(known SlashCommand) bool { return known.Name == command })
	if i < 0 {
		return User{}, nil, nil, fmt.Errorf("%w: %q", ErrNoCommand, command)
	}
	in := s.state.serves(c, u)
	if in == nil {
		return User{}, nil, nil, fmt.Errorf("%w: %q", ErrNotInstalled, c.Team)
	}
	text = strings.TrimSpace(text)
	if s.commands[i].Escape {
		text = s.state.escapeCommand(text)
	}
	return u, c, s.commandFields(in, u, c, command, text), nil
}

// at finds a person and a conversation that they are in.
func (s *Server) at(user, channel string) (User, *conversation, error) {
	u, ok := s.state.User(user)
	if !ok {
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoUser, user)
	}
	c, ok := s.state.conversation(channel)
	if !ok || !c.has(u) {
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoChannel, channel)
	}
	return u, c, nil
}

// ErrNoChannel is a conversation that a person is not in.
var ErrNoChannel = errors.New("slacktest: this user is in no such conversation")

func (s *Server) commandFields(in *install, u User, c *conversation, command, text string) url.Values {
	w, _ := s.state.workspace(orElse(in.team, c.Team))
	v := url.Values{
		"token": {verificationToken}, "team_id": {w.ID}, "team_domain": {w.Name},
		"channel_id": {c.ID}, "channel_name": {orElse(c.Name, "directmessage")},
		"user_id": {u.ID}, "user_name": {u.Name}, "command": {command}, "text": {text},
		"api_app_id": {appID}, "response_url": {s.responseURL(u.ID, c.ID, "")}, "trigger_id": {s.trigger(in, u.ID)},
	}
	if in.enterprise != "" {
		v.Set("enterprise_id", in.enterprise)
		v.Set("enterprise_name", strings.ToLower(in.enterprise))
	}
	if !s.sockets.on {
		v.Set("is_enterprise_install", strconv.FormatBool(in.everywhere()))
	}
	return v
}

// commandTrouble is Slack's word for an app that did not answer a command well;
// empty if it did.
func commandTrouble(r reply, err error) string {
	switch {
	case errors.Is(err, errTooSlow):
		return "operation_timeout"
	case err != nil:
		return "dispatch_failed"
	case r.status != http.StatusOK:
		return "dispatch_failed"
	default:
		return ""
	}
}

// show puts the immediate answer to a command where it belongs; the caller holds
// mu. It reports false for one that Slack does not understand.
func (s *Server) show(u User, c *conversation, r reply) bool {
	body := strings.TrimSpace(string(r.body))
	if body == "" {
		return true
	}
	to := &responseURL{user: u.ID, channel: c.ID}
	if !r.json {
		s.follow(to, content{text: body}, response{})
		return true
	}
	var how response
	o, ok := decodeObject(r.body)
	if !ok || json.Unmarshal(r.body, &how) != nil {
		return false
	}
	if o["text"] == nil && o["blocks"] == nil {
		return true // nothing to show
	}
	said, _, word := s.hookContent(r.body)
	if word != "" {
		return false
	}
	s.follow(to, said, how)
	return true
}
