package devchat

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"

	"signoff/adapters/slack/slacktest"
)

// suggestion is a choice of a select that asks the app while somebody types.
type suggestion struct {
	Text  string `json:"text"`
	Value string `json:"value"`
	Group string `json:"group,omitempty"`
}

func (h *chat) suggest(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As      string           `json:"as"`
		Channel string           `json:"channel"`
		TS      string           `json:"ts"`
		View    string           `json:"view"`
		Action  string           `json:"action"`
		Query   string           `json:"query"`
		Values  slacktest.Values `json:"values"`
	}
	if !read(w, r, &in) {
		return
	}
	// Whoever types on does not wait for the answer to what they typed before; a
	// fake that is asked in vain would tell them so.
	found, err := h.Slack.Suggest(context.WithoutCancel(r.Context()), slacktest.Gesture{
		User: in.As, Channel: in.Channel, TS: in.TS, View: in.View, Action: in.Action, Value: in.Query, Values: in.Values,
	})
	if err != nil {
		http.Error(w, outdated(err), http.StatusConflict)
		return
	}
	out := struct {
		Options []suggestion `json:"options"`
		Text    string       `json:"text,omitempty"`
	}{Options: []suggestion{}, Text: found.Failed}
	for _, o := range found.Options {
		out.Options = append(out.Options, suggestion(o))
	}
	h.write(w, r, out)
}

// maxUpload is what Slack takes into a form.
const maxUpload = 10 << 20

// upload takes a file: its content is the body, its name and whose it is stand
// in the query.
func (h *chat) upload(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = "application/octet-stream"
	}
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpload))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		http.Error(w, "A file may have at most 10 MB.", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "The file did not arrive whole.", http.StatusBadRequest)
		return
	}
	q := r.URL.Query()
	id := h.Slack.Upload(q.Get("as"), slacktest.File{Name: path.Base("/" + q.Get("name")), Type: kind, Content: content})
	if id == "" {
		http.Error(w, outdated(slacktest.ErrNoUser), http.StatusConflict)
		return
	}
	h.write(w, r, struct {
		ID string `json:"id"`
	}{id})
}
