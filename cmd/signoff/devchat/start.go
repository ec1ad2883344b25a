package devchat

import "net/http"

// asked is what the page sends of a flow that a person is about to start.
type asked struct {
	As        string            `json:"as"`
	Namespace string            `json:"namespace"`
	Flow      string            `json:"flow"`
	Inputs    map[string]string `json:"inputs"`
}

func (h *chat) form(w http.ResponseWriter, r *http.Request) {
	var in asked
	if !read(w, r, &in) {
		return
	}
	inputs, err := h.Form(r.Context(), FormRequest{Namespace: in.Namespace, Flow: in.Flow, Inputs: in.Inputs})
	if err != nil {
		h.Log.WarnContext(r.Context(), "form refused", "flow", in.Flow, "err", err)
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	if inputs == nil {
		inputs = []Input{}
	}
	h.write(w, r, struct {
		Inputs []Input `json:"inputs"`
	}{inputs})
}

func (h *chat) start(w http.ResponseWriter, r *http.Request) {
	var in asked
	if !read(w, r, &in) {
		return
	}
	by := h.Slack.User(in.As)
	if by.ID == "" {
		http.Error(w, "There is nobody of this name here.", http.StatusConflict)
		return
	}
	url, fields, err := h.Start(r.Context(), StartRequest{
		Namespace: in.Namespace, Flow: in.Flow, Inputs: in.Inputs, By: by,
	})
	out := struct {
		URL    string            `json:"url,omitempty"`
		Fields map[string]string `json:"fields,omitempty"`
		Text   string            `json:"text,omitempty"`
	}{URL: url, Fields: fields}
	if err != nil {
		h.Log.WarnContext(r.Context(), "start refused", "flow", in.Flow, "err", err)
		out.Text = err.Error()
	}
	h.write(w, r, out)
}
