package slacktest

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// The app itself, as the workspace knows it.
const (
	appID   = "A0SIGNOFF"
	botID   = "B0SIGNOFF"
	botUser = "U0SIGNOFF"
)

func (s *Server) authTest(a args) (object, error) {
	i := slices.IndexFunc(s.state.workspaces, func(w Workspace) bool { return s.state.covers(a.by, w.ID) })
	w := s.state.workspaces[i] // an install is somewhere
	o := object{
		"url": "https://" + w.Name + ".slack.com/", "team": w.Name, "user": s.opt.AppName,
		"team_id": w.ID, "user_id": a.by.bot, "bot_id": botOf(a.by.bot),
		"is_enterprise_install": a.by.everywhere(),
	}
	if a.by.enterprise != "" {
		o["enterprise_id"] = a.by.enterprise
	}
	if a.by.rotates {
		o["expires_in"] = int(s.state.tokens[a.token].until.Sub(s.now()).Seconds())
	}
	return o, nil
}

// botOf is the bot id that belongs to a bot's user id.
func botOf(user string) string { return "B" + strings.TrimPrefix(user, "U") }

// nextBot is a user id for the app in one more place.
func (st *State) nextBot() string {
	st.bots++
	return botUser + strconv.Itoa(st.bots)
}

// slackbot is in every workspace, and says that it is no bot.
func slackbot(team string) User {
	return User{ID: "USLACKBOT", Name: "slackbot", Real: "Slackbot", Team: team}
}

func (s *Server) usersInfo(a args) (object, error) {
	if a.text("user") == "USLACKBOT" {
		return object{"user": s.userJSON(a.by, slackbot(orElse(a.by.team, s.opt.TeamID)))}, nil
	}
	u, ok := s.state.person(a.by, a.text("user"))
	if !ok {
		return nil, refuse("user_not_found")
	}
	return object{"user": s.userJSON(a.by, u)}, nil
}

// usersLookupByEmail finds active members only, as Slack does.
func (s *Server) usersLookupByEmail(a args) (object, error) {
	email := a.text("email")
	for _, u := range s.state.users {
		if email != "" && strings.EqualFold(u.Email, email) && !u.Deleted && !s.state.stranger(a.by, u) {
			return object{"user": s.userJSON(a.by, u)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

// stranger tells whether a user is of another workspace than the install's.
func (st *State) stranger(in *install, u User) bool {
	_, ours := st.workspace(u.Team)
	return u.Stranger || ours && !st.covers(in, u.Team)
}

func (s *Server) usersList(a args) (object, error) {
	team, err := s.team(a)
	if err != nil {
		return nil, err
	}
	all := []any{s.userJSON(a.by, slackbot(team))}
	for _, u := range s.state.users {
		if u.Team == team && !u.Stranger {
			all = append(all, s.userJSON(a.by, u))
		}
	}
	members, next, err := page(a, all)
	if err != nil {
		return nil, err
	}
	return object{
		"members": members, "cache_ts": s.now().Unix(), "response_metadata": object{"next_cursor": next},
	}, nil
}

// team is the workspace that a call is about: an organisation's token must name
// it, and a workspace's means its own.
func (s *Server) team(a args) (string, error) {
	asked := a.text("team_id")
	switch {
	case !a.by.everywhere():
		return a.by.team, nil
	case asked == "":
		return "", refuse("missing_argument")
	case !s.state.covers(a.by, asked):
		return "", refuse("team_access_not_granted")
	default:
		return asked, nil
	}
}

// page is the part of a list that a call asked for, and the cursor of the next.
func page(a args, all []any) (part []any, next string, err error) {
	from := 0
	if cursor := a.text("cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		at, found := strings.CutPrefix(string(raw), "next:")
		if from, _ = strconv.Atoi(at); err != nil || !found || from < 1 || from > len(all) {
			return nil, "", refuse("invalid_cursor")
		}
	}
	size := len(all)
	if asked := a.text("limit"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 0 || n > 1000 {
			return nil, "", refuse("invalid_limit")
		}
		if n > 0 {
			size = n
		}
	}
	to := min(len(all), from+size)
	if to < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(to)))
	}
	return slices.Clone(all[from:to]), next, nil
}

// userJSON is a user as an install sees them.
func (s *Server) userJSON(by *install, u User) object {
	profile := object{
		"real_name": u.Real, "display_name": u.Name, "email": u.Email, "title": u.Title, "team": u.Team,
		"status_text": u.StatusText, "status_emoji": u.StatusEmoji, "status_expiration": 0,
	}
	if !u.StatusUntil.IsZero() {
		profile["status_expiration"] = u.StatusUntil.Unix()
	}
	if !by.sees("users:read.email") {
		delete(profile, "email")
	}
	o := object{"id": u.ID, "team_id": u.Team, "name": u.Name, "deleted": u.Deleted, "profile": profile}
	if u.Deleted {
		return o // Slack leaves the rest out
	}
	o["real_name"] = u.Real
	o["tz"] = orElse(u.TZ, "Etc/UTC")
	o["is_admin"] = u.Admin
	o["is_bot"] = u.Bot
	o["is_workflow_bot"] = u.WorkflowBot
	o["is_app_user"] = false
	o["is_restricted"] = u.Restricted || u.UltraRestricted
	o["is_ultra_restricted"] = u.UltraRestricted
	if s.state.stranger(by, u) {
		o["is_stranger"] = true
	}
	if u.Invited {
		o["is_invited_user"] = true
	}
	if e := s.state.organisation(by, u); e != "" {
		o["enterprise_user"] = object{"id": u.ID, "enterprise_id": e, "teams": []string{u.Team}}
	}
	return o
}

// organisation is that of a user. Who is of a workspace that is not part of the
// fake, and no stranger, is of the install's.
func (st *State) organisation(by *install, u User) string {
	if w, ok := st.workspace(u.Team); ok {
		return w.Enterprise
	}
	if u.Stranger {
		return ""
	}
	return by.enterprise
}

// sees tells whether the install was granted a scope, by name or by having no
// list.
func (in *install) sees(scope string) bool { return len(in.scopes) == 0 || in.has(scope) }
