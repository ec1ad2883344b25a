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

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// maxRequest bounds a request; the largest view is an eighth of it.
const maxRequest = 2 << 20

// InteractionsPath is where Slack sends what people press and submit.
const InteractionsPath = "/slack/interactions"

// Handler serves the requests that Slack sends and hands what people do to h.
func (a *Adapter) Handler(h adapters.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+InteractionsPath, &ingress{dispatcher{Adapter: a, handler: h}})
	return mux
}

// ingress is the HTTP transport: it turns signed requests into interactions.
type ingress struct{ dispatcher }

// refusal is a request that is not ours to answer.
type refusal struct {
	status int
	reason string
}

func (r refusal) Error() string { return r.reason }

// ServeHTTP verifies, answers, and leaves everything that can wait to Run. A
// click that was verified is finished even if Slack hangs up.
func (in *ingress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerWithin)
	defer cancel()
	req, err := in.accept(w, r)
	var p wire.Payload
	if err == nil {
		p, err = wire.Decode(req.payload)
		if err != nil {
			err = refusal{http.StatusBadRequest, "the payload is malformed"}
		}
	}
	if err != nil {
		in.refuse(ctx, w, err)
		return
	}
	answer(w, in.dispatch(ctx, req, p))
}

// accept reads the request once and verifies it before anything is parsed.
func (in *ingress) accept(w http.ResponseWriter, r *http.Request) (interaction, error) {
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		return interaction{}, refusal{http.StatusBadRequest, "the signature does not cover a query"}
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" || r.Header.Get("Content-Encoding") != "" {
		return interaction{}, refusal{http.StatusUnsupportedMediaType, "not a plain form"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return interaction{}, refusal{http.StatusRequestEntityTooLarge, "the request is too large"}
	}
	if err != nil {
		return interaction{}, refusal{http.StatusBadRequest, "the request broke off"}
	}
	once, err := in.verifier.Verify(r.Header, body)
	if err != nil {
		return interaction{}, refusal{http.StatusUnauthorized, err.Error()}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || len(form["payload"]) != 1 {
		return interaction{}, refusal{http.StatusBadRequest, "not exactly one payload"}
	}
	sum := sha256.Sum256(body)
	return interaction{payload: []byte(form["payload"][0]), once: once, evidence: hex.EncodeToString(sum[:])}, nil
}

func (in *ingress) refuse(ctx context.Context, w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if r, ok := errors.AsType[refusal](err); ok {
		status = r.status
	}
	in.log.InfoContext(ctx, "request refused", "adapter", Surface, "status", status, "err", err)
	http.Error(w, http.StatusText(status), status)
}

// answer writes what becomes of a modal. Nothing at all closes it; Slack takes
// no other body for that.
func answer(w http.ResponseWriter, v *slackapi.ViewSubmissionResponse) {
	if v == nil {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // the click stands, whether Slack hears of it or not
}
