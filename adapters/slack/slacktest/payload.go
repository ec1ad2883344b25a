package slacktest

import (
	"maps"
	"strings"
)

// The payloads that Slack sends, and the objects in them.

func (s *Server) messageJSON(m *Message) object {
	o := object{"type": "message", "ts": m.TS, "text": m.Text, "team": s.opt.TeamID}
	if m.User != "" {
		o["user"] = m.User
	}
	if m.App {
		o["bot_id"], o["app_id"] = botID, appID
	}
	if m.ThreadTS != "" {
		o["thread_ts"] = m.ThreadTS
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
	for _, key := range []string{"submit", "close"} {
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
	o["team_id"], o["app_id"], o["bot_id"] = s.opt.TeamID, appID, botID
	o["app_installed_team_id"] = s.opt.TeamID
	o["previous_view_id"] = nil
	if v.Previous != "" {
		o["previous_view_id"] = v.Previous
	}
	o["state"] = object{"values": object{}}
	return o
}

// payload is what every interaction carries.
func (s *Server) payload(kind string, u User) object {
	o := object{
		"type": kind, "api_app_id": appID, "token": "verification-token-of-old",
		"user":                  object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.Team},
		"team":                  object{"id": s.opt.TeamID, "domain": "signoff"},
		"enterprise":            nil,
		"is_enterprise_install": false,
	}
	if s.opt.EnterpriseID != "" {
		o["team"] = nil
		o["enterprise"] = object{"id": s.opt.EnterpriseID, "name": "signoff"}
		o["is_enterprise_install"] = true
	}
	return o
}

// pressOnMessage is the payload of a press on a message.
func (s *Server) pressOnMessage(u User, c *conversation, m *Message, action, state object) object {
	p := s.payload("block_actions", u)
	p["trigger_id"] = s.trigger(u.ID)
	p["container"] = object{
		"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": false,
	}
	p["channel"] = object{"id": c.ID, "name": orElse(c.Name, "directmessage")}
	p["message"] = s.messageJSON(m)
	p["state"] = object{"values": state}
	p["response_url"] = s.responseURL(u.ID, c.ID, m.TS)
	p["actions"] = []any{action}
	return p
}

// pressInView is the payload of a press in a modal.
func (s *Server) pressInView(u User, v *View, action, state object) object {
	p := s.payload("block_actions", u)
	p["trigger_id"] = s.trigger(u.ID)
	p["container"] = object{"type": "view", "view_id": v.ID}
	p["view"] = s.viewWith(v, state)
	p["actions"] = []any{action}
	return p
}

func (s *Server) submission(u User, v *View, state object) object {
	p := s.payload("view_submission", u)
	p["trigger_id"] = s.trigger(u.ID)
	p["view"] = s.viewWith(v, state)
	p["response_urls"] = []any{}
	return p
}

func (s *Server) closing(u User, v *View, cleared bool) object {
	p := s.payload("view_closed", u)
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
