package main

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// echo is the endpoint that stands for the HR system in `signoff dev`: it takes
// every call, remembers the last ones and answers with what it was told.
type echo struct {
	now  func() time.Time
	tell func(call)

	mu    sync.Mutex
	calls []call // guarded by mu; the newest last
}

// call is one HTTP call that was made.
type call struct {
	At                 time.Time
	Method, Path, Type string
	Fields             map[string]string // of a form
	Body               string            // of anything else
}

const (
	maxEcho  = 64 << 10
	maxCalls = 100
)

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxEcho)
	c := call{At: e.now(), Method: r.Method, Path: r.URL.RequestURI()}
	c.Type, _, _ = mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	if c.Fields, c.Body, err = read(r, c.Type); err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	e.calls = append(e.calls, c)
	e.calls = e.calls[max(0, len(e.calls)-maxCalls):]
	e.mu.Unlock()
	e.tell(c)
	var answer bytes.Buffer
	enc := json.NewEncoder(&answer)
	enc.SetEscapeHTML(false) // what was sent comes back as it was written
	if err := enc.Encode(c.answer()); err != nil {
		http.Error(w, "what was sent cannot be said in JSON", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer.Bytes()) // who does not read the answer loses only the answer
}

// read takes a form apart and keeps everything else as it is.
func read(r *http.Request, kind string) (fields map[string]string, body string, err error) {
	var form url.Values
	switch kind {
	case "multipart/form-data":
		if err := r.ParseMultipartForm(maxEcho); err != nil {
			return nil, "", err
		}
		form = r.MultipartForm.Value
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, "", err
		}
		form = r.PostForm
	default:
		raw, err := io.ReadAll(r.Body)
		return nil, string(raw), err
	}
	fields = make(map[string]string, len(form))
	for k, v := range form {
		fields[k] = strings.Join(v, ", ")
	}
	return fields, "", nil
}

// answer is what the caller gets: what it sent, JSON as JSON.
func (c call) answer() map[string]any {
	var received any = c.Body
	switch {
	case c.Fields != nil:
		received = c.Fields
	case json.Valid([]byte(c.Body)):
		received = json.RawMessage(c.Body)
	}
	return map[string]any{"method": c.Method, "path": c.Path, "type": c.Type, "received": received}
}

// text is what was sent, in one line.
func (c call) text() string {
	if c.Fields == nil {
		return c.Body
	}
	var parts []string
	for _, k := range sortedKeys(c.Fields) {
		parts = append(parts, k+"="+c.Fields[k])
	}
	return strings.Join(parts, " ")
}

// all returns the calls, the newest last.
func (e *echo) all() []call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.calls)
}
