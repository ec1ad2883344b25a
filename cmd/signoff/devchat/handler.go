package devchat

import (
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
)

//go:embed page
var page embed.FS

// maxBody is more than a person can type into a form.
const maxBody = 1 << 20

type chat struct {
	Config
}

// New returns the page. It serves "/" and everything under "/chat/".
func New(c Config) (http.Handler, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	files, err := fs.Sub(page, "page")
	if err != nil {
		return nil, err
	}
	h := &chat{Config: c}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "page.html")
	})
	mux.Handle("GET /chat/", http.StripPrefix("/chat/", http.FileServerFS(files)))
	mux.HandleFunc("GET /chat/state", h.state)
	mux.HandleFunc("GET /chat/events", h.events)
	mux.HandleFunc("GET /chat/flows", h.flows)
	mux.HandleFunc("GET /chat/app", h.app)
	mux.HandleFunc("POST /chat/press", h.press)
	mux.HandleFunc("POST /chat/submit", h.submit)
	mux.HandleFunc("POST /chat/close", h.closeView)
	mux.HandleFunc("POST /chat/say", h.say)
	mux.HandleFunc("POST /chat/shortcut", h.shortcut)
	mux.HandleFunc("POST /chat/tab", h.tab)
	mux.HandleFunc("POST /chat/suggest", h.suggest)
	mux.HandleFunc("POST /chat/upload", h.upload)
	return guard(mux), nil
}

func (h *chat) flows(w http.ResponseWriter, r *http.Request) {
	list, err := h.Flows(r.Context())
	if err != nil {
		h.fail(w, r, err)
		return
	}
	if list == nil {
		list = []Flow{}
	}
	h.write(w, r, list)
}

// read decodes a JSON body. It answers itself and reports false if that is not
// what it got.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		http.Error(w, "send application/json", http.StatusUnsupportedMediaType)
		return false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		http.Error(w, "bad request: "+err.Error(), http.StatusBadRequest)
		return false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		http.Error(w, "bad request: more than one value", http.StatusBadRequest)
		return false
	}
	return true
}

func (h *chat) write(w http.ResponseWriter, r *http.Request, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // a browser that has gone needs no answer
}

func (h *chat) fail(w http.ResponseWriter, r *http.Request, err error) {
	h.Log.ErrorContext(r.Context(), "local chat", "path", r.URL.Path, "err", err)
	http.Error(w, "something went wrong; the terminal says what", http.StatusInternalServerError)
}
