package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// maxRequest bounds a request; the largest view is an eighth of it.
const maxRequest = 2 << 20

// Where Slack sends what happens, as the manifest says.
const (
	// InteractionsPath takes what people press, submit and search for.
	InteractionsPath = "/slack/interactions"
	// CommandsPath takes what they type.
	CommandsPath = "/slack/commands"
	// EventsPath takes what Slack tells by itself.
	EventsPath = "/slack/events"
)

const (
	mediaForm = "application/x-www-form-urlencoded"
	mediaJSON = "application/json"
)

// Handler serves the requests that Slack sends and hands what people do to h.
func (a *Adapter) Handler(h adapters.Desk) http.Handler {
	a.homes.serves(h)
	in := &ingress{dispatcher{Adapter: a, handler: h}}
	mux := http.NewServeMux()
	mux.Handle("POST "+InteractionsPath, in.route(mediaForm, in.interaction))
	mux.Handle("POST "+CommandsPath, in.route(mediaForm, in.typed))
	mux.Handle("POST "+EventsPath, in.route(mediaJSON, in.told))
	return mux
}

// ingress is the HTTP transport: it turns signed requests into what the dispatcher
// takes.
type ingress struct{ dispatcher }

// refusal is a request that is not ours to answer.
type refusal struct {
	status int
	reason string
}

func (r refusal) Error() string { return r.reason }

// signed is a request that Slack sent.
type signed struct {
	body []byte
	req  interaction // without its payload
}

// route verifies, answers, and leaves everything that can wait to Run. What was
// verified is finished even if Slack hangs up. media is the one that Slack uses
// there.
func (in *ingress) route(media string, take func(context.Context, signed) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithoutCancel(r.Context())
		s, err := in.accept(w, r, media)
		var out any
		if err == nil {
			out, err = take(ctx, s)
		}
		if err != nil {
			in.refuse(ctx, w, err)
			return
		}
		answer(w, out)
	})
}

// accept reads the request once and verifies it before anything is parsed.
func (in *ingress) accept(w http.ResponseWriter, r *http.Request, want string) (signed, error) {
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		return signed{}, refusal{http.StatusBadRequest, "the signature does not cover a query"}
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != want || r.Header.Get("Content-Encoding") != "" {
		return signed{}, refusal{http.StatusUnsupportedMediaType, "not a plain form, or not JSON"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return signed{}, refusal{http.StatusRequestEntityTooLarge, "the request is too large"}
	}
	if err != nil {
		return signed{}, refusal{http.StatusBadRequest, "the request broke off"}
	}
	once, err := in.verifier.Verify(r.Header, body)
	if err != nil {
		return signed{}, refusal{http.StatusUnauthorized, err.Error()}
	}
	return signed{body: body, req: interaction{once: once, evidence: digest(body)}}, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// interaction takes what somebody pressed, submitted or searched for.
func (in *ingress) interaction(ctx context.Context, s signed) (any, error) {
	form, err := url.ParseQuery(string(s.body))
	if err != nil || len(form["payload"]) != 1 {
		return nil, refusal{http.StatusBadRequest, "not exactly one payload"}
	}
	s.req.payload = []byte(form["payload"][0])
	p, err := wire.Decode(s.req.payload)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "the payload is malformed"}
	}
	return in.interact(ctx, s.req, p), nil
}

// typed takes a command.
func (in *ingress) typed(ctx context.Context, s signed) (any, error) {
	form, err := url.ParseQuery(string(s.body))
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "the form is malformed"}
	}
	c, err := wire.CommandForm(form)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "the command is malformed"}
	}
	return in.command(ctx, s.req, c, func(any) bool { return true }), nil
}

// told takes an event.
func (in *ingress) told(ctx context.Context, s signed) (any, error) {
	e, err := wire.DecodeEvent(s.body)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "the event is malformed"}
	}
	if e.Type == wire.URLVerification {
		return map[string]string{"challenge": e.Challenge}, nil
	}
	return nil, in.event(ctx, e)
}

// refuse answers what is not ours. What will not be better the next time Slack is
// asked not to send again.
func (in *ingress) refuse(ctx context.Context, w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if r, ok := errors.AsType[refusal](err); ok {
		status = r.status
		w.Header().Set("X-Slack-No-Retry", "1")
	}
	in.log.InfoContext(ctx, "request refused", "adapter", Surface, "status", status, "err", err)
	http.Error(w, http.StatusText(status), status)
}

// answer writes what becomes of it. Nothing at all closes a form; Slack takes no
// other body for that.
func answer(w http.ResponseWriter, v any) {
	if v == nil {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", mediaJSON)
	_, _ = w.Write(b) // what was recorded stands, whether Slack hears of it or not
}
