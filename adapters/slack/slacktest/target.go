package slacktest

import "fmt"

// target is an element that a person is about to use, and where it stands: on a
// message, or in a view.
type target struct {
	user    User
	in      *install
	place   *conversation
	message *Message
	hidden  bool // only this person sees the message
	view    *View
	blocks  []any
	block   object
	element object
}

// aim finds what a gesture is about; the caller holds mu.
func (s *Server) aim(g Gesture) (target, error) {
	u, ok := s.state.User(g.User)
	if !ok {
		return target{}, fmt.Errorf("%w: %q", ErrNoUser, g.User)
	}
	t := target{user: u}
	if g.View != "" {
		t.view = s.view(g.View)
		if t.view == nil || t.view.User != u.ID {
			return target{}, fmt.Errorf("%w: %q", ErrNoView, g.View)
		}
		t.in, t.blocks = s.state.owner(t.view), t.view.blocks()
	} else {
		t.place, t.message = s.seen(u, g.Channel, g.TS)
		if t.message == nil {
			t.place, t.message = s.whispered(u, g.Channel, g.TS)
			t.hidden = t.message != nil
		}
		if t.message == nil {
			return target{}, fmt.Errorf("%w: %s in %s", ErrNoMessage, g.TS, g.Channel)
		}
		t.in, t.blocks = s.state.reached(t.message, t.place, u), t.message.asSeen(g.Behind)
	}
	s.equip(t)
	if t.block, t.element = find(t.blocks, g.Action); t.element == nil {
		return target{}, fmt.Errorf("%w: %q", ErrNoElement, g.Action)
	}
	return t, nil
}

// whispered is a message that only this person sees, as if everybody did.
func (s *Server) whispered(u User, channel, ts string) (*conversation, *Message) {
	c, ok := s.state.conversation(channel)
	if !ok {
		return nil, nil
	}
	for _, e := range s.state.ephemerals {
		if e.User == u.ID && e.Channel == c.ID && e.TS == ts {
			return c, &Message{Channel: c.ID, TS: ts, App: true, Text: e.Text, Blocks: e.Blocks}
		}
	}
	return nil, nil
}

// where is the surface that the element stands on.
func (t target) where() string {
	if t.view != nil {
		return t.view.ID
	}
	return t.place.ID + "/" + t.message.TS
}

// kept tells whether Slack's client keeps the use to itself: an input says
// nothing before it is submitted, unless it asks to.
func (t target) kept() bool {
	return str(t.block, "type") == "input" && t.block["dispatch_action"] != true
}

// useJSON is the payload of a use.
func (s *Server) useJSON(t target, g Gesture) object {
	action := s.actionJSON(t.block, t.element, g.Value)
	state := fill(t.blocks, g.Values)
	if kind := str(t.element, "type"); kind != "button" && kind != "overflow" {
		sub(state, str(t.block, "block_id"))[str(t.element, "action_id")] = stateOf(t.element, g.Value)
	}
	if t.view != nil {
		return s.pressInView(t.user, t.view, action, state)
	}
	return s.pressOnMessage(t, action, state)
}
