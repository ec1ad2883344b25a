package slack_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// pass lets time pass.
func pass(d time.Duration) { time.Sleep(d); settle() }

// TestSocketNeverGreeted: a far side that accepts and says nothing is left, and
// tried again less and less often.
func TestSocketNeverGreeted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		far := &liar{serve: func(_ int, conn *websocket.Conn) { listen(conn, func(string) {}) }}
		inBubble(t, far, &desk{})
		pass(5 * time.Second)
		if n := far.asked(); n != 1 {
			t.Errorf("in 5 s there were %d attempts, want 1: the greeting may take 10 s", n)
		}
		pass(10 * time.Minute)
		if n := far.asked(); n < 12 || n > 35 {
			t.Errorf("in ten minutes there were %d attempts, want one every 25 to 40 s", n)
		}
	})
}

// TestSocketGoesQuiet: a connection on which nothing comes, not even an answer
// to a ping, is replaced; one that answers pings is not.
func TestSocketGoesQuiet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		serve    func(int, *websocket.Conn)
		min, max int
	}{
		"deaf": {func(_ int, conn *websocket.Conn) {
			say(conn, hello)
			time.Sleep(time.Hour) // reads nothing and says nothing
		}, 10, 70},
		"alive": {func(_ int, conn *websocket.Conn) {
			say(conn, hello)
			listen(conn, func(string) {}) // answers pings
		}, 1, 1},
		"pings": {func(_ int, conn *websocket.Conn) {
			conn.SetPingHandler(func(string) error { return nil }) // answers none
			say(conn, hello)
			go listen(conn, func(string) {})
			for range 60 * 6 {
				if conn.WriteControl(websocket.PingMessage, []byte("x"), time.Now().Add(time.Second)) != nil {
					return
				}
				time.Sleep(10 * time.Second)
			}
		}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				far := &liar{serve: c.serve}
				w := inBubble(t, far, &desk{})
				pass(30 * time.Minute)
				if n := far.asked(); n < c.min || n > c.max {
					t.Errorf("in half an hour there were %d sockets, want %d to %d", n, c.min, c.max)
				}
				w.stop()
				time.Sleep(2 * time.Hour) // the far side's own sleep
			})
		})
	}
}

// TestSocketWaitsLonger: while Slack refuses, attempts become rarer, and a
// Retry-After is kept.
func TestSocketWaitsLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := workspace(t)
		for range 8 {
			fake.FailNext("apps.connections.open", "internal_error")
		}
		fake.RateLimit("apps.connections.open", 1, 2*time.Minute)
		inBubble(t, fake, &desk{})
		if err := fake.WaitSockets(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		calls := fake.Calls("apps.connections.open")
		if len(calls) != 10 {
			t.Fatalf("there were %d attempts, want 10", len(calls))
		}
		for i, bounds := range [][2]time.Duration{
			{time.Second / 2, time.Second},
			{time.Second, 2 * time.Second},
			{2 * time.Second, 4 * time.Second},
			{4 * time.Second, 8 * time.Second},
			{8 * time.Second, 16 * time.Second},
			{15 * time.Second, 30 * time.Second},
			{15 * time.Second, 30 * time.Second},
			{15 * time.Second, 30 * time.Second},
			{2*time.Minute + 15*time.Second, 2*time.Minute + 30*time.Second},
		} {
			if gap := calls[i+1].At.Sub(calls[i].At); gap < bounds[0] || gap > bounds[1] {
				t.Errorf("after attempt %d the pause was %s, want %s to %s", i+1, gap, bounds[0], bounds[1])
			}
		}
	})
}

// TestSocketFlaps: a far side that greets and hangs up is not stormed.
func TestSocketFlaps(t *testing.T) {
	t.Parallel()
	for name, words := range map[string]string{
		"hangs_up": hello, "always_refresh": hello + "\n" + `{"type":"disconnect","reason":"refresh_requested"}`,
		"too_many": `{"type":"disconnect","reason":"too_many_websockets"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				far := &liar{serve: func(_ int, conn *websocket.Conn) {
					for line := range strings.Lines(words) {
						say(conn, line)
					}
				}}
				inBubble(t, far, &desk{})
				pass(10 * time.Minute)
				if n := far.asked(); n < 15 || n > 45 {
					t.Errorf("in ten minutes there were %d attempts, want 20 to 45", n)
				}
			})
		})
	}
}

// TestSocketRefresh: the next socket is open before the old one is given up, and
// what still comes on the old one is answered.
func TestSocketRefresh(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"warning", "refresh_requested", "unheard_of"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake, d := workspace(t), &desk{}
				w := inBubble(t, fake, d)
				pass(time.Hour)
				ref, err := w.adapter.Post(t.Context(), requests, adaptertest.Pending())
				if err != nil {
					t.Fatal(err)
				}
				for range 3 { // no new socket for a while: the old one must do
					fake.FailNext("apps.connections.open", "service_unavailable")
				}
				fake.RefreshSockets(reason)
				settle()
				if n := fake.Sockets(); n != 0 {
					t.Fatalf("%d new sockets are open, want none yet", n)
				}
				press := func(user string) {
					t.Helper()
					r, err := fake.Press(t.Context(), user, ref.Place, ref.Message, "act:approve")
					if err != nil || r.Outcome != slacktest.Acknowledged {
						t.Errorf("Press = %+v, %v", r, err)
					}
				}
				press("UDANA")
				if err := fake.WaitSockets(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				press("UKIM")
				if n := len(d.seen()); n != 2 {
					t.Errorf("two presses made %d clicks", n)
				}
				if n := fake.OpenSockets(); n != 2 {
					t.Errorf("%d sockets are open, want the old one to linger", n)
				}
				pass(20 * time.Second)
				if n := fake.OpenSockets(); n != 1 {
					t.Errorf("%d sockets are open, want the old one to be gone", n)
				}
				if n := len(fake.Calls("apps.connections.open")); n != 5 {
					t.Errorf("an address was asked for %d times, want 5", n)
				}
			})
		})
	}
}

// finalCodes are the refusals that a person must mend.
func finalCodes() []string {
	return []string{
		"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "team_access_not_granted",
		"not_allowed_token_type", "missing_scope", "no_permission", "access_denied", "org_login_required",
		"ekm_access_denied", "link_disabled", "forbidden_team",
	}
}

// TestSocketRefusedForGood: what only a person can mend ends the sockets and
// says what to do; so does the check before them.
func TestSocketRefusedForGood(t *testing.T) {
	t.Parallel()
	for _, code := range finalCodes() {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := workspace(t)
				w := inBubble(t, fake, &desk{}, func(c *slack.Config) { c.Sockets = 3 })
				if err := fake.WaitSockets(t.Context(), 3); err != nil {
					t.Fatal(err)
				}
				fake.FailNext("apps.connections.open", code)
				wantDenied(t, w.adapter.Check(t.Context()), code)
				for range 3 {
					fake.FailNext("apps.connections.open", code) // revoked while running
				}
				pass(time.Hour)
				fake.CutSockets()
				<-w.ended
				wantDenied(t, w.err, code)
			})
		})
	}
}

func wantDenied(t *testing.T, err error, code string) {
	t.Helper()
	no, ok := asDelivery(err)
	if !ok || no.Kind != adapters.Denied || no.Code != code || len(no.Advice) < 40 {
		t.Errorf("err = %v, want %s, denied and with advice", err, code)
	}
}

// TestSocketSwitchedOff: Socket Mode switched off while running, or before.
func TestSocketSwitchedOff(t *testing.T) {
	t.Parallel()
	for name, greeted := range map[string]bool{"while_running": true, "before": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := workspace(t)
				if !greeted {
					fake.SetSocketMode(false)
				}
				w := inBubble(t, fake, &desk{})
				if greeted {
					if err := fake.WaitSockets(t.Context(), 1); err != nil {
						t.Fatal(err)
					}
					fake.SetSocketMode(false)
				}
				<-w.ended
				wantDenied(t, w.err, "link_disabled")
			})
		})
	}
}

// TestSocketStops: what was taken is answered before Run returns, within the
// time that Slack gives; and Run does not outlive its context for anything else.
func TestSocketStops(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(int, *websocket.Conn){
		"never_greeted": func(_ int, conn *websocket.Conn) { listen(conn, func(string) {}) },
		"deaf":          func(_ int, conn *websocket.Conn) { say(conn, hello); time.Sleep(time.Hour) },
		"silent_handshake": func(int, *websocket.Conn) {
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				far := http.Handler(&liar{serve: serve})
				if name == "silent_handshake" {
					far = stuck(far)
				}
				w := inBubble(t, far, &desk{})
				pass(time.Second)
				began := time.Now()
				w.stop()
				<-w.ended
				if took := time.Since(began); took > 3*time.Second || w.err != nil {
					t.Errorf("Run returned %v after %s", w.err, took)
				}
				time.Sleep(2 * time.Hour) // the far side's own sleep
			})
		})
	}
	t.Run("in_the_middle_of_a_click", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			fake, h := workspace(t), &slowly{takes: 2 * time.Second}
			w := inBubble(t, fake, h)
			ref, err := w.adapter.Post(t.Context(), requests, adaptertest.Pending())
			if err != nil {
				t.Fatal(err)
			}
			if err := fake.WaitSockets(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(time.Second, w.stop)
			r, err := fake.Press(t.Context(), "UDANA", ref.Place, ref.Message, "act:approve")
			if err != nil || r.Outcome != slacktest.Acknowledged || h.err != nil {
				t.Errorf("Press = %+v, %v; the click's own end: %v", r, err, h.err)
			}
			<-w.ended
			if w.err != nil || len(h.seen()) != 1 {
				t.Errorf("Run = %v after %d clicks", w.err, len(h.seen()))
			}
		})
	})
}

// stuck never answers the handshake of a socket.
func stuck(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/link/" {
			<-r.Context().Done()
			return
		}
		h.ServeHTTP(w, r)
	})
}

// slowly is a handler that takes its time.
type slowly struct {
	desk
	takes time.Duration
	err   error // of the context while it waited; guarded by mu
}

func (s *slowly) Click(ctx context.Context, c adapters.Click) (adapters.Answer, error) {
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
	}
	s.mu.Lock()
	s.err = ctx.Err()
	s.mu.Unlock()
	return s.desk.Click(ctx, c)
}

func asDelivery(err error) (*adapters.DeliveryError, bool) {
	return errors.AsType[*adapters.DeliveryError](err)
}

// TestSocketUsesTheCheck: the address that the check was given is the first
// socket's; Slack counts how often it is asked.
func TestSocketUsesTheCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after time.Duration
		want  int
	}{"fresh": {time.Second, 1}, "old": {20 * time.Second, 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := workspace(t)
				w := inBubble(t, fake, &desk{})
				if err := fake.WaitSockets(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				pass(time.Minute)
				if err := w.adapter.Check(t.Context()); err != nil {
					t.Fatal(err)
				}
				pass(c.after)
				fake.CutSockets()
				settle()
				if err := fake.WaitSockets(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				if n := len(fake.Calls("apps.connections.open")) - 1; n != c.want {
					t.Errorf("after the first socket Slack was asked %d times, want %d", n, c.want)
				}
			})
		})
	}
}
