package slacktest

import (
	"slices"
	"strings"
)

// known finds a conversation by id, unless the app may not know of it.
func (s *Server) known(a args) (*conversation, error) {
	c, ok := s.state.find(a.by, a.text("channel"))
	if !ok || c.ID != a.text("channel") || c.WithoutBot && c.Private {
		return nil, refuse("channel_not_found")
	}
	return c, nil
}

func (s *Server) conversationsInfo(a args) (object, error) {
	c, err := s.known(a)
	if err != nil {
		return nil, err
	}
	return object{"channel": s.channelJSON(c)}, nil
}

func (s *Server) channelJSON(c *conversation) object {
	if c.peer != "" {
		return object{"id": c.ID, "is_im": true, "user": c.peer, "context_team_id": c.Team}
	}
	return object{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "context_team_id": c.Team,
		"is_channel": !c.Private, "is_group": c.Private, "is_im": false,
		"is_private": c.Private, "is_archived": c.Archived,
		"is_member": !c.WithoutBot, "is_shared": c.Shared, "is_ext_shared": c.Shared,
		"num_members": len(s.state.people(c)),
	}
}

// people are those who take part in a conversation.
func (st *State) people(c *conversation) []any {
	ids := []any{}
	for _, u := range st.users {
		if !u.Deleted && c.has(u) {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

func (s *Server) conversationsMembers(a args) (object, error) {
	c, err := s.known(a)
	if err != nil {
		return nil, err
	}
	ids := s.state.people(c)
	if in := s.state.serves(c, User{}); in != nil && !c.WithoutBot {
		ids = append(ids, in.bot)
	}
	members, next, err := page(a, ids)
	if err != nil {
		return nil, err
	}
	return object{"members": members, "response_metadata": object{"next_cursor": next}}, nil
}

// conversationsList shows public channels, unless other types are asked for, and
// private ones only where the app is a member.
func (s *Server) conversationsList(a args) (object, error) {
	team, err := s.team(a)
	if err != nil {
		return nil, err
	}
	types := strings.Split(orElse(a.text("types"), "public_channel"), ",")
	all := []any{}
	for _, c := range s.state.channels {
		kind := c.kind()
		switch {
		case c.Team != team && !slices.Contains(c.Teams, team), !slices.Contains(types, kind):
		case c.WithoutBot && c.Private:
		case c.Archived && a.text("exclude_archived") == "true":
		default:
			all = append(all, s.channelJSON(c))
		}
	}
	channels, next, err := page(a, all)
	if err != nil {
		return nil, err
	}
	return object{"channels": channels, "response_metadata": object{"next_cursor": next}}, nil
}

// kind is the conversation's type in a list.
func (c *conversation) kind() string {
	switch {
	case c.peer != "":
		return "im"
	case c.Private:
		return "private_channel"
	default:
		return "public_channel"
	}
}

func (s *Server) conversationsOpen(a args) (object, error) {
	ids := strings.Split(a.text("users"), ",")
	if a.text("users") == "" {
		return nil, refuse("users_list_not_supplied")
	}
	if len(ids) != 1 {
		return nil, refuse("invalid_user_combination") // group messages are not part of the fake
	}
	u, ok := s.state.person(a.by, ids[0])
	switch {
	case !ok:
		return nil, refuse("user_not_found")
	case u.Deleted:
		return nil, refuse("user_disabled")
	case u.Bot:
		return nil, refuse("cannot_dm_bot")
	}
	known := s.state.place(u.ID) != ""
	c := s.state.direct(a.by, u)
	return object{"no_op": known, "already_open": known, "channel": s.channelJSON(c)}, nil
}

// thread is the thread that a reply comes to stand in: none, if the message that
// it answers is not there any more, and that of a reply's own parent.
func (st *State) thread(channel, ts string) string {
	for _, m := range st.messages[channel] {
		if m.TS == ts && ts != "" {
			return orElse(m.ThreadTS, m.TS)
		}
	}
	return ""
}
