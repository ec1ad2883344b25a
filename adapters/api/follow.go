package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"signoff/adapters"
	"signoff/engine"
)

const (
	// glance is how often a followed execution is looked at.
	glance = 250 * time.Millisecond
	// heartbeat is how long a stream is silent at the most, so that nobody
	// between takes it for dead.
	heartbeat = 15 * time.Second
	// slowest is how long a reader may take for one event.
	slowest = 30 * time.Second
)

// follow streams an execution as events: each change, with its version as the
// event's id, until it has ended and nothing of it runs any more. Last-Event-ID
// skips what was seen.
func (s *server) follow(w http.ResponseWriter, r *http.Request, t Token) {
	id := engine.ExecutionID(r.PathValue("id"))
	x, err := s.Service.Execution(r.Context(), id, t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	seen, _ := strconv.ParseUint(r.Header.Get("Last-Event-ID"), 10, 64) // what is no number was not seen
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Accel-Buffering", "no") // of proxies that would wait for more
	w.WriteHeader(http.StatusOK)
	out := &events{by: t.account(), w: w, ctl: http.NewResponseController(w), seen: engine.Version(seen)}
	if err := s.stream(r.Context(), out, x); err != nil {
		s.Log.DebugContext(r.Context(), "a stream of events ended early", "execution", id, "err", err)
	}
}

func (s *server) stream(ctx context.Context, out *events, x engine.Execution) error {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	quiet := time.NewTicker(heartbeat)
	defer quiet.Stop()
	for {
		if err := out.tell(x); err != nil || over(x) {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.Ending:
			return nil
		case <-quiet.C:
			if err := out.write(": still there\n\n"); err != nil {
				return err
			}
		case <-tick.C:
		}
		var err error
		if x, err = s.Service.Execution(ctx, x.ID, out.by); err != nil {
			return err
		}
	}
}

// over reports whether nothing more can come but by a restart.
func over(x engine.Execution) bool {
	if !x.State.Final() {
		return false
	}
	for i := range x.Runs {
		if run := &x.Runs[i]; !run.Past && !run.State.Final() {
			return false // of the afterExecution
		}
	}
	return true
}

// events writes a stream.
type events struct {
	by   adapters.Account // who reads it
	w    http.ResponseWriter
	ctl  *http.ResponseController
	seen engine.Version
}

// tell writes an execution, unless that was seen. The end is told in any case:
// whoever asks again learns at once that it is over.
func (e *events) tell(x engine.Execution) error {
	name := "progress"
	switch {
	case over(x):
		name = "end"
	case x.Version <= e.seen:
		return nil
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(View(x)); err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	e.seen = x.Version
	return e.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n", x.Version, name, body.Bytes()))
}

func (e *events) write(text string) error {
	// A writer that has no deadline needs none.
	_ = e.ctl.SetWriteDeadline(time.Now().Add(slowest))
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.ctl.Flush()
}
