package devchat

import (
	"context"
	"net/http"
	"strings"

	"signoff/adapters/slack/slacktest"
)

// app tells what the app offers. The fake is told the same, so that what the page
// offers is what Slack would take.
func (h *chat) app(w http.ResponseWriter, r *http.Request) {
	offered := App{Commands: []Command{}, Shortcuts: []Shortcut{}}
	if h.App != nil {
		a, err := h.App(r.Context())
		if err != nil {
			h.fail(w, r, err)
			return
		}
		offered.ReadOnly = a.ReadOnly
		offered.Commands = append(offered.Commands, a.Commands...)
		offered.Shortcuts = append(offered.Shortcuts, a.Shortcuts...)
	}
	h.write(w, r, offered)
}

// say sends what stands in a message box: a command if it begins with a slash,
// as in Slack, else a message. Threads take no commands.
func (h *chat) say(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As      string `json:"as"`
		Channel string `json:"channel"`
		Thread  string `json:"thread"`
		Text    string `json:"text"`
	}
	if !read(w, r, &in) {
		return
	}
	text := strings.TrimSpace(in.Text)
	if text == "" {
		http.Error(w, "There is nothing to send.", http.StatusConflict)
		return
	}
	h.act(w, r, func(ctx context.Context) (slacktest.Result, error) {
		if in.Thread == "" && strings.HasPrefix(text, "/") {
			name, rest := cutCommand(text)
			return h.Slack.Command(ctx, in.As, in.Channel, name, rest)
		}
		_, err := h.Slack.Say(in.As, in.Channel, in.Thread, text)
		return slacktest.Result{Outcome: slacktest.Acknowledged}, err
	})
}

// cutCommand parts a command from what follows it.
func cutCommand(text string) (name, rest string) {
	if i := strings.IndexAny(text, " \t\n"); i >= 0 {
		return text[:i], text[i+1:]
	}
	return text, ""
}

// shortcut uses an entry of the global menu, or of a message's.
func (h *chat) shortcut(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As       string `json:"as"`
		Callback string `json:"callback"`
		Channel  string `json:"channel"`
		TS       string `json:"ts"`
	}
	if !read(w, r, &in) {
		return
	}
	h.act(w, r, func(ctx context.Context) (slacktest.Result, error) {
		if in.TS == "" {
			return h.Slack.UseShortcut(ctx, in.As, in.Callback)
		}
		return h.Slack.UseMessageShortcut(ctx, in.As, in.Channel, in.TS, in.Callback)
	})
}

// tab opens a tab of the app, of which the app is told.
func (h *chat) tab(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As  string `json:"as"`
		Tab string `json:"tab"` // home or messages
	}
	if !read(w, r, &in) {
		return
	}
	h.act(w, r, func(ctx context.Context) (slacktest.Result, error) {
		look := h.Slack.OpenMessages
		if in.Tab == "home" {
			look = h.Slack.OpenHome
		}
		d, err := look(ctx, in.As)
		if err != nil || d.Accepted || d.Attempts == 0 {
			return slacktest.Result{Outcome: slacktest.Acknowledged}, err
		}
		return slacktest.Result{Outcome: slacktest.Failed, Status: d.Status, Text: h.Slack.AppName() + " did not take the news that its tab was opened."}, nil
	})
}
