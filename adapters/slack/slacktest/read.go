package slacktest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Conversation is a channel or a direct message, as one person finds it in
// their list.
type Conversation struct {
	ID     string
	Name   string // "vacation-approvals", or the app's name for a direct message
	Direct bool
}

// Users are the people of the workspace in the order in which they were added.
func (st *State) Users() []User { return slices.Clone(st.users) }

// Conversations are those in which a user takes part.
func (st *State) Conversations(user string) []Conversation {
	u, ok := st.User(user)
	if !ok {
		return nil
	}
	var list []Conversation
	for _, c := range st.channels {
		if !c.has(u) {
			continue
		}
		list = append(list, Conversation{ID: c.ID, Name: orElse(c.Name, st.app), Direct: c.peer != ""})
	}
	return list
}

// Messages are those in a channel, by id or name, oldest first. A user's id or
// name means the app's direct message with them.
func (st *State) Messages(channel string) []Message {
	var list []Message
	for _, m := range st.messages[st.place(channel)] {
		c := *m
		c.History = slices.Clone(m.History)
		list = append(list, c)
	}
	return list
}

// Message finds one message.
func (st *State) Message(channel, ts string) (Message, bool) {
	for _, m := range st.Messages(channel) {
		if m.TS == ts {
			return m, true
		}
	}
	return Message{}, false
}

// DMs are the direct messages that the app sent to a user.
func (st *State) DMs(user string) []Message {
	u, ok := st.User(user)
	if !ok {
		return nil
	}
	return st.Messages(u.ID)
}

// Ephemerals are what was shown to this user alone, oldest first.
func (st *State) Ephemerals(user string) []Ephemeral {
	u, _ := st.User(user)
	var list []Ephemeral
	for _, e := range st.ephemerals {
		if e.User == u.ID {
			list = append(list, e)
		}
	}
	return list
}

// Notices are what Slack itself told this user, oldest first.
func (st *State) Notices(user string) []Notice {
	u, _ := st.User(user)
	var list []Notice
	for _, n := range st.notices {
		if n.User == u.ID {
			list = append(list, n)
		}
	}
	return list
}

// Modals are the views that this user has open, the top one last.
func (st *State) Modals(user string) []View {
	u, _ := st.User(user)
	var list []View
	for _, v := range st.modals[u.ID] {
		list = append(list, v.clone())
	}
	return list
}

// Look runs f on the state as it is now. f must not keep it or call the server.
func (s *Server) Look(f func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.state)
}

// Users is [State.Users].
func (s *Server) Users() []User { return look(s, (*State).Users) }

// User is [State.User]; it returns the zero User for nobody.
func (s *Server) User(idOrName string) User {
	return look(s, func(st *State) User {
		u, _ := st.User(idOrName)
		return u
	})
}

// ChannelID is the id of the channel with this name, or of the app's direct
// message with this user; empty if there is none.
func (s *Server) ChannelID(name string) string {
	return look(s, func(st *State) string { return st.place(name) })
}

// Messages is [State.Messages].
func (s *Server) Messages(channel string) []Message {
	return look(s, func(st *State) []Message { return st.Messages(channel) })
}

// Message is [State.Message].
func (s *Server) Message(channel, ts string) (Message, bool) {
	var found bool
	m := look(s, func(st *State) (m Message) {
		m, found = st.Message(channel, ts)
		return m
	})
	return m, found
}

// DMs is [State.DMs].
func (s *Server) DMs(user string) []Message {
	return look(s, func(st *State) []Message { return st.DMs(user) })
}

// Ephemerals is [State.Ephemerals].
func (s *Server) Ephemerals(user string) []Ephemeral {
	return look(s, func(st *State) []Ephemeral { return st.Ephemerals(user) })
}

// Notices is [State.Notices].
func (s *Server) Notices(user string) []Notice {
	return look(s, func(st *State) []Notice { return st.Notices(user) })
}

// Modals is [State.Modals].
func (s *Server) Modals(user string) []View {
	return look(s, func(st *State) []View { return st.Modals(user) })
}

func look[T any](s *Server, f func(*State) T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.state)
}

// WaitFor returns when cond holds, which is asked now and after every change,
// or when ctx ends; the error then tells what there is instead. cond must not
// keep the state or call the server.
func (s *Server) WaitFor(ctx context.Context, cond func(*State) bool) error {
	for {
		s.mu.Lock()
		ok, changed := cond(s.state), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("slacktest: waited in vain: %w; the workspace is\n%s",
				context.Cause(ctx), look(s, (*State).describe))
		}
	}
}

// Changed is closed at the next change of the workspace.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// describe is the whole workspace in lines.
func (st *State) describe() string {
	var b strings.Builder
	for _, c := range st.channels {
		u, _ := st.User(c.peer)
		b.WriteString(c.ID + " " + orElse(c.Name, "direct message of "+u.Name) + "\n")
		for _, m := range st.messages[c.ID] {
			b.WriteString("  " + m.TS + " " + m.Name + ": " + m.Text + "\n")
		}
	}
	return b.String()
}
