package task

import (
	"net/smtp"
	"slices"
	"strings"
)

// chooseLogin takes the best way to log in that the server offers. Where the
// connection is not protected, which only a server on this machine may be, it is
// one that does not show the password, if there is one.
func chooseLogin(offered string, s MailServer, protected bool) (smtp.Auth, error) {
	names := strings.Fields(strings.ToUpper(offered))
	order := []string{"PLAIN", "LOGIN", "CRAM-MD5"}
	if !protected {
		order = []string{"CRAM-MD5", "PLAIN", "LOGIN"}
		if !isLoopback(s.Host) && !slices.Contains(names, "CRAM-MD5") {
			return nil, problemf("a password is not sent without TLS; use SMTPS or SMTP_TLS")
		}
	}
	for _, name := range order {
		if !slices.Contains(names, name) {
			continue
		}
		switch name {
		case "PLAIN":
			return smtp.PlainAuth("", s.Username, s.Password, s.Host), nil
		case "LOGIN":
			return &askedLogin{host: s.Host, answers: []string{s.Username, s.Password}}, nil
		case "CRAM-MD5":
			return smtp.CRAMMD5Auth(s.Username, s.Password), nil
		}
	}
	return nil, problemf("the server offers no login that signoff knows (PLAIN, LOGIN, CRAM-MD5)")
}

// askedLogin is AUTH LOGIN: the server asks for the name, then for the password.
type askedLogin struct {
	host    string
	answers []string
}

// Start implements [smtp.Auth]. It is the last to look whether the password may
// be sent.
func (l *askedLogin) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS && !isLoopback(server.Name) || server.Name != l.host {
		return "", nil, problemf("a password is not sent without TLS; use SMTPS or SMTP_TLS")
	}
	return "LOGIN", nil, nil
}

// Next implements [smtp.Auth].
func (l *askedLogin) Next(_ []byte, more bool) ([]byte, error) {
	switch {
	case !more:
		return nil, nil
	case len(l.answers) == 0:
		return nil, problemf("the server asks for more than a name and a password")
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}
