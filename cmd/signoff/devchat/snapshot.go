package devchat

import (
	"context"
	"encoding/json"
	"net/http"

	"signoff/adapters/slack/slacktest"
)

// snapshot is all that one person sees at a moment.
type snapshot struct {
	Me            string         `json:"me"`
	App           string         `json:"app"`
	People        []person       `json:"people"`
	Conversations []conversation `json:"conversations"`
	// Home is the app's Home tab as this person sees it; nil if the app has not
	// drawn it.
	Home       *home       `json:"home"`
	Modals     []modal     `json:"modals"`
	Notices    []notice    `json:"notices"`
	Executions []Execution `json:"executions"`
	Echo       []EchoCall  `json:"echo"`
}

type person struct {
	ID    string `json:"id"`
	Name  string `json:"name"` // the handle
	Real  string `json:"real"`
	Title string `json:"title,omitempty"`
	Guest bool   `json:"guest,omitempty"`
	// Latest is the newest ts in each of the person's conversations, so that
	// the page can show who has something to read.
	Latest map[string]string `json:"latest"`
}

type conversation struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Direct   bool      `json:"direct"`
	Messages []message `json:"messages"`
}

// message is one that everybody in the conversation sees, or an ephemeral one.
type message struct {
	TS string `json:"ts"`
	// Thread is the ts of the message that this one answers.
	Thread string `json:"thread,omitempty"`
	// Broadcast is a reply that the channel sees, too.
	Broadcast bool            `json:"broadcast,omitempty"`
	User      string          `json:"user,omitempty"`
	Name      string          `json:"name"`
	App       bool            `json:"app"`
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks,omitempty"`
	Edits     int             `json:"edits"`
	OnlyMe    bool            `json:"only_me,omitempty"`
}

type home struct {
	ID   string          `json:"id"`
	Hash string          `json:"hash"`
	View json.RawMessage `json:"view"`
}

type modal struct {
	ID     string            `json:"id"`
	Hash   string            `json:"hash"`
	View   json.RawMessage   `json:"view"`
	Errors map[string]string `json:"errors,omitempty"`
}

type notice struct {
	Text string `json:"text"`
	At   int64  `json:"at"`
}

// maxMessages is how far back a conversation is shown.
const maxMessages = 200

// snapshot is what this person sees now. An unknown name sees what the first
// person sees.
func (h *chat) snapshot(ctx context.Context, as string) (snapshot, error) {
	s := snapshot{Executions: []Execution{}, Echo: []EchoCall{}, App: h.Slack.AppName()}
	if h.Executions != nil {
		list, err := h.Executions(ctx)
		if err != nil {
			return s, err
		}
		s.Executions = append(s.Executions, list...)
	}
	if h.Echo != nil {
		s.Echo = append(s.Echo, h.Echo()...)
	}
	h.Slack.Look(func(st *slacktest.State) { s.fill(st, as) })
	return s, nil
}

func (s *snapshot) fill(st *slacktest.State, as string) {
	s.People = people(st)
	s.Conversations, s.Modals, s.Notices = []conversation{}, []modal{}, []notice{}
	u, ok := st.User(as)
	if !ok || u.Deleted || u.Bot {
		if len(s.People) == 0 {
			return
		}
		u, _ = st.User(s.People[0].ID)
	}
	s.Me = u.ID
	for _, c := range st.Conversations(u.ID) {
		s.Conversations = append(s.Conversations, conversation{
			ID: c.ID, Name: c.Name, Direct: c.Direct, Messages: messages(st, c.ID, u.ID, s.App),
		})
	}
	for _, v := range st.Modals(u.ID) {
		s.Modals = append(s.Modals, modal{ID: v.ID, Hash: v.Hash, View: v.Raw, Errors: v.Errors})
	}
	if v, ok := st.Home(u.ID); ok {
		s.Home = &home{ID: v.ID, Hash: v.Hash, View: v.Raw}
	}
	for _, n := range st.Notices(u.ID) {
		s.Notices = append(s.Notices, notice{Text: n.Text, At: n.At.UnixMilli()})
	}
}

// people are those whom the visitor can be.
func people(st *slacktest.State) []person {
	list := []person{}
	for _, u := range st.Users() {
		if u.Deleted || u.Bot {
			continue
		}
		p := person{
			ID: u.ID, Name: u.Name, Real: u.Real, Title: u.Title, Latest: map[string]string{},
			Guest: u.Restricted || u.UltraRestricted || u.Stranger,
		}
		for _, c := range st.Conversations(u.ID) {
			if all := st.Messages(c.ID); len(all) > 0 {
				p.Latest[c.ID] = all[len(all)-1].TS
			}
		}
		list = append(list, p)
	}
	return list
}

// messages are those of a conversation and what was whispered to the person in
// it, in the order of their time.
func messages(st *slacktest.State, channel, user, app string) []message {
	list := []message{}
	for _, m := range st.Messages(channel) {
		list = append(list, message{
			TS: m.TS, Thread: m.ThreadTS, Broadcast: m.Broadcast, User: m.User, Name: m.Name, App: m.App || m.User == "",
			Text: m.Text, Blocks: m.Blocks, Edits: m.Edits,
		})
	}
	for _, e := range st.Ephemerals(user) {
		if e.Channel == channel {
			list = append(list, message{TS: e.TS, Name: app, App: true, Text: e.Text, Blocks: e.Blocks, OnlyMe: true})
		}
	}
	sortByTime(list)
	return list[max(0, len(list)-maxMessages):]
}

func (h *chat) state(w http.ResponseWriter, r *http.Request) {
	s, err := h.snapshot(r.Context(), r.URL.Query().Get("as"))
	if err != nil {
		h.fail(w, r, err)
		return
	}
	h.write(w, r, s)
}
