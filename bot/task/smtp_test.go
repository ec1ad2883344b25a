package task_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// postOffice is a mail server that takes what it is given, or does what a test
// wants at a verb.
type postOffice struct {
	addr     string
	host     string
	port     string
	cert     *httptest.Server // for its certificate
	implicit bool
	at       func(verb, line string) (reply string, hangUp bool)
	mu       sync.Mutex
	mails    []posted // guarded by mu
}

// posted is a mail with its envelope.
type posted struct {
	From, Auth string
	To         []string
	TLS        bool
	Text       string
}

func newPostOffice(t *testing.T, change func(*postOffice)) *postOffice {
	t.Helper()
	p := &postOffice{cert: httptest.NewUnstartedServer(nil)}
	p.cert.StartTLS()
	t.Cleanup(p.cert.Close)
	if change != nil {
		change(p)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	p.host, p.port, _ = net.SplitHostPort(p.addr)
	var working sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); working.Wait() })
	working.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if p.implicit {
				conn = tls.Server(conn, p.cert.TLS)
			}
			working.Go(func() { p.serve(conn); _ = conn.Close() })
		}
	})
	return p
}

func (p *postOffice) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	m := posted{TLS: p.implicit}
	say("220 post.example ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if p.at != nil {
			if reply, hangUp := p.at(verb, line); hangUp {
				return
			} else if reply != "" {
				say("%s", reply)
				continue
			}
		}
		switch verb {
		case "EHLO":
			say("250-post.example\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 STARTTLS")
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, p.cert.TLS)
			r, m.TLS = bufio.NewReader(conn), true
		case "AUTH":
			b, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			m.Auth = string(b)
			say("235 welcome")
		case "MAIL":
			m.From = rest
			say("250 ok")
		case "RCPT":
			m.To = append(m.To, rest)
			say("250 ok")
		case "DATA":
			say("354 go on")
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				m.Text += line
			}
			p.mu.Lock()
			p.mails = append(p.mails, m)
			p.mu.Unlock()
			m = posted{TLS: m.TLS, Auth: m.Auth}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *postOffice) only(t *testing.T) posted {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mails) != 1 {
		t.Fatalf("%d mails came, want 1", len(p.mails))
	}
	return p.mails[0]
}
