package task

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-mail/mail/v2"

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
	what := "mail over " + net.JoinHostPort(server.Host, strconv.Itoa(server.Port))
	if err := mail.Send(x.mailSender(ctx, server), m); err != nil {
		return about(what, x.explainMail(ctx, err))
	}
	x.logf("INFO", "%s: taken for delivery", what)
	return nil
}

// message builds the mail with a library that encodes its headers and parts.
func (x *run) message(spec *flow.MailSend, r mailRoute) (*mail.Message, error) {
	m := mail.NewMessage()
	from, err := x.addresses(spec.From, "from")
	if err != nil {
		return nil, err
	}
	if len(from) == 0 && r.From != "" {
		if from, err = readAddresses(r.From, "mail.from in the configuration"); err != nil {
			return nil, err
		}
	}
	if len(from) != 1 {
		return nil, problemf("from must be one mail address")
	}
	m.SetHeader("From", from[0].String())
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
	m.SetHeader("Subject", subject)
	m.SetDateHeader("Date", x.Now())
	sum := sha256.Sum256([]byte(x.call.IdempotencyKey))
	_, domain, _ := strings.Cut(from[0].Address, "@")
	m.SetHeader("Message-ID", "<"+hex.EncodeToString(sum[:16])+"@"+domain+">")
	m.SetHeader("Auto-Submitted", "auto-generated")
	return m, x.mailBody(m, spec)
}

// recipients sets who gets the mail. The library writes no Bcc.
func (x *run) recipients(m *mail.Message, spec *flow.MailSend) error {
	total := 0
	for _, list := range []struct {
		name, field string
		t           *expr.Template
	}{{"to", "To", spec.To}, {"cc", "Cc", spec.CC}, {"bcc", "Bcc", spec.BCC}} {
		all, err := x.addresses(list.t, list.name)
		if err != nil {
			return err
		}
		if total += len(all); len(all) == 0 {
			continue
		}
		texts := make([]string, len(all))
		for i, a := range all {
			texts[i] = a.String()
		}
		m.SetHeader(list.field, texts...)
	}
	if total == 0 || total > maxRecipients {
		return problemf("a mail goes to 1 to %d addresses, not %d", maxRecipients, total)
	}
	return nil
}

// addresses reads a list: a JSON list, or texts between commas or semicolons.
func (x *run) addresses(t *expr.Template, what string) ([]*netmail.Address, error) {
	text, err := x.renderOr(t, "")
	if err != nil || text == "" {
		return nil, aboutIf(what, err)
	}
	return readAddresses(text, what)
}

func readAddresses(text, what string) ([]*netmail.Address, error) {
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
	for _, a := range parsed {
		if strings.ContainsFunc(a.Name, isControl) {
			return nil, problemf("%s holds a line break or another control character", what)
		}
		if !isPlainAddress(a.Address) {
			return nil, problemf("%s holds an address that not every server reads alike; write it without quotes and its domain as xn--…", what)
		}
	}
	return parsed, nil
}

// isPlainAddress reports whether an address means the same in a header and in a
// line to the server: one @, and nothing that would have to be quoted.
func isPlainAddress(address string) bool {
	return strings.Count(address, "@") == 1 && !strings.ContainsFunc(address, func(c rune) bool {
		return c <= ' ' || c >= unicode.MaxASCII || strings.ContainsRune(`"<>()[]\,;:`, c)
	})
}

// mailBody sets the text, the HTML, or both. Values in HTML are escaped.
func (x *run) mailBody(m *mail.Message, spec *flow.MailSend) error {
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
		m.SetBody("text/plain", text)
	case spec.Text == nil:
		m.SetBody("text/html", markup)
	default:
		m.SetBody("text/plain", text)
		m.AddAlternative("text/html", markup)
	}
	return nil
}
