package slack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	slackapi "github.com/slack-go/slack"

	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// maxAnswer bounds an answer: Slack drops one of 20 KB without a word.
const maxAnswer = 19_000

// answer does what an envelope asks for and says so. One that is not for signoff
// is taken without a word, so that Slack does not deliver it again. A panic
// costs one envelope, which stays unanswered, and not the process.
func (l *link) answer(ctx context.Context, e envelope, frame []byte) {
	defer func() {
		if v := recover(); v != nil {
			l.log.ErrorContext(ctx, "an interaction ended in a panic", "adapter", Surface, "panic", fmt.Sprint(v))
		}
	}()
	// What was taken is finished, even if the sockets are being closed.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	if e.Type != frameInteractive {
		l.acknowledge(ctx, e, nil)
		return
	}
	p, err := wire.Decode(e.Payload)
	if err != nil {
		l.log.WarnContext(ctx, "an interaction was not understood", "adapter", Surface, "err", "the payload is malformed")
		l.acknowledge(ctx, e, nil)
		return
	}
	sum := sha256.Sum256(frame)
	req := interaction{payload: e.Payload, once: p.Name(e.Payload), evidence: hex.EncodeToString(sum[:])}
	response, err := l.answers.get(ctx, req.once, func(ctx context.Context) (*slackapi.ViewSubmissionResponse, error) {
		return l.dispatch(ctx, req, p), nil
	})
	if err != nil {
		return // the same interaction came over another socket and is not done yet
	}
	if response != nil && !e.Accepts {
		l.sayElsewhere(ctx, p, response)
		response = nil
	}
	l.acknowledge(ctx, e, draw.Shrunk(p.View, response, small))
}

// acknowledge tells Slack that an envelope arrived, and what becomes of a form.
func (l *link) acknowledge(ctx context.Context, e envelope, response *slackapi.ViewSubmissionResponse) {
	frame := encodeAnswer(e.ID, response)
	l.writing.Lock()
	defer l.writing.Unlock()
	err := l.conn.SetWriteDeadline(time.Now().Add(writeWithin))
	if err == nil {
		err = l.conn.WriteMessage(websocket.TextMessage, frame)
	}
	if err != nil {
		l.log.WarnContext(ctx, "slack did not get an answer", "adapter", Surface, "err", bare(err))
		l.halt()
	}
}

func encodeAnswer(id string, response *slackapi.ViewSubmissionResponse) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		ID      string                           `json:"envelope_id"`
		Payload *slackapi.ViewSubmissionResponse `json:"payload,omitempty"`
	}{id, response})
	if err != nil {
		panic("slack: encode an answer: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func small(response *slackapi.ViewSubmissionResponse) bool {
	return len(encodeAnswer(strings.Repeat("x", maxEnvelopeID), response)) <= maxAnswer
}

// sayElsewhere tells a person what their form cannot show.
func (l *link) sayElsewhere(ctx context.Context, p wire.Payload, response *slackapi.ViewSubmissionResponse) {
	if p.View == nil {
		return
	}
	if _, touched, err := wire.ParseMetadata(p.View.Metadata); err == nil {
		l.whisper(ctx, whisper{channel: touched.Place, user: p.User.ID, text: draw.Plainly(response)})
	}
}
