package slacktest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is the workspace as it stands: what every person would see. Outside
// this package it is met inside [Server.WaitFor] only.
type State struct {
	team       string
	app        string
	users      []User
	workspaces []Workspace
	installs   []*install
	tokens     map[string]*token
	rotated    []string          // tokens that end by themselves, oldest first
	grants     map[string]*grant // by code
	homes      map[string]*View  // by the ids of the install and the user
	offers     expiring[*offer]
	files      []*File
	channels   []*conversation
	groups     map[string]UserGroup  // by id
	messages   map[string][]*Message // by channel id, oldest first
	ephemerals []Ephemeral
	notices    []Notice
	modals     map[string][]*View // by user id, the top one last
	triggers   expiring[*trigger]
	responses  expiring[*responseURL]
	hooks      []webhook
	lastTS     int64 // microseconds
	serial     int
	bots       int
	editWithin time.Duration // how long a message can be changed; 0: for ever
}

// conversation is a channel or, if peer is set, a direct message.
type conversation struct {
	Channel
	peer string
	st   *State
}

// Message is a message as it stands in a conversation.
type Message struct {
	Channel  string
	TS       string
	ThreadTS string
	// Broadcast is a reply that the channel sees too.
	Broadcast bool
	User      string // the author's user id; empty for a webhook
	Name      string // the author's name as shown
	App       bool   // written through the app's token, so the app can change it
	Text      string
	Blocks    json.RawMessage // nil if it has none
	Edits     int
	History   []Version // earlier contents, oldest first
}

// Version is what a message said before it was changed.
type Version struct {
	Text   string
	Blocks json.RawMessage
}

// Ephemeral is a message that only one person sees.
type Ephemeral struct {
	Channel string
	User    string
	TS      string
	Text    string
	Blocks  json.RawMessage
}

// Notice is what Slack itself tells one person, for example that the app did
// not answer in time.
type Notice struct {
	User string
	Text string
	At   time.Time
}

func newState(opt Options) *State {
	st := &State{
		team: opt.TeamID, app: opt.AppName,
		tokens: map[string]*token{}, grants: map[string]*grant{}, homes: map[string]*View{},
		offers: newExpiring[*offer](offerLife),
		groups: map[string]UserGroup{}, messages: map[string][]*Message{}, modals: map[string][]*View{},
		triggers:  newExpiring[*trigger](triggerLife + time.Minute),
		responses: newExpiring[*responseURL](responseLife + time.Minute),
	}
	st.setWorkspace(Workspace{ID: opt.TeamID, Name: "signoff", Enterprise: opt.EnterpriseID})
	for _, w := range opt.Workspaces {
		st.setWorkspace(w)
	}
	first := &install{team: opt.TeamID, enterprise: opt.EnterpriseID, bot: botUser, scopes: opt.Scopes}
	if opt.EnterpriseID != "" {
		first.team = ""
	}
	st.installs = append(st.installs, first)
	st.tokens[opt.BotToken] = &token{of: first}
	for _, u := range opt.Users {
		st.setUser(u)
	}
	for _, g := range opt.UserGroups {
		st.setUserGroup(g)
	}
	for _, c := range opt.Channels {
		st.setChannel(c)
	}
	return st
}

func (st *State) next(prefix string) string {
	st.serial++
	return fmt.Sprintf("%s%08d", prefix, st.serial)
}

// timestamp is unique, rising, and has six decimals, like Slack's.
func (st *State) timestamp(now time.Time) string {
	st.lastTS = max(now.UnixMicro(), st.lastTS+1)
	return fmt.Sprintf("%d.%06d", st.lastTS/1e6, st.lastTS%1e6)
}

func (st *State) setUser(u User) {
	u.Name = cmp.Or(u.Name, strings.ToLower(u.Real), u.ID)
	u.Real = cmp.Or(u.Real, u.Name)
	u.Team = cmp.Or(u.Team, st.team)
	for i, old := range st.users {
		if old.ID == u.ID || u.ID == "" && old.Name == u.Name {
			u.ID = old.ID
			st.users[i] = u
			return
		}
	}
	if u.ID == "" {
		u.ID = st.next("U")
	}
	st.users = append(st.users, u)
}

func (st *State) setUserGroup(g UserGroup) {
	g.Team = cmp.Or(g.Team, st.team)
	g.Handle = cmp.Or(g.Handle, strings.ToLower(g.ID))
	g.Name = cmp.Or(g.Name, g.Handle)
	g.Members = slices.Clone(g.Members)
	st.groups[g.ID] = g
}

func (st *State) setChannel(c Channel) {
	c.Name = strings.TrimPrefix(c.Name, "#")
	c.Team = cmp.Or(c.Team, st.team)
	c.Shared = c.Shared || len(c.Teams) > 0
	c.Members = slices.Clone(c.Members)
	for i, name := range c.Members {
		if u, ok := st.User(name); ok {
			c.Members[i] = u.ID
		}
	}
	for _, old := range st.channels {
		if old.peer == "" && (old.ID == c.ID || c.ID == "" && old.Name == c.Name) {
			c.ID = old.ID
			old.Channel = c
			return
		}
	}
	if c.ID == "" {
		c.ID = st.next("C")
	}
	st.channels = append(st.channels, &conversation{Channel: c, st: st})
}

// User finds a user by id, handle or full name.
func (st *State) User(idOrName string) (User, bool) {
	i := slices.IndexFunc(st.users, func(u User) bool {
		return idOrName != "" && (u.ID == idOrName || u.Name == idOrName || u.Real == idOrName)
	})
	if i < 0 {
		return User{}, false
	}
	return st.users[i], true
}

// conversation finds a channel by id or name, with or without "#".
func (st *State) conversation(idOrName string) (*conversation, bool) {
	name := strings.TrimPrefix(idOrName, "#")
	for _, c := range st.channels {
		if c.ID == idOrName || c.peer == "" && c.Name == name && name != "" {
			return c, true
		}
	}
	return nil, false
}

// direct is the app's direct message with a user, opened if need be.
func (st *State) direct(in *install, u User) *conversation {
	for _, c := range st.channels {
		if c.peer == u.ID && st.sees(in, c) {
			return c
		}
	}
	c := &conversation{Channel: Channel{ID: st.next("D"), Team: orElse(in.team, u.Team)}, peer: u.ID, st: st}
	st.channels = append(st.channels, c)
	return c
}

// place turns a channel's id or name, or a user's, into a conversation's id.
func (st *State) place(idOrName string) string {
	if c, ok := st.conversation(idOrName); ok {
		return c.ID
	}
	if u, ok := st.User(idOrName); ok {
		for _, c := range st.channels {
			if c.peer == u.ID {
				return c.ID
			}
		}
	}
	return ""
}

// has tells whether a user takes part in the conversation.
func (c *conversation) has(u User) bool {
	switch {
	case c.peer != "":
		return c.peer == u.ID
	case len(c.Members) > 0:
		return slices.Contains(c.Members, u.ID)
	default:
		return !c.Private && !u.Stranger && !u.Restricted && !u.UltraRestricted && !c.foreign(u)
	}
}

// foreign tells somebody of another workspace of the fake, with which the
// conversation is not shared.
func (c *conversation) foreign(u User) bool {
	_, ours := c.st.workspace(u.Team)
	return ours && u.Team != c.Team && !slices.Contains(c.Teams, u.Team)
}
