package slack_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// raw writes bytes past the library.
func raw(conn *websocket.Conn, b ...byte) { _, _ = conn.NetConn().Write(b) }

// TestSocketHostileFrames: whatever comes on a socket, the next press is
// answered, on that socket or on the next one, and nothing else is done.
func TestSocketHostileFrames(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"payload":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	for name, c := range map[string]struct {
		send    func(*websocket.Conn)
		sockets int // in all
		acks    int // besides that of the press
	}{
		"empty":            {func(c *websocket.Conn) { say(c, "") }, 1, 0},
		"garbage":          {func(c *websocket.Conn) { say(c, "\x00\xff{[") }, 1, 0},
		"null":             {func(c *websocket.Conn) { say(c, "null") }, 1, 0},
		"list":             {func(c *websocket.Conn) { say(c, "[]") }, 1, 0},
		"cut_json":         {func(c *websocket.Conn) { say(c, enveloped("e", press)[:60]) }, 1, 0},
		"two_values":       {func(c *websocket.Conn) { say(c, hello+hello) }, 1, 0},
		"deep":             {func(c *websocket.Conn) { say(c, deep) }, 1, 0},
		"wrong_types":      {func(c *websocket.Conn) { say(c, `{"type":7,"envelope_id":{}}`) }, 1, 0},
		"no_envelope_id":   {func(c *websocket.Conn) { say(c, `{"type":"interactive","payload":`+press+`}`) }, 1, 0},
		"long_envelope_id": {func(c *websocket.Conn) { say(c, enveloped(strings.Repeat("e", 256), press)) }, 1, 0},
		"unknown_type":     {func(c *websocket.Conn) { say(c, `{"type":"telepathy","envelope_id":"e","payload":7}`) }, 1, 1},
		"event":            {func(c *websocket.Conn) { say(c, `{"type":"events_api","envelope_id":"e","payload":{"event":{}}}`) }, 1, 1},
		"slash_command": {func(c *websocket.Conn) {
			say(c, `{"type":"slash_commands","envelope_id":"e","payload":{"command":"/x"}}`)
		}, 1, 1},
		"no_payload":         {func(c *websocket.Conn) { say(c, `{"type":"interactive","envelope_id":"e"}`) }, 1, 1},
		"null_payload":       {func(c *websocket.Conn) { say(c, enveloped("e", "null")) }, 1, 1},
		"text_payload":       {func(c *websocket.Conn) { say(c, enveloped("e", `"block_actions"`)) }, 1, 1},
		"malformed_payload":  {func(c *websocket.Conn) { say(c, enveloped("e", `{"type":"block_actions","user":7}`)) }, 1, 1},
		"other_button":       {func(c *websocket.Conn) { say(c, enveloped("e", strings.Replace(press, "act:approve", "buy:now", 1))) }, 1, 1},
		"greets_often":       {func(c *websocket.Conn) { say(c, hello); say(c, hello) }, 1, 0},
		"binary":             {func(c *websocket.Conn) { _ = c.WriteMessage(websocket.BinaryMessage, []byte{0, 1, 2}) }, 1, 0},
		"disconnects_twice":  {func(c *websocket.Conn) { say(c, goodbye); say(c, goodbye) }, 2, 0},
		"huge":               {func(c *websocket.Conn) { say(c, strings.Repeat("a", 2<<20+1)) }, 2, 0},
		"huge_header":        {func(c *websocket.Conn) { raw(c, 0x81, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255) }, 2, 0},
		"masked":             {func(c *websocket.Conn) { raw(c, 0x81, 0x81, 1, 2, 3, 4, 5) }, 2, 0},
		"reserved_bits":      {func(c *websocket.Conn) { raw(c, 0xf1, 0x01, 'x') }, 2, 0},
		"reserved_opcode":    {func(c *websocket.Conn) { raw(c, 0x83, 0x01, 'x') }, 2, 0},
		"stray_continuation": {func(c *websocket.Conn) { raw(c, 0x80, 0x01, 'x') }, 2, 0},
		"long_ping":          {func(c *websocket.Conn) { raw(c, 0x89, 126, 0, 200) }, 2, 0},
		"half_a_frame":       {func(c *websocket.Conn) { raw(c, 0x81, 100, '{'); _ = c.Close() }, 2, 0},
		"half_a_message":     {func(c *websocket.Conn) { raw(c, 0x01, 1, '{'); _ = c.Close() }, 2, 0},
		"close_frame":        {func(c *websocket.Conn) { raw(c, 0x88, 2, 0x03, 0xe8) }, 2, 0},
		"odd_close_frame":    {func(c *websocket.Conn) { raw(c, 0x88, 1, 0x03) }, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d, heard := &desk{}, &frames{}
				far := &liar{serve: func(n int, conn *websocket.Conn) {
					say(conn, hello)
					go func() { // a pipe has no room for what nobody reads
						if n == 1 {
							time.Sleep(time.Hour)
							c.send(conn)
							time.Sleep(time.Minute)
						}
						say(conn, enveloped("press", press))
					}()
					listen(conn, heard.add)
				}}
				inBubble(t, far, d)
				pass(2 * time.Hour)
				if n := far.asked(); n != c.sockets {
					t.Errorf("there were %d sockets, want %d", n, c.sockets)
				}
				got := heard.list()
				if len(got) != c.acks+1 || got[len(got)-1] != `{"envelope_id":"press"}` {
					t.Errorf("answers = %q", got)
				}
				if n := len(d.seen()); n != 1 {
					t.Errorf("one press made %d clicks", n)
				}
			})
		})
	}
}

const goodbye = `{"type":"disconnect","reason":"warning"}`

// TestSocketFlood: more than can be answered at once is not taken, so that Slack
// tells the person; what was taken is answered, and pings all the while.
func TestSocketFlood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, heard, pongs := &slowly{takes: 2 * time.Second}, &frames{}, &frames{}
		far := &liar{serve: func(_ int, conn *websocket.Conn) {
			conn.SetPongHandler(func(s string) error { pongs.add(s); return nil })
			say(conn, hello)
			go func() {
				for i := range 400 {
					say(conn, enveloped(fmt.Sprint(i), strings.Replace(press, `{"type"`, fmt.Sprintf(`{"trigger_id":"%d","type"`, i), 1)))
				}
				_ = conn.WriteControl(websocket.PingMessage, []byte("x"), time.Now().Add(time.Second))
			}()
			listen(conn, heard.add)
		}}
		inBubble(t, far, h)
		pass(time.Second)
		if n := len(pongs.list()); n != 1 {
			t.Errorf("%d pings were answered while all hands were busy, want 1", n)
		}
		pass(time.Minute)
		if n := len(h.seen()); n != 256 || len(heard.list()) != 256 || far.asked() != 1 {
			t.Errorf("of 400 envelopes %d were done and %d answered, over %d sockets", n, len(heard.list()), far.asked())
		}
	})
}

// TestSocketSurvivesAPanic: a fault of ours costs one envelope.
func TestSocketSurvivesAPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		heard, calls := &frames{}, atomic.Int32{}
		d := &desk{}
		d.click = func(adapters.Click) (adapters.Answer, error) {
			if calls.Add(1) == 1 {
				panic("a fault of ours")
			}
			return adapters.Answer{Kind: adapters.Recorded}, nil
		}
		far := &liar{serve: func(_ int, conn *websocket.Conn) {
			say(conn, hello)
			go func() {
				say(conn, enveloped("first", press))
				time.Sleep(time.Second)
				say(conn, enveloped("again", press)) // as Slack would, for want of an answer
			}()
			listen(conn, heard.add)
		}}
		w := inBubble(t, far, d)
		pass(time.Minute)
		if got := heard.list(); len(got) != 1 || got[0] != `{"envelope_id":"again"}` || far.asked() != 1 {
			t.Errorf("answers = %q over %d sockets", got, far.asked())
		}
		if !strings.Contains(w.log.String(), "ended in a panic") {
			t.Error("nobody was told of the panic")
		}
	})
}

// TestSocketWithoutResponse: where Slack takes no response to a form, the person
// is told in the channel, and not by silence.
func TestSocketWithoutResponse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer adapters.Answer
		want   string
	}{
		"refused": {adapters.Answer{Kind: adapters.Refused, Text: "Alex decided this."}, "Alex decided this."},
		"invalid": {adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"reason": "Say more."}}, "Say more."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := showing(adaptertest.Pending())
			d.click = func(adapters.Click) (adapters.Answer, error) { return c.answer, nil }
			b := newSocketBench(t, d)
			b.reject(t, b.open(t))
			b.fake.TakeNoResponse(1)
			if _, err := b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, slacktest.Values{"f:reason": "no"}); err != nil {
				t.Fatal(err)
			}
			if told := b.hear(soon(t), "UDANA", 1); len(told) != 1 || told[0] != c.want {
				t.Errorf("told %q, want %q", told, c.want)
			}
		})
	}
}

// TestSocketsNeedAToken, and run once.
func TestSocketsNeedAToken(t *testing.T) {
	t.Parallel()
	a, err := slack.New(slack.Config{Token: "xoxb-1", SigningSecrets: []string{"s"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Sockets(&desk{}); err == nil {
		t.Error("there are sockets without a token for them")
	}
	a, err = slack.New(slack.Config{Token: "xoxb-1", AppToken: "xapp-1", APIURL: "http://127.0.0.1:1/api/"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Sockets(&desk{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Run(ctx); err != nil {
		t.Errorf("Run = %v", err)
	}
	if err := s.Run(ctx); err == nil {
		t.Error("Run ran twice")
	}
}
