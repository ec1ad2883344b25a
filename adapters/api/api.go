package api

import (
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Prefix is where the routes begin.
const Prefix = "/api/v1"

// Config is what [New] needs.
type Config struct {
	Service Service
	// Files keeps uploads; nil keeps none.
	Files  Files
	Tokens []Token
	// AllowAs lets a request name the person on whose behalf it acts. It is for
	// `signoff dev`, where every person is made up; anywhere else it would let
	// the holder of one token decide as everybody.
	AllowAs bool
	// Now is the clock by which tokens expire; nil is the machine's.
	Now func() time.Time
	// Ending, once closed, ends the streams that would go on; nil never does.
	Ending <-chan struct{}
	Log    *slog.Logger
}

// Token is a bearer token and the person for whom it stands.
type Token struct {
	// Name is shown where no person is known: "local token".
	Name string
	// Secret is what the caller must present; at least 32 characters.
	Secret string
	// Person is the directory's id of the human who holds the token. Empty means
	// a service, which may start executions and never decides.
	Person string
	// Expires is from when on it is not known any more; zero is never.
	Expires time.Time
}

// Validate reports what is missing or unsafe.
func (c Config) Validate() error {
	var errs []error
	if c.Service == nil {
		errs = append(errs, errors.New("api: no service"))
	}
	if c.Log == nil {
		errs = append(errs, errors.New("api: no log"))
	}
	if len(c.Tokens) == 0 {
		errs = append(errs, errors.New("api: no token: nobody could call it"))
	}
	known := map[string]string{}
	for _, t := range c.Tokens {
		if len(t.Secret) < minSecret {
			errs = append(errs, errors.New("api: the token "+t.Name+" is too short to be safe; it needs at least 32 characters"))
		} else if other, twice := known[t.Secret]; twice {
			errs = append(errs, errors.New("api: the tokens "+other+" and "+t.Name+" are the same"))
		}
		known[t.Secret] = t.Name
	}
	return errors.Join(errs...)
}

// server holds what the handlers share; it never changes after New.
type server struct {
	Config
	keys []key
}

// New returns the API's handler. It serves everything under [Prefix] and, for
// probes, /healthz.
func New(c Config) (http.Handler, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &server{Config: c, keys: keysOf(c.Tokens)}
	routes := s.table().mux
	routes.HandleFunc("GET /healthz", s.health)
	// What does not exist asks for the token, too, so that without one nobody
	// learns which routes and which ids there are.
	routes.HandleFunc("/", s.known(s.unknown))
	return routes, nil
}

func (s *server) health(w http.ResponseWriter, _ *http.Request) {
	s.write(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (s *server) unknown(w http.ResponseWriter, r *http.Request, _ Token) {
	s.fail(w, r, &Error{Status: http.StatusNotFound, Code: "not_found", Text: "There is no such route, or not with this method."})
}
