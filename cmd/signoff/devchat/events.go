package devchat

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// The pace of the stream: executions and calls are not announced, so they are
// looked at every second; a silent stream is kept alive.
const (
	lookEvery  = time.Second
	aliveEvery = 15 * time.Second
	writeIn    = 10 * time.Second
)

// events is the stream of a person's snapshots, one whenever something changed.
// It ends with the request.
func (h *chat) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var last []byte
	said := time.Now()
	for {
		changed := h.Slack.Changed()
		s, err := h.snapshot(r.Context(), r.URL.Query().Get("as"))
		if err != nil {
			h.Log.ErrorContext(r.Context(), "local chat", "path", r.URL.Path, "err", err)
			return
		}
		raw, err := json.Marshal(s)
		if err != nil {
			h.Log.ErrorContext(r.Context(), "local chat", "path", r.URL.Path, "err", err)
			return
		}
		event := []byte(": alive\n\n")
		if !bytes.Equal(raw, last) {
			event = slices.Concat([]byte("data: "), raw, []byte("\n\n"))
			last = raw
		} else if time.Since(said) < aliveEvery {
			event = nil
		}
		if event != nil {
			said = time.Now()
			if send(w, out, event) != nil {
				return
			}
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// send writes one event. A recorder in a test has no deadline to set.
func send(w http.ResponseWriter, out *http.ResponseController, event []byte) error {
	_ = out.SetWriteDeadline(time.Now().Add(writeIn)) // without one, only slower to notice a dead browser
	if _, err := w.Write(event); err != nil {
		return err
	}
	return out.Flush()
}

// sortByTime orders messages by their ts, whose seconds all have ten digits.
func sortByTime(list []message) {
	slices.SortStableFunc(list, func(a, b message) int { return cmp.Compare(a.TS, b.TS) })
}
