package task

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strconv"

	"github.com/go-mail/mail/v2"
)

const (
	// helo is what we call ourselves; our own name is nobody's business.
	helo = "signoff.localhost"
	// maxChatter bounds what a mail server may say in one delivery.
	maxChatter = 256 << 10
)

// mailSender sends over one connection, which the guard dials. The connection
// ends with ctx, whatever the server does.
func (x *run) mailSender(ctx context.Context, r mailRoute) mail.Sender {
	return mail.SendFunc(func(from string, to []string, m io.WriterTo) error {
		var letter bytes.Buffer
		if _, err := m.WriteTo(&letter); err != nil {
			return err
		}
		conn, err := x.dialMail(ctx, r)
		if err != nil {
			return err
		}
		defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
		defer func() { _ = conn.Close() }()
		c, err := smtp.NewClient(conn, r.Host)
		if err != nil {
			return err
		}
		if err := x.greet(c, r); err != nil {
			return err
		}
		return hand(c, from, to, letter.Bytes())
	})
}

func (x *run) dialMail(ctx context.Context, r mailRoute) (net.Conn, error) {
	g, address := x.guard, net.JoinHostPort(r.Host, strconv.Itoa(r.Port))
	if r.own {
		g = g.with(address)
	}
	conn, err := g.dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	conn = &terse{Conn: conn, left: maxChatter}
	if r.transport == implicitTLS {
		return tls.Client(conn, x.mailTLS(r)), nil
	}
	return conn, nil
}

func (x *run) mailTLS(r mailRoute) *tls.Config {
	return &tls.Config{ServerName: r.Host, RootCAs: x.guard.roots, MinVersion: tls.VersionTLS12}
}

// greet says who we are: protected as the route wants it, and then by name.
func (x *run) greet(c *smtp.Client, r mailRoute) error {
	if err := c.Hello(helo); err != nil {
		return err
	}
	if r.transport == startTLS || r.transport == tlsIfOffered {
		switch offered, _ := c.Extension("STARTTLS"); {
		case offered:
			if err := c.StartTLS(x.mailTLS(r)); err != nil {
				return err
			}
		case r.transport == startTLS:
			return problemf("the server offers no TLS (STARTTLS)")
		}
	}
	if r.Username == "" && r.Password == "" {
		return nil
	}
	_, protected := c.TLSConnectionState()
	_, mechanisms := c.Extension("AUTH")
	login, err := chooseLogin(mechanisms, r.MailServer, protected)
	if err != nil {
		return err
	}
	return c.Auth(login)
}

// hand gives the mail to a server that has greeted us. After the server took it,
// an answer to our goodbye changes nothing.
func hand(c *smtp.Client, from string, to []string, letter []byte) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	for _, a := range to {
		if err := c.Rcpt(a); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(letter); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit()
	return nil
}

// terse ends a connection whose far side says more than a mail server has to.
type terse struct {
	net.Conn
	left int
}

// Read implements [io.Reader].
func (t *terse) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, problemf("the mail server says too much")
	}
	n, err := t.Conn.Read(p[:min(len(p), t.left)])
	t.left -= n
	return n, err
}

// explainMail says what went wrong without the server's own words, which go into
// the log.
func (x *run) explainMail(ctx context.Context, err error) error {
	if s, ok := errors.AsType[*mail.SendError](err); ok {
		err = s.Cause // which it does not unwrap to
	}
	if p, ok := errors.AsType[*problemError](err); ok {
		return p
	}
	if t, ok := errors.AsType[*timeoutError](context.Cause(ctx)); ok {
		return problemf("%s", t.Error())
	}
	if ctx.Err() != nil {
		return problemf("it was stopped before the server took the mail")
	}
	x.logf("WARN", "the mail server: %s", cut(oneLine(err.Error()), 300))
	if s, ok := errors.AsType[*textproto.Error](err); ok {
		return problemf("the server refused the mail with code %d; its words are in the log", s.Code)
	}
	if text := explainTLS(err); text != "" {
		return problemf("%s", text)
	}
	if text := explainNet(err); text != "" {
		return problemf("%s", text)
	}
	return problemf("the server refused the connection, the login or the mail; its words are in the log")
}
