package draw

import (
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters/slack/wire"
)

// person and people choose among those of the workspace. Who of them signoff
// knows is found out when the form is sent.
func (in *input) person() slackapi.BlockElement {
	e := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeUser, nil, wire.AnswerAction)
	if ids := in.chosen(); len(ids) > 0 {
		e.InitialUser = ids[0]
	}
	return e
}

func (in *input) people() slackapi.BlockElement {
	e := slackapi.NewOptionsMultiSelectBlockElement(slackapi.MultiOptTypeUser, nil, wire.AnswerAction)
	e.InitialUsers = in.chosen()
	return e
}

// chosen are the accounts of those who are chosen at first. Whoever has none
// that is known is named in the hint, so that nobody is lost unseen.
func (in *input) chosen() []string {
	var ids, others []string
	for _, p := range in.field.Chosen {
		id := p.Account[strings.LastIndexByte(p.Account, ':')+1:]
		if isUser(id) {
			ids = append(ids, id)
			continue
		}
		others = append(others, short(p.Name, MaxOptionText, p.ID))
	}
	if len(others) > 0 {
		in.hints = append(in.hints, "Suggested: "+strings.Join(others, ", ")+".")
	}
	return ids
}

func isUser(id string) bool { return isID(id, "UW") }

// isID reports whether a text is an id of Slack that begins with one of some
// letters.
func isID(id, first string) bool {
	return len(id) > 1 && len(id) <= 32 && strings.IndexByte(first, id[0]) >= 0 &&
		strings.Trim(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// channel offers the channels in which a message can be posted and read by
// nobody outside.
func (in *input) channel() slackapi.BlockElement {
	e := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeConversations, nil, wire.AnswerAction)
	e.Filter = &slackapi.SelectBlockElementFilter{
		Include: []string{"public", "private"}, ExcludeExternalSharedChannels: true, ExcludeBotUsers: true,
	}
	switch initial := in.field.Initial; {
	case isID(initial, "CG"):
		e.InitialConversation = initial
	case initial != "":
		in.hints = append(in.hints, "Suggested: "+short(initial, MaxOptionText, "")+".")
	}
	return e
}

// after is what stands behind the last of a mark, or all of it.
func after(s string, mark byte) string { return s[strings.LastIndexByte(s, mark)+1:] }

// file takes one file. Slack cannot show one that is there already.
func (in *input) file() slackapi.BlockElement {
	e := slackapi.NewFileInputBlockElement(wire.AnswerAction)
	e.MaxFiles = 1
	for _, ending := range in.field.Endings {
		if kind := after(ending, '.'); kind != "" {
			e.FileTypes = append(e.FileTypes, kind)
		}
	}
	if in.field.Initial != "" {
		in.hints = append(in.hints, "Now: "+short(after(in.field.Initial, '/'), MaxOptionText, "")+".")
	}
	return e
}
