package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// bulkFor is how long a client waits for the answer about many.
const bulkFor = 2 * time.Minute

// Do does what a verb says with one execution.
func (c *Client) Do(ctx context.Context, id, verb string, b OrderBody) (Execution, error) {
	var x Execution
	err := c.call(ctx, ask{method: http.MethodPost, path: "/executions/" + url.PathEscape(id) + "/" + verb, body: b}, &x)
	return x, err
}

// DoMany does what a verb says with many executions, and says of each what came
// of it.
func (c *Client) DoMany(ctx context.Context, verb string, b BulkBody) (BulkAnswer, error) {
	var a BulkAnswer
	err := c.callFor(ctx, bulkFor, ask{method: http.MethodPost, path: "/executions/" + verb + b.route(), body: b}, &a)
	return a, err
}

func (s Selection) route() string {
	if s.Query != nil {
		return "/by-query"
	}
	return "/by-ids"
}

// Replay starts a new execution out of an earlier one.
func (c *Client) Replay(ctx context.Context, id string, b ReplayBody) (Execution, error) {
	var x Execution
	err := c.call(ctx, ask{method: http.MethodPost, path: "/executions/" + url.PathEscape(id) + "/" + VerbReplay, body: b}, &x)
	return x, err
}

// ReplayMany starts a new execution out of each of many.
func (c *Client) ReplayMany(ctx context.Context, b BulkReplayBody) (BulkAnswer, error) {
	var a BulkAnswer
	err := c.callFor(ctx, bulkFor, ask{method: http.MethodPost, path: "/executions/" + VerbReplay + b.route(), body: b}, &a)
	return a, err
}

// DecideMany answers many requests, and says of each what came of it.
func (c *Client) DecideMany(ctx context.Context, b BulkDecisionBody) (BulkAnswer, error) {
	var a BulkAnswer
	route := Selection{Query: b.Query}.route()
	err := c.callFor(ctx, bulkFor, ask{method: http.MethodPost, path: "/requests/decide" + route, body: b}, &a)
	return a, err
}

// maxEvent bounds one event of a stream.
const maxEvent = 64 << 20

// Follow calls tell with an execution and with each change of it, until it is
// over, tell returns an error, or the stream ends; the last execution told is
// then not over.
func (c *Client) Follow(ctx context.Context, id string, tell func(Execution) error) error {
	res, err := c.send(ctx, ask{method: http.MethodGet, path: "/executions/" + url.PathEscape(id) + "/follow"})
	if err != nil {
		return err
	}
	defer closeBody(res)
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, maxEvent)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var x Execution
		if err := json.Unmarshal([]byte(data), &x); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		if err := tell(x); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("follow %s: %w", id, err)
	}
	return nil
}
