package devchat

import (
	"context"
	"errors"
	"net/http"

	"signoff/adapters/slack/slacktest"
)

// result is what the page is told of an action. What it changed comes with the
// next snapshot.
type result struct {
	Outcome slacktest.Outcome `json:"outcome"`
	Errors  map[string]string `json:"errors,omitempty"`
	Text    string            `json:"text,omitempty"`
}

func (h *chat) press(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As      string           `json:"as"`
		Channel string           `json:"channel"`
		TS      string           `json:"ts"`
		View    string           `json:"view"`
		Action  string           `json:"action"`
		Value   any              `json:"value"`
		Values  slacktest.Values `json:"values"`
	}
	if !read(w, r, &in) {
		return
	}
	h.act(w, r, func(ctx context.Context) (slacktest.Result, error) {
		return h.Slack.Act(ctx, slacktest.Gesture{
			User: in.As, Channel: in.Channel, TS: in.TS, View: in.View,
			Action: in.Action, Value: in.Value, Values: in.Values,
		})
	})
}

func (h *chat) submit(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As     string           `json:"as"`
		View   string           `json:"view"`
		Values slacktest.Values `json:"values"`
	}
	if !read(w, r, &in) {
		return
	}
	h.act(w, r, func(ctx context.Context) (slacktest.Result, error) {
		return h.Slack.Submit(ctx, in.As, in.View, in.Values)
	})
}

func (h *chat) closeView(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As   string `json:"as"`
		View string `json:"view"`
	}
	if !read(w, r, &in) {
		return
	}
	h.act(w, r, func(ctx context.Context) (slacktest.Result, error) {
		return h.Slack.CloseView(ctx, in.As, in.View)
	})
}

// act does what a person did. It is finished even if the browser goes away
// meanwhile, as it would be in Slack.
func (h *chat) act(w http.ResponseWriter, r *http.Request, do func(context.Context) (slacktest.Result, error)) {
	res, err := do(context.WithoutCancel(r.Context()))
	if err != nil {
		http.Error(w, outdated(err), http.StatusConflict)
		return
	}
	h.write(w, r, result{Outcome: res.Outcome, Errors: res.Errors, Text: res.Text})
}

// outdated explains why what was on the page is not there any more.
func outdated(err error) string {
	switch {
	case errors.Is(err, slacktest.ErrNoElement):
		return "This button is no longer there: the message has changed."
	case errors.Is(err, slacktest.ErrNoMessage):
		return "This message is no longer there."
	case errors.Is(err, slacktest.ErrNoView):
		return "This dialog is no longer open."
	case errors.Is(err, slacktest.ErrNoChannel):
		return "You are not in this conversation."
	case errors.Is(err, slacktest.ErrNoCommand):
		return "There is no such command. Type / to see those there are."
	case errors.Is(err, slacktest.ErrNoShortcut), errors.Is(err, slacktest.ErrNotInstalled):
		return "The app does not offer this here."
	default:
		return "There is nobody of this name here."
	}
}
