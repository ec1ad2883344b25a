package slacktest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// maxSockets is how many an app may have open; one more is turned away.
	maxSockets = 10
	// ticketLife is how long the address of a socket may wait to be used.
	ticketLife = 30 * time.Second
	// pingEvery is how often the fake asks whether the app is there.
	pingEvery = 10 * time.Second
	// writeWithin bounds the sending of one frame.
	writeWithin = 5 * time.Second
)

// sockets is the far side of Socket Mode. All but joined is guarded by the
// server's mu.
type sockets struct {
	on      bool
	tickets expiring[bool]
	open    []*socket
	turn    int
	waiting map[string]*delivery // by envelope id
	faults  []string
	orders  socketOrders
	joined  sync.WaitGroup
}

// socket is one connection of the app.
type socket struct {
	conn    *websocket.Conn
	gone    chan struct{} // closed when it is
	writing sync.Mutex
	retired bool // guarded by the server's mu
}

// SetSocketMode says whether people's actions go to the app's sockets instead
// of its address. Switching it off closes them, with reason link_disabled.
func (s *Server) SetSocketMode(on bool) {
	s.mu.Lock()
	s.sockets.on = on
	s.announce()
	open := slices.Clone(s.sockets.open)
	s.mu.Unlock()
	if on {
		return
	}
	for _, c := range open {
		c.disconnect("link_disabled")
		c.cut()
	}
}

// Sockets is how many sockets are open and have not been told to go.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sockets.live()
}

// OpenSockets is how many sockets are open, with those that were told to go.
func (s *Server) OpenSockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets.open)
}

func (h *sockets) live() int {
	n := 0
	for _, c := range h.open {
		if !c.retired {
			n++
		}
	}
	return n
}

// WaitSockets waits until exactly n sockets are open that have not been told to
// go.
func (s *Server) WaitSockets(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		live, changed := s.sockets.live(), s.changed
		s.mu.Unlock()
		if live == n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("slacktest: %d sockets are open, not %d: %w", live, n, context.Cause(ctx))
		}
	}
}

// SocketFaults are what the app did wrong on its sockets: acknowledged what it
// was not sent, or too late, or with more than Slack takes.
func (s *Server) SocketFaults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sockets.faults)
}

// CloseSockets cuts all sockets and waits until nothing of them runs.
func (s *Server) CloseSockets() {
	s.CutSockets()
	s.sockets.joined.Wait()
}

// connectionsOpen is apps.connections.open: it makes the address of a socket.
func (s *Server) connectionsOpen(a args) (object, error) {
	switch {
	case a.token == "":
		return nil, refuse("not_authed")
	case strings.HasPrefix(a.token, "xoxb-"), strings.HasPrefix(a.token, "xoxp-"):
		return nil, refuse("not_allowed_token_type")
	case a.token != s.opt.AppToken:
		return nil, refuse("invalid_auth")
	}
	ticket := newSecret()
	s.sockets.tickets.put(ticket, true, s.now())
	host := strings.Replace(s.url, "http", "ws", 1)
	return object{"url": host + "/link/?ticket=" + ticket + "&app_id=" + appID}, nil
}

// serveSocket is a connection of the app.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	_, good := s.sockets.tickets.get(ticket)
	if good {
		delete(s.sockets.tickets.by, ticket)
	}
	s.mu.Unlock()
	if !good {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	// slack-go names a fixed origin, which is not where this fake is.
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	s.sockets.joined.Go(func() { s.attend(&socket{conn: conn, gone: make(chan struct{})}) })
}

// attend greets a socket and reads what the app answers on it.
func (s *Server) attend(c *socket) {
	defer c.cut()
	hello, reason := s.admit(c)
	if reason != "" {
		c.disconnect(reason)
		return
	}
	defer s.forget(c)
	if hello != nil {
		c.write(hello)
	}
	var pings sync.WaitGroup
	defer pings.Wait()
	defer close(c.gone)
	pings.Go(c.pings)
	for {
		_, frame, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		if !s.acknowledged(c, frame) {
			return
		}
	}
}

// admit takes a socket in, or says why not. Its hello is nil if it was ordered
// not to be said.
func (s *Server) admit(c *socket) (hello object, refused string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.sockets.on:
		return nil, "link_disabled"
	case len(s.sockets.open) >= maxSockets, take(&s.sockets.orders.tooMany):
		return nil, "too_many_websockets"
	}
	s.sockets.open = append(s.sockets.open, c)
	s.announce()
	if take(&s.sockets.orders.noHello) {
		return nil, ""
	}
	return object{
		"type": "hello", "num_connections": len(s.sockets.open),
		"connection_info": object{"app_id": appID},
		"debug_info":      object{"host": "applink-fake", "approximate_connection_time": 3600},
	}, ""
}

func (s *Server) forget(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.open = slices.DeleteFunc(s.sockets.open, func(o *socket) bool { return o == c })
	s.announce()
}

// pings asks whether the app is there until the socket is gone.
func (c *socket) pings() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-c.gone:
			return
		case <-ticker.C:
			_ = c.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-fake"), time.Now().Add(writeWithin)) // the reader notices
		}
	}
}

// write sends a frame; one that does not arrive shows as a missing answer.
func (c *socket) write(o object) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err == nil {
		_ = c.conn.WriteMessage(websocket.TextMessage, encode(o)) // as above
	}
}

func (c *socket) disconnect(reason string) {
	c.write(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-fake"}})
}

// cut ends the connection without a word.
func (c *socket) cut() { _ = c.conn.Close() }

func (c *socket) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}
