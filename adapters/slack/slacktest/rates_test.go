package slacktest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

// TestTiers: each method has so many calls a minute, for itself.
func TestTiers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		perMinute int
		call      func(c *goslack.Client) error
	}{
		"tier_2": {20, func(c *goslack.Client) error { _, err := c.GetUserGroupsContext(t.Context()); return err }},
		"tier_3": {50, func(c *goslack.Client) error {
			_, err := c.GetUserByEmailContext(t.Context(), "dana@example.com")
			return err
		}},
		"tier_4": {100, func(c *goslack.Client) error { _, err := c.GetUserInfoContext(t.Context(), "UDANA"); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			clk := newClock()
			_, c := start(t, slacktest.Options{LimitMethods: true, Now: clk.Now})
			for i := range tt.perMinute {
				if err := tt.call(c); err != nil {
					t.Fatalf("call %d: %v", i+1, err)
				}
			}
			limited, ok := errors.AsType[*goslack.RateLimitedError](tt.call(c))
			if !ok || limited.RetryAfter < time.Second {
				t.Fatalf("one more: %v, want 429 with Retry-After", limited)
			}
			if _, err := c.AuthTestContext(t.Context()); err != nil {
				t.Errorf("another method: %v", err)
			}
			clk.advance(limited.RetryAfter + time.Duration(60/tt.perMinute)*time.Second)
			if err := tt.call(c); err != nil {
				t.Errorf("after Retry-After: %v", err)
			}
		})
	}
}

func TestNoRetryAfter(t *testing.T) {
	t.Parallel()
	clk := newClock()
	_, c := start(t, slacktest.Options{LimitPosts: true, NoRetryAfter: true, Now: clk.Now})
	var err error
	for range 4 {
		_, _, err = c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false))
	}
	if e, ok := errors.AsType[goslack.StatusCodeError](err); !ok || e.Code != http.StatusTooManyRequests {
		t.Errorf("the fourth post at once: %v, want 429 without Retry-After", err)
	}
}

func TestNetworkFaults(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	say := func() error {
		_, _, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false))
		return err
	}
	s.FailStatus("chat.postMessage", 2, http.StatusServiceUnavailable)
	for range 2 {
		if e, ok := errors.AsType[goslack.StatusCodeError](say()); !ok || e.Code != http.StatusServiceUnavailable {
			t.Errorf("FailStatus: %v", e)
		}
	}
	s.DropBefore("chat.postMessage")
	if err := say(); err == nil {
		t.Error("DropBefore: no error")
	}
	if n := len(s.Messages("CVAC")); n != 0 {
		t.Errorf("%d messages, want none: nothing was done", n)
	}
	if err := say(); err != nil || len(s.Messages("CVAC")) != 1 {
		t.Errorf("after the faults: %v", err)
	}
}
