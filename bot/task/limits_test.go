package task_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"signoff/bot/task"
)

func TestRunBoundsTheAnswer(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    []string
	}{
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		}, []string{"the answer is larger than 10 MiB"}},
		{"gzip_bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 1024 {
				if _, err := z.Write(make([]byte, mib)); err != nil {
					return
				}
			}
		}, []string{"the answer is larger than 10 MiB"}},
		{"lying_length", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "short")
		}, []string{"closed the connection before its answer was complete"}},
		{"broken_gzip", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "not gzip at all, canary-1234")
		}, []string{"the connection broke, or the answer was not HTTP"}},
		{"header_flood", func(w http.ResponseWriter, _ *http.Request) {
			for i := range 2000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("a", 100))
			}
		}, []string{"not HTTP that can be read"}},
		{"one_long_header", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-A", strings.Repeat("a", 65<<10))
		}, []string{"not HTTP that can be read"}},
		{
			"hangs_up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			[]string{"closed the connection"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, tt.handler)
			got := newBench(t, nil, far.Server).Run(t.Context(), call(get(t, far.URL+"/secret-path?token=1"), nil))
			fails(t, got, append(tt.want, "GET "+far.URL+": ")...)
			if strings.Contains(got.Problem, "secret-path") || strings.Contains(got.Problem, "canary") {
				t.Errorf("problem %q tells the path or what came", got.Problem)
			}
		})
	}
}

// A bomb must cost time and not memory.
func TestRunBoundsMemory(t *testing.T) {
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 512 {
			if _, err := z.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	b := newBench(t, nil, far.Server)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fails(t, b.Run(t.Context(), call(get(t, far.URL), nil)), "larger than 10 MiB")
	runtime.ReadMemStats(&after)
	if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 128 {
		t.Errorf("the call allocated %d MiB, want at most 128", spent)
	}
}

func TestRunKeepsTheBeginningOfALongBody(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("ä", 40<<10)+"canary-1234")
	})
	b := newBench(t, func(c *task.Config) { c.Limits.Kept = 64<<10 + 1 }, far.Server)
	got := b.Run(t.Context(), call(get(t, far.URL), nil))
	succeeds(t, got)
	if s, _ := got.Outputs["body"].(string); s != strings.Repeat("ä", 32<<10) {
		t.Errorf("body has %d bytes, want %d whole characters", len(s), 32<<10)
	}
	if !strings.Contains(logText(got), "WARN the body of the answer is 80.0 KiB long; the first 64.0 KiB of it are kept") {
		t.Errorf("log = %s", logText(got))
	}
}

func TestRunTimesOut(t *testing.T) {
	t.Parallel()
	drip := func(w http.ResponseWriter, r *http.Request) {
		for {
			_, _ = io.WriteString(w, ".")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, h := range map[string]http.HandlerFunc{"drip": drip, "silent": silent} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, h)
			spec := post(t, far.URL)
			spec.Timeout = 60 * time.Millisecond
			got := newBench(t, nil, far.Server).Run(t.Context(), call(spec, nil))
			fails(t, got, "POST "+far.URL+": no complete answer within 60ms")
		})
	}
}

func TestRunTimesOutByDefault(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	b := newBench(t, func(c *task.Config) {
		c.Limits.Timeout, c.Limits.MaxTimeout = 30*time.Millisecond, 40*time.Millisecond
	}, far.Server)
	fails(t, b.Run(t.Context(), call(get(t, far.URL), nil)), "within 30ms")
	spec := get(t, far.URL)
	spec.Timeout = time.Hour
	got := b.Run(t.Context(), call(spec, nil))
	fails(t, got, "within 40ms")
	if !strings.Contains(logText(got), "the timeout 1h0m0s is more than the allowed 40ms") {
		t.Errorf("log = %s", logText(got))
	}
}

// The end of the context ends the call at once, and says that nothing is known.
func TestRunStopsWithTheContext(t *testing.T) {
	t.Parallel()
	came := make(chan struct{})
	far := newFar(t, func(_ http.ResponseWriter, r *http.Request) {
		close(came)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-came
		cancel()
	}()
	fails(t, newBench(t, nil, far.Server).Run(ctx, call(get(t, far.URL), nil)), "the call was stopped before an answer came")
}

func TestRunExplains(t *testing.T) {
	t.Parallel()
	closed := newFar(t, nil)
	closed.Close()
	tlsFar := httptest.NewUnstartedServer(http.NotFoundHandler())
	tlsFar.Config.ErrorLog = log.New(io.Discard, "", 0)
	tlsFar.StartTLS()
	t.Cleanup(tlsFar.Close)
	plain := newFar(t, nil)
	garbage := rawFar(t, "SSH-2.0-OpenSSH_9.2 canary-1234\r\n")
	b := newBench(t, func(c *task.Config) {
		c.Egress.Allow = append(c.Egress.Allow, garbage)
		c.Egress.Resolver = nobody{}
	}, closed.Server, tlsFar, plain.Server)
	tests := []struct{ name, uri, want string }{
		{"refused", closed.URL, "connection refused: nothing listens there"},
		{"unknown_authority", tlsFar.URL, "signed by an authority that is not trusted here"},
		{"not_tls", strings.Replace(plain.URL, "http:", "https:", 1), "does not speak TLS"},
		{"unknown_name", "http://nobody.example", "http://nobody.example: the host name is not known (DNS)"},
		{"not_http", "http://" + garbage, "not HTTP that can be read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := b.Run(t.Context(), call(get(t, tt.uri+"/hidden"), nil))
			fails(t, got, tt.want)
			for _, leak := range []string{"hidden", "canary", "dial tcp", "x509", "lookup"} {
				if strings.Contains(got.Problem, leak) {
					t.Errorf("problem %q holds %q", got.Problem, leak)
				}
			}
		})
	}
}

type nobody struct{}

func (nobody) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// rawFar answers every connection with the same bytes; it returns its address.
func rawFar(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(c).ReadString('\n')
			_, _ = io.WriteString(c, text)
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}

func TestRunTrustsConfiguredAuthorities(t *testing.T) {
	t.Parallel()
	far := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	}))
	t.Cleanup(far.Close)
	roots := x509.NewCertPool()
	roots.AddCert(far.Certificate())
	b := newBench(t, func(c *task.Config) { c.Egress.RootCAs = roots }, far)
	succeeds(t, b.Run(t.Context(), call(get(t, far.URL), nil)))
}
