package slacktest

import (
	"maps"
	"slices"
)

// usergroupsUsersList shows active members only, as Slack does.
func (s *Server) usergroupsUsersList(a args) (object, error) {
	if a.text("usergroup") == "" {
		return nil, refuse("invalid_arguments")
	}
	team, err := s.groupsOf(a)
	if err != nil {
		return nil, err
	}
	g, ok := s.state.groups[a.text("usergroup")]
	if !ok || g.Team != team || g.Disabled && a.text("include_disabled") != "true" {
		return nil, refuse("no_such_subteam")
	}
	return object{"users": s.state.members(g)}, nil
}

// groupsOf is the workspace whose groups a call is about. A free plan has none.
func (s *Server) groupsOf(a args) (string, error) {
	if s.opt.FreePlan {
		return "", refuse("plan_upgrade_required")
	}
	return s.team(a)
}

// members are the ids of a group's active members.
func (st *State) members(g UserGroup) []string {
	ids := []string{}
	for _, id := range g.Members {
		if u, known := st.User(id); known && !u.Deleted {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

func (s *Server) usergroupsList(a args) (object, error) {
	team, err := s.groupsOf(a)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(s.state.groups)) {
		g := s.state.groups[id]
		if g.Team != team || g.Disabled && a.text("include_disabled") != "true" {
			continue
		}
		o := s.groupJSON(g)
		if a.text("include_users") != "true" {
			delete(o, "users")
		}
		list = append(list, o)
	}
	return object{"usergroups": list}, nil
}

func (s *Server) groupJSON(g UserGroup) object {
	o := object{
		"id": g.ID, "team_id": g.Team, "is_usergroup": true, "is_subteam": true, "name": g.Name, "handle": g.Handle,
		"is_external": false, "date_delete": 0, "users": s.state.members(g), "user_count": len(s.state.members(g)),
	}
	if g.Disabled {
		o["date_delete"] = s.now().Unix()
	}
	return o
}
