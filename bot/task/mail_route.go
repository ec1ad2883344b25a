package task

import (
	"net"
	"strconv"
	"strings"

	"signoff/engine/flow"
)

// transport is how a connection is protected.
type transport int

const (
	startTLS transport = iota
	implicitTLS
	tlsIfOffered
	noTLS
)

// mailRoute is a server and how to speak to it.
type mailRoute struct {
	MailServer
	transport transport
	own       bool // the operator's, whose address needs no leave
}

// mailServer is what the flow names, or the configured server.
func (x *run) mailServer(spec *flow.MailSend) (mailRoute, error) {
	host, err := x.renderOr(spec.Host, "")
	if err != nil {
		return mailRoute{}, about("host", err)
	}
	r := mailRoute{MailServer: MailServer{Host: host, From: x.Mail.From}}
	if host == "" {
		r = mailRoute{MailServer: x.Mail, own: true}
		x.mask.add(x.Mail.Password)
	}
	if r.Host == "" {
		return r, problemf("there is no mail server; the operator can name one with mail: in the configuration")
	}
	if strings.ContainsFunc(r.Host, func(c rune) bool { return c <= ' ' || strings.ContainsRune("/@\\[]", c) }) || checkHost(r.Host) != nil {
		return r, problemf("host is not the name of a server")
	}
	if !r.own {
		if err := x.mailLogin(spec, &r.MailServer); err != nil {
			return r, err
		}
	}
	return r, x.mailTransport(spec, &r)
}

func (x *run) mailLogin(spec *flow.MailSend, s *MailServer) error {
	port, err := x.renderOr(spec.Port, "0")
	if err != nil {
		return about("port", err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return problemf("port must be a number from 1 to 65535")
	}
	s.Port = int(n)
	if s.Username, err = x.renderOr(spec.Username, ""); err != nil {
		return about("username", err)
	}
	if s.Password, err = x.renderOr(spec.Password, ""); err != nil {
		return about("password", err)
	}
	x.mask.add(s.Password)
	return nil
}

// mailTransport takes TLS unless the flow says otherwise, and never sends a
// password without it.
func (x *run) mailTransport(spec *flow.MailSend, r *mailRoute) error {
	word, err := x.renderOr(spec.Transport, "")
	if err != nil {
		return about("transportStrategy", err)
	}
	switch strings.ToUpper(word) {
	case "SMTPS":
		r.transport = implicitTLS
	case "SMTP_TLS":
		r.transport = startTLS
	case "SMTP":
		r.transport = noTLS
	case "":
		switch {
		case r.Port == 465:
			r.transport = implicitTLS
		case r.Port == 25 && r.Password == "":
			r.transport = tlsIfOffered
		}
	default:
		return problemf("transportStrategy must be SMTPS, SMTP_TLS or SMTP")
	}
	if r.Port == 0 {
		r.Port = map[transport]int{implicitTLS: 465, noTLS: 25}[r.transport]
	}
	if r.Port == 0 {
		r.Port = 587
	}
	if r.transport == noTLS && r.Password != "" && !isLoopback(r.Host) {
		return problemf("a password is not sent without TLS; use SMTPS or SMTP_TLS")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
