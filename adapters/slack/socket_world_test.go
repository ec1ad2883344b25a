package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// pipes is a network in memory, so that time in a bubble can pass.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "slack.test"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	there := newBuffered(far)
	select {
	case p.conns <- there:
		return newBuffered(near), nil
	case <-p.closed:
		return nil, errors.Join(net.ErrClosed, there.Close()) // or what it carries would wait for ever
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), there.Close())
	}
}

// world is an adapter with sockets and what it speaks to, in a bubble.
type world struct {
	t       *testing.T
	adapter *slack.Adapter
	log     *diary
	stop    context.CancelFunc
	ended   chan struct{}
	err     error // of Run; set before ended is closed
}

// inBubble runs a test in which time passes by itself. far is Slack's side; the
// address in front of it is http://slack.test.
func inBubble(t *testing.T, far http.Handler, h adapters.Handler, change ...func(*slack.Config)) *world {
	t.Helper()
	network, log := newPipes(), &diary{}
	srv := &http.Server{Handler: far}
	var serving sync.WaitGroup
	serving.Go(func() { _ = srv.Serve(network) })
	transport := &http.Transport{DialContext: network.dial}
	cfg := slack.Config{
		Token: "xoxb-test-token", AppToken: "xapp-1-A0SIGNOFF-1-test", APIURL: "http://slack.test/api/",
		Tenant: "T0SIGNOFF", Unpaced: true, HTTPClient: &http.Client{Transport: transport},
		Sockets: 1, Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&cfg)
	}
	adapter, err := slack.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	sockets, err := adapter.Sockets(deskOf(h))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	w := &world{t: t, adapter: adapter, log: log, stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		w.err = sockets.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-w.ended
		_ = srv.Close()
		transport.CloseIdleConnections()
		serving.Wait()
		for _, secret := range []string{cfg.Token, cfg.AppToken, "ticket="} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, log)
			}
		}
	})
	return w
}

// workspace is the fake in a bubble.
func workspace(t *testing.T) *slacktest.Server {
	t.Helper()
	fake := slacktest.New(slacktest.Options{Users: people, Channels: rooms, SocketMode: true})
	fake.SetURL("http://slack.test")
	t.Cleanup(fake.CloseSockets)
	return fake
}

// liar is a far side that does with sockets what a test says.
type liar struct {
	mu    sync.Mutex
	opens int // guarded by mu; how often an address was asked for
	serve func(n int, conn *websocket.Conn)
	sides sync.WaitGroup
}

func (l *liar) asked() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opens
}

// ServeHTTP knows every user and gives out sockets, numbered from 1.
func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/api/apps.connections.open":
		l.mu.Lock()
		l.opens++
		l.mu.Unlock()
		writeJSON(w, map[string]any{"ok": true, "url": "ws://slack.test/link/?ticket=canary"})
	case "/link/":
		up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		n := l.asked()
		l.sides.Go(func() {
			defer func() { _ = conn.Close() }()
			l.serve(n, conn)
		})
	case "/api/users.info":
		writeJSON(w, map[string]any{"ok": true, "user": map[string]any{"id": "UDANA", "team_id": "T0SIGNOFF", "name": "dana"}})
	default:
		writeJSON(w, map[string]any{"ok": true})
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(b)
}

// say sends a text frame.
func say(conn *websocket.Conn, text string) {
	_ = conn.WriteMessage(websocket.TextMessage, []byte(text))
}

const hello = `{"type":"hello","num_connections":1}`

// enveloped is a frame with a payload.
func enveloped(id, payload string) string {
	return `{"type":"interactive","envelope_id":"` + id + `","accepts_response_payload":false,"payload":` + payload + `}`
}

// listen reads until the connection ends and hands over every frame.
func listen(conn *websocket.Conn, heard func(string)) {
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			return
		}
		heard(string(frame))
	}
}

// frames collects what an app answers.
type frames struct {
	mu  sync.Mutex
	all []string // guarded by mu
}

func (f *frames) add(s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, s)
}

func (f *frames) list() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.all...)
}

// settle lets everything happen that needs no time.
func settle() { synctest.Wait() }
