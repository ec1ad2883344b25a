// Package ask is how the directories call a service: bounded in size, without
// redirects, and with errors that quote neither an address nor a secret.
package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxBody bounds what is read of an answer.
const maxBody = 8 << 20

// The ways in which a call fails without an answer.
var (
	errTooLarge  = errors.New("the answer is too large")
	errNoAnswer  = errors.New("there is no connection, or it broke")
	errElsewhere = errors.New("the service redirects, which is not followed")
)

// Answer is what a service said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Client returns a client on the transport of the given one, or on the usual
// one. Headers hold secrets, so it follows no redirect.
func Client(given *http.Client) *http.Client {
	c := &http.Client{Timeout: time.Minute}
	if given != nil {
		c.Transport = given.Transport
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// Do sends a request and reads the whole answer.
func Do(c *http.Client, r *http.Request) (Answer, error) {
	resp, err := c.Do(r) //nolint:gosec // the operator configured where
	if err != nil {
		return Answer{}, bare(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return Answer{}, bare(err)
	case len(body) > maxBody:
		return Answer{}, errTooLarge
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return Answer{}, errElsewhere
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// bare takes everything off an error but what it means.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	return errNoAnswer
}

// RetryAfter is for how long a service wants to be left alone; one second to an
// hour.
func (a Answer) RetryAfter() time.Duration {
	n, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil {
		n = 1
	}
	return time.Duration(min(max(n, 1), 3600)) * time.Second
}

// StatusError is an answer that is none.
type StatusError struct {
	Status int
	// Code is the service's own word for it, if it said one.
	Code string
	// Advice says what a person can do about it; empty if nothing.
	Advice string
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("status %d", e.Status)
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	if e.Advice != "" {
		text += ". " + e.Advice
	}
	return text
}
