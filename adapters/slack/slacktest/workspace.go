package slacktest

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// Workspace is one of the workspaces of the fake.
type Workspace struct {
	ID   string // T…
	Name string
	// Enterprise is the organisation that it belongs to, E…; empty for none.
	Enterprise string
}

// ErrNotInstalled is a person who uses the app where nobody has installed it.
var ErrNotInstalled = errors.New("slacktest: the app is not installed there")

// install is the app in one workspace or, if team is empty, in a whole
// organisation.
type install struct {
	team       string
	enterprise string
	bot        string // the app's user there
	scopes     []string
	rotates    bool
	installer  string
	refresh    string // works once, in rotation
}

// id is what the app should file the install under.
func (in *install) id() string { return orElse(in.team, in.enterprise) }

// everywhere tells an install of an organisation.
func (in *install) everywhere() bool { return in.team == "" }

// token is a bot token.
type token struct {
	of      *install
	until   time.Time // zero: for ever
	refusal string    // what it is answered with since it stopped working
}

// setWorkspace adds a workspace or replaces the one with the same id.
func (st *State) setWorkspace(w Workspace) {
	w.Name = orElse(w.Name, strings.ToLower(w.ID))
	for i, old := range st.workspaces {
		if old.ID == w.ID {
			st.workspaces[i] = w
			return
		}
	}
	st.workspaces = append(st.workspaces, w)
}

// Workspaces are those of the fake in the order in which they were added.
func (st *State) Workspaces() []Workspace { return slices.Clone(st.workspaces) }

func (st *State) workspace(id string) (Workspace, bool) {
	i := slices.IndexFunc(st.workspaces, func(w Workspace) bool { return w.ID == id })
	if i < 0 {
		return Workspace{}, false
	}
	return st.workspaces[i], true
}

// covers tells whether an install is in a workspace.
func (st *State) covers(in *install, team string) bool {
	if !in.everywhere() {
		return in.team == team
	}
	w, ok := st.workspace(team)
	return ok && w.Enterprise == in.enterprise
}

// installIn is the app in a workspace; nil if it is not there.
func (st *State) installIn(team string) *install {
	for _, in := range st.installs {
		if st.covers(in, team) {
			return in
		}
	}
	return nil
}

// installed is the app with this id of an install; nil if there is none.
func (st *State) installed(id string) *install {
	for _, in := range st.installs {
		if in.id() == id {
			return in
		}
	}
	return nil
}

// writtenBy is the install that wrote a message; nil if none did.
func (st *State) writtenBy(m *Message) *install {
	for _, in := range st.installs {
		if m.App && m.User == in.bot {
			return in
		}
	}
	return nil
}

// serves is the install that a person of this workspace reaches in a
// conversation: that of the place, or else that of their own.
func (st *State) serves(c *conversation, u User) *install {
	if c != nil {
		if in := st.installIn(c.Team); in != nil {
			return in
		}
	}
	return st.installIn(u.Team)
}

// sees tells whether an install has anything to do with a conversation.
func (st *State) sees(in *install, c *conversation) bool {
	return st.covers(in, c.Team) ||
		slices.ContainsFunc(c.Teams, func(team string) bool { return st.covers(in, team) })
}

// knows tells whether an install can see a user: one of its own people, somebody
// with whom it shares a channel, or somebody of a workspace that is not part of
// the fake.
func (st *State) knows(in *install, u User) bool {
	if _, ours := st.workspace(u.Team); !ours || st.covers(in, u.Team) {
		return true
	}
	return slices.ContainsFunc(st.channels, func(c *conversation) bool {
		return c.Shared && st.sees(in, c) && c.has(u)
	})
}

// find is a conversation by id or name, as an install knows it.
func (st *State) find(in *install, idOrName string) (*conversation, bool) {
	name := strings.TrimPrefix(idOrName, "#")
	for _, c := range st.channels {
		named := c.ID == idOrName || c.peer == "" && c.Name == name && name != ""
		if named && st.sees(in, c) {
			return c, true
		}
	}
	return nil, false
}

// person is a user by id, as an install knows them.
func (st *State) person(in *install, id string) (User, bool) {
	u, ok := st.User(id)
	if !ok || u.ID != id || !st.knows(in, u) {
		return User{}, false
	}
	return u, true
}
