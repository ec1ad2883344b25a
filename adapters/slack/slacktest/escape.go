package slacktest

import (
	"regexp"
	"strings"
)

// escapeCommand is the text of a command as Slack sends it where the app asked
// for escaping: people, places and addresses in marks, and the characters of
// those marks as entities.
func (st *State) escapeCommand(text string) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	text = regexp.MustCompile(`https?://[^\s|]+`).ReplaceAllString(text, "<$0>")
	return regexp.MustCompile(`(^|\s)[@#][\p{L}\p{N}._-]+`).ReplaceAllStringFunc(text, func(found string) string {
		at := strings.IndexAny(found, "@#")
		before, sign, name := found[:at], found[at], found[at+1:]
		return before + st.mark(sign, name)
	})
}

// mark is somebody or something that was named, in Slack's marks; what nobody is
// called stays as it was typed.
func (st *State) mark(sign byte, name string) string {
	if sign == '#' {
		if c, ok := st.conversation("#" + name); ok {
			return "<#" + c.ID + "|" + c.Name + ">"
		}
		return "#" + name
	}
	switch name {
	case "here", "channel", "everyone":
		return "<!" + name + ">"
	}
	for _, u := range st.users {
		if u.Name == name {
			return "<@" + u.ID + "|" + u.Name + ">"
		}
	}
	for _, g := range st.groups {
		if g.Handle == name {
			return "<!subteam^" + g.ID + "|@" + g.Handle + ">"
		}
	}
	return "@" + name
}
