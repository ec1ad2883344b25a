package slacktest

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// What the people of a workspace do without the app.

// SetEditWindow lets messages be changed for this long after they were posted;
// zero is for ever, and less forbids it.
func (s *Server) SetEditWindow(d time.Duration) {
	s.change(func(st *State) { st.editWithin = d })
}

// frozen tells whether a message is too old to be changed here.
func (s *Server) frozen(m *Message) bool {
	switch within := s.state.editWithin; {
	case within == 0:
		return false
	case within < 0:
		return true
	default:
		return s.now().Sub(moment(m.TS)) > within
	}
}

// moment is when a message was posted.
func moment(ts string) time.Time {
	var sec, micro int64
	if _, err := fmt.Sscanf(ts, "%d.%d", &sec, &micro); err != nil {
		return time.Time{}
	}
	return time.Unix(sec, micro*1000)
}

// Say has a person write a message, in a thread unless that is empty, and
// returns its ts.
func (s *Server) Say(user, channel, thread, text string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.at(user, channel)
	if err != nil {
		return "", err
	}
	m := &Message{
		Channel: c.ID, TS: s.state.timestamp(s.now()), ThreadTS: s.state.thread(c.ID, thread),
		User: u.ID, Name: u.Name, Text: text,
	}
	s.state.messages[c.ID] = append(s.state.messages[c.ID], m)
	s.announce()
	return m.TS, nil
}

// ErrNotYours is a message that a person may not delete.
var ErrNotYours = errors.New("slacktest: this message is somebody else's")

// Delete has a person delete a message: one of their own, or any if they are an
// administrator.
func (s *Server) Delete(user, channel, ts string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.at(user, channel)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(s.state.messages[c.ID], func(m *Message) bool { return m.TS == ts })
	if i < 0 {
		return fmt.Errorf("%w: %s in %s", ErrNoMessage, ts, channel)
	}
	if s.state.messages[c.ID][i].User != u.ID && !u.Admin {
		return fmt.Errorf("%w: %s", ErrNotYours, ts)
	}
	s.state.messages[c.ID] = slices.Delete(s.state.messages[c.ID], i, i+1)
	s.announce()
	return nil
}

// Thread are the messages that answer one, oldest first.
func (st *State) Thread(channel, ts string) []Message {
	return slices.DeleteFunc(st.Messages(channel), func(m Message) bool { return m.ThreadTS != ts || m.TS == ts })
}

// Thread is [State.Thread].
func (s *Server) Thread(channel, ts string) []Message {
	return look(s, func(st *State) []Message { return st.Thread(channel, ts) })
}
