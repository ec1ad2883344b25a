package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"
)

// responseURL is an address at which the app may answer one interaction.
type responseURL struct {
	user, channel, ts string
	left              int
	until             time.Time
}

// The life of a response URL.
const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

// responseURL makes the address; the caller holds mu.
func (s *Server) responseURL(user, channel, ts string) string {
	path := "/actions/" + s.opt.TeamID + "/" + s.state.next("") + "/" + newSecret()
	s.state.responses.put(path, &responseURL{
		user: user, channel: channel, ts: ts, left: responseUses, until: s.now().Add(responseLife),
	}, s.now())
	return s.url + path
}

func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		plainAnswer(w, http.StatusBadRequest, "invalid_payload")
		return
	}
	s.mu.Lock()
	status, word := s.responded(r.URL.Path, body)
	s.announce()
	s.mu.Unlock()
	plainAnswer(w, status, word)
}

func (s *Server) responded(path string, body []byte) (int, string) {
	u, ok := s.state.responses.get(path)
	switch {
	case !ok:
		return http.StatusNotFound, "no_service"
	case u.left == 0:
		return http.StatusNotFound, "used_url"
	case s.now().After(u.until):
		return http.StatusNotFound, "expired_url"
	}
	var how response
	if json.Unmarshal(body, &how) != nil {
		return http.StatusBadRequest, "invalid_payload"
	}
	said, _, word := s.hookContent(body)
	if word != "" && !how.Delete {
		return http.StatusBadRequest, word
	}
	u.left--
	s.follow(u, said, how)
	return http.StatusOK, "ok"
}

// response is how an answer at a response URL is to be shown.
type response struct {
	Type    string `json:"response_type"`
	Replace bool   `json:"replace_original"`
	Delete  bool   `json:"delete_original"`
}

// follow shows an answer: in place of the message, in the channel, or, if it
// does not say, to the person alone.
func (s *Server) follow(u *responseURL, said content, how response) {
	if s.followHidden(u, said, how) {
		return
	}
	all := s.state.messages[u.channel]
	at := slices.IndexFunc(all, func(m *Message) bool { return m.TS == u.ts })
	switch {
	case how.Delete:
		if at >= 0 {
			s.state.messages[u.channel] = slices.Delete(all, at, at+1)
		}
	case how.Replace && at >= 0:
		rewrite(all[at], said)
	case how.Type == "in_channel":
		s.state.messages[u.channel] = append(all, &Message{
			Channel: u.channel, TS: s.state.timestamp(s.now()), User: botUser,
			Name: s.opt.AppName, App: true, Text: said.text, Blocks: said.blocks,
		})
	default:
		s.whisper(u.channel, u.user, said)
	}
}

// followHidden replaces or deletes a message that only one person sees. It
// reports false if the answer is about something else.
func (s *Server) followHidden(u *responseURL, said content, how response) bool {
	i := slices.IndexFunc(s.state.ephemerals, func(e Ephemeral) bool {
		return e.User == u.user && e.Channel == u.channel && e.TS == u.ts
	})
	switch {
	case i < 0:
		return false
	case how.Delete:
		s.state.ephemerals = slices.Delete(s.state.ephemerals, i, i+1)
	case how.Replace:
		s.state.ephemerals[i].Text, s.state.ephemerals[i].Blocks = said.text, said.blocks
	default:
		return false
	}
	return true
}
