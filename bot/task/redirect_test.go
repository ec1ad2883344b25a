package task_test

import (
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signoff/bot/task"
)

func redirectTo(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

func TestRunFollowsRedirects(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		if n := len(r.URL.Path); n > 1 {
			http.Redirect(w, r, r.URL.Path[:n-1], http.StatusTemporaryRedirect)
			return
		}
		_, _ = io.WriteString(w, "end")
	})
	b := newBench(t, nil, far.Server)
	spec := get(t, far.URL+"/12345")
	spec.Headers = pairs(t, "X-Key", "mine")
	got := b.Run(t.Context(), call(spec, nil))
	succeeds(t, got)
	if got.Outputs["body"] != "end" || got.Outputs["uri"] != far.URL+"/12345" {
		t.Errorf("outputs = %v, want the end, and the address that the flow named", got.Outputs)
	}
	last := far.seen[len(far.seen)-1]
	if last.Header.Get("X-Key") != "mine" || last.Header.Get("Referer") != "" {
		t.Errorf("the last request had headers %v", last.Header)
	}
	fails(t, b.Run(t.Context(), call(get(t, far.URL+"/123456"), nil)), "redirects more than 5 times")
}

// What the flow put into the headers is for the host it named.
func TestRunKeepsHeadersFromOtherHosts(t *testing.T) {
	t.Parallel()
	var first *far
	other := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			http.Redirect(w, r, first.URL+"/end", http.StatusFound)
		}
	})
	first = newFar(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/end" {
			http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
		}
	})
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"S": "canary-1234"} }, first.Server, other.Server)
	spec := get(t, first.URL+"/back?token=canary-5678")
	spec.Headers = pairs(t, "X-Api-Key", "{{ secret('S') }}", "Authorization", "Bearer {{ secret('S') }}", "Cookie", "a={{ secret('S') }}")
	succeeds(t, b.Run(t.Context(), call(spec, nil)))
	for _, s := range append(other.seen, first.seen[1:]...) {
		for name, values := range s.Header {
			if strings.Contains(strings.Join(values, " "), "canary") {
				t.Errorf("%s got the header %s: %v", s.Path, name, values)
			}
		}
	}
	if ua := other.seen[0].Header.Get("User-Agent"); ua != "signoff-test" {
		t.Errorf("user agent = %q", ua)
	}
}

func TestRunRefusesRedirects(t *testing.T) {
	t.Parallel()
	port, came := trap(t)
	tests := []struct{ name, to, want string }{
		{"this_host", "http://127.0.0.1:" + port + "/", "which tasks do not call"},
		{"spelling", "http://2130706433:" + port + "/", "redirected: the host is neither a name nor an address"},
		{"name", "http://inside.example:" + port + "/", "which tasks do not call"},
		{"metadata", "http://169.254.169.254/latest/", "never called"},
		{"file", "file:///etc/passwd", "redirected: the address must begin with http"},
		{"gopher", "gopher://127.0.0.1:" + port + "/", "redirected: the address must begin with http"},
		{"user", "http://a:b@127.0.0.1:" + port + "/", "redirected: the address holds a user name"},
		{"zone", "http://[fe80::1%25eth0]/", "redirected: the address holds a zone"},
		{"up", "/a/../b/%2e%2e", "redirected: the path of the address holds .."},
		{"not_an_address", "http://[::1", "the connection broke, or the answer was not HTTP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, redirectTo(tt.to))
			b := newBench(t, func(c *task.Config) { c.Egress.Resolver = home{} }, far.Server)
			fails(t, b.Run(t.Context(), call(get(t, far.URL+"/x"), nil)), "GET "+far.URL+": ", tt.want)
		})
	}
	t.Cleanup(func() {
		if n := came.Load(); n != 0 {
			t.Errorf("%d redirects led to the trap", n)
		}
	})
}

func TestRunFollowsNoRedirectOfAPost(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		other := newFar(t, nil)
		far := newFar(t, redirectTo(other.URL))
		spec := post(t, far.URL)
		spec.Method = template(t, method)
		fails(t, newBench(t, nil, far.Server, other.Server).Run(t.Context(), call(spec, nil)), "answered 302 Found; redirects are followed only")
		other.none(t)
	}
	other := newFar(t, nil)
	far := newFar(t, redirectTo(other.URL))
	spec := get(t, far.URL)
	spec.Body = bodyValue(t, "a body")
	fails(t, newBench(t, nil, far.Server, other.Server).Run(t.Context(), call(spec, nil)), "answered 302 Found")
	other.none(t)
}

func TestRunStaysOnHTTPS(t *testing.T) {
	t.Parallel()
	plain := newFar(t, nil)
	secure := httptest.NewTLSServer(redirectTo(plain.URL))
	t.Cleanup(secure.Close)
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	b := newBench(t, func(c *task.Config) { c.Egress.RootCAs = roots }, plain.Server, secure)
	fails(t, b.Run(t.Context(), call(get(t, secure.URL), nil)), "redirected from https to http, which is not followed")
	plain.none(t)
}
