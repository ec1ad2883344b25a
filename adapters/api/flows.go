package api

import (
	"net/http"
	"strconv"

	"signoff/engine"
)

// maxApply bounds the flows that are sent at once.
const maxApply = 16 << 20

// ApplyBody is the body of POST /flows/apply.
type ApplyBody struct {
	Files []FlowFile `json:"files"`
	// Prune removes the flows of the files' namespaces that no file defines.
	Prune bool `json:"prune,omitempty"`
	// DryRun changes nothing and tells what would change.
	DryRun bool `json:"dryRun,omitempty"`
}

func (s *server) apply(w http.ResponseWriter, r *http.Request, t Token) {
	var b ApplyBody
	if _, err := decodeUpTo(w, r, &b, maxApply); err != nil {
		s.fail(w, r, err)
		return
	}
	if len(b.Files) == 0 {
		s.fail(w, r, badRequest("Send at least one file: {\"files\": [{\"name\", \"source\"}]}."))
		return
	}
	s.applyFiles(w, r, t, ApplyRequest{Files: b.Files, Prune: b.Prune, DryRun: b.DryRun})
}

// PutFlowBody is the body of PUT /flows/{namespace}/{id}.
type PutFlowBody struct {
	Source string `json:"source"`
}

// putFlow saves one flow; the address must name the one that the source defines,
// so that a wrong file is not saved in the right place.
func (s *server) putFlow(w http.ResponseWriter, r *http.Request, t Token) {
	var b PutFlowBody
	if _, err := decode(w, r, &b); err != nil {
		s.fail(w, r, err)
		return
	}
	ref := flowOf(r)
	file := FlowFile{Name: ref.String(), Source: b.Source}
	dry, err := s.Service.Apply(r.Context(), ApplyRequest{Files: []FlowFile{file}, DryRun: true, By: t.account()})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for _, c := range dry.Changes {
		if c.Namespace != ref.Namespace || c.ID != ref.ID {
			s.fail(w, r, badRequest("The source defines "+c.Namespace+"/"+c.ID+", not "+ref.String()+"."))
			return
		}
	}
	s.applyFiles(w, r, t, ApplyRequest{Files: []FlowFile{file}})
}

func (s *server) applyFiles(w http.ResponseWriter, r *http.Request, t Token, a ApplyRequest) {
	var err error
	if a.By, err = s.actor(t, ""); err != nil {
		s.fail(w, r, err)
		return
	}
	answer, err := s.Service.Apply(r.Context(), a)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, answer)
}

// flowOf is the flow that the address names.
func flowOf(r *http.Request) engine.FlowRef {
	return engine.FlowRef{Namespace: r.PathValue("namespace"), ID: r.PathValue("id")}
}

func (s *server) source(w http.ResponseWriter, r *http.Request, t Token) {
	ref := flowOf(r)
	if text := r.URL.Query().Get("revision"); text != "" {
		var err error
		if ref.Revision, err = strconv.Atoi(text); err != nil || ref.Revision < 1 {
			s.fail(w, r, badRequest("revision must be a number from 1 on."))
			return
		}
	}
	f, err := s.Service.Source(r.Context(), ref, t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, f)
}

// RevisionList is the answer of GET /flows/{namespace}/{id}/revisions.
type RevisionList struct {
	Revisions []FlowRevision `json:"revisions"`
}

func (s *server) revisions(w http.ResponseWriter, r *http.Request, t Token) {
	all, err := s.Service.Revisions(r.Context(), flowOf(r), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, RevisionList{Revisions: all})
}

// RollbackBody is the body of POST /flows/{namespace}/{id}/rollback.
type RollbackBody struct {
	Revision int `json:"revision"`
}

func (s *server) rollback(w http.ResponseWriter, r *http.Request, t Token) {
	var b RollbackBody
	if _, err := decode(w, r, &b); err != nil {
		s.fail(w, r, err)
		return
	}
	if b.Revision < 1 {
		s.fail(w, r, badRequest("Name the revision to go back to, a number from 1 on."))
		return
	}
	by, err := s.actor(t, "")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ref := flowOf(r)
	ref.Revision = b.Revision
	f, err := s.Service.Rollback(r.Context(), ref, by)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, f)
}

// switchTo answers the routes that switch a flow on or off.
func (s *server) switchTo(on bool) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		by, err := s.actor(t, "")
		if err != nil {
			s.fail(w, r, err)
			return
		}
		f, err := s.Service.SwitchFlow(r.Context(), flowOf(r), on, by)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.write(w, http.StatusOK, f)
	}
}

func (s *server) removeFlow(w http.ResponseWriter, r *http.Request, t Token) {
	by, err := s.actor(t, "")
	if err == nil {
		err = s.Service.RemoveFlow(r.Context(), flowOf(r), by)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, struct{}{})
}
