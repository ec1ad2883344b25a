package socket

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"signoff/adapters"
	"signoff/adapters/slack/fault"
)

const (
	// connectWithin bounds the way to an open socket, without the greeting.
	connectWithin = 15 * time.Second
	// ticketFor is how long an address that was not used may be; Slack takes it
	// for half a minute.
	ticketFor = 15 * time.Second
)

var (
	errNoGreeting = &adapters.DeliveryError{Kind: adapters.Busy, Code: "no_hello"}
	errBadAddress = errors.New("the address is not a secure WebSocket of Slack's")
)

// Config is what a [Line] needs.
type Config struct {
	// Ask asks Slack for an address, which works once; its errors are
	// *adapters.DeliveryError.
	Ask func(ctx context.Context) (string, error)
	// Count is how many sockets are open at once.
	Count int
	// APIURL is where the Web API is. A stand-in that is spoken to without TLS
	// may have its sockets there too.
	APIURL string
	// HTTPClient is how the Web API is reached: its proxy, dialer and TLS are the
	// sockets' too; nil is one of our own.
	HTTPClient *http.Client
	// Log is where the sockets say what becomes of them.
	Log *slog.Logger
}

// Line is the way to Slack's sockets. It is safe for concurrent use.
type Line struct {
	request func(ctx context.Context) (string, error)
	dialer  *websocket.Dialer
	count   int
	plain   string // the one host:port that is spoken to without TLS; a stand-in's
	log     *slog.Logger

	mu    sync.Mutex
	spare string    // guarded by mu; an address that was asked for and not used
	asked time.Time // guarded by mu
}

// NewLine returns a line. It calls nobody; see [Line.Check].
func NewLine(cfg Config) *Line {
	l := &Line{request: cfg.Ask, count: cfg.Count, log: cfg.Log, dialer: &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: connectWithin,
	}}
	if u, err := url.Parse(cfg.APIURL); err == nil && u.Scheme == "http" {
		l.plain = u.Host
	}
	if cfg.HTTPClient == nil {
		return l
	}
	if t, ok := cfg.HTTPClient.Transport.(*http.Transport); ok {
		l.dialer.Proxy, l.dialer.NetDialContext, l.dialer.TLSClientConfig = t.Proxy, t.DialContext, t.TLSClientConfig
	}
	return l
}

// Check asks for an address and keeps it for the first socket: Slack counts how
// often it is asked.
func (l *Line) Check(ctx context.Context) error {
	address, err := l.ask(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare, l.asked = address, time.Now()
	return err
}

// ticket returns an address that works once.
func (l *Line) ticket(ctx context.Context) (string, error) {
	l.mu.Lock()
	spare, age := l.spare, time.Since(l.asked)
	l.spare = ""
	l.mu.Unlock()
	if spare != "" && age < ticketFor {
		return spare, nil
	}
	return l.ask(ctx)
}

func (l *Line) ask(ctx context.Context) (string, error) {
	address, err := l.request(ctx)
	if err != nil {
		return "", advised(err)
	}
	if !l.secure(address) {
		return "", &adapters.DeliveryError{Kind: adapters.Malformed, Code: "bad_socket_address", Err: errBadAddress}
	}
	return address, nil
}

// secure reports whether an address is one of Slack's, with TLS, or one of the
// stand-in that the Web API is at.
func (l *Line) secure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	if u.Scheme == "ws" {
		return l.plain != "" && u.Host == l.plain
	}
	host := u.Hostname()
	return u.Scheme == "wss" && (strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}

// dial opens a connection. No error holds the address, which is a key.
func (l *Line) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	address, err := l.ticket(ctx)
	if err != nil {
		return nil, err
	}
	conn, resp, err := l.handshake(ctx, address)
	if resp != nil {
		_ = resp.Body.Close() // what an endpoint says that is no WebSocket helps nobody
	}
	if err != nil {
		return nil, refusedSocket(resp, err)
	}
	return conn, nil
}

// handshake is the dialer's, but it ends with ctx at every moment.
func (l *Line) handshake(ctx context.Context, address string) (*websocket.Conn, *http.Response, error) {
	dialer := *l.dialer
	open := dialer.NetDialContext
	if open == nil {
		open = new(net.Dialer).DialContext
	}
	abandon := func() bool { return true }
	dialer.NetDialContext = func(dialing context.Context, network, address string) (net.Conn, error) {
		c, err := open(dialing, network, address)
		if err == nil {
			abandon = context.AfterFunc(ctx, func() { _ = c.Close() }) // the handshake reports it
		}
		return c, err
	}
	conn, resp, err := dialer.DialContext(ctx, address, nil)
	abandon()
	return conn, resp, err
}

func refusedSocket(resp *http.Response, err error) error {
	e := &adapters.DeliveryError{Kind: adapters.Busy, Err: fault.Bare(err)}
	if resp != nil {
		e.Code = http.StatusText(resp.StatusCode)
	}
	if resp != nil && resp.StatusCode == http.StatusTooManyRequests {
		e.Code = "ratelimited"
		if d, err := time.ParseDuration(fault.Seconds(resp.Header.Get("Retry-After")) + "s"); err == nil {
			e.RetryAfter = d
		}
	}
	return e
}
