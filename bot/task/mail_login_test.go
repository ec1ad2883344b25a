package task_test

import (
	"encoding/base64"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"signoff/engine/flow"
)

// script answers by what the client says and keeps all that it heard.
type script struct {
	mu    sync.Mutex
	heard []string // guarded by mu
	says  map[string]string
}

func (s *script) at(verb, line string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, line)
	if reply, ok := s.says[line]; ok {
		return reply, false
	}
	return s.says[verb], false
}

func (s *script) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, "\n")
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestMailLogsIn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		says  map[string]string
		plain bool   // without TLS
		heard string // by the server; the wanted end of the login
		want  string // of the problem; empty: the mail is sent
	}{
		{"by LOGIN", map[string]string{
			"EHLO": "250-x\r\n250-AUTH LOGIN XOAUTH2\r\n250 STARTTLS", "AUTH": "334 " + b64("Username:"),
			b64("bot"): "334 " + b64("Password:"), b64("canary-pass"): "235 welcome",
		}, false, "AUTH LOGIN\n" + b64("bot") + "\n" + b64("canary-pass") + "\nMAIL", ""},
		{"by CRAM-MD5", map[string]string{
			"EHLO": "250-x\r\n250-AUTH CRAM-MD5\r\n250 STARTTLS", "AUTH": "334 " + b64("<1@x>"),
			b64("bot 70e89b1ea4d2ae907feda0b73d69fd78"): "235 welcome",
		}, false, "AUTH CRAM-MD5\n", ""},
		{"by CRAM-MD5 before PLAIN without TLS", map[string]string{
			"EHLO": "250-x\r\n250 AUTH PLAIN CRAM-MD5", "AUTH": "334 " + b64("<1@x>"),
			b64("bot 70e89b1ea4d2ae907feda0b73d69fd78"): "235 welcome",
		}, true, "AUTH CRAM-MD5\n", ""},
		{"with no way that is known", map[string]string{
			"EHLO": "250-x\r\n250-AUTH GSSAPI\r\n250 STARTTLS",
		}, false, "", "offers no login that signoff knows"},
		{"asked too much", map[string]string{
			"EHLO": "250-x\r\n250-AUTH LOGIN\r\n250 STARTTLS", "AUTH": "334 " + b64("Username:"),
			b64("bot"): "334 " + b64("Password:"), b64("canary-pass"): "334 " + b64("and your card number:"),
		}, false, "", "more than a name and a password"},
		{"not where TLS was taken away", map[string]string{
			"EHLO": "250-x\r\n250 AUTH PLAIN",
		}, false, "", "offers no TLS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &script{says: tt.says}
			p := newPostOffice(t, func(p *postOffice) { p.at = s.at })
			spec := letter(t)
			if tt.plain {
				spec.Transport = template(t, "SMTP")
			}
			got := mailBench(t, p).Run(t.Context(), call(spec, map[string]any{"to": "dana@example.com", "a": "x"}))
			if tt.want == "" {
				succeeds(t, got)
			} else {
				fails(t, got, tt.want)
			}
			if !strings.Contains(s.all(), tt.heard) {
				t.Errorf("the server heard\n%s\nwant in it\n%s", s.all(), tt.heard)
			}
			if tt.want == "offers no TLS" && strings.Contains(s.all(), "AUTH") {
				t.Error("it logged in without TLS")
			}
			if strings.Contains(got.Problem+logText(got), "canary") {
				t.Errorf("the password came out: %s %s", got.Problem, logText(got))
			}
		})
	}
}

// What a person writes is one header or one line of the text, and nothing else.
func TestMailKeepsTextsInTheirPlace(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	subject := "Zoë " + strings.Repeat("long ", 60) + "=?utf-8?q?end?= " + strings.Repeat("y", 90)
	spec := &flow.MailSend{
		From: template(t, `"Ops, Zoë" <ops@example.com>`), To: template(t, "{{ inputs.to }}"),
		Subject: template(t, "{{ inputs.a }}"), Text: template(t, "{{ inputs.text }}"),
	}
	succeeds(t, mailBench(t, p).Run(t.Context(), call(spec, map[string]any{
		"to": `["\"Kim, K.\" <kim@example.com>", "dana@example.com"]`, "a": subject,
		"text": ".\r\n.\nQUIT\r\rRCPT TO:<evil@example.com>\n" + strings.Repeat("z", 3000),
	})))
	got := p.only(t)
	if want := []string{"TO:<kim@example.com>", "TO:<dana@example.com>"}; !slices.Equal(got.To, want) {
		t.Errorf("recipients %v, want %v", got.To, want)
	}
	for line := range strings.SplitSeq(got.Text, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes, or with a bare line end: %.60q", len(line), line)
		}
	}
	m, err := mail.ReadMessage(strings.NewReader(got.Text))
	if err != nil {
		t.Fatal(err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Ops, Zoë" || from[0].Address != "ops@example.com" {
		t.Errorf("From %v, %v", from, err)
	}
	for _, name := range []string{"To", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type"} {
		if len(m.Header[name]) != 1 {
			t.Errorf("%d headers %s, want 1", len(m.Header[name]), name)
		}
	}
}

func TestMailRefusesAddresses(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	for _, to := range []string{
		`"dana@example.com"@evil.example`, `"a b"@example.com`, `"a>"@example.com`, "zoë@example.com", "a@exämple.com",
		"a@[127.0.0.1]", "=?utf-8?q?a=0D=0ABcc:_b@example.com?= <a@example.com>",
	} {
		got := mailBench(t, p).Run(t.Context(), call(letter(t), map[string]any{"to": to, "a": "x"}))
		fails(t, got, "to ")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mails) > 0 {
		t.Errorf("%d mails were sent", len(p.mails))
	}
}
