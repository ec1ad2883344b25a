package slacktest

import (
	"encoding/json"

	"signoff/adapters/slack/draw"
)

func (s *Server) viewsOpen(a args) (object, error) { return s.present(a, false) }

func (s *Server) viewsPush(a args) (object, error) { return s.present(a, true) }

// drawing is a view as the app sent it, with ids where it named none.
type drawing struct {
	raw  json.RawMessage
	body object
}

// present opens a view on a new stack, or on top of the one that is open.
func (s *Server) present(a args, push bool) (object, error) {
	d, err := s.readView(onModal, []byte(a.text("view")))
	if err != nil {
		return nil, err
	}
	t, err := s.exchange(a)
	if err != nil {
		return nil, err
	}
	if s.taken(a.by, d, nil) {
		return nil, refuse("duplicate_external_id")
	}
	stack := s.state.modals[t.user]
	switch {
	case push && len(stack) >= draw.MaxModalDepth:
		return nil, refuse("push_limit_reached")
	case !push:
		s.closeAll(t.user)
	}
	v := s.raise(a.by, t.user, d)
	return object{"view": s.viewJSON(v)}, nil
}

// raise puts a view on top of a user's stack.
func (s *Server) raise(in *install, user string, d drawing) *View {
	stack := s.state.modals[user]
	v := &View{ID: s.state.next("V"), User: user, Install: in.id(), Hash: s.newHash()}
	v.Root = v.ID
	if n := len(stack); n > 0 {
		v.Root, v.Previous = stack[0].ID, stack[n-1].ID
	}
	redrawn(v, d)
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

// modal is an open modal; nil if there is none of this id.
func (s *Server) modal(id string) *View {
	return s.viewBy(func(v *View) bool { return v.ID == id && !v.Home })
}

// view is an open modal or a Home tab; nil if there is none of this id.
func (s *Server) view(id string) *View {
	return s.viewBy(func(v *View) bool { return v.ID == id })
}

func (s *Server) viewBy(is func(*View) bool) *View {
	for _, stack := range s.state.modals {
		for _, v := range stack {
			if is(v) {
				return v
			}
		}
	}
	for _, v := range s.state.homes {
		if is(v) {
			return v
		}
	}
	return nil
}

// named is the view that the app gave this external id.
func (s *Server) named(in *install, id string) *View {
	if id == "" {
		return nil
	}
	return s.viewBy(func(v *View) bool { return v.ExternalID == id && v.Install == in.id() })
}

// taken tells whether another view than this one has the external id already.
func (s *Server) taken(in *install, d drawing, this *View) bool {
	other := s.named(in, str(d.body, "external_id"))
	return other != nil && other != this
}

func (s *Server) viewsUpdate(a args) (object, error) {
	v := s.view(a.text("view_id"))
	if a.text("view_id") == "" {
		v = s.named(a.by, a.text("external_id"))
	}
	surface := onModal
	if v != nil && v.Home {
		surface = onHome
	}
	d, err := s.readView(surface, []byte(a.text("view")))
	switch {
	case err != nil:
		return nil, err
	case v == nil || v.Install != a.by.id():
		return nil, refuse("not_found")
	case a.text("hash") != "" && a.text("hash") != v.Hash:
		return nil, refuse("hash_conflict")
	case s.taken(a.by, d, v):
		return nil, refuse("duplicate_external_id")
	}
	s.redraw(v, d)
	return object{"view": s.viewJSON(v)}, nil
}

func (s *Server) redraw(v *View, d drawing) {
	redrawn(v, d)
	v.Hash = s.newHash()
}

// readView checks a view for a surface and gives ids to blocks without.
func (s *Server) readView(surface string, raw []byte) (drawing, error) {
	if len(raw) > draw.MaxViewBytes {
		return drawing{}, refuse("view_too_large")
	}
	body, ok := decodeObject(raw)
	if !ok {
		return drawing{}, refuse("invalid_arguments", "[ERROR] must be an object [json-pointer:/view]")
	}
	if faults := s.check.view(surface, body); len(faults) > 0 {
		return drawing{}, refuse("invalid_arguments", words(faults)...)
	}
	if giveIDs(list(body, "blocks"), s.state.next) {
		return drawing{raw: encode(body), body: body}, nil
	}
	return drawing{raw: raw, body: body}, nil
}
