package socket_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"signoff/adapters/slack/socket"
)

// farSide greets once, says lines and hands over what is answered until the
// socket is closed.
func farSide(t *testing.T, lines ...string) (line *socket.Line, answers <-chan string) {
	t.Helper()
	heard := make(chan string, len(lines))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		up := websocket.Upgrader{}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		for _, s := range append([]string{`{"type":"hello"}`}, lines...) {
			if err := conn.WriteMessage(websocket.TextMessage, []byte(s)); err != nil {
				t.Error(err)
			}
		}
		for {
			_, frame, err := conn.ReadMessage()
			if err != nil {
				close(heard)
				return
			}
			heard <- string(frame)
		}
	}))
	t.Cleanup(srv.Close)
	address := "ws" + strings.TrimPrefix(srv.URL, "http")
	return socket.NewLine(socket.Config{
		Ask:   func(context.Context) (string, error) { return address, nil },
		Count: 1, APIURL: srv.URL + "/api/", Log: slog.New(slog.DiscardHandler),
	}), heard
}

// running runs a client until it is stopped, at the latest when the test ends.
func running(t *testing.T, line *socket.Line, h socket.Handler) (client *socket.Client, stopped func()) {
	t.Helper()
	c := socket.New(line, h)
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := c.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	stopped = func() { stop(); wg.Wait() }
	t.Cleanup(stopped)
	return c, stopped
}

// within waits for an answer.
func within(t *testing.T, answers <-chan string) string {
	t.Helper()
	select {
	case s := <-answers:
		return s
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was answered")
		return ""
	}
}

// TestHandlerIsGivenTheEnvelope: whatever type an envelope has, its payload comes
// as it was sent, and what the handler returns goes back.
func TestHandlerIsGivenTheEnvelope(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		response any
		want     string
	}{
		"interactive":    {map[string]string{"response_action": "clear"}, `{"envelope_id":"e1","payload":{"response_action":"clear"}}`},
		"slash_commands": {map[string]string{"text": "<hello>"}, `{"envelope_id":"e1","payload":{"text":"<hello>"}}`},
		"events_api":     {nil, `{"envelope_id":"e1"}`},
		"telepathy":      {nil, `{"envelope_id":"e1"}`},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			frame := `{"type":"` + kind + `","envelope_id":"e1","accepts_response_payload":true,"payload":{"a": [1, null]}}`
			line, answers := farSide(t, frame)
			got := make(chan socket.Delivery, 1)
			client, _ := running(t, line, func(_ context.Context, d socket.Delivery) (any, bool) {
				got <- d
				return c.response, true
			})
			if s := within(t, answers); s != c.want {
				t.Errorf("answer = %s, want %s", s, c.want)
			}
			want := socket.Delivery{Type: kind, Payload: json.RawMessage(`{"a": [1, null]}`), Accepts: true, Frame: []byte(frame)}
			if diff := cmp.Diff(want, <-got); diff != "" {
				t.Errorf("delivery (-want +got)\n%s", diff)
			}
			if !client.Opened() {
				t.Error("Opened = false after a greeting")
			}
		})
	}
}

// TestHandlerDoesNotTake: Slack is not told that an envelope arrived that the
// handler did not take, or broke on, and the next one is answered.
func TestHandlerDoesNotTake(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]func() (any, bool){
		"not_taken": func() (any, bool) { return map[string]string{"text": "lost"}, false },
		"panic":     func() (any, bool) { panic("a fault of ours") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := make(chan struct{})
			line, answers := farSide(t,
				`{"type":"interactive","envelope_id":"first","payload":1}`, `{"type":"interactive","envelope_id":"second","payload":2}`)
			_, stopped := running(t, line, func(_ context.Context, d socket.Delivery) (any, bool) {
				if string(d.Payload) == "1" {
					defer close(first)
					return refuse()
				}
				<-first
				return nil, true
			})
			if s := within(t, answers); s != `{"envelope_id":"second"}` {
				t.Errorf("answer = %s, want that to the second envelope", s)
			}
			stopped()
			for s := range answers {
				t.Errorf("answered %s too", s)
			}
		})
	}
}

// TestHandlerOutlivesTheSockets: what was taken is finished and answered while the
// sockets are being closed.
func TestHandlerOutlivesTheSockets(t *testing.T) {
	t.Parallel()
	line, answers := farSide(t, `{"type":"interactive","envelope_id":"e","payload":1}`)
	entered, leave := make(chan struct{}), make(chan struct{})
	var cause error
	client := socket.New(line, func(ctx context.Context, _ socket.Delivery) (any, bool) {
		close(entered)
		<-leave
		cause = ctx.Err()
		return nil, true
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- client.Run(ctx) }()
	<-entered
	stop()
	close(leave)
	if s := within(t, answers); s != `{"envelope_id":"e"}` {
		t.Errorf("answer = %s", s)
	}
	if err := <-ended; err != nil || cause != nil {
		t.Errorf("Run = %v, and the handler's context ended with %v", err, cause)
	}
}
