package task

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"

	"signoff/engine/expr"
)

// errSketched ends an expression of a sketch that would have called somebody.
var errSketched = errors.New("http() is not called in a sketch")

// withHTTP returns env with the function http, which calls an address as
// http.Request does, under the same rules, and gives the body of the answer.
func (x *run) withHTTP(ctx context.Context, env expr.Env) expr.Env {
	call := func(args expr.Args) (any, error) {
		v, err := x.httpCall(ctx, args)
		if p, ok := errors.AsType[*problemError](err); ok {
			return nil, errors.New(p.text)
		}
		return v, err
	}
	return expr.Env{Roots: env.Roots, Funcs: env.Funcs.With(map[string]expr.Func{"http": call}), Budget: env.Budget}
}

// httpState is what a run knows of its calls by http().
type httpState struct {
	// sketch: nothing is called; asked is what would have been.
	sketch bool
	asked  map[string]any
	// known are the answers, by what was asked: a text may be rendered more than
	// once, and the far side must not notice.
	known map[string]any
	// tame changes what was answered while a text is compared with its tame self;
	// then nothing is called. nil otherwise.
	tame func(string) string
}

// tameText changes a text as a whole, or the texts in it if it is JSON.
func (h *httpState) tameText(s string) string {
	if json.Valid([]byte(s)) {
		return tameInside(s, h.tame)
	}
	return h.tame(s)
}

// maxHTTPCalls bounds the calls of one task, whose expressions may loop.
const maxHTTPCalls = 20

// httpCall makes the call, once for each thing that is asked.
func (x *run) httpCall(ctx context.Context, args expr.Args) (any, error) {
	req, err := x.httpArguments(ctx, args)
	if err != nil {
		return nil, err
	}
	sent, err := sketchRequest(req)
	if err != nil {
		return nil, err
	}
	key, err := asJSON(sent)
	if err != nil {
		return nil, err
	}
	h := &x.http
	v, known := h.known[string(key)]
	switch {
	case known && h.tame != nil:
		return tameValue(v, h.tameText), nil
	case known:
		return v, nil
	case h.tame != nil:
		return nil, errors.New("nothing is called with changed values")
	case h.sketch:
		h.asked = sent
		return nil, errSketched
	case len(h.known) == maxHTTPCalls:
		return nil, problemf("a task makes at most %d calls with http(); use http.Request in a loop", maxHTTPCalls)
	}
	if h.known == nil {
		h.known = map[string]any{}
	}
	if req.GetBody != nil { // the sketch read the body
		if req.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	if !isSafe(req.Method) && req.Header.Get("Idempotency-Key") == "" && x.call.IdempotencyKey != "" {
		req.Header.Set("Idempotency-Key", x.call.IdempotencyKey+"-"+strconv.Itoa(len(h.known)+1))
	}
	if v, err = x.httpAnswer(ctx, req); err != nil {
		return nil, err
	}
	h.known[string(key)] = v
	text, err := asText(v)
	if err != nil {
		return nil, err
	}
	return v, args.Spend(10 * len(text))
}

// httpAnswer is the body of the answer: JSON as the value that it stands for,
// anything else as text.
func (x *run) httpAnswer(ctx context.Context, req *http.Request) (any, error) {
	a, err := x.send(ctx, req, x.call.Timeout)
	switch {
	case err != nil:
		return nil, err
	case a.failed():
		return nil, x.refused(req, a)
	case len(a.body) > maxRead:
		return nil, problemf("the answer is larger than %s; fetch it with http.Download", size(maxRead))
	}
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	var v any
	if err == nil && isJSON(media) && decodeJSON(a.body, &v) == nil {
		return plainNumbers(v), nil
	}
	return a.body, nil
}
