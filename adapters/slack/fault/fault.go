package fault

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strconv"
)

// What is left of an error of the transport.
var (
	// ErrTooLarge: more came than is read.
	ErrTooLarge     = errors.New("the answer is too large")
	ErrNoConnection = errors.New("no connection to Slack")
	ErrBroken       = errors.New("the connection broke or the answer was not understood")
)

// Unsent reports whether the request certainly never left: no connection.
func Unsent(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

// Bare takes the address off an error of the http package, and everything off
// an error that could quote what was sent or received.
func Bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), IsTimeout(err):
		return context.DeadlineExceeded
	case errors.Is(err, ErrTooLarge):
		return ErrTooLarge
	case Unsent(err):
		return ErrNoConnection
	}
	return ErrBroken
}

// IsTimeout reports whether an error is that of a deadline.
func IsTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// Seconds reads a Retry-After as whole seconds, the only ones that slack-go
// knows: 1 to 3600, and 1 where Slack says "later" and not when.
func Seconds(header string) string {
	n, err := strconv.Atoi(header)
	if err != nil || n < 1 {
		n = 1
	}
	return strconv.Itoa(min(n, 3600))
}
