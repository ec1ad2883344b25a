package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxAnswer bounds what the client reads of one answer that is not a stream.
const maxAnswer = 256 << 20

// Client speaks to a signoff server. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// NewClient returns a client for the server at base, such as
// "http://127.0.0.1:7070". It follows no redirect, so that the token goes to
// no other place.
func NewClient(base, token string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("the server's address %q is not of the form http://HOST:PORT", base)
	}
	return &Client{
		base:  u.Scheme + "://" + u.Host + u.EscapedPath(),
		token: token,
		http: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Start begins an execution.
func (c *Client) Start(ctx context.Context, b StartBody) (Execution, error) {
	var x Execution
	err := c.call(ctx, ask{method: http.MethodPost, path: "/executions", body: b}, &x)
	return x, err
}

// Execution returns one execution.
func (c *Client) Execution(ctx context.Context, id string) (Execution, error) {
	var x Execution
	err := c.call(ctx, ask{method: http.MethodGet, path: "/executions/" + url.PathEscape(id)}, &x)
	return x, err
}

// Executions lists executions, newest first.
func (c *Client) Executions(ctx context.Context, f Filter) ([]Execution, error) {
	var l ExecutionList
	err := c.call(ctx, ask{method: http.MethodGet, path: "/executions", query: f.values()}, &l)
	return l.Executions, err
}

// Flows lists the flows that can be started.
func (c *Client) Flows(ctx context.Context) ([]FlowInfo, error) {
	var l FlowList
	err := c.call(ctx, ask{method: http.MethodGet, path: "/flows"}, &l)
	return l.Flows, err
}

// Decide answers a request. A version of zero means the request as it stands.
func (c *Client) Decide(ctx context.Context, request string, version int, b DecisionBody) (DecisionAnswer, error) {
	a := ask{method: http.MethodPost, path: "/requests/" + url.PathEscape(request) + "/decision", body: b, header: http.Header{}}
	if version > 0 {
		a.header.Set("If-Match", strconv.Quote(strconv.Itoa(version)))
	}
	var out DecisionAnswer
	err := c.call(ctx, a, &out)
	return out, err
}

// ask is one call.
type ask struct {
	method, path string
	query        url.Values
	header       http.Header
	body         any
	stream       io.Reader // instead of body; its type stands in header
}

// call sends a and decodes the answer into out.
func (c *Client) call(ctx context.Context, a ask, out any) error {
	return c.callFor(ctx, 30*time.Second, a, out)
}

func (c *Client) callFor(ctx context.Context, most time.Duration, a ask, out any) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	res, err := c.send(ctx, a)
	if err != nil {
		return err
	}
	defer closeBody(res)
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(out); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	return nil
}

// send returns a successful response, or the server's refusal as an [*Error].
func (c *Client) send(ctx context.Context, a ask) (*http.Response, error) {
	body := a.stream
	if a.body != nil {
		raw, err := json.Marshal(a.body)
		if err != nil {
			return nil, fmt.Errorf("write the request: %w", err)
		}
		body = bytes.NewReader(raw)
	}
	target := c.base + Prefix + a.path
	if len(a.query) > 0 {
		target += "?" + a.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, a.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	maps.Copy(r.Header, a.header)
	if a.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	res, err := c.http.Do(r)
	if err != nil {
		return nil, &UnreachableError{Server: c.base, Err: err}
	}
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return res, nil
	}
	defer closeBody(res)
	return nil, refusal(res)
}

// UnreachableError says that no server answered.
type UnreachableError struct {
	Server string
	Err    error
}

func (e *UnreachableError) Error() string {
	cause := e.Err
	if u, ok := errors.AsType[*url.Error](e.Err); ok {
		cause = u.Err // without the method and the whole address
	}
	return fmt.Sprintf("no answer from %s: %v", e.Server, cause)
}

func (e *UnreachableError) Unwrap() error { return e.Err }

// refusal reads an error answer; what is not one of ours is said plainly.
func refusal(res *http.Response) error {
	var body envelope
	err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&body)
	if err != nil || body.Error == nil {
		return &Error{Status: res.StatusCode, Code: "not_signoff", Text: "The server answered " + res.Status + " and does not look like signoff."}
	}
	body.Error.Status = res.StatusCode
	return body.Error
}

func closeBody(res *http.Response) {
	// What is left unread only costs the connection.
	_ = res.Body.Close()
}
