package slacktest

import "time"

// trigger is what a person's action hands to the app, so that it can open a
// modal for exactly that person, once and soon.
type trigger struct {
	user string
	in   *install
	born time.Time
	used bool
}

// trigger makes a trigger id for a user; the caller holds mu.
func (s *Server) trigger(in *install, user string) string {
	id := s.state.next("") + "." + s.state.next("") + "." + newSecret()
	s.state.triggers.put(id, &trigger{user: user, in: in, born: s.now()}, s.now())
	return id
}

// exchange uses a trigger up.
func (s *Server) exchange(a args) (*trigger, error) {
	t, ok := s.state.triggers.get(a.text("trigger_id"))
	switch {
	case !ok, t.in.id() != a.by.id():
		return nil, refuse("invalid_arguments", "[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case s.now().Sub(t.born) > triggerLife:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}
