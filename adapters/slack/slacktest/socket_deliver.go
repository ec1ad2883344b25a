package slacktest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
)

// maxAck is the size from which Slack drops an acknowledgement.
const maxAck = 20 * 1024

// delivery is an envelope that waits to be acknowledged.
type delivery struct {
	accepts bool
	acks    chan []byte      // as many as deliveries at the most
	open    map[*socket]bool // where it was sent; true: not acknowledged there
}

// sendSocket delivers a parcel on one of the sockets, again on another one if the
// first breaks, until ctx ends.
func (s *Server) sendSocket(ctx context.Context, p parcel) (reply, error) {
	id := newSecret()
	d := &delivery{
		accepts: p.accepts(), acks: make(chan []byte, maxSockets), open: map[*socket]bool{},
	}
	s.mu.Lock()
	s.sockets.waiting[id] = d
	d.accepts = d.accepts && !take(&s.sockets.orders.noResponse)
	copies := 1
	if take(&s.sockets.orders.twice) {
		copies = 2
	}
	s.mu.Unlock()
	defer s.settled(id)
	envelope := object{
		"type": p.envelope, "envelope_id": id, "accepts_response_payload": d.accepts, "payload": p.payload,
	}
	if p.envelope == envelopeEvent {
		envelope["retry_attempt"], envelope["retry_reason"] = p.retry, p.reason
	}
	var answers [][]byte
	for attempt := 0; len(answers) < copies; {
		c, err := s.nextSocket(ctx, d, attempt > 0)
		if err != nil {
			return reply{}, err
		}
		if attempt > 0 && copies == 1 {
			envelope["retry_attempt"], envelope["retry_reason"] = attempt, "timeout"
		}
		c.write(envelope)
		attempt++
		if attempt < copies {
			continue
		}
		got, err := s.await(ctx, d, copies-len(answers))
		answers = append(answers, got...)
		if err != nil {
			return reply{}, err
		}
	}
	for _, body := range answers[1:] {
		if !bytes.Equal(body, answers[0]) {
			s.socketFault("the same envelope was answered in two ways")
		}
	}
	return reply{status: http.StatusOK, json: true, body: answers[0]}, nil
}

// await waits for n acknowledgements; fewer come back if sockets broke.
func (s *Server) await(ctx context.Context, d *delivery, n int) ([][]byte, error) {
	var got [][]byte
	for len(got) < n {
		s.mu.Lock()
		changed, waits := s.changed, false
		for c, unanswered := range d.open {
			waits = waits || unanswered && !c.isGone()
		}
		s.mu.Unlock()
		select {
		case body := <-d.acks:
			got = append(got, body)
			continue
		default:
		}
		if !waits {
			return got, nil
		}
		select {
		case body := <-d.acks:
			got = append(got, body)
		case <-changed:
		case <-ctx.Done():
			return got, context.Cause(ctx)
		}
	}
	return got, nil
}

// nextSocket picks a socket. A second delivery waits for one.
func (s *Server) nextSocket(ctx context.Context, d *delivery, again bool) (*socket, error) {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		c := s.socketFor(d)
		switch {
		case c != nil:
			return c, nil
		case !again:
			return nil, fmt.Errorf("%w: it has no socket open", errNoAnswer)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// socketFor picks the next socket that did not get this envelope yet, rather
// one that was not told to go; nil if there is none.
func (s *Server) socketFor(d *delivery) *socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.sockets
	for _, retired := range []bool{false, true} {
		for i := range h.open {
			c := h.open[(h.turn+i)%len(h.open)]
			if _, tried := d.open[c]; !tried && c.retired == retired {
				h.turn = (h.turn + i + 1) % len(h.open)
				d.open[c] = true
				return c
			}
		}
	}
	return nil
}

func (s *Server) settled(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets.waiting, id)
}

func (s *Server) socketFault(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.faults = append(s.sockets.faults, text)
	s.log.Warn("socket fault", "fault", text)
}

// acknowledged takes a frame of the app. It reports false if the connection is
// to be cut.
func (s *Server) acknowledged(c *socket, frame []byte) bool {
	o, ok := decodeObject(frame)
	id := str(o, "envelope_id")
	if !ok || id == "" {
		s.socketFault("a frame that acknowledges nothing")
		return true
	}
	if len(frame) >= maxAck {
		s.socketFault(fmt.Sprintf("an answer of %d bytes, which Slack drops", len(frame)))
		return true
	}
	s.mu.Lock()
	d := s.sockets.waiting[id]
	lost := d != nil && take(&s.sockets.orders.loseAcks)
	mine := d != nil && d.open[c]
	s.mu.Unlock()
	switch {
	case lost:
		return false
	case d == nil:
		s.socketFault("an envelope was acknowledged too late, or is unknown")
		return true
	case !mine:
		s.socketFault("an envelope was acknowledged twice, or on another socket")
		return true
	}
	body := s.response(d, o)
	s.mu.Lock()
	defer s.mu.Unlock()
	d.open[c] = false
	d.acks <- body // there is room for every socket's
	return true
}

// response is what the app wants to happen, as the body of an HTTP answer.
func (s *Server) response(d *delivery, o object) []byte {
	payload, found := o["payload"]
	if !found || payload == nil {
		return nil
	}
	if fields, ok := payload.(object); ok && len(fields) == 0 {
		return nil // what Slack's own client sends when there is nothing to say
	}
	if !d.accepts {
		s.socketFault("a response where Slack takes none")
		return nil
	}
	return encode(payload)
}
