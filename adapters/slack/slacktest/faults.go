package slacktest

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// fault is what was ordered to go wrong with a method.
type fault struct {
	fail  []error
	delay time.Duration
	drops int
}

// rateLimitError is an answer with status 429.
type rateLimitError struct{ after time.Duration }

func (*rateLimitError) Error() string { return "ratelimited" }

// statusError is an answer of a machine before Slack.
type statusError struct{ status int }

func (e *statusError) Error() string { return http.StatusText(e.status) }

// taken is the trouble that one call has.
type taken struct {
	err   error
	delay time.Duration
	drop  bool
}

// FailNext answers the next call of the method with an error code; "webhook"
// stands for incoming webhooks, which then answer 500. Called
// again, it fails the call after that too.
func (s *Server) FailNext(method, code string) {
	s.order(method, func(f *fault) { f.fail = append(f.fail, refuse(code)) })
}

// FailStatus answers the next n calls of the method with a status such as 503 and
// no JSON, without doing them.
func (s *Server) FailStatus(method string, n, status int) {
	s.order(method, func(f *fault) {
		for range n {
			f.fail = append(f.fail, &statusError{status: status})
		}
	})
}

// RateLimit answers the next n calls of the method with status 429, and with a
// Retry-After unless that is zero.
func (s *Server) RateLimit(method string, n int, retryAfter time.Duration) {
	s.order(method, func(f *fault) {
		for range n {
			f.fail = append(f.fail, &rateLimitError{after: retryAfter})
		}
	})
}

// Delay makes every call of the method wait before it is done. Zero ends it.
func (s *Server) Delay(method string, d time.Duration) {
	s.order(method, func(f *fault) { f.delay = d })
}

// DropBefore cuts the connection of the next call of the method without doing
// it.
func (s *Server) DropBefore(method string) {
	s.order(method, func(f *fault) { f.fail = append(f.fail, errCut) })
}

// errCut is a connection that breaks.
var errCut = errors.New("the connection was cut")

// DropAfter makes the fake do the next call of the method and then cut the
// connection without an answer.
func (s *Server) DropAfter(method string) {
	s.order(method, func(f *fault) { f.drops++ })
}

func (s *Server) order(method string, change func(*fault)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults[method]
	if f == nil {
		f = &fault{}
		s.faults[method] = f
	}
	change(f)
}

func (s *Server) takeFault(method string) taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults[method]
	if f == nil {
		return taken{}
	}
	t := taken{delay: f.delay}
	if len(f.fail) > 0 {
		t.err, f.fail = f.fail[0], f.fail[1:]
		return t
	}
	if f.drops > 0 {
		t.drop = true
		f.drops--
	}
	return t
}

// wait passes the delay. It reports false when the caller went away meanwhile.
func (t taken) wait(ctx context.Context) bool {
	if t.delay == 0 {
		return true
	}
	timer := time.NewTimer(t.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// The pace that Slack keeps in one channel: one message a second, with a short
// burst allowed.
const (
	postEvery = time.Second
	postBurst = 3
)

// bucket holds what may still be posted at once.
type bucket struct {
	left int
	at   time.Time
}

// pace takes one post from the channel's bucket; the caller holds mu.
func (s *Server) pace(channel string) error {
	if !s.opt.LimitPosts {
		return nil
	}
	return s.draw(s.bucketOf(s.posts, channel, postBurst), postEvery, postBurst)
}

// seconds rounds up, as Retry-After has no fractions.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
