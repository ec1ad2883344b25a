package task_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/bot/task"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// bench is a Runner and what is around it.
type bench struct {
	*task.Runner
	log *bytes.Buffer // what the operator reads
}

// newBench makes a Runner that may call the given servers; change edits its
// configuration.
func newBench(t *testing.T, change func(*task.Config), servers ...*httptest.Server) bench {
	t.Helper()
	log := &bytes.Buffer{}
	cfg := task.Config{
		UserAgent: "signoff-test",
		Now:       func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) },
		Log:       slog.New(slog.NewTextHandler(&locked{w: log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Secrets:   secrets{},
	}
	for _, s := range servers {
		cfg.Egress.Allow = append(cfg.Egress.Allow, s.Listener.Addr().String())
	}
	if change != nil {
		change(&cfg)
	}
	r, err := task.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return bench{r, log}
}

type locked struct {
	mu sync.Mutex
	w  io.Writer // guarded by mu
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

type secrets map[string]string

func (s secrets) Secret(_ context.Context, _, name string) (string, error) {
	if v, ok := s[name]; ok {
		return v, nil
	}
	return "", task.ErrNoSecret
}

// answers looks every name up in a table of lists: one list a lookup, the last
// one for ever.
type answers struct {
	mu    sync.Mutex
	table map[string][]string // guarded by mu
}

func (a *answers) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := a.table[host]
	if len(list) > 1 {
		a.table[host] = list[1:]
	}
	var out []netip.Addr
	for s := range strings.FieldsSeq(list[0]) {
		out = append(out, netip.MustParseAddr(s))
	}
	return out, nil
}

// far is a far side that keeps what it was sent.
type far struct {
	*httptest.Server
	mu   sync.Mutex
	seen []seen // guarded by mu
}

type seen struct {
	Method, Path, Query, Type, Body, Key string
	Header                               http.Header
}

// newFar answers with h after keeping the request; nil is an empty 200.
func newFar(t *testing.T, h http.HandlerFunc) *far {
	t.Helper()
	f := &far{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		f.mu.Lock()
		f.seen = append(f.seen, seen{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Type: r.Header.Get("Content-Type"),
			Body: string(b), Key: r.Header.Get("Idempotency-Key"), Header: r.Header,
		})
		f.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(b))
		if h != nil {
			h(w, r)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

// only returns the one request that came.
func (f *far) only(t *testing.T) seen {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seen) != 1 {
		t.Fatalf("the far side saw %d requests, want 1: %+v", len(f.seen), f.seen)
	}
	return f.seen[0]
}

func (f *far) none(t *testing.T) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seen) != 0 {
		t.Errorf("the far side saw %d requests, want none: %+v", len(f.seen), f.seen)
	}
}

func template(t testing.TB, src string) *expr.Template {
	t.Helper()
	v, err := expr.Parse(src)
	if err != nil {
		t.Fatalf("expr.Parse(%q): %v", src, err)
	}
	return v
}

func value(t testing.TB, v any) expr.Value {
	t.Helper()
	c, err := expr.Compile(v)
	if err != nil {
		t.Fatalf("expr.Compile(%v): %v", v, err)
	}
	return c
}

func bodyValue(t testing.TB, v any) *expr.Value {
	t.Helper()
	c := value(t, v)
	return &c
}

// pairs takes names and values in turn.
func pairs(t testing.TB, nv ...any) []flow.Pair {
	t.Helper()
	var out []flow.Pair
	for i := 0; i < len(nv); i += 2 {
		name, ok := nv[i].(string)
		if !ok {
			t.Fatalf("name %v is not a text", nv[i])
		}
		out = append(out, flow.Pair{Name: name, Value: value(t, nv[i+1])})
	}
	return out
}

// post is a task that posts to an address.
func post(t testing.TB, uri string) *flow.HTTPRequest {
	t.Helper()
	return &flow.HTTPRequest{URI: template(t, uri), Method: template(t, "POST")}
}

func get(t testing.TB, uri string) *flow.HTTPRequest {
	t.Helper()
	return &flow.HTTPRequest{URI: template(t, uri)}
}

// call wraps a spec; inputs are what expressions see.
func call(spec flow.Spec, inputs map[string]any) task.Call {
	kv := func(args expr.Args) (any, error) { return inputs[fmt.Sprint("kv:", args.List[0])], nil }
	return task.Call{
		Namespace:      "hr.operations",
		Task:           &flow.Task{ID: "it", Type: flow.TypeHTTPRequest, Spec: spec},
		Env:            expr.Env{Roots: map[string]any{"inputs": inputs, "vars": inputs}, Funcs: expr.FuncMap(map[string]expr.Func{"kv": kv})},
		IdempotencyKey: "x1/3/1",
	}
}

func succeeds(t *testing.T, r task.Result) {
	t.Helper()
	if r.Problem != "" {
		t.Fatalf("problem %q, want success", r.Problem)
	}
}

// fails wants a problem that holds every one of the texts.
func fails(t *testing.T, r task.Result, texts ...string) {
	t.Helper()
	if r.Problem == "" {
		t.Fatalf("success with outputs %v, want a problem", r.Outputs)
	}
	for _, want := range texts {
		if !strings.Contains(r.Problem, want) {
			t.Errorf("problem %q does not say %q", r.Problem, want)
		}
	}
}

func logText(r task.Result) string {
	var b strings.Builder
	for _, l := range r.Logs {
		b.WriteString(l.Level + " " + l.Text + "\n")
	}
	return b.String()
}

// complete adds what every configuration needs.
func complete(cfg task.Config) task.Config {
	cfg.Now, cfg.Log = time.Now, slog.New(slog.DiscardHandler)
	return cfg
}
