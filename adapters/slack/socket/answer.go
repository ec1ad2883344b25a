package socket

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"signoff/adapters/slack/fault"
)

// maxAnswer bounds an answer: Slack drops one of 20 KB without a word.
const maxAnswer = 19_000

// answer has an envelope handled and says so. A panic costs one envelope, which
// stays unanswered, and not the process.
func (l *link) answer(ctx context.Context, e envelope, frame []byte) {
	defer func() {
		if v := recover(); v != nil {
			l.log.ErrorContext(ctx, "an interaction ended in a panic", "panic", fmt.Sprint(v))
		}
	}()
	// What was taken is finished, even if the sockets are being closed.
	ctx = context.WithoutCancel(ctx)
	response, taken := l.handle(ctx, Delivery{Type: e.Type, Payload: e.Payload, Accepts: e.Accepts, Frame: frame})
	if taken {
		l.acknowledge(ctx, e, response)
	}
}

// acknowledge tells Slack that an envelope arrived, and what comes of it.
func (l *link) acknowledge(ctx context.Context, e envelope, response any) {
	frame := encodeAnswer(e.ID, response)
	l.writing.Lock()
	defer l.writing.Unlock()
	err := l.conn.SetWriteDeadline(time.Now().Add(writeWithin))
	if err == nil {
		err = l.conn.WriteMessage(websocket.TextMessage, frame)
	}
	if err != nil {
		l.log.WarnContext(ctx, "slack did not get an answer", "err", fault.Bare(err))
		l.halt()
	}
}

func encodeAnswer(id string, response any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		ID      string `json:"envelope_id"`
		Payload any    `json:"payload,omitempty"`
	}{id, response})
	if err != nil {
		panic("slack: encode an answer: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Fits reports whether Slack takes a response over a socket, whatever envelope it
// answers.
func Fits(response any) bool {
	return len(encodeAnswer(strings.Repeat("x", maxEnvelopeID), response)) <= maxAnswer
}
