package slacktest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// verificationToken is in every payload, and nobody should believe it.
const verificationToken = "verification-token-of-old"

// ChangeUser changes a user and tells the app.
func (s *Server) ChangeUser(ctx context.Context, u User) (Delivery, error) {
	s.SetUser(u)
	s.mu.Lock()
	u, _ = s.state.User(orElse(u.ID, u.Name))
	in := s.state.installIn(u.Team)
	if in == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("%w: %q", ErrNotInstalled, u.Team)
	}
	event := object{"type": "user_change", "user": s.userJSON(in, u), "cache_ts": s.now().Unix()}
	s.mu.Unlock()
	return s.emit(ctx, in, u.Team, event)
}

// ChangeUserGroup changes a user group and tells the app who came and went.
func (s *Server) ChangeUserGroup(ctx context.Context, g UserGroup) (Delivery, error) {
	s.mu.Lock()
	before := s.state.groups[g.ID]
	s.state.setUserGroup(g)
	g = s.state.groups[g.ID]
	group := s.groupJSON(g)
	s.announce()
	s.mu.Unlock()
	added, removed := without(g.Members, before.Members), without(before.Members, g.Members)
	event := object{"type": "subteam_updated", "subteam": group}
	if len(added)+len(removed) > 0 && before.ID != "" {
		event = object{
			"type": "subteam_members_changed", "subteam_id": g.ID, "team_id": g.Team,
			"added_users": added, "added_users_count": len(added),
			"removed_users": removed, "removed_users_count": len(removed),
			"date_previous_update": s.now().Unix(), "date_update": s.now().Unix(),
		}
	}
	return s.Emit(ctx, g.Team, event)
}

// without are the ids that are not among the others.
func without(ids, others []string) []string {
	list := []string{}
	for _, id := range ids {
		if !slices.Contains(others, id) {
			list = append(list, id)
		}
	}
	return list
}

// Uninstall takes the app out of a workspace, the first if team is empty: its
// tokens stop working, and it is told.
func (s *Server) Uninstall(ctx context.Context, team string) error {
	team = orElse(team, s.opt.TeamID)
	s.mu.Lock()
	in := s.state.installIn(team)
	if in == nil {
		s.mu.Unlock()
		return fmt.Errorf("%w: %q", ErrNotInstalled, team)
	}
	s.state.leave(in, "account_inactive")
	s.announce()
	s.mu.Unlock()
	return s.farewell(ctx, in, team)
}

// farewell tells the app that it is not in a place any more.
func (s *Server) farewell(ctx context.Context, in *install, team string) error {
	_, revoked := s.emit(ctx, in, team, revocation(in))
	_, gone := s.emit(ctx, in, team, object{"type": "app_uninstalled"})
	return errors.Join(revoked, gone)
}

func revocation(in *install) object {
	return object{"type": "tokens_revoked", "tokens": object{"oauth": []string{}, "bot": []string{in.bot}}}
}

// RevokeTokens ends the app's tokens in a workspace, the first if team is empty,
// and tells it; the app stays.
func (s *Server) RevokeTokens(ctx context.Context, team string) (Delivery, error) {
	team = orElse(team, s.opt.TeamID)
	s.mu.Lock()
	in := s.state.installIn(team)
	if in == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("%w: %q", ErrNotInstalled, team)
	}
	s.state.end(in, "token_revoked")
	s.mu.Unlock()
	return s.emit(ctx, in, team, revocation(in))
}

// LimitEvents tells the app that so many events happened in a workspace that it
// will not get all of them.
func (s *Server) LimitEvents(ctx context.Context, team string) (Delivery, error) {
	at := s.now().Unix()
	body := object{
		"type": "app_rate_limited", "token": verificationToken, "api_app_id": appID,
		"team_id": orElse(team, s.opt.TeamID), "minute_rate_limited": at - at%60,
	}
	return s.redeliver(ctx, outer(body), Delivery{})
}

// ErrNotVerified is an app that did not prove that an address is its own.
var ErrNotVerified = errors.New("slacktest: the app did not answer the challenge")

// VerifyURL asks the app to prove that the address of its events is its own.
func (s *Server) VerifyURL(ctx context.Context) error {
	challenge := newSecret()
	answer, err := s.send(ctx, outer(object{
		"type": "url_verification", "token": verificationToken, "challenge": challenge,
	}))
	if err != nil {
		return err
	}
	echoed := string(bytes.TrimSpace(answer.body))
	if o, ok := decodeObject(answer.body); ok && answer.json {
		echoed = str(o, "challenge")
	}
	if answer.status != http.StatusOK || echoed != challenge {
		return fmt.Errorf("%w: status %d", ErrNotVerified, answer.status)
	}
	return nil
}

// CheckSSL calls the address of commands as Slack does when it looks at its
// certificate, and returns the status of the answer.
func (s *Server) CheckSSL(ctx context.Context) (int, error) {
	answer, err := s.send(ctx, form(url.Values{"ssl_check": {"1"}, "token": {verificationToken}}))
	return answer.status, err
}
