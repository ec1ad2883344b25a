// Package entratest is a fake of Microsoft's login and of the part of Microsoft
// Graph that package entra calls.
//
// It is strict where Microsoft is strict: tokens run out, secrets are checked,
// pages are small and lead to the next, the permissions of the application
// decide what is shown of a member, and an address with anything unexpected is
// refused. It knows groups within groups, also in circles.
package entratest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The application that the fake knows.
const (
	Tenant       = "11111111-2222-3333-4444-555555555555"
	ClientID     = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	ClientSecret = "the-client-secret"
)

// tokenLife is how long a token is good.
const tokenLife = time.Hour

// User is a member of the directory.
type User struct {
	ID, Name, Mail, Login string
	Guest, Disabled       bool
}

// Server is the fake. It is safe for concurrent use.
type Server struct {
	// URL is where both services are.
	URL string
	// Now is its clock.
	Now func() time.Time

	mu       sync.Mutex
	users    map[string]User     // guarded by mu, as all below
	groups   map[string][]string // ids of users and of groups
	page     int
	tokens   map[string]time.Time // until when they are good
	logins   int
	reads    int
	refusals []int // status of the next answers of Graph
	blind    bool
	astray   string
	delay    time.Duration
}

// New makes a directory with nobody in it, served until the test ends.
func New(t *testing.T) *Server {
	t.Helper()
	s := &Server{Now: time.Now, users: map[string]User{}, groups: map[string][]string{}, page: 100, tokens: map[string]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /"+Tenant+"/oauth2/v2.0/token", s.login)
	mux.HandleFunc("GET /v1.0/groups/{id}/transitiveMembers", s.members)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	s.URL = srv.URL
	return s
}

func (s *Server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// SetUser adds a user, or replaces the one with the same id.
func (s *Server) SetUser(u User) { s.change(func() { s.users[u.ID] = u }) }

// SetGroup adds a group of users and groups, or replaces it.
func (s *Server) SetGroup(id string, members ...string) { s.change(func() { s.groups[id] = members }) }

// SetPage is how many members a page has.
func (s *Server) SetPage(n int) { s.change(func() { s.page = n }) }

// Refuse answers the next reads with these statuses; 429 and 503 carry a
// Retry-After of half a minute.
func (s *Server) Refuse(status ...int) {
	s.change(func() { s.refusals = append(s.refusals, status...) })
}

// Delay makes every read wait.
func (s *Server) Delay(d time.Duration) { s.change(func() { s.delay = d }) }

// Blind takes the permission to read users away: members then have only an id.
func (s *Server) Blind() { s.change(func() { s.blind = true }) }

// LeadAstray makes the next pages lie on another host.
func (s *Server) LeadAstray(address string) { s.change(func() { s.astray = address }) }

// Revoke makes every token bad at once.
func (s *Server) Revoke() { s.change(func() { clear(s.tokens) }) }

// Logins is how often a token was asked for.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// Reads is how often a page was asked for.
func (s *Server) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logins++
	switch {
	case r.ParseForm() != nil, r.PostForm.Get("grant_type") != "client_credentials", r.PostForm.Get("scope") != s.URL+"/.default":
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
	case r.PostForm.Get("client_id") != ClientID, r.PostForm.Get("client_secret") != ClientSecret:
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "AADSTS7000215: " + r.PostForm.Get("client_secret")})
	default:
		token := fmt.Sprintf("token-%d", s.logins)
		s.tokens[token] = s.Now().Add(tokenLife)
		answer(w, http.StatusOK, map[string]any{"token_type": "Bearer", "access_token": token, "expires_in": int(tokenLife / time.Second)})
	}
}

func (s *Server) members(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	delay := s.delay
	s.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if len(s.refusals) > 0 {
		status := s.refusals[0]
		s.refusals = s.refusals[1:]
		w.Header().Set("Retry-After", "30")
		refuse(w, status, http.StatusText(status))
		return
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	group, known := s.groups[r.PathValue("id")]
	q := r.URL.Query()
	from, err := strconv.Atoi("0" + q.Get("$skiptoken"))
	switch {
	case !s.Now().Before(s.tokens[token]):
		refuse(w, http.StatusUnauthorized, "InvalidAuthenticationToken")
		return
	case !known:
		refuse(w, http.StatusNotFound, "Request_ResourceNotFound")
		return
	case err != nil, q.Get("$top") == "", !strings.Contains(q.Get("$select"), "accountEnabled"):
		refuse(w, http.StatusBadRequest, "BadRequest")
		return
	}
	all := s.within(group, map[string]bool{})
	to := min(from+s.page, len(all))
	page := map[string]any{"value": all[min(from, to):to]}
	if to < len(all) {
		q.Set("$skiptoken", strconv.Itoa(to))
		base := s.URL
		if s.astray != "" {
			base = s.astray
		}
		page["@odata.nextLink"] = base + r.URL.Path + "?" + q.Encode()
	}
	answer(w, http.StatusOK, page)
}

// within are the members of a group and of those within it, each once.
func (s *Server) within(ids []string, seen map[string]bool) []map[string]any {
	all := []map[string]any{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		if inner, group := s.groups[id]; group {
			all = append(all, map[string]any{"@odata.type": "#microsoft.graph.group", "id": id})
			all = append(all, s.within(inner, seen)...)
			continue
		}
		if u, known := s.users[id]; known {
			all = append(all, s.show(u))
		}
	}
	return slices.Clip(all)
}

func (s *Server) show(u User) map[string]any {
	m := map[string]any{"@odata.type": "#microsoft.graph.user", "id": u.ID, "displayName": nil, "mail": nil}
	if s.blind {
		return m
	}
	m["displayName"], m["userPrincipalName"], m["accountEnabled"], m["userType"] = u.Name, u.Login, !u.Disabled, "Member"
	if u.Guest {
		m["userType"] = "Guest"
	}
	if u.Mail != "" {
		m["mail"] = u.Mail
	}
	return m
}

func refuse(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]any{"error": map[string]any{"code": code, "message": "with an address https://graph.example"}})
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // it is made of texts, lists and maps
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // a caller that has gone needs no answer
}
