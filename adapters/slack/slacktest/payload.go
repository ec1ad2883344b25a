package slacktest

import (
	"maps"
	"strings"
)

// The payloads that Slack sends, and the objects in them.

func (s *Server) messageJSON(m *Message) object {
	o := object{"type": "message", "ts": m.TS, "text": m.Text, "team": s.opt.TeamID}
	if c, ok := s.state.conversation(m.Channel); ok {
		o["team"] = c.Team
	}
	if m.User != "" {
		o["user"] = m.User
	}
	if m.App {
		o["bot_id"], o["app_id"] = botOf(m.User), appID
	}
	if m.ThreadTS != "" {
		o["thread_ts"] = m.ThreadTS
	}
	if m.Broadcast {
		o["subtype"] = "thread_broadcast"
	}
	if n := s.state.replies(m); n > 0 {
		o["thread_ts"], o["reply_count"] = m.TS, n
	}
	if m.Blocks != nil {
		o["blocks"] = m.Blocks
	}
	if m.Edits > 0 && m.Blocks == nil {
		o["edited"] = object{"user": m.User, "ts": m.TS}
	}
	return o
}

func (s *Server) viewJSON(v *View) object {
	o, _ := decodeObject(v.Raw)
	in := s.state.installed(v.Install)
	if in == nil {
		in = &install{team: s.opt.TeamID}
	}
	for _, key := range []string{"title", "submit", "close"} {
		if _, ok := o[key]; !ok {
			o[key] = nil
		}
	}
	for _, key := range []string{"callback_id", "external_id", "private_metadata"} {
		o[key] = str(o, key)
	}
	for _, key := range []string{"clear_on_close", "notify_on_close"} {
		o[key] = o[key] == true
	}
	o["id"], o["hash"], o["root_view_id"] = v.ID, v.Hash, v.Root
	u, _ := s.state.User(v.User)
	o["team_id"], o["app_id"], o["bot_id"] = orElse(in.team, u.Team), appID, botOf(in.bot)
	o["app_installed_team_id"] = in.id()
	o["previous_view_id"] = nil
	if v.Previous != "" {
		o["previous_view_id"] = v.Previous
	}
	o["state"] = object{"values": object{}}
	return o
}

// payload is what every interaction carries.
func (s *Server) payload(in *install, kind string, u User) object {
	w, _ := s.state.workspace(in.team)
	o := object{
		"type": kind, "api_app_id": appID, "token": verificationToken,
		"user":                  object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.Team},
		"team":                  object{"id": w.ID, "domain": w.Name},
		"enterprise":            nil,
		"is_enterprise_install": false,
	}
	if in.enterprise != "" {
		o["enterprise"] = object{"id": in.enterprise, "name": strings.ToLower(in.enterprise)}
	}
	if in.everywhere() {
		o["team"], o["is_enterprise_install"] = nil, true
	}
	return o
}

// pressOnMessage is the payload of a press on a message.
func (s *Server) pressOnMessage(t target, action, state object) object {
	c, m := t.place, t.message
	p := s.payload(t.in, "block_actions", t.user)
	p["trigger_id"] = s.trigger(t.in, t.user.ID)
	p["container"] = t.container()
	p["channel"] = channelRef(c)
	if !t.hidden {
		p["message"] = s.messageJSON(m)
	}
	p["state"] = object{"values": state}
	p["response_url"] = s.responseURL(t.user.ID, c.ID, m.TS)
	p["actions"] = []any{action}
	return p
}

// pressInView is the payload of a press in a modal.
func (s *Server) pressInView(u User, v *View, action, state object) object {
	in := s.state.owner(v)
	p := s.payload(in, "block_actions", u)
	p["trigger_id"] = s.trigger(in, u.ID)
	p["container"] = object{"type": "view", "view_id": v.ID}
	p["view"] = s.viewWith(v, state)
	p["actions"] = []any{action}
	return p
}

func (s *Server) submission(u User, v *View, state object) object {
	in := s.state.owner(v)
	p := s.payload(in, "view_submission", u)
	p["trigger_id"] = s.trigger(in, u.ID)
	p["view"] = s.viewWith(v, state)
	p["response_urls"] = s.responseURLs(u, v, state)
	return p
}

func (s *Server) closing(u User, v *View, cleared bool) object {
	in := s.state.owner(v)
	p := s.payload(in, "view_closed", u)
	p["view"] = s.viewJSON(v)
	p["is_cleared"] = cleared
	return p
}

func (s *Server) viewWith(v *View, state object) object {
	o := s.viewJSON(v)
	o["state"] = object{"values": state}
	return o
}

// actionJSON is the element as Slack reports it when it was used.
func (s *Server) actionJSON(block, element object, value any) object {
	o := object{
		"type": str(element, "type"), "action_id": str(element, "action_id"),
		"block_id": str(block, "block_id"), "action_ts": s.state.timestamp(s.now()),
	}
	if str(element, "type") != "button" {
		maps.Copy(o, stateOf(element, value))
		return o
	}
	for _, key := range []string{"text", "value", "style", "url", "confirm"} {
		if v, ok := element[key]; ok {
			o[key] = v
		}
	}
	return o
}

// find looks an element up by its action id; a block id may come before it with
// a slash, where the action id alone is not unique.
func find(blocks []any, action string) (block, element object) {
	for _, b := range blocks {
		o, ok := b.(object)
		if !ok {
			continue
		}
		for _, e := range interactive(o) {
			id := str(e, "action_id")
			if id == action || strings.HasPrefix(action, str(o, "block_id")+"/") && strings.HasSuffix(action, "/"+id) {
				return o, e
			}
		}
	}
	return nil, nil
}

// reached is the app that a person's use of a message goes to: the one that
// wrote it, or else that of the place.
func (st *State) reached(m *Message, c *conversation, u User) *install {
	if in := st.writtenBy(m); in != nil {
		return in
	}
	if in := st.serves(c, u); in != nil {
		return in
	}
	return &install{team: c.Team}
}

// owner is the install that drew a view.
func (st *State) owner(v *View) *install {
	if in := st.installed(v.Install); in != nil {
		return in
	}
	return &install{team: st.team}
}

// container is where the element stands.
func (t target) container() object {
	if t.view != nil {
		return object{"type": "view", "view_id": t.view.ID}
	}
	o := object{"type": "message", "message_ts": t.message.TS, "channel_id": t.place.ID, "is_ephemeral": t.hidden}
	if t.message.ThreadTS != "" {
		o["thread_ts"] = t.message.ThreadTS
	}
	return o
}

func channelRef(c *conversation) object {
	return object{"id": c.ID, "name": orElse(c.Name, "directmessage")}
}

// replies is how many messages stand in a message's thread.
func (st *State) replies(m *Message) int {
	n := 0
	for _, other := range st.messages[m.Channel] {
		if other.ThreadTS == m.TS && other != m {
			n++
		}
	}
	return n
}

// responseURLs are those for the conversations that a person picked in a form
// which asks for such addresses.
func (s *Server) responseURLs(u User, v *View, state object) []any {
	all := []any{}
	for _, b := range v.blocks() {
		block, _ := b.(object)
		e := sub(block, "element")
		if str(block, "type") != "input" || e["response_url_enabled"] != true {
			continue
		}
		id, action := str(block, "block_id"), str(e, "action_id")
		picked := str(sub(sub(state, id), action), stateKey(str(e, "type")))
		if picked == "" {
			continue
		}
		all = append(all, object{
			"block_id": id, "action_id": action, "channel_id": picked, "response_url": s.responseURL(u.ID, picked, ""),
		})
	}
	return all
}
