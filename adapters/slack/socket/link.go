package socket

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"signoff/adapters"
	"signoff/adapters/slack/fault"
)

const (
	// greetWithin is how long Slack may take to greet.
	greetWithin = 10 * time.Second
	// pingEvery is how often we ask whether anybody is there.
	pingEvery = 10 * time.Second
	// silence is how long nothing at all may come, not even an answer to a ping.
	silence = 30 * time.Second
	// writeWithin bounds the sending of one frame.
	writeWithin = 2 * time.Second
	// lingerFor is how long a socket stays after it was replaced: what Slack had
	// already sent on it is still answered.
	lingerFor = 15 * time.Second
	// maxFrame bounds a frame; the largest view is an eighth of it.
	maxFrame = 2 << 20
	// maxEnvelopeID bounds what is echoed.
	maxEnvelopeID = 255
)

// envelope is a frame, as far as signoff reads it.
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Accepts bool            `json:"accepts_response_payload"`
	Payload json.RawMessage `json:"payload"`
	Reason  string          `json:"reason"`
}

func readEnvelope(frame []byte) (envelope, bool) {
	var e envelope
	err := json.Unmarshal(frame, &e)
	return e, err == nil
}

// The frames and the reasons that mean something to a link.
const (
	frameHello      = "hello"
	frameDisconnect = "disconnect"

	reasonDisabled = "link_disabled"
	reasonTooMany  = "too_many_websockets"
)

// link is one socket. Its channels are closed once each: greeted, retired and
// lost by the goroutine that reads, replaced by the lane.
type link struct {
	*Client
	conn     *websocket.Conn
	greeted  chan struct{} // Slack has said hello
	retired  chan struct{} // Slack asks for another socket in the place of this one
	lost     chan struct{} // nothing more comes; cause says why
	replaced chan struct{} // there is another socket in the place of this one
	cause    error         // set before lost is closed

	isGreeted, isRetired bool // of the goroutine that reads

	busy sync.WaitGroup // what is being answered

	writing sync.Mutex // held while a frame is sent

	mu     sync.Mutex
	halted bool // guarded by mu
}

func newLink(c *Client, conn *websocket.Conn) *link {
	return &link{
		Client: c, conn: conn,
		greeted: make(chan struct{}), retired: make(chan struct{}),
		lost: make(chan struct{}), replaced: make(chan struct{}),
	}
}

// run reads until the socket is lost, halted or ctx ends, answers what came, and
// closes.
func (l *link) run(ctx context.Context) {
	var watcher sync.WaitGroup
	watcher.Go(func() { l.watch(ctx) })
	l.cause = l.read(ctx)
	close(l.lost)
	watcher.Wait()
	l.busy.Wait()
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = l.conn.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(writeWithin)) // it may be gone already
	_ = l.conn.Close()
}

// read takes frames until no more come, and says why none do.
func (l *link) read(ctx context.Context) error {
	l.conn.SetReadLimit(maxFrame)
	l.conn.SetPingHandler(func(data string) error {
		l.heard()
		err := l.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeWithin))
		if errors.Is(err, websocket.ErrCloseSent) || fault.IsTimeout(err) {
			return nil
		}
		return err
	})
	l.conn.SetPongHandler(func(string) error { l.heard(); return nil })
	l.heard()
	for {
		_, frame, err := l.conn.ReadMessage()
		if err != nil {
			return &adapters.DeliveryError{Kind: adapters.Busy, Code: closedWith(err), Err: fault.Bare(err)}
		}
		l.heard()
		if err := l.take(ctx, frame); err != nil {
			return err
		}
	}
}

// closedWith names how a socket was closed, if it was.
func closedWith(err error) string {
	if errors.Is(err, websocket.ErrReadLimit) {
		return "frame_too_large"
	}
	if c, ok := errors.AsType[*websocket.CloseError](err); ok && c.Code != websocket.CloseAbnormalClosure {
		return "closed"
	}
	return ""
}

// heard allows another stretch of silence, unless the link was halted.
func (l *link) heard() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.halted {
		_ = l.conn.NetConn().SetReadDeadline(time.Now().Add(silence)) // a closed connection tells the reader itself
	}
}

// halt ends the reading. What is being answered is still answered.
func (l *link) halt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.halted = true
	_ = l.conn.NetConn().SetReadDeadline(time.Unix(1, 0)) // as above
}

// watch asks whether Slack is there, and halts the link when it is time.
func (l *link) watch(ctx context.Context) {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	linger := time.NewTimer(lingerFor)
	linger.Stop()
	defer linger.Stop()
	replaced := l.replaced
	for {
		select {
		case <-l.lost:
			return
		case <-ctx.Done():
			l.halt()
			return
		case <-replaced:
			replaced = nil
			linger.Reset(lingerFor)
		case <-linger.C:
			l.halt()
			return
		case <-ping.C:
			// One that does not get through shows as silence.
			_ = l.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin))
		}
	}
}

// take handles one frame. An error means that the link is of no more use.
func (l *link) take(ctx context.Context, frame []byte) error {
	e, ok := readEnvelope(frame)
	if !ok {
		l.log.WarnContext(ctx, "a frame was not understood", "bytes", len(frame))
		return nil
	}
	switch e.Type {
	case frameHello:
		if !l.isGreeted {
			l.isGreeted = true
			close(l.greeted)
		}
		return nil
	case frameDisconnect:
		return l.part(e.Reason)
	}
	if e.ID == "" || len(e.ID) > maxEnvelopeID {
		l.log.WarnContext(ctx, "a frame has no name to answer to", "type", cut(e.Type))
		return nil
	}
	select {
	case l.room <- struct{}{}:
	default:
		// Not answered: Slack tells the person that it did not work.
		l.log.WarnContext(ctx, "an interaction was not taken, too many are being answered")
		return nil
	}
	l.busy.Go(func() {
		defer func() { <-l.room }()
		l.answer(ctx, e, frame)
	})
	return nil
}

// part follows Slack's announcement that it will close the socket.
func (l *link) part(reason string) error {
	switch reason {
	case reasonDisabled, reasonTooMany:
		return refused(reason)
	}
	if !l.isRetired {
		l.isRetired = true
		close(l.retired)
	}
	return nil
}

// cut shortens what came from outside, for the log.
func cut(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return s
}
