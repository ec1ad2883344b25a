// Package oncalltest is a fake of a service that knows who is on duty. It answers
// in the shape of the services in use: a list of duties, each with a person. It
// wants its key in a header, and can fail, be slow and say something else.
package oncalltest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

const (
	// Header is where the key is wanted.
	Header = "Authorization"
	// Key is the key.
	Key = "Token token=the-key"
	// People is where they stand in the answer.
	People = "oncalls[].user.email"
)

// Server is the fake. It is safe for concurrent use.
type Server struct {
	// URL is the address of the rota.
	URL string

	mu     sync.Mutex
	people []string // guarded by mu, as all below
	status int
	body   string // instead of the people
	delay  time.Duration
	calls  int
}

// New makes a rota with these people on duty, served until the test ends.
func New(t *testing.T, people ...string) *Server {
	t.Helper()
	s := &Server{people: people, status: http.StatusOK}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.URL = srv.URL + "/oncalls?schedule=payments"
	return s
}

// SetPeople says who is on duty from now on.
func (s *Server) SetPeople(people ...string) { s.change(func() { s.people = people }) }

// Fail answers with a status; 200 ends it.
func (s *Server) Fail(status int) { s.change(func() { s.status = status }) }

// Say answers with this text instead of people; an empty one ends it.
func (s *Server) Say(body string) { s.change(func() { s.body = body }) }

// Delay makes every answer wait.
func (s *Server) Delay(d time.Duration) { s.change(func() { s.delay = d }) }

// Calls is how often it was asked.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func (s *Server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// ServeHTTP says who is on duty.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls++
	people, status, body, delay := s.people, s.status, s.body, s.delay
	s.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return
	}
	switch {
	case r.Method != http.MethodGet:
		status = http.StatusMethodNotAllowed
	case r.Header.Get(Header) != Key:
		status = http.StatusUnauthorized
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status != http.StatusOK || body != "" {
		_, _ = w.Write([]byte(body)) // a caller that has gone needs no answer
		return
	}
	duties := []map[string]any{}
	for i, p := range people {
		duties = append(duties, map[string]any{"escalation_level": i + 1, "user": map[string]any{"email": p}})
	}
	raw, err := json.Marshal(map[string]any{"oncalls": duties})
	if err != nil {
		panic(err) // it is made of texts, lists and maps
	}
	_, _ = w.Write(raw) // as above
}
