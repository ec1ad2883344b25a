package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"

	"signoff/engine"
)

// Hooks takes calls of webhooks. What does not exist, of whatever reason, has
// the code [engine.NotFound].
type Hooks interface {
	Webhook(ctx context.Context, c HookCall) (HookAnswer, error)
}

// HookCall is a call of a webhook's address, as it came in.
type HookCall struct {
	Namespace, Flow string
	// Key is secret: it is all that the caller has to show.
	Key  string
	Path string // what follows the key, without a slash in front
	// Headers have names in lower case. Those that speak of the connection or
	// identify somebody to a server are left out.
	Method              string
	Headers, Parameters map[string][]string
	// Body is nil, text, or what JSON means.
	Body any
	// Delivery is how the caller names this call; empty if it does not.
	Delivery string
}

// HookAnswer is what came of a call.
type HookAnswer struct {
	// Execution has no ID when nothing was started.
	Execution engine.Execution
	// URL is the page of the execution.
	URL string
	// Seen: a call with this delivery was taken before.
	Seen bool
	// Outputs: answer with the flow's outputs alone.
	Outputs bool
	Status  int // 0: the usual
}

// HooksConfig is what [NewHooks] needs.
type HooksConfig struct {
	Hooks Hooks
	// AllowGet lets GET start a flow, too, as Kestra does. Then whoever only
	// looks at the address, such as a chat that previews links, starts it.
	AllowGet bool
	Log      *slog.Logger
}

// Where the addresses of webhooks begin: ours, and Kestra's without and with its
// tenant.
const (
	HookPrefix       = "/hooks"
	longHookPrefix   = Prefix + "/executions/webhook"
	tenantHookPrefix = Prefix + "/main/executions/webhook"
)

// HookPrefixes are all of them.
func HookPrefixes() []string { return []string{HookPrefix, longHookPrefix, tenantHookPrefix} }

// maxHookDepth bounds how deep a body may be nested.
const maxHookDepth = 64

// NewHooks returns the handler of webhooks' addresses. It asks for no token:
// the key in the address is what the caller knows.
func NewHooks(c HooksConfig) (http.Handler, error) {
	if c.Hooks == nil || c.Log == nil {
		return nil, errors.New("api: webhooks need hooks and a log")
	}
	s := &hookServer{server: server{Config: Config{Log: c.Log}}, HooksConfig: c}
	routes := http.NewServeMux()
	for _, prefix := range HookPrefixes() {
		routes.HandleFunc(prefix+"/{namespace}/{flow}/{key}", s.hook)
		routes.HandleFunc(prefix+"/{namespace}/{flow}/{key}/{path...}", s.hook)
	}
	routes.HandleFunc("/", s.nowhere)
	return routes, nil
}

type hookServer struct {
	HooksConfig

	server server
}

func (s *hookServer) nowhere(w http.ResponseWriter, r *http.Request) {
	s.server.fail(w, r, &Error{Status: http.StatusNotFound, Code: string(engine.NotFound), Text: "There is no such webhook."})
}

// methods are those that start a flow.
func (s *hookServer) methods() []string {
	m := []string{http.MethodPost, http.MethodPut}
	if s.AllowGet {
		m = append(m, http.MethodGet)
	}
	return m
}

func (s *hookServer) hook(w http.ResponseWriter, r *http.Request) {
	if allowed := s.methods(); !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.server.fail(w, r, &Error{Status: http.StatusMethodNotAllowed, Code: "method", Text: "Call this address with " + strings.Join(allowed, " or ") + "."})
		return
	}
	body, err := hookBody(w, r)
	if err != nil {
		s.server.fail(w, r, err)
		return
	}
	answer, err := s.Hooks.Webhook(r.Context(), HookCall{
		Namespace: r.PathValue("namespace"), Flow: r.PathValue("flow"), Key: r.PathValue("key"), Path: r.PathValue("path"),
		Method: r.Method, Headers: hookHeaders(r.Header), Parameters: r.URL.Query(), Body: body, Delivery: delivery(r.Header),
	})
	if err != nil {
		s.server.fail(w, r, err)
		return
	}
	s.answer(w, answer)
}

// answer says what came of the call.
func (s *hookServer) answer(w http.ResponseWriter, a HookAnswer) {
	x := a.Execution
	status := a.Status
	if status == 0 {
		status = http.StatusOK
	}
	switch {
	case a.Seen:
		s.server.write(w, http.StatusOK, map[string]any{"duplicate": true})
	case x.ID == "":
		w.WriteHeader(http.StatusNoContent)
	case a.Outputs && (x.State == engine.Success || x.State == engine.Warning):
		outputs := x.Outputs
		if outputs == nil {
			outputs = map[string]any{}
		}
		s.server.write(w, status, outputs)
	case a.Outputs && x.State.Final():
		s.server.write(w, http.StatusInternalServerError, hookView(a))
	case a.Outputs:
		s.server.write(w, http.StatusAccepted, hookView(a)) // it goes on
	default:
		s.server.write(w, status, hookView(a))
	}
}

// HookView is the answer to a call, with Kestra's names.
type HookView struct {
	ID           string            `json:"id"`
	Namespace    string            `json:"namespace"`
	FlowID       string            `json:"flowId"`
	FlowRevision int               `json:"flowRevision"`
	State        HookState         `json:"state"`
	Labels       map[string]string `json:"labels,omitempty"`
	Outputs      map[string]any    `json:"outputs,omitempty"`
	URL          string            `json:"url,omitempty"`
}

// HookState is the state of the execution when the answer was written.
type HookState struct {
	Current engine.State `json:"current"`
}

func hookView(a HookAnswer) HookView {
	x := a.Execution
	return HookView{
		ID: string(x.ID), Namespace: x.Flow.Namespace, FlowID: x.Flow.ID, FlowRevision: x.Flow.Revision,
		State: HookState{x.State}, Labels: x.Labels, Outputs: x.Outputs, URL: a.URL,
	}
}

// hookBody reads the body: JSON where the caller says that it is JSON, or says
// nothing and it can be read as such; text otherwise. "curl -d" calls whatever it
// sends a form, so that a form in braces or brackets is one that said nothing.
func hookBody(w http.ResponseWriter, r *http.Request) (any, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, err
	} else if err != nil {
		return nil, badRequest("The body could not be read to its end.")
	}
	if len(raw) == 0 {
		return nil, nil
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	declared := err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
	unsaid := r.Header.Get("Content-Type") == "" ||
		media == "application/x-www-form-urlencoded" && bytes.ContainsAny(raw[:1], "{[")
	if !declared && !unsaid {
		return strings.ToValidUTF8(string(raw), "\uFFFD"), nil
	}
	v, err := hookJSON(raw)
	if err != nil && !declared {
		return strings.ToValidUTF8(string(raw), "\uFFFD"), nil
	}
	return v, err
}

func hookJSON(raw []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, badRequest(jsonFault(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, badRequest("The body holds more than one JSON value.")
	}
	if deeper(v, maxHookDepth) {
		return nil, badRequest("The body is nested too deep.")
	}
	return native(v), nil
}

// deeper reports whether v is nested deeper than so many levels.
func deeper(v any, levels int) bool {
	if levels < 0 {
		return true
	}
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return deeper(e, levels-1) })
	case map[string]any:
		for _, e := range v {
			if deeper(e, levels-1) {
				return true
			}
		}
	}
	return false
}

// hookHeaders are the headers that a flow may see, with names in lower case.
func hookHeaders(h http.Header) map[string][]string {
	hidden := []string{
		"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
		"transfer-encoding", "upgrade", "authorization", "cookie",
	}
	for _, line := range h.Values("Connection") {
		for name := range strings.SplitSeq(line, ",") {
			hidden = append(hidden, strings.ToLower(strings.TrimSpace(name)))
		}
	}
	out := make(map[string][]string, len(h))
	for name, values := range h {
		if name = strings.ToLower(name); !slices.Contains(hidden, name) {
			out[name] = values
		}
	}
	return out
}

// delivery is how the caller names the call, by the headers in use for that.
func delivery(h http.Header) string {
	for _, name := range []string{"Idempotency-Key", "Webhook-Id", "X-Github-Delivery", "X-Gitlab-Event-Uuid"} {
		if v := h.Get(name); v != "" {
			return v
		}
	}
	return ""
}
