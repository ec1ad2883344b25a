package task_test

import (
	"crypto/x509"
	"maps"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine/flow"
)

// mailBench makes a Runner whose own mail server is p.
func mailBench(t *testing.T, p *postOffice) bench {
	t.Helper()
	return newBench(t, func(c *task.Config) {
		c.Egress.RootCAs = x509.NewCertPool()
		c.Egress.RootCAs.AddCert(p.cert.Certificate())
		c.Mail = task.MailServer{Host: p.host, Port: portOf(p), Username: "bot", Password: "canary-pass", From: "Signoff <signoff@example.com>"}
	})
}

func portOf(p *postOffice) int {
	n := 0
	for _, d := range p.port {
		n = n*10 + int(d-'0')
	}
	return n
}

// letter is a mail with the inputs a and b in it.
func letter(t *testing.T) *flow.MailSend {
	t.Helper()
	return &flow.MailSend{
		To: template(t, "{{ inputs.to }}"), Subject: template(t, "About {{ inputs.a }}"),
		Text: template(t, "Hello {{ inputs.a }}"), HTML: template(t, "<p>Hello <b>{{ inputs.a }}</b></p>"),
	}
}

func TestMailIsSent(t *testing.T) {
	t.Parallel()
	for _, implicit := range []bool{false, true} {
		p := newPostOffice(t, func(p *postOffice) { p.implicit = implicit })
		spec := letter(t)
		spec.CC, spec.BCC = template(t, "kim@example.com"), template(t, "quiet@example.com")
		if implicit {
			spec.Transport = template(t, "SMTPS")
		}
		c := call(spec, map[string]any{"to": "Dana <dana@example.com>; alex@example.com", "a": "Zoë & <i>co</i>"})
		sent := mailBench(t, p).Run(t.Context(), c)
		if sent.Problem != "" {
			t.Fatal(sent.Problem, logText(sent))
		}
		got := p.only(t)
		if !got.TLS || got.Auth != "\x00bot\x00canary-pass" {
			t.Errorf("TLS %t, login %q", got.TLS, got.Auth)
		}
		want := []string{"TO:<dana@example.com>", "TO:<alex@example.com>", "TO:<kim@example.com>", "TO:<quiet@example.com>"}
		if diff := cmp.Diff(want, got.To); diff != "" {
			t.Errorf("recipients (-want +got):\n%s", diff)
		}
		m, err := mail.ReadMessage(strings.NewReader(got.Text))
		if err != nil {
			t.Fatal(err)
		}
		h := m.Header
		if h.Get("Bcc") != "" || h.Get("Auto-Submitted") != "auto-generated" || !strings.HasSuffix(h.Get("Message-Id"), "@example.com>") {
			t.Errorf("header %v", h)
		}
		if !strings.Contains(got.Text, "<b>Zo=C3=AB &amp; &lt;i&gt;co&lt;/i&gt;</b>") {
			t.Errorf("a value is markup:\n%s", got.Text)
		}
	}
}

// The same call made again is the same mail.
func TestMailKeepsItsMessageID(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	b := mailBench(t, p)
	c := call(letter(t), map[string]any{"to": "dana@example.com", "a": "x"})
	c.IdempotencyKey = "x1-2-1"
	for range 2 {
		succeeds(t, b.Run(t.Context(), c))
	}
	id := func(m posted) string {
		parsed, err := mail.ReadMessage(strings.NewReader(m.Text))
		if err != nil {
			t.Fatal(err)
		}
		return parsed.Header.Get("Message-Id")
	}
	if a, b := id(p.mails[0]), id(p.mails[1]); a != b || a == "" {
		t.Errorf("message ids %q and %q, want the same", a, b)
	}
}

func TestMailRefuses(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	for _, tt := range []struct {
		name   string
		inputs map[string]any
		change func(*flow.MailSend)
		want   string
	}{
		{"a header in the subject", map[string]any{"a": "x\r\nBcc: evil@example.com"}, nil, "the subject holds a line break"},
		{"a header in the recipients", map[string]any{"to": "dana@example.com\r\nBcc: evil@example.com"}, nil, "to holds a line break"},
		{"no address", map[string]any{"to": "dana"}, nil, "to must be mail addresses"},
		{"nobody", map[string]any{"to": ""}, nil, "1 to 50 addresses, not 0"},
		{"everybody", map[string]any{"to": strings.Repeat("a@example.com,", 51)}, nil, "1 to 50 addresses, not 51"},
		{"two senders", nil, func(m *flow.MailSend) { m.From = template(t, "a@example.com, b@example.com") }, "from must be one"},
		{"an odd transport", nil, func(m *flow.MailSend) { m.Transport = template(t, "UUCP") }, "transportStrategy must be"},
		{"an inner server", nil, func(m *flow.MailSend) { m.Host, m.Port = template(t, "127.0.0.1"), template(t, p.port) }, "egress.allow"},
		{"metadata", nil, func(m *flow.MailSend) { m.Host, m.Port = template(t, "169.254.169.254"), template(t, "25") }, "never called"},
		{"a password without TLS", nil, func(m *flow.MailSend) {
			m.Host, m.Password, m.Transport = template(t, "smtp.example.com"), template(t, "x"), template(t, "SMTP")
		}, "not sent without TLS"},
		{"an odd host", nil, func(m *flow.MailSend) { m.Host = template(t, "a@b/c") }, "not the name of a server"},
		{"no text", nil, func(m *flow.MailSend) { m.Text, m.HTML = nil, nil }, "neither a text nor HTML"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inputs := map[string]any{"to": "dana@example.com", "a": "x"}
			maps.Copy(inputs, tt.inputs)
			spec := letter(t)
			if tt.change != nil {
				tt.change(spec)
			}
			fails(t, mailBench(t, p).Run(t.Context(), call(spec, inputs)), tt.want)
		})
	}
	t.Cleanup(func() {
		if len(p.mails) > 0 {
			t.Errorf("%d mails were sent", len(p.mails))
		}
	})
	none := newBench(t, nil)
	fails(t, none.Run(t.Context(), call(letter(t), map[string]any{"to": "a@example.com", "a": ""})), "no mail server", "mail: in the configuration")
}

func TestMailMeetsHostileServers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		at   func(verb, line string) (string, bool)
		want string
	}{
		{"refuses", func(verb, _ string) (string, bool) {
			return map[string]string{"RCPT": "550 5.1.1 no such user canary-pass"}[verb], false
		}, "code 550"},
		{"no login", func(verb, _ string) (string, bool) { return map[string]string{"AUTH": "535 wrong"}[verb], false }, "the log"},
		{"no TLS", func(verb, _ string) (string, bool) { return map[string]string{"STARTTLS": "454 later"}[verb], false }, "the log"},
		{"hangs up", func(verb, _ string) (string, bool) { return "", verb == "DATA" }, ""},
		{"says nothing", func(verb, _ string) (string, bool) {
			if verb == "MAIL" {
				return "250-", false // the answer goes on for ever
			}
			return "", false
		}, "no complete answer within 500ms"},
		{"floods", func(verb, _ string) (string, bool) {
			if verb == "EHLO" {
				return strings.Repeat("250-x\r\n", 100_000) + "250 ok", false
			}
			return "", false
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPostOffice(t, func(p *postOffice) { p.at = tt.at })
			b := mailBench(t, p)
			c := call(letter(t), map[string]any{"to": "dana@example.com", "a": "x"})
			c.Timeout = 500 * time.Millisecond
			got := b.Run(t.Context(), c)
			fails(t, got, tt.want)
			if strings.Contains(got.Problem+logText(got), "canary") {
				t.Errorf("the password came out: %s %s", got.Problem, logText(got))
			}
		})
	}
}
