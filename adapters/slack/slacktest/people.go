package slacktest

import "strings"

// The app itself, as the workspace knows it.
const (
	appID   = "A0SIGNOFF"
	botID   = "B0SIGNOFF"
	botUser = "U0SIGNOFF"
)

func (s *Server) authTest(args) (object, error) {
	o := object{
		"url": "https://signoff.slack.com/", "team": "signoff", "user": s.opt.AppName,
		"team_id": s.opt.TeamID, "user_id": botUser, "bot_id": botID,
		"is_enterprise_install": s.opt.EnterpriseID != "",
	}
	if s.opt.EnterpriseID != "" {
		o["enterprise_id"] = s.opt.EnterpriseID
	}
	return o, nil
}

func (s *Server) usersInfo(a args) (object, error) {
	u, ok := s.state.User(a.text("user"))
	if !ok || u.ID != a.text("user") {
		return nil, refuse("user_not_found")
	}
	return object{"user": s.userJSON(u)}, nil
}

// usersLookupByEmail finds active members only, as Slack does.
func (s *Server) usersLookupByEmail(a args) (object, error) {
	email := a.text("email")
	for _, u := range s.state.users {
		if email != "" && strings.EqualFold(u.Email, email) && !u.Deleted && !u.Stranger {
			return object{"user": s.userJSON(u)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

// usergroupsUsersList shows active members only, as Slack does.
func (s *Server) usergroupsUsersList(a args) (object, error) {
	g, ok := s.state.groups[a.text("usergroup")]
	switch {
	case a.text("usergroup") == "":
		return nil, refuse("invalid_arguments")
	case s.opt.EnterpriseID != "" && a.text("team_id") == "":
		return nil, refuse("missing_argument") // an organisation has groups in each workspace
	case !ok, g.Disabled && a.text("include_disabled") != "true":
		return nil, refuse("no_such_subteam")
	}
	ids := []string{}
	for _, id := range g.Members {
		if u, known := s.state.User(id); known && !u.Deleted {
			ids = append(ids, u.ID)
		}
	}
	return object{"users": ids}, nil
}

func (s *Server) userJSON(u User) object {
	o := object{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "deleted": u.Deleted,
		"profile": object{
			"real_name": u.Real, "display_name": u.Name, "email": u.Email,
			"title": u.Title, "team": u.Team,
		},
	}
	if u.Deleted {
		return o // Slack leaves the rest out
	}
	o["real_name"] = u.Real
	o["tz"] = orElse(u.TZ, "Etc/UTC")
	o["is_admin"] = false
	o["is_bot"] = u.Bot
	o["is_workflow_bot"] = u.WorkflowBot
	o["is_app_user"] = false
	o["is_restricted"] = u.Restricted || u.UltraRestricted
	o["is_ultra_restricted"] = u.UltraRestricted
	if u.Stranger {
		o["is_stranger"] = true
	}
	if u.Invited {
		o["is_invited_user"] = true
	}
	if s.opt.EnterpriseID != "" {
		o["enterprise_user"] = object{
			"id": u.ID, "enterprise_id": s.opt.EnterpriseID, "teams": []string{u.Team},
		}
	}
	return o
}

func (s *Server) conversationsInfo(a args) (object, error) {
	c, ok := s.state.conversation(a.text("channel"))
	if !ok || c.ID != a.text("channel") || c.WithoutBot && c.Private {
		return nil, refuse("channel_not_found")
	}
	if c.peer != "" {
		return object{"channel": object{"id": c.ID, "is_im": true, "user": c.peer}}, nil
	}
	return object{"channel": object{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name,
		"is_channel": !c.Private, "is_group": c.Private, "is_im": false,
		"is_private": c.Private, "is_archived": c.Archived,
		"is_member": !c.WithoutBot, "is_shared": c.Shared, "is_ext_shared": c.Shared,
	}}, nil
}

func (s *Server) conversationsOpen(a args) (object, error) {
	ids := strings.Split(a.text("users"), ",")
	if a.text("users") == "" {
		return nil, refuse("users_list_not_supplied")
	}
	if len(ids) != 1 {
		return nil, refuse("invalid_user_combination") // group messages are not part of the fake
	}
	u, ok := s.state.User(ids[0])
	switch {
	case !ok || u.ID != ids[0]:
		return nil, refuse("user_not_found")
	case u.Deleted:
		return nil, refuse("user_disabled")
	case u.Bot:
		return nil, refuse("cannot_dm_bot")
	}
	known := s.state.place(u.ID) != ""
	c := s.state.direct(u.ID)
	return object{
		"no_op": known, "already_open": known,
		"channel": object{"id": c.ID, "is_im": true, "user": u.ID},
	}, nil
}
