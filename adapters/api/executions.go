package api

import (
	"net/http"

	"signoff/engine"
)

// maxList bounds how many executions one answer holds.
const maxList = 100_000

// StartBody is the body of POST /executions.
type StartBody struct {
	Namespace string            `json:"namespace"`
	Flow      string            `json:"flow"`
	Inputs    map[string]any    `json:"inputs,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	// As names the person who starts it, where the server allows that.
	As string `json:"as,omitempty"`
}

func (s *server) start(w http.ResponseWriter, r *http.Request, t Token) {
	var b StartBody
	if _, err := decode(w, r, &b); err != nil {
		s.fail(w, r, err)
		return
	}
	if b.Namespace == "" || b.Flow == "" {
		s.fail(w, r, badRequest("Name the flow: both namespace and flow are needed."))
		return
	}
	by, err := s.actor(t, b.As)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for k, v := range b.Inputs {
		b.Inputs[k] = native(v)
	}
	x, err := s.Service.Start(r.Context(), StartRequest{
		Namespace: b.Namespace, Flow: b.Flow, Inputs: b.Inputs, Labels: b.Labels, By: by,
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Location", Prefix+"/executions/"+string(x.ID))
	s.write(w, http.StatusCreated, View(x))
}

func (s *server) show(w http.ResponseWriter, r *http.Request, t Token) {
	x, err := s.Service.Execution(r.Context(), engine.ExecutionID(r.PathValue("id")), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, View(x))
}

// ExecutionList is the answer of GET /executions, newest first.
type ExecutionList struct {
	Executions []Execution `json:"executions"`
}

func (s *server) list(w http.ResponseWriter, r *http.Request, t Token) {
	f, err := filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	xs, err := s.Service.Executions(r.Context(), f, t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out := ExecutionList{Executions: make([]Execution, 0, len(xs))}
	for _, x := range xs {
		out.Executions = append(out.Executions, View(x))
	}
	s.write(w, http.StatusOK, out)
}

// FlowList is the answer of GET /flows.
type FlowList struct {
	Flows []FlowInfo `json:"flows"`
}

func (s *server) flows(w http.ResponseWriter, r *http.Request, t Token) {
	flows, err := s.Service.Flows(r.Context(), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if flows == nil {
		flows = []FlowInfo{}
	}
	s.write(w, http.StatusOK, FlowList{Flows: flows})
}
