package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"

	"signoff/engine"
)

//go:embed list.html show.html problem.html frame.html text.html style.css
var files embed.FS

// shown is how many executions the list holds.
const shown = 100

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	xs, err := s.Service.Recent(r.Context(), shown+1)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v := listView(xs[:min(len(xs), shown)])
	v.More = len(xs) > shown
	s.render(w, r, page{status: http.StatusOK, name: "list.html", data: v})
}

func (s *server) show(w http.ResponseWriter, r *http.Request) {
	x, err := s.Service.Execution(r.Context(), engine.ExecutionID(r.PathValue("id")))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	t, err := s.trail(r.Context(), x)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	order, err := s.Service.Inputs(r.Context(), x.Flow)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	who, err := s.explained(r.Context(), x)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v := s.executionView(x, who)
	v.Inputs, v.Trail = ordered(x.Inputs, order), t
	s.render(w, r, page{status: http.StatusOK, name: "show.html", data: v})
}

func (s *server) problem(w http.ResponseWriter, r *http.Request, status int, text string) {
	s.render(w, r, page{status: status, name: "problem.html", data: text})
}

func (s *server) style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	http.ServeFileFS(w, r, files, "style.css")
}

// page is one answer.
type page struct {
	status int
	name   string
	data   any
}

// render writes a page in one piece, so that a fault in a template is never
// half a page.
func (s *server) render(w http.ResponseWriter, r *http.Request, p page) {
	t, err := template.ParseFS(files, "frame.html", "text.html", p.name)
	var body bytes.Buffer
	if err == nil {
		err = t.ExecuteTemplate(&body, "frame.html", p.data)
	}
	if err != nil {
		s.Log.ErrorContext(r.Context(), "page cannot be drawn", "page", p.name, "err", err)
		http.Error(w, "Something went wrong.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.status)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.DebugContext(r.Context(), "page was not read", "err", err)
	}
}
