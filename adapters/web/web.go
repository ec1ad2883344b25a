// Package web is signoff's pages: what an execution did, what people were asked
// and said, and the lines of the audit log that prove it.
//
// The pages only read. No request to them decides or changes anything, they
// need no script, and they load nothing from elsewhere.
package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// Service is what the pages need of the product. What does not exist is an
// [*engine.RejectionError] with the code [engine.NotFound].
type Service interface {
	Execution(ctx context.Context, id engine.ExecutionID) (engine.Execution, error)
	// Recent returns up to n executions, newest first.
	Recent(ctx context.Context, n int) ([]engine.Execution, error)
	// Inputs names the inputs of a revision in the order of its flow; none if it
	// is not known.
	Inputs(ctx context.Context, ref engine.FlowRef) ([]string, error)
	// Explain says who can decide a request.
	Explain(ctx context.Context, id engine.RequestID) (approval.Explanation, error)
	// Audit returns up to n lines from sequence number from on, and the head of
	// the log at that moment.
	Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error)
}

// Config is what [New] needs.
type Config struct {
	Service Service
	// Password is asked for by HTTP Basic, with any user name. Empty means that
	// whoever reaches the pages may read them.
	Password string
	// Text reads what people wrote as a request's description; what it makes a
	// link is a link. Without it they are shown as they were written.
	Text func(string) adapters.Text
	Log  *slog.Logger
}

// server holds what the handlers share; it never changes after New.
type server struct {
	Config
	key [sha256.Size]byte
}

// New returns the handler of /executions and everything below it.
func New(c Config) (http.Handler, error) {
	if c.Service == nil || c.Log == nil {
		return nil, errors.New("web: a service and a log are needed")
	}
	s := &server{Config: c, key: sha256.Sum256([]byte(c.Password))}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /executions", s.list)
	routes.HandleFunc("GET /executions/{id}", s.show)
	routes.HandleFunc("GET /executions/-/style.css", s.style)
	routes.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.problem(w, r, http.StatusNotFound, "There is no such page.")
	})
	return s.guard(routes), nil
}

// guard asks for the password and sets the headers of every answer.
func (s *server) guard(next http.Handler) http.Handler {
	const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		if !s.known(r) {
			h.Set("WWW-Authenticate", `Basic realm="signoff", charset="UTF-8"`)
			http.Error(w, "These pages ask for a password: the server's API token.", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) known(r *http.Request) bool {
	if s.Password == "" {
		return true
	}
	_, password, ok := r.BasicAuth()
	sum := sha256.Sum256([]byte(password))
	return subtle.ConstantTimeCompare(sum[:], s.key[:]) == 1 && ok
}

// fail answers an error: in words if it was meant for people, else with an id
// that stands in the log.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code == engine.NotFound {
		s.problem(w, r, http.StatusNotFound, no.Text)
		return
	}
	id := rand.Text()[:8]
	s.Log.ErrorContext(r.Context(), "page failed", "id", id, "route", r.Pattern, "err", err)
	s.problem(w, r, http.StatusInternalServerError, "Something went wrong. Look for "+id+" in the server's log.")
}
