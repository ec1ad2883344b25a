package task

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"html"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// maxRecipients bounds one mail.
const maxRecipients = 50

// mailSend sends a mail. Made again, it has the same Message-ID, by which the
// far side may recognise it.
func (x *run) mailSend(ctx context.Context, spec *flow.MailSend) error {
	server, err := x.mailServer(spec)
	if err != nil {
		return err
	}
	m, err := x.message(spec, server)
	if err != nil {
		return err
	}
	ctx, cancel := x.within(ctx, x.call.Timeout, x.Limits.Timeout, x.Limits.MaxTimeout)
	defer cancel()
	c, err := x.mailClient(ctx, server)
	if err != nil {
		return err
	}
	what := "mail over " + net.JoinHostPort(server.Host, strconv.Itoa(server.Port))
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		return about(what, x.explainMail(ctx, err))
	}
	x.logf("INFO", "%s: taken for delivery", what)
	return nil
}

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

func (x *run) mailClient(ctx context.Context, r mailRoute) (*mail.Client, error) {
	g := x.guard
	if r.own {
		g = g.with(net.JoinHostPort(r.Host, strconv.Itoa(r.Port)))
	}
	opts := []mail.Option{
		mail.WithPort(r.Port), mail.WithTimeout(x.Limits.MaxTimeout), mail.WithHELO(x.helo()),
		mail.WithTLSConfig(&tls.Config{ServerName: r.Host, RootCAs: g.roots, MinVersion: tls.VersionTLS12}),
		mail.WithDialContextFunc(func(dialing context.Context, network, addr string) (net.Conn, error) {
			conn, err := g.dial(dialing, network, addr)
			if err != nil {
				return nil, err
			}
			// The library's deadlines are for one command each; ours is for all.
			context.AfterFunc(ctx, func() { _ = conn.Close() })
			if r.transport == implicitTLS {
				return tls.Client(conn, &tls.Config{ServerName: r.Host, RootCAs: g.roots, MinVersion: tls.VersionTLS12}), nil
			}
			return conn, nil
		}),
	}
	switch r.transport {
	case startTLS:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case tlsIfOffered:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case noTLS, implicitTLS:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	}
	if r.Username != "" || r.Password != "" {
		login := mail.SMTPAuthAutoDiscover
		if r.transport == implicitTLS {
			login = mail.SMTPAuthPlain // the library does not see that our connection is protected
		}
		opts = append(opts, mail.WithUsername(r.Username), mail.WithPassword(r.Password), mail.WithSMTPAuth(login))
	}
	c, err := mail.NewClient(r.Host, opts...)
	if err != nil {
		return nil, problemf("the mail server's settings cannot be used")
	}
	return c, nil
}

func (x *run) helo() string { return "signoff.localhost" }

// message builds the mail with a library that encodes every header.
func (x *run) message(spec *flow.MailSend, r mailRoute) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	from, err := x.addresses(spec.From, "from")
	if err != nil {
		return nil, err
	}
	if len(from) == 0 && r.From != "" {
		from = []string{r.From}
	}
	if len(from) != 1 {
		return nil, problemf("from must be one mail address")
	}
	if err := m.From(from[0]); err != nil {
		return nil, problemf("from is not a mail address")
	}
	if err := x.recipients(m, spec); err != nil {
		return nil, err
	}
	subject, err := x.renderOr(spec.Subject, "")
	if err != nil {
		return nil, about("subject", err)
	}
	if strings.ContainsFunc(subject, isControl) || len(subject) > 998 {
		return nil, problemf("the subject holds a line break or another control character, or is longer than 998 bytes; `| trim` takes a line break off the end")
	}
	m.Subject(subject)
	m.SetDateWithValue(x.Now())
	sum := sha256.Sum256([]byte(x.call.IdempotencyKey))
	m.SetMessageIDWithValue(hex.EncodeToString(sum[:16]) + "@" + domainOf(from[0]))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	return m, x.mailBody(m, spec)
}

func domainOf(address string) string {
	if a, err := netmail.ParseAddress(address); err == nil {
		address = a.Address
	}
	return address[strings.LastIndexByte(address, '@')+1:]
}

// recipients sets who gets the mail.
func (x *run) recipients(m *mail.Msg, spec *flow.MailSend) error {
	total := 0
	for _, list := range []struct {
		name string
		t    *expr.Template
		set  func(...string) error
	}{{"to", spec.To, m.To}, {"cc", spec.CC, m.Cc}, {"bcc", spec.BCC, m.Bcc}} {
		all, err := x.addresses(list.t, list.name)
		if err != nil {
			return err
		}
		if total += len(all); len(all) == 0 {
			continue
		}
		if err := list.set(all...); err != nil {
			return problemf("%s holds something that is not a mail address", list.name)
		}
	}
	if total == 0 || total > maxRecipients {
		return problemf("a mail goes to 1 to %d addresses, not %d", maxRecipients, total)
	}
	return nil
}

// addresses reads a list: a JSON list, or texts between commas or semicolons.
func (x *run) addresses(t *expr.Template, what string) ([]string, error) {
	text, err := x.renderOr(t, "")
	if err != nil || text == "" {
		return nil, aboutIf(what, err)
	}
	if strings.ContainsFunc(text, isControl) {
		return nil, problemf("%s holds a line break or another control character", what)
	}
	var list []string
	if strings.HasPrefix(text, "[") && decodeJSON(text, &list) == nil {
		text = strings.Join(list, ",")
	}
	parsed, err := netmail.ParseAddressList(strings.TrimRight(strings.ReplaceAll(text, ";", ","), ", "))
	if err != nil {
		return nil, problemf("%s must be mail addresses with commas between them", what)
	}
	out := make([]string, len(parsed))
	for i, a := range parsed {
		out[i] = a.String()
	}
	return out, nil
}

// mailBody sets the text, the HTML, or both. Values in HTML are escaped.
func (x *run) mailBody(m *mail.Msg, spec *flow.MailSend) error {
	var text, markup string
	var err error
	if spec.Text != nil {
		if text, err = x.render(spec.Text); err != nil {
			return about("plainTextContent", err)
		}
	}
	if spec.HTML != nil {
		if markup, err = spec.HTML.Render(x.quiet(expr.Text(spec.HTML), html.EscapeString)); err != nil {
			return about("htmlTextContent", evalProblem(err))
		}
	}
	if err := x.checkSize(len(text) + len(markup)); err != nil {
		return err
	}
	switch {
	case spec.Text == nil && spec.HTML == nil:
		return problemf("there is neither a text nor HTML to send")
	case spec.HTML == nil:
		m.SetBodyString(mail.TypeTextPlain, text)
	case spec.Text == nil:
		m.SetBodyString(mail.TypeTextHTML, markup)
	default:
		m.SetBodyString(mail.TypeTextPlain, text)
		m.AddAlternativeString(mail.TypeTextHTML, markup)
	}
	return nil
}

// explainMail says what went wrong without the server's own words, which go into
// the log.
func (x *run) explainMail(ctx context.Context, err error) error {
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
	if s, ok := errors.AsType[*mail.SendError](err); ok && s.ErrorCode() > 0 {
		return problemf("the server refused the mail with code %d; its words are in the log", s.ErrorCode())
	}
	if text := explainTLS(err); text != "" {
		return problemf("%s", text)
	}
	if text := explainNet(err); text != "" {
		return problemf("%s", text)
	}
	return problemf("the server refused the connection, the login or the mail; its words are in the log")
}
