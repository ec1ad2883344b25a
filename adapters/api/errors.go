package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"signoff/engine"
	"signoff/engine/flow"
)

// Error is a refusal as the API says it: {"error": {"code", "text", "fields"}}.
// The client returns it, too.
type Error struct {
	Status int    `json:"-"`
	Code   string `json:"code"`
	Text   string `json:"text"`
	// Fields holds the texts by input when the code is bad_input.
	Fields map[string]string `json:"fields,omitempty"`
	// Faults is what is wrong with flows when the code is faults.
	Faults []flow.Fault `json:"faults,omitempty"`
}

func (e *Error) Error() string { return e.Text }

// Faulty refuses flows for their faults.
func Faulty(faults []flow.Fault) *Error {
	return &Error{Status: http.StatusUnprocessableEntity, Code: "faults", Text: "The flows have faults; nothing was saved.", Faults: faults}
}

// envelope is the one shape of an error body.
type envelope struct {
	Error *Error `json:"error"`
}

// fail answers with err. What is not meant for the caller is logged under an
// id, and only the id is told.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	known := explain(err)
	if known == nil {
		id := rand.Text()[:8]
		s.Log.ErrorContext(r.Context(), "api request failed", "id", id, "method", r.Method, "route", r.Pattern, "err", err)
		known = &Error{
			Status: http.StatusInternalServerError, Code: "internal",
			Text: "Something went wrong. Look for " + id + " in the server's log.",
		}
	}
	s.write(w, known.Status, envelope{known})
}

// explain returns what the caller may know of err, or nil.
func explain(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*engine.RejectionError](err); ok {
		out := &Error{Status: statusOf(e.Code), Code: string(e.Code), Text: e.Text}
		for _, f := range e.Fields {
			if out.Fields == nil {
				out.Fields = map[string]string{}
			}
			out.Fields[f.Field] = f.Text
		}
		return out
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &Error{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Text: fmt.Sprintf("The body is larger than %d KiB.", e.Limit>>10)}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &Error{Status: http.StatusServiceUnavailable, Code: "unavailable", Text: "The server is too busy or is stopping. Try again."}
	}
	return nil
}

func statusOf(c engine.Code) int {
	switch c {
	case engine.NotFound:
		return http.StatusNotFound
	case engine.Ended, engine.AlreadyDecided, engine.AlreadyVoted, engine.Settled, engine.TooEarly:
		return http.StatusConflict
	case engine.Stale:
		return http.StatusPreconditionFailed
	case engine.TooLate:
		return http.StatusGone
	case engine.NotEligible, engine.OwnRequest, engine.NotAllowed:
		return http.StatusForbidden
	case engine.BadInput:
		return http.StatusUnprocessableEntity
	case engine.Unverified:
		return http.StatusServiceUnavailable
	}
	// A code of a later engine still is a refusal.
	return http.StatusConflict
}

// write sends v as JSON. Nothing of the API may be kept by a cache.
func (s *server) write(w http.ResponseWriter, status int, v any) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		s.Log.Error("api answer cannot be encoded", "err", err)
		status = http.StatusInternalServerError
		body.Reset()
		body.WriteString(`{"error":{"code":"internal","text":"The answer cannot be written as JSON."}}` + "\n")
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug("api answer was not read", "err", err)
	}
}
