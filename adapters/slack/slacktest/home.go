package slacktest

import (
	"context"
	"fmt"
)

// viewsPublish draws the Home tab of one person.
func (s *Server) viewsPublish(a args) (object, error) {
	if s.opt.NoHome {
		return nil, refuse("not_enabled")
	}
	d, err := s.readView(onHome, []byte(a.text("view")))
	if err != nil {
		return nil, err
	}
	u, ok := s.state.person(a.by, a.text("user_id"))
	if !ok || u.Deleted || u.Bot {
		return nil, refuse("invalid_arguments", "[ERROR] invalid `user_id` [json-pointer:/user_id]")
	}
	key := homeKey(a.by, u.ID)
	v := s.state.homes[key]
	switch {
	case v != nil && a.text("hash") != "" && a.text("hash") != v.Hash:
		return nil, refuse("hash_conflict")
	case v == nil && a.text("hash") != "":
		return nil, refuse("hash_conflict")
	case s.taken(a.by, d, v):
		return nil, refuse("duplicate_external_id")
	}
	if v == nil {
		v = &View{ID: s.state.next("V"), User: u.ID, Install: a.by.id(), Home: true}
		v.Root = v.ID
		s.state.homes[key] = v
	}
	s.redraw(v, d)
	return object{"view": s.viewJSON(v)}, nil
}

func homeKey(in *install, user string) string { return in.id() + "/" + user }

// Home is the Home tab of the app as this user sees it. It reports false if the
// app has not drawn it.
func (st *State) Home(user string) (View, bool) {
	u, _ := st.User(user)
	in := st.installIn(u.Team)
	if in == nil {
		return View{}, false
	}
	v, ok := st.homes[homeKey(in, u.ID)]
	if !ok {
		return View{}, false
	}
	return v.clone(), true
}

// Home is [State.Home].
func (s *Server) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.Home(user)
}

// OpenHome has a person look at the app's Home tab, which the app is told of.
func (s *Server) OpenHome(ctx context.Context, user string) (Delivery, error) {
	return s.openTab(ctx, user, "home")
}

// OpenMessages has a person look at the app's direct message with them.
func (s *Server) OpenMessages(ctx context.Context, user string) (Delivery, error) {
	return s.openTab(ctx, user, "messages")
}

func (s *Server) openTab(ctx context.Context, user, tab string) (Delivery, error) {
	s.mu.Lock()
	u, ok := s.state.User(user)
	if !ok {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("%w: %q", ErrNoUser, user)
	}
	in := s.state.installIn(u.Team)
	if in == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("%w: %q", ErrNotInstalled, u.Team)
	}
	event := object{
		"type": "app_home_opened", "user": u.ID, "tab": tab, "channel": s.state.direct(in, u).ID,
	}
	if v := s.state.homes[homeKey(in, u.ID)]; v != nil && tab == "home" {
		event["view"] = s.viewJSON(v)
	}
	s.announce()
	s.mu.Unlock()
	return s.emit(ctx, in, u.Team, event)
}
