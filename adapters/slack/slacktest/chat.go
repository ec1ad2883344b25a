package slacktest

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"signoff/adapters/slack/draw"
)

// content is what a message says.
type content struct {
	text     string
	blocks   json.RawMessage
	warnings []string
}

// content checks the text and blocks of a call.
func (s *Server) content(a args) (content, error) {
	c := content{text: a.text("text")}
	if a.has("blocks") && a.text("blocks") != "" {
		blocks, err := s.messageBlocks([]byte(a.text("blocks")))
		if err != nil {
			return content{}, err
		}
		c.blocks = blocks
	}
	if c.text == "" && c.blocks != nil {
		c.warnings = append(c.warnings, "missing_text_in_message")
	}
	return c, nil
}

// messageBlocks checks the blocks of a message and gives ids to those without.
func (s *Server) messageBlocks(raw []byte) (json.RawMessage, error) {
	blocks, ok := decodeList(raw)
	if !ok {
		return nil, refuse("invalid_blocks_format")
	}
	if faults := s.check.message(blocks); len(faults) > 0 {
		return nil, refuse("invalid_blocks", words(faults)...)
	}
	if len(blocks) == 0 {
		return nil, nil
	}
	if giveIDs(blocks, s.state.next) {
		return encode(blocks), nil
	}
	return raw, nil
}

func (s *Server) chatPostMessage(a args) (object, error) {
	c, err := s.target(a.by, a.text("channel"))
	if err != nil {
		return nil, err
	}
	said, err := s.content(a)
	if err != nil {
		return nil, err
	}
	if said.text == "" && said.blocks == nil {
		return nil, refuse("no_text")
	}
	if err := s.pace(c.ID); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(said.text) > draw.MaxTextTruncated {
		said.text = string([]rune(said.text)[:draw.MaxTextTruncated])
		said.warnings = append(said.warnings, "message_truncated")
	}
	m := &Message{
		Channel: c.ID, TS: s.state.timestamp(s.now()), ThreadTS: s.state.thread(c.ID, a.text("thread_ts")),
		User: a.by.bot, Name: s.opt.AppName, App: true, Text: said.text, Blocks: said.blocks,
	}
	m.Broadcast = m.ThreadTS != "" && (a.text("reply_broadcast") == "true" || a.text("reply_broadcast") == "1")
	s.state.messages[c.ID] = append(s.state.messages[c.ID], m)
	return s.posted(m, said.warnings), nil
}

func (s *Server) posted(m *Message, warnings []string) object {
	o := object{"channel": m.Channel, "ts": m.TS, "text": m.Text, "message": s.messageJSON(m)}
	if len(warnings) > 0 {
		o["warning"] = strings.Join(warnings, ",")
		o["response_metadata"] = object{"warnings": warnings}
	}
	return o
}

// target is the conversation that the app may post to under this name.
func (s *Server) target(in *install, name string) (*conversation, error) {
	c, ok := s.state.find(in, name)
	if !ok {
		u, known := s.state.person(in, name)
		if !known || u.Deleted || u.Bot {
			return nil, refuse("channel_not_found")
		}
		c = s.state.direct(in, u)
	}
	switch {
	case c.WithoutBot && c.Private:
		return nil, refuse("channel_not_found")
	case c.Archived:
		return nil, refuse("is_archived")
	case c.WithoutBot && !in.has("chat:write.public"):
		return nil, refuse("not_in_channel")
	case c.Restricted:
		return nil, refuse("restricted_action")
	}
	return c, nil
}

func (s *Server) chatUpdate(a args) (object, error) {
	m, err := s.own(a, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if s.frozen(m) {
		return nil, refuse("edit_window_closed")
	}
	said, err := s.content(a)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(said.text) > draw.MaxText {
		return nil, refuse("msg_too_long")
	}
	if said.text == "" && said.blocks == nil {
		return s.posted(m, nil), nil // as in Slack, nothing said changes nothing
	}
	rewrite(m, said)
	return s.posted(m, said.warnings), nil
}

// rewrite replaces what the message says: text without blocks removes the
// blocks.
func rewrite(m *Message, said content) {
	m.History = append(m.History, Version{Text: m.Text, Blocks: m.Blocks})
	m.Text, m.Blocks = said.text, said.blocks
	m.Edits++
}

// own finds the message that a call names, if the app may change it.
func (s *Server) own(a args, denied string) (*Message, error) {
	c, ok := s.state.find(a.by, a.text("channel"))
	if !ok || c.ID != a.text("channel") || c.WithoutBot && c.Private {
		return nil, refuse("channel_not_found")
	}
	if c.Archived {
		return nil, refuse("is_inactive")
	}
	for _, m := range s.state.messages[c.ID] {
		if m.TS != orElse(a.text("ts"), a.text("message_ts")) {
			continue
		}
		if !m.App || m.User != a.by.bot {
			return nil, refuse(denied)
		}
		return m, nil
	}
	return nil, refuse("message_not_found")
}

func (s *Server) chatDelete(a args) (object, error) {
	m, err := s.own(a, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	all := s.state.messages[m.Channel]
	for i := range all {
		if all[i] == m {
			s.state.messages[m.Channel] = append(all[:i:i], all[i+1:]...)
			break
		}
	}
	return object{"channel": m.Channel, "ts": m.TS}, nil
}

func (s *Server) chatPostEphemeral(a args) (object, error) {
	c, err := s.target(a.by, a.text("channel"))
	if err != nil {
		return nil, err
	}
	u, ok := s.state.person(a.by, a.text("user"))
	if !ok || !c.has(u) {
		return nil, refuse("user_not_in_channel")
	}
	said, err := s.content(a)
	if err != nil {
		return nil, err
	}
	if said.text == "" && said.blocks == nil {
		return nil, refuse("no_text")
	}
	return object{"message_ts": s.whisper(c.ID, u.ID, said)}, nil
}

// whisper shows something to one person.
func (s *Server) whisper(channel, user string, said content) string {
	e := Ephemeral{Channel: channel, User: user, TS: s.state.timestamp(s.now()), Text: said.text, Blocks: said.blocks}
	s.state.ephemerals = append(s.state.ephemerals, e)
	return e.TS
}

func (s *Server) chatGetPermalink(a args) (object, error) {
	id, ts := a.text("channel"), a.text("message_ts")
	if _, ok := s.state.find(a.by, id); !ok {
		return nil, refuse("channel_not_found")
	}
	if _, ok := s.state.Message(id, ts); !ok {
		return nil, refuse("message_not_found")
	}
	link := s.url + "/archives/" + id + "/p" + strings.ReplaceAll(ts, ".", "")
	return object{"channel": id, "permalink": link}, nil
}
