package api_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// The tokens of the tests: one stands for Dana, one for nobody.
const (
	danaToken    = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	serviceToken = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
)

// product is a small product in memory: it remembers what it was asked and
// answers with what the test says.
type product struct {
	mu      sync.Mutex
	started []api.StartRequest
	clicks  []adapters.Click
	looks   []adapters.Look
	filters []api.Filter
	found   []engine.Execution // by a query, instead of the one
	readers []adapters.Account // who read something

	execution engine.Execution
	card      *adapters.Card
	answer    adapters.Answer
	err       error
	flows     library
	lines     []audit.Line
}

var _ api.Service = (*product)(nil)

func newProduct() *product {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := &product{
		execution: engine.Execution{
			ID: "x1", Flow: engine.FlowRef{Namespace: "hr.operations", ID: "vacation_approval", Revision: 3},
			Version: 7, State: engine.Paused, Started: at, Inputs: map[string]any{"employee": "<Alex>"},
			Runs: []engine.TaskRun{{ID: "1", Task: "ask", State: engine.Paused, Started: at, Request: &engine.Request{
				Version: 2, Title: "Vacation", Verdict: "approved", Opened: at, Asked: [][]approval.PersonID{{"dana@example.com"}},
			}}},
		},
		card: &adapters.Card{Request: "x1.1", Version: 2, Actions: []adapters.Action{
			{ID: "approve"}, {ID: "reject"},
		}},
		answer: adapters.Answer{Kind: adapters.Recorded, Text: "Recorded."},
	}
	var head audit.Head
	for i := range 1203 {
		raw, err := audit.Canonical(audit.Record{At: at, Event: audit.TaskEnded, Task: fmt.Sprintf("<t%d>", i)})
		if err != nil {
			panic(err)
		}
		l := audit.Append(head, raw)
		p.lines, head = append(p.lines, l), l.Head()
	}
	return p
}

// read notes who reads.
func (p *product) read(by adapters.Account) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readers = append(p.readers, by)
}

func (p *product) Start(_ context.Context, r api.StartRequest) (engine.Execution, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = append(p.started, r)
	return p.execution, p.err
}

func (p *product) Execution(_ context.Context, id engine.ExecutionID, by adapters.Account) (engine.Execution, error) {
	p.read(by)
	if id == "over" {
		return engine.Execution{ID: id, State: engine.Success}, p.err
	}
	if id != p.execution.ID {
		return engine.Execution{}, &engine.RejectionError{Code: engine.NotFound, Text: "There is no such execution."}
	}
	return p.execution, p.err
}

func (p *product) Executions(_ context.Context, f api.Filter, by adapters.Account) ([]engine.Execution, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.filters, p.readers = append(p.filters, f), append(p.readers, by)
	if p.found != nil {
		return p.found, p.err
	}
	return []engine.Execution{p.execution}, p.err
}

func (p *product) Click(_ context.Context, c adapters.Click) (adapters.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clicks = append(p.clicks, c)
	return p.answer, p.err
}

func (p *product) Look(_ context.Context, l adapters.Look) (adapters.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looks = append(p.looks, l)
	if l.Request != p.card.Request {
		return adapters.Answer{Kind: adapters.Refused, Text: "There is no such request any more."}, nil
	}
	return adapters.Answer{Kind: adapters.Shown, Card: p.card}, nil
}

func (p *product) Explain(_ context.Context, request, as string, by adapters.Account) (approval.Explanation, error) {
	p.read(by)
	if request != p.card.Request {
		return approval.Explanation{}, &engine.RejectionError{Code: engine.NotFound, Text: "There is no such request any more."}
	}
	e := approval.Explanation{Can: []approval.Able{{Person: "dana@example.com", Name: "Dana", Why: "user:dana@example.com"}}}
	if as != "" {
		e.You = &approval.Self{Person: approval.PersonID(as), Kind: approval.OwnRequest, Text: "This is your own request."}
	}
	return e, p.err
}

func (p *product) Audit(_ context.Context, r api.AuditRange, by adapters.Account) ([]audit.Line, audit.Head, error) {
	head := p.lines[len(p.lines)-1].Head()
	p.read(by)
	first := min(int(r.From)-1, len(p.lines))
	return p.lines[first:min(first+r.N, len(p.lines))], head, p.err
}

func (p *product) Flows(_ context.Context, by adapters.Account) ([]api.FlowInfo, error) {
	p.read(by)
	return []api.FlowInfo{{Namespace: "hr.operations", ID: "vacation_approval", Revision: 3}}, p.err
}

// serve serves the product as configured; as lets a token act as others.
func serve(t *testing.T, p *product, as bool) string {
	t.Helper()
	return serveService(t, p, as)
}

// serveAs serves another product, on whose behalf nobody may act.
func serveAs(t *testing.T, s api.Service) string {
	t.Helper()
	return serveService(t, s, false)
}

func serveService(t *testing.T, p api.Service, as bool) string {
	t.Helper()
	h, err := api.New(api.Config{
		Service: p, AllowAs: as, Log: slog.New(slog.DiscardHandler),
		Tokens: []api.Token{
			{Name: "dana's token", Secret: danaToken, Person: "dana@example.com"},
			{Name: "local token", Secret: serviceToken},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return newServer(t, h)
}

// send makes a call and returns the status and the body.
func send(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// request makes an authorised request with a JSON body.
func request(t *testing.T, method, url, token, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

func newServer(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}
