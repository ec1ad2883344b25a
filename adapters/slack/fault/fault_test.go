package fault_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"testing"

	"signoff/adapters/slack/fault"
)

// TestBare: nothing of what was sent or received is left of an error, and what
// became of it is.
func TestBare(t *testing.T) {
	t.Parallel()
	at := func(err error) error {
		return &url.Error{Op: "Get", URL: "wss://wss-primary.slack.com/link/?ticket=canary", Err: err}
	}
	for name, c := range map[string]struct{ err, want error }{
		"cancelled":   {at(context.Canceled), context.Canceled},
		"late":        {at(context.DeadlineExceeded), context.DeadlineExceeded},
		"timeout":     {at(&net.DNSError{Name: "canary", IsTimeout: true}), context.DeadlineExceeded},
		"no_host":     {at(&net.DNSError{Name: "canary"}), fault.ErrNoConnection},
		"refused":     {at(&net.OpError{Op: "dial", Err: errors.New("canary")}), fault.ErrNoConnection},
		"broke_off":   {at(&net.OpError{Op: "read", Err: errors.New("canary")}), fault.ErrBroken},
		"too_large":   {fmt.Errorf("canary: %w", fault.ErrTooLarge), fault.ErrTooLarge},
		"unheard_of":  {errors.New("canary"), fault.ErrBroken},
		"bare_before": {fault.Bare(errors.New("canary")), fault.ErrBroken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fault.Bare(c.err); got != c.want { //nolint:errorlint // nothing may be wrapped
				t.Errorf("Bare(%v) = %v, want %v", c.err, got, c.want)
			}
		})
	}
}

// TestUnsent: only where no connection came about is it certain that nothing was
// sent.
func TestUnsent(t *testing.T) {
	t.Parallel()
	for want, errs := range map[bool][]error{
		true:  {&net.OpError{Op: "dial"}, fmt.Errorf("x: %w", &net.DNSError{})},
		false: {&net.OpError{Op: "read"}, &net.OpError{Op: "write"}, context.DeadlineExceeded, errors.New("x")},
	} {
		for _, err := range errs {
			if got := fault.Unsent(err); got != want {
				t.Errorf("Unsent(%v) = %v", err, got)
			}
		}
	}
}

// TestSeconds: a wish that is none is a second, and none is longer than an hour.
func TestSeconds(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"30": "30", "": "1", "0": "1", "-5": "1", "soon": "1", "1.5": "1", "3601": "3600", "99999999999999999999": "1",
	} {
		if got := fault.Seconds(header); got != want {
			t.Errorf("Seconds(%q) = %q, want %q", header, got, want)
		}
	}
}
