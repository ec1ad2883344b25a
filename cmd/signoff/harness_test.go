package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters/api"
	"signoff/adapters/slack/slacktest"
	"signoff/adapters/slack/wire"
)

// harness is the real binary beside a fake Slack and a far end that counts.
// The two outlive the binary, as the real ones would.
type harness struct {
	t      *testing.T
	binary string
	dir    string
	listen string
	chat   *slacktest.Server
	far    *counter
	told   *told
	kills  int

	server *exec.Cmd
	out    *lockedBuffer
}

const killFlow = `
id: gate
namespace: ops
tasks:
  - id: ask
    type: Pause
    onReject: CONTINUE
    onResume:
      - {id: ok, type: BOOL}
    approval:
      exclude: [] # Dana starts them and decides them
      stages:
        - {id: one, who: ["user:dana", "user:kim"]}
    deliver:
      - slack: "#ops"
  - id: call
    type: http.Request
    method: POST
    uri: "{{ kv('FAR') }}/{{ execution.id }}"
  - {id: done, type: Log, message: "{{ outputs.ask.outcome }}"}
`

func newHarness(t *testing.T) *harness {
	t.Helper()
	h := &harness{t: t, dir: t.TempDir(), far: &counter{seen: map[string]map[string]bool{}}, told: &told{started: map[string]bool{}}}
	h.binary = filepath.Join(h.dir, "signoff")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", h.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	far := httptest.NewServer(h.far)
	t.Cleanup(far.Close)
	h.listen = freePort(t)
	h.chat = slacktest.New(slacktest.Options{
		Users:    []slacktest.User{{ID: "UDANA", Name: "dana"}, {ID: "UKIM", Name: "kim"}},
		Channels: []slacktest.Channel{{Name: "ops"}},
	})
	h.chat.Start(t)
	h.chat.SetInteractivity("http://"+h.listen+"/slack/interactions", nil)
	h.configure(strings.TrimPrefix(far.URL, "http://"))
	h.serve()
	t.Cleanup(h.kill)
	return h
}

func (h *harness) configure(far string) {
	h.t.Helper()
	h.write("flows/gate.yaml", killFlow)
	h.write("signoff.yaml", fmt.Sprintf(`
listen: %s
base_url: http://%[1]s
data: %s
flows: %s
slack:
  token: {env: TEST_TOKEN}
  signing_secret: {env: TEST_SECRET}
  api_url: %s
people:
  - {id: dana, name: Dana, slack: UDANA}
  - {id: kim, name: Kim, slack: UKIM}
api: {local_person: dana}
egress: {allow: ["%s"]}
kv:
  ops: {FAR: "http://%[5]s"}
`, h.listen, filepath.Join(h.dir, "data"), filepath.Join(h.dir, "flows"), h.chat.APIURL(), far))
}

func (h *harness) write(name, content string) {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// freePort is an address that nobody listens on just now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// serve starts the server and waits until it answers.
func (h *harness) serve() {
	h.t.Helper()
	h.out = &lockedBuffer{}
	h.server = exec.Command(h.binary, "serve", "--config", filepath.Join(h.dir, "signoff.yaml"))
	h.server.Stdout, h.server.Stderr = h.out, h.out
	h.server.Env = append(os.Environ(), "TEST_TOKEN="+h.chat.BotToken(), "TEST_SECRET="+h.chat.SigningSecret())
	if err := h.server.Start(); err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	for !healthy(ctx, h.listen) {
		if ctx.Err() != nil {
			h.t.Fatalf("the server does not answer:\n%s", h.out)
		}
	}
}

func healthy(ctx context.Context, listen string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen+"/healthz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		time.Sleep(2 * time.Millisecond) // nothing tells us that a port was opened
		return false
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode == http.StatusOK
}

// kill is kill -9.
func (h *harness) kill() {
	if h.server == nil {
		return
	}
	_ = h.server.Process.Kill()
	_ = h.server.Wait()
	h.server = nil
	h.kills++
}

func (h *harness) client() *api.Client {
	h.t.Helper()
	token, err := os.ReadFile(filepath.Join(h.dir, "data", "api.token"))
	if err != nil {
		h.t.Error(err)
	}
	c, err := api.NewClient("http://"+h.listen, strings.TrimSpace(string(token)))
	if err != nil {
		h.t.Error(err)
	}
	return c
}

// executions returns the request of each execution.
func (h *harness) executions() map[string]api.Request {
	h.t.Helper()
	all, err := h.client().Executions(h.t.Context(), api.Filter{Limit: 100_000})
	if err != nil {
		h.t.Fatalf("%v\n%s", err, h.out)
	}
	now := map[string]api.Request{}
	for _, x := range all {
		if len(x.Runs) > 0 && x.Runs[0].Request != nil {
			now[x.ID] = *x.Runs[0].Request
		}
	}
	return now
}

// settle decides what is still open and waits until nothing moves.
func (h *harness) settle() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 5*time.Minute)
	defer cancel()
	for id, r := range h.executions() {
		if r.Outcome == "" {
			s := said{execution: id, by: "dana", verdict: "approve"}
			a, err := h.client().Decide(ctx, id+".1", 0, api.DecisionBody{Verdict: string(s.verdict)})
			h.told.answer(s, a, err)
		}
	}
	for h.moving(ctx) {
		if ctx.Err() != nil {
			h.t.Fatalf("it does not come to rest:\n%s", h.out)
		}
		// A card whose post was answered by a kill is known to nobody until it is
		// touched; then it is brought up to date.
		h.rejectAll(ctx)
		time.Sleep(50 * time.Millisecond)
	}
}

// moving reports whether an execution runs or a card still has buttons.
func (h *harness) moving(ctx context.Context) bool {
	h.t.Helper()
	all, err := h.client().Executions(ctx, api.Filter{Limit: 100_000})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, x := range all {
		if !x.State.Final() {
			return true
		}
	}
	for _, m := range h.chat.Messages("#ops") {
		if len(deciding(m)) > 0 {
			return true
		}
	}
	return false
}

// deciding are the buttons of a card that do something; the details stay.
func deciding(m slacktest.Message) []slacktest.Button {
	return slices.DeleteFunc(m.Buttons(), func(b slacktest.Button) bool { return b.Action == wire.DetailsAction })
}

// counter is a far end that knows calls by their idempotency key.
type counter struct {
	mu   sync.Mutex
	seen map[string]map[string]bool // guarded by mu
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := strings.TrimPrefix(r.URL.Path, "/")
	if c.seen[id] == nil {
		c.seen[id] = map[string]bool{}
	}
	c.seen[id][r.Header.Get("Idempotency-Key")] = true
	w.WriteHeader(http.StatusOK)
}

func (c *counter) keys(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seen[id])
}

// lockedBuffer keeps what a process printed.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder // guarded by mu
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
