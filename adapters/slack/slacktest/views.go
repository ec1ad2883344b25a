package slacktest

import (
	"encoding/json"
	"time"

	"signoff/adapters/slack"
)

// trigger is what a person's action hands to the app, so that it can open a
// modal for exactly that person, once and soon.
type trigger struct {
	user string
	born time.Time
	used bool
}

// trigger makes a trigger id for a user; the caller holds mu.
func (s *Server) trigger(user string) string {
	id := s.state.next("") + "." + s.state.next("") + "." + newSecret()
	s.state.triggers.put(id, &trigger{user: user, born: s.now()}, s.now())
	return id
}

// exchange uses a trigger up.
func (s *Server) exchange(id string) (*trigger, error) {
	t, ok := s.state.triggers.get(id)
	switch {
	case !ok:
		return nil, refuse("invalid_arguments", "[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case s.now().Sub(t.born) > triggerLife:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

func (s *Server) viewsOpen(a args) (object, error) { return s.present(a, false) }

func (s *Server) viewsPush(a args) (object, error) { return s.present(a, true) }

// present opens a view on a new stack, or on top of the one that is open.
func (s *Server) present(a args, push bool) (object, error) {
	raw, body, err := s.readView([]byte(a.text("view")))
	if err != nil {
		return nil, err
	}
	t, err := s.exchange(a.text("trigger_id"))
	if err != nil {
		return nil, err
	}
	if s.externalID(str(body, "external_id")) != nil {
		return nil, refuse("duplicate_external_id")
	}
	stack := s.state.modals[t.user]
	switch {
	case push && len(stack) >= slack.MaxModalDepth:
		return nil, refuse("push_limit_reached")
	case !push:
		s.closeAll(t.user)
	}
	v := s.raise(t.user, raw, body)
	return object{"view": s.viewJSON(v)}, nil
}

// raise puts a view on top of a user's stack.
func (s *Server) raise(user string, raw json.RawMessage, body object) *View {
	stack := s.state.modals[user]
	v := &View{ID: s.state.next("V"), User: user, Hash: s.newHash()}
	v.Root = v.ID
	if n := len(stack); n > 0 {
		v.Root, v.Previous = stack[0].ID, stack[n-1].ID
	}
	redrawn(v, raw, body)
	s.state.modals[user] = append(stack, v)
	return v
}

func (s *Server) newHash() string { return s.state.timestamp(s.now()) + "." + newSecret()[:8] }

// closeTop closes the upper view of a user, which uncovers the one below.
func (s *Server) closeTop(user string) {
	if n := len(s.state.modals[user]); n > 0 {
		s.state.modals[user] = s.state.modals[user][:n-1]
	}
}

func (s *Server) closeAll(user string) {
	for len(s.state.modals[user]) > 0 {
		s.closeTop(user)
	}
}

func (s *Server) view(id string) *View {
	for _, stack := range s.state.modals {
		for _, v := range stack {
			if v.ID == id && id != "" {
				return v
			}
		}
	}
	return nil
}

func (s *Server) externalID(id string) *View {
	for _, stack := range s.state.modals {
		for _, v := range stack {
			if v.ExternalID == id && id != "" {
				return v
			}
		}
	}
	return nil
}

func (s *Server) viewsUpdate(a args) (object, error) {
	raw, body, err := s.readView([]byte(a.text("view")))
	if err != nil {
		return nil, err
	}
	v := s.view(a.text("view_id"))
	if v == nil {
		v = s.externalID(a.text("external_id"))
	}
	switch {
	case v == nil:
		return nil, refuse("not_found")
	case a.text("hash") != "" && a.text("hash") != v.Hash:
		return nil, refuse("hash_conflict")
	}
	s.redraw(v, raw, body)
	return object{"view": s.viewJSON(v)}, nil
}

func (s *Server) redraw(v *View, raw json.RawMessage, body object) {
	redrawn(v, raw, body)
	v.Hash = s.newHash()
}

// readView checks a view and gives ids to blocks without.
func (s *Server) readView(raw []byte) (json.RawMessage, object, error) {
	if len(raw) > slack.MaxViewBytes {
		return nil, nil, refuse("view_too_large")
	}
	body, ok := decodeObject(raw)
	if !ok {
		return nil, nil, refuse("invalid_arguments", "[ERROR] must be an object [json-pointer:/view]")
	}
	if faults := s.check.view(body); len(faults) > 0 {
		return nil, nil, refuse("invalid_arguments", faults...)
	}
	if giveIDs(list(body, "blocks"), s.state.next) {
		return encode(body), body, nil
	}
	return raw, body, nil
}
