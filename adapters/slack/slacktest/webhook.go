package slacktest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// webhook is an incoming webhook: an address that writes to a channel.
type webhook struct {
	path    string
	channel string
	name    string
}

// AddWebhook makes an incoming webhook for a channel and returns its address.
// Messages appear under the webhook's name.
func (s *Server) AddWebhook(channel, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := strconv.Itoa(len(s.state.hooks) + 1)
	h := webhook{path: "/services/" + s.opt.TeamID + "/B0HOOK" + n + "/" + newSecret(), channel: channel, name: name}
	s.state.hooks = append(s.state.hooks, h)
	return s.url + h.path
}

func (s *Server) serveWebhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		plainAnswer(w, http.StatusBadRequest, "invalid_payload")
		return
	}
	if form, err := formPayload(r, body); err == nil {
		body = form
	}
	if f := s.takeFault("webhook"); !f.wait(r.Context()) || f.err != nil || f.drop {
		s.webhookFault(w, f)
		return
	}
	s.mu.Lock()
	status, word := s.hooked(r.URL.Path, body)
	c := Call{Method: "webhook", At: s.now()}
	if status != http.StatusOK {
		c.Error = word
	}
	s.note(c)
	s.announce()
	s.mu.Unlock()
	plainAnswer(w, status, word)
}

func (s *Server) webhookFault(w http.ResponseWriter, f taken) {
	if limited, ok := errors.AsType[*rateLimitError](f.err); ok {
		if limited.after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(seconds(limited.after)))
		}
		plainAnswer(w, http.StatusTooManyRequests, "rate_limited")
		return
	}
	if f.err != nil {
		plainAnswer(w, http.StatusInternalServerError, f.err.Error())
		return
	}
	panic(http.ErrAbortHandler)
}

// formPayload reads the older form of the call: payload=<JSON>.
func formPayload(r *http.Request, body []byte) ([]byte, error) {
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return nil, errors.ErrUnsupported
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || !form.Has("payload") {
		return nil, errors.ErrUnsupported
	}
	return []byte(form.Get("payload")), nil
}

// hooked writes a webhook's message. It answers in Slack's plain words.
func (s *Server) hooked(path string, body []byte) (int, string) {
	h, ok := s.hook(path)
	if !ok {
		return http.StatusNotFound, "no_service"
	}
	said, channel, word := s.hookContent(body)
	if word != "" {
		return http.StatusBadRequest, word
	}
	c, ok := s.state.conversation(orElse(channel, h.channel))
	switch {
	case !ok:
		return http.StatusNotFound, "channel_not_found"
	case c.Archived:
		return http.StatusGone, "channel_is_archived"
	}
	m := &Message{Channel: c.ID, TS: s.state.timestamp(s.now()), Name: h.name, Text: said.text, Blocks: said.blocks}
	s.state.messages[c.ID] = append(s.state.messages[c.ID], m)
	return http.StatusOK, "ok"
}

func (s *Server) hook(path string) (webhook, bool) {
	for _, h := range s.state.hooks {
		if h.path == path {
			return h, true
		}
	}
	return webhook{}, false
}

// hookContent reads a webhook's body, or says what is wrong with it.
func (s *Server) hookContent(body []byte) (said content, channel, word string) {
	var sent struct {
		Text    string          `json:"text"`
		Channel string          `json:"channel"`
		Blocks  json.RawMessage `json:"blocks"`
	}
	if _, ok := decodeObject(body); !ok || json.Unmarshal(body, &sent) != nil {
		return content{}, "", "invalid_payload"
	}
	said.text = sent.Text
	if len(sent.Blocks) > 0 && string(sent.Blocks) != "null" {
		blocks, err := s.messageBlocks(sent.Blocks)
		if err != nil {
			return content{}, "", "invalid_blocks"
		}
		said.blocks = blocks
	}
	if said.text == "" && said.blocks == nil {
		return content{}, "", "no_text"
	}
	return said, sent.Channel, ""
}

func plainAnswer(w http.ResponseWriter, status int, word string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, word) // a caller that has gone needs no answer
}
