package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// DoRequest does what a verb says with a request. A version of zero means the
// request as it stands.
func (c *Client) DoRequest(ctx context.Context, request, verb string, version int, b RequestBody) (DecisionAnswer, error) {
	a := ask{method: http.MethodPost, path: "/requests/" + url.PathEscape(request) + "/" + verb, body: b, header: http.Header{}}
	if version > 0 {
		a.header.Set("If-Match", strconv.Quote(strconv.Itoa(version)))
	}
	var out DecisionAnswer
	err := c.call(ctx, a, &out)
	return out, err
}

// Stuck lists the requests that wait in vain.
func (c *Client) Stuck(ctx context.Context) (StuckList, error) {
	var out StuckList
	err := c.call(ctx, ask{method: http.MethodGet, path: "/stuck"}, &out)
	return out, err
}

// SetAway says that the holder of the token is away; it returns who is.
func (c *Client) SetAway(ctx context.Context, b AwayBody) (AbsenceList, error) {
	var out AbsenceList
	err := c.call(ctx, ask{method: http.MethodPut, path: "/away", body: b}, &out)
	return out, err
}

// ClearAway says that they are back. As is as in [AwayBody].
func (c *Client) ClearAway(ctx context.Context, as string) (AbsenceList, error) {
	a := ask{method: http.MethodDelete, path: "/away"}
	if as != "" {
		a.query = url.Values{"as": {as}}
	}
	var out AbsenceList
	err := c.call(ctx, a, &out)
	return out, err
}

// Absences lists who is away.
func (c *Client) Absences(ctx context.Context) (AbsenceList, error) {
	var out AbsenceList
	err := c.call(ctx, ask{method: http.MethodGet, path: "/away"}, &out)
	return out, err
}
