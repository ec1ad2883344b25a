package task

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// problemError is a sentence for people. It holds no address beyond scheme and
// host; secrets in it are masked when the call ends.
type problemError struct{ text string }

func (e *problemError) Error() string { return e.text }

func problemf(format string, args ...any) error {
	return &problemError{text: fmt.Sprintf(format, args...)}
}

// about puts what the sentence is about in front of it.
func about(what string, err error) error {
	if p, ok := errors.AsType[*problemError](err); ok {
		return problemf("%s: %s", what, p.text)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// sentence says what went wrong to a person; empty for nil. What is not a
// [problemError] is ours and not theirs.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	if p, ok := errors.AsType[*problemError](err); ok {
		return p.text
	}
	return "Something went wrong inside signoff while the task was running."
}

// detail is an error's text without the address that [url.Error] puts in front.
func detail(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}

// timeoutError is the cause of a context that ended because the call took long.
type timeoutError struct{ after time.Duration }

func (e *timeoutError) Error() string { return "no complete answer within " + e.after.String() }

// explain turns what the HTTP client reports into a sentence. It never repeats
// the client's own text, which holds addresses and whatever the far side sent.
func explain(ctx context.Context, err error) error {
	if p, ok := errors.AsType[*problemError](err); ok {
		return p
	}
	if t, ok := errors.AsType[*timeoutError](context.Cause(ctx)); ok {
		return problemf("%s", t.Error())
	}
	if ctx.Err() != nil {
		return problemf("the call was stopped before an answer came")
	}
	if text := explainTLS(err); text != "" {
		return problemf("%s", text)
	}
	if text := explainNet(err); text != "" {
		return problemf("%s", text)
	}
	return problemf("the connection broke, or the answer was not HTTP that can be read")
}

func explainNet(err error) string {
	if d, ok := errors.AsType[*net.DNSError](err); ok {
		if d.IsNotFound {
			return "the host name is not known (DNS)"
		}
		return "the host name could not be looked up (DNS)"
	}
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused: nothing listens there"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the far side closed the connection before its answer was complete"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "the host cannot be reached from here"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the far side did not answer in time"
	}
	return ""
}

func explainTLS(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the certificate is signed by an authority that is not trusted here"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the certificate is for another host"
	}
	if c, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if c.Reason == x509.Expired {
			return "the certificate has expired or is not valid yet"
		}
		return "the certificate is not valid"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate is not valid"
	}
	if errors.Is(err, http.ErrSchemeMismatch) {
		return "the far side does not speak TLS; is the address http:// instead of https://?"
	}
	return ""
}
