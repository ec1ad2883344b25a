package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Command is what somebody typed, as Slack sends it.
type Command struct {
	// Name is the command, "/signoff"; Text is what followed, as Slack escapes it.
	Name string `json:"command"`
	Text string `json:"text"`

	UserID       string `json:"user_id"`
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	ChannelID    string `json:"channel_id"`
	ResponseURL  string `json:"response_url"`
	TriggerID    string `json:"trigger_id"`
	AppID        string `json:"api_app_id"`
	// SSLCheck is set when Slack only looks at the certificate.
	SSLCheck string `json:"ssl_check"`
}

// maxCommand bounds what follows a command; Slack's own field takes less.
const maxCommand = 12_000

var errCommand = errors.New("not a command")

// CommandForm reads a command that came as a form. A field that is given twice
// has no meaning.
func CommandForm(form url.Values) (Command, error) {
	for key, values := range form {
		if len(values) != 1 {
			return Command{}, fmt.Errorf("the field %.40q is given %d times: %w", key, len(values), errCommand)
		}
	}
	c := Command{
		Name: form.Get("command"), Text: form.Get("text"), UserID: form.Get("user_id"), TeamID: form.Get("team_id"),
		EnterpriseID: form.Get("enterprise_id"), ChannelID: form.Get("channel_id"), ResponseURL: form.Get("response_url"),
		TriggerID: form.Get("trigger_id"), AppID: form.Get("api_app_id"), SSLCheck: form.Get("ssl_check"),
	}
	return c, c.check()
}

// CommandJSON reads a command that came over a socket.
func CommandJSON(raw []byte) (Command, error) {
	var c Command
	if err := json.Unmarshal(raw, &c); err != nil {
		return Command{}, fmt.Errorf("decode a command: %w", err)
	}
	return c, c.check()
}

func (c Command) check() error {
	if c.SSLCheck == "1" {
		return nil
	}
	if len(c.Name) < 2 || len(c.Name) > 64 || c.Name[0] != '/' || c.UserID == "" || len(c.Text) > maxCommand ||
		!utf8.ValidString(c.Name) || !utf8.ValidString(c.Text) {
		return errCommand
	}
	return nil
}

// Once is the same for every delivery of the command over a socket, in hex; raw
// is the whole payload, for one without a trigger.
func (c Command) Once(raw []byte) string {
	if c.TriggerID == "" {
		return named("command", string(raw))
	}
	return named("command", c.UserID, c.TriggerID)
}

// Plain is the text as the person typed it. A mention of somebody is "@" and
// their id; people are the ids, each once, in the order of the text.
func (c Command) Plain() (text string, people []string) { return Plain(c.Text) }

// Plain undoes Slack's escapes: of a mention remains "@" and the id, of a channel
// the id, of a link the address. What Slack calls them is not looked at.
func Plain(escaped string) (text string, people []string) {
	var b strings.Builder
	seen := map[string]bool{}
	for {
		before, rest, open := strings.Cut(escaped, "<")
		b.WriteString(unescape(before))
		if !open {
			return b.String(), people
		}
		inside, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString("<" + unescape(rest))
			return b.String(), people
		}
		shown, person := token(inside)
		b.WriteString(shown)
		if person != "" && !seen[person] {
			seen[person] = true
			people = append(people, person)
		}
		escaped = after
	}
}

// token is what stands between angle brackets, as plain text, and the person
// whom it mentions, if any.
func token(inside string) (text, person string) {
	name, label, _ := strings.Cut(inside, "|")
	switch {
	case strings.HasPrefix(name, "@") && isID(name[1:]):
		return name, name[1:]
	case strings.HasPrefix(name, "#") && isID(name[1:]):
		return name[1:], ""
	case strings.HasPrefix(name, "!subteam^") && isID(name[len("!subteam^"):]):
		return name[len("!subteam^"):], ""
	case strings.HasPrefix(name, "!date^"):
		return unescape(label), ""
	case strings.HasPrefix(name, "!"):
		return "@" + unescape(name[1:]), ""
	}
	return unescape(strings.TrimPrefix(name, "mailto:")), ""
}

// isID reports whether s may be an id of Slack's.
func isID(s string) bool {
	return len(s) > 1 && len(s) <= 32 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
