package task

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"signoff/engine/flow"
)

// methods are those that a flow may use.
//
//nolint:gochecknoglobals // a table
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut,
	http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// httpRequest runs http.Request. Outputs are there whenever there was an answer,
// even one that counts as failure.
func (x *run) httpRequest(ctx context.Context, spec *flow.HTTPRequest) (map[string]any, error) {
	if spec.Download {
		return x.download(ctx, spec)
	}
	req, err := x.newRequest(ctx, spec)
	if err != nil {
		return nil, err
	}
	a, err := x.send(ctx, req, cmp.Or(x.call.Timeout, spec.Timeout))
	if err != nil {
		return nil, err
	}
	if a.failed() && !spec.AllowFailed && !slices.Contains(spec.Accept, a.code) {
		return x.outputs(a), x.refused(req, a)
	}
	return x.outputs(a), nil
}

// newRequest renders the task into a request.
func (x *run) newRequest(ctx context.Context, spec *flow.HTTPRequest) (*http.Request, error) {
	method, err := x.method(spec)
	if err != nil {
		return nil, err
	}
	u, err := x.address(spec.URI, spec.Params)
	if err != nil {
		return nil, about("uri", err)
	}
	header, err := x.headers(spec.Headers)
	if err != nil {
		return nil, err
	}
	contentType, err := x.renderOr(spec.ContentType, header.Get("Content-Type"))
	if err != nil {
		return nil, about("contentType", err)
	}
	if contentType == "" {
		contentType = jsonType
	}
	b, err := x.body(ctx, spec, contentType)
	if err != nil {
		return nil, err
	}
	req := request(ctx, method, u, b)
	req.Header = header
	if b != nil {
		header.Set("Content-Type", b.contentType)
	}
	if !isSafe(method) && header.Get("Idempotency-Key") == "" && x.call.IdempotencyKey != "" {
		header.Set("Idempotency-Key", x.call.IdempotencyKey)
	}
	return req, nil
}

func (x *run) method(spec *flow.HTTPRequest) (string, error) {
	method, err := x.renderOr(spec.Method, http.MethodGet)
	if err != nil {
		return "", about("method", err)
	}
	if method = strings.ToUpper(method); !slices.Contains(methods, method) {
		return "", problemf("the method must be one of %s", strings.Join(methods, ", "))
	}
	return method, nil
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// request puts the parts together. It cannot fail: they have been checked.
func request(ctx context.Context, method string, u *url.URL, b *body) *http.Request {
	req := (&http.Request{Method: method, URL: u, Host: u.Host, Header: http.Header{}}).WithContext(ctx)
	if b != nil {
		open := func() io.ReadCloser { return io.NopCloser(bytes.NewReader(b.content)) }
		req.Body, req.ContentLength = open(), int64(len(b.content))
		req.GetBody = func() (io.ReadCloser, error) { return open(), nil }
	}
	return req
}

// send makes the call within its time and reads the whole answer.
func (x *run) send(ctx context.Context, req *http.Request, timeout time.Duration) (*answer, error) {
	ctx, cancel := x.deadline(ctx, timeout)
	defer cancel()
	what := req.Method + " " + origin(req.URL)
	began := x.Now()
	resp, err := x.client.Do(req.WithContext(ctx))
	if err != nil {
		x.logErr(ctx, err)
		return nil, about(what, explain(ctx, err))
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end or given up; there is nothing left to lose
	a, err := x.read(ctx, resp)
	if err != nil {
		return nil, about(what, err)
	}
	a.uri = req.URL.String()
	x.logf("INFO", "%s: answered %s in %s (%s)", what, a.status(), x.Now().Sub(began).Round(time.Millisecond), size(len(a.body)))
	return a, nil
}

func (x *run) deadline(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	return x.within(ctx, timeout, x.Limits.Timeout, x.Limits.MaxTimeout)
}

// within bounds a call: by what the flow says, else by the usual, and by the
// most that is allowed.
func (x *run) within(ctx context.Context, timeout, usual, most time.Duration) (context.Context, context.CancelFunc) {
	switch {
	case timeout <= 0:
		timeout = usual
	case timeout > most:
		x.logf("WARN", "the timeout %s is more than the allowed %s, which holds", timeout, most)
		timeout = most
	}
	return context.WithTimeoutCause(ctx, timeout, &timeoutError{timeout})
}
