package slacktest_test

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"signoff/adapters/slack/slacktest"
)

// TestSocketKinds: a command, a shortcut, options and an event come in envelopes
// of their own; an acknowledgement may say something where Slack takes it.
func TestSocketKinds(t *testing.T) {
	t.Parallel()
	opt := shortcuts(commands(slacktest.Options{SocketMode: true, AckWithin: 2 * time.Second}))
	s, c := start(t, opt)
	conn, _ := dial(t, s)
	frames := make(chan map[string]any, 10)
	go func() {
		for {
			var e map[string]any
			if conn.ReadJSON(&e) != nil {
				return
			}
			frames <- e
			answer := map[string]any{"envelope_id": e["envelope_id"]}
			switch at(e, "payload", "type") {
			case "block_suggestion":
				answer["payload"] = map[string]any{"options": []any{map[string]any{
					"text": map[string]any{"type": "plain_text", "text": "HR"}, "value": "hr",
				}}}
			case nil:
				answer["payload"] = map[string]any{"text": "hello"}
			}
			if conn.WriteJSON(answer) != nil {
				return
			}
		}
	}()
	if res, err := s.Command(t.Context(), "dana", "CVAC", "/signoff", "help"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Command() = %+v, %v", res, err)
	}
	e := <-frames
	if e["type"] != "slash_commands" || e["accepts_response_payload"] != true || at(e, "payload", "text") != "help" || at(e, "payload", "is_enterprise_install") != nil {
		t.Errorf("envelope = %v", e)
	}
	if shown := s.Ephemerals("dana"); len(shown) != 1 || shown[0].Text != "hello" {
		t.Errorf("Ephemerals(dana) = %+v", shown)
	}
	if res, err := s.UseShortcut(t.Context(), "dana", "new"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("UseShortcut() = %+v, %v", res, err)
	}
	e = <-frames
	if e["type"] != "interactive" || e["accepts_response_payload"] != false {
		t.Errorf("envelope = %v", e)
	}
	trigger, _ := at(e, "payload", "trigger_id").(string)
	v, err := c.OpenViewContext(t.Context(), trigger, view(groupForm))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: v.ID, Action: "g/v", Value: "hr"})
	if err != nil || len(got.Options) != 1 {
		t.Errorf("Suggest() = %+v, %v", got, err)
	}
	if e = <-frames; e["type"] != "interactive" || e["accepts_response_payload"] != true {
		t.Errorf("envelope = %v", e)
	}
	if d, err := s.OpenHome(t.Context(), "dana"); err != nil || !d.Accepted {
		t.Errorf("OpenHome() = %+v, %v", d, err)
	}
	e = <-frames
	if e["type"] != "events_api" || e["accepts_response_payload"] != false || e["retry_attempt"] != 0.0 || at(e, "payload", "type") != "event_callback" {
		t.Errorf("envelope = %v", e)
	}
	if faults := s.SocketFaults(); len(faults) != 0 {
		t.Errorf("faults = %q", faults)
	}
}

// TestSocketEventAgain: an event that nobody acknowledges comes again, with its
// count.
func TestSocketEventAgain(t *testing.T) {
	t.Parallel()
	opt := slacktest.Options{SocketMode: true, AckWithin: 100 * time.Millisecond}
	opt.EventRetries = []time.Duration{0, 0}
	s, _ := start(t, opt)
	conn, _ := dial(t, s)
	frames := make(chan map[string]any, 10)
	go func() {
		for n := 0; ; n++ {
			var e map[string]any
			if conn.ReadJSON(&e) != nil {
				return
			}
			frames <- e
			if n == 2 && conn.WriteJSON(map[string]any{"envelope_id": e["envelope_id"]}) != nil {
				return
			}
		}
	}()
	d, err := s.Emit(t.Context(), "", map[string]any{"type": "user_change"})
	if err != nil || !d.Accepted || d.Attempts != 3 {
		t.Fatalf("Emit() = %+v, %v", d, err)
	}
	for i := range 3 {
		e := <-frames
		if e["retry_attempt"] != float64(i) || (e["retry_reason"] == "http_timeout") != (i > 0) || at(e, "payload", "event_id") != d.EventID {
			t.Errorf("envelope %d = %v", i, e)
		}
	}
}

// TestSocketsShareTheWork: each payload goes to exactly one of ten sockets.
func TestSocketsShareTheWork(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{SocketMode: true})
	ts := post(t, c, "CVAC")
	got := make(chan int, 100)
	for i := range 10 {
		conn, _ := dial(t, s)
		go serve(conn, func() { got <- i })
	}
	const presses = 30
	for range presses {
		if res, err := s.Press(t.Context(), "dana", "CVAC", ts, "act:approve"); err != nil || res.Outcome != slacktest.Acknowledged {
			t.Fatalf("Press() = %+v, %v", res, err)
		}
	}
	close(got)
	by := map[int]int{}
	for i := range got {
		by[i]++
	}
	total := 0
	for _, n := range by {
		total += n
	}
	if total != presses || len(by) != 10 {
		t.Errorf("%d payloads on %d sockets, want %d on all ten", total, len(by), presses)
	}
}

// serve acknowledges whatever comes on a socket.
func serve(conn *websocket.Conn, each func()) {
	for {
		var e map[string]any
		if conn.ReadJSON(&e) != nil {
			return
		}
		each()
		if conn.WriteJSON(map[string]any{"envelope_id": e["envelope_id"]}) != nil {
			return
		}
	}
}
