package task_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"signoff/bot/task"
)

// trap listens on this host and counts who comes.
func trap(t *testing.T) (port string, came *atomic.Int64) {
	t.Helper()
	came = &atomic.Int64{}
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
			came.Add(1)
			_ = c.Close()
		}
	}()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port, came
}

// home is the most harmful of name servers: every name is this host.
type home struct{}

func (home) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::ffff:127.0.0.1"), netip.MustParseAddr("::1")}, nil
}

func corpus(t *testing.T, port string) []string {
	t.Helper()
	f, err := os.Open("testdata/egress.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); !strings.HasPrefix(line, "#") {
			uri, err := strconv.Unquote(line)
			if err != nil {
				t.Fatalf("corpus line %s: %v", line, err)
			}
			out = append(out, strings.ReplaceAll(uri, "PORT", port))
		}
	}
	return out
}

// refusals are the sentences that say that nothing was dialled.
var refusals = []string{
	"which tasks do not call", "which is never called", "the address ", "the host is neither",
	"the port of the address", "the path of the address", "which is not called",
}

func TestRunRefusesEveryForbiddenAddress(t *testing.T) {
	t.Parallel()
	port, came := trap(t)
	uris := corpus(t, port)
	if len(uris) < 300 {
		t.Errorf("the corpus has %d addresses, want at least 300", len(uris))
	}
	b := newBench(t, func(c *task.Config) { c.Egress.Resolver = home{} })
	for _, uri := range uris {
		got := b.Run(t.Context(), call(get(t, "{{ inputs.uri }}"), map[string]any{"uri": uri}))
		refused := false
		for _, s := range refusals {
			refused = refused || strings.Contains(got.Problem, s)
		}
		if !refused {
			t.Errorf("%q: problem %q, want a refusal", uri, got.Problem)
		}
	}
	if n := came.Load(); n != 0 {
		t.Errorf("%d connections were made, want none", n)
	}
}

// The control: with the guard open, the same corpus does reach the trap. And
// even then the clouds' metadata is out of reach.
func TestRunReachesTheTrapWhenAllowed(t *testing.T) {
	t.Parallel()
	port, came := trap(t)
	b := newBench(t, func(c *task.Config) {
		c.Egress.Resolver = home{}
		c.Egress.Allow = []string{"127.0.0.0/8"}
	})
	for _, uri := range corpus(t, port) {
		if strings.Contains(uri, port) && !strings.Contains(uri, "[") && !strings.Contains(uri, "https") && strings.Contains(uri, "127.") {
			b.Run(t.Context(), call(get(t, "{{ inputs.uri }}"), map[string]any{"uri": uri}))
		}
	}
	if came.Load() == 0 {
		t.Error("nothing reached the trap: the test above proves nothing")
	}
}

func TestRunNeverCallsMetadata(t *testing.T) {
	t.Parallel()
	hosts := []string{
		"169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192",
		"[fd00:ec2::254]", "[fd20:ce::254]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]",
		"[2002:a9fe:a9fe::1]", "[::a9fe:a9fe]", "[2001:0:4136:e378:8000:63bf:5601:5601]", "meta.example",
	}
	b := newBench(t, func(c *task.Config) {
		c.Egress.Allow = []string{"0.0.0.0/0", "::/0"}
		for _, h := range hosts {
			c.Egress.Allow = append(c.Egress.Allow, h+":80")
		}
		c.Egress.Resolver = &answers{table: map[string][]string{"meta.example": {"169.254.169.254"}}}
	})
	for _, h := range hosts {
		fails(t, b.Run(t.Context(), call(get(t, "http://"+h+"/latest"), nil)), "cloud metadata service, which is never called")
	}
}

func TestRunAllows(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	addr := far.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	tests := []struct {
		name, allow, uri string
		ok               bool
	}{
		{"host_and_port", addr, far.URL, true},
		{"name_and_port", "HR.internal:" + port, "http://hr.INTERNAL.:" + port, true},
		{"range", "127.0.0.0/8", far.URL, true},
		{"range_of_name", "127.0.0.1/32", "http://hr.internal:" + port, true},
		{"mapped_spelling", addr, "http://[::ffff:127.0.0.1]:" + port, true},
		{"mapped_spelling_in_range", "127.0.0.0/8", "http://[::ffff:127.0.0.1]:" + port, true},
		{"other_port", "127.0.0.1:1", far.URL, false},
		{"other_name", "other.internal:" + port, "http://hr.internal:" + port, false},
		{"name_does_not_allow_address", "hr.internal:" + port, far.URL, false},
		{"parent_of_name", "internal:" + port, "http://hr.internal:" + port, false},
		{"other_range", "10.0.0.0/8", far.URL, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(c *task.Config) {
				c.Egress.Allow, c.Egress.Resolver = []string{tt.allow}, home{}
			})
			got := b.Run(t.Context(), call(get(t, tt.uri), nil))
			if tt.ok {
				succeeds(t, got)
			} else {
				fails(t, got, "the host leads to this host, which tasks do not call; the operator can allow it in egress.allow")
			}
		})
	}
}

func TestNewRefusesAllow(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{
		"", "hr.internal", "10.0.0.5", "*", "*:80", "*.internal:80", "http://hr.internal:80", "hr.internal:0", "hr.internal:http",
		"hr.internal:65536", ":80", "10.20.0.1/16", "::ffff:10.0.0.0/104", "10.0.0.0/33", "a b:80", "u@h:80",
	} {
		cfg := task.Config{Egress: task.Egress{Allow: []string{entry}}}
		if _, err := task.New(complete(cfg)); err == nil || !strings.Contains(err.Error(), "egress.allow") {
			t.Errorf("New with egress.allow %q: %v, want an error that names it", entry, err)
		}
	}
	if _, err := task.New(task.Config{}); err == nil {
		t.Error("New without a clock and a log succeeded")
	}
}

func TestForbidden(t *testing.T) {
	t.Parallel()
	public := strings.FieldsSeq(`1.1.1.1 8.8.8.8 93.184.216.34 1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0
		126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0
		192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0
		203.0.112.255 203.0.114.0 223.255.255.255
		2606:4700:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 2001:200:: 2001:db7:ffff:: 2001:db9:: 2003:: 2001:ffff::
		2000::1 3ffe:ffff::1 3fff:1000::`)
	for s := range public {
		if why := task.Forbidden(netip.MustParseAddr(s)); why != "" {
			t.Errorf("%s is refused as %s, want it public", s, why)
		}
	}
}

// What the standard library knows not to be public is a part of what we refuse.
func TestForbiddenCoversTheStandardLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var a netip.Addr
		if rapid.Bool().Draw(rt, "v6") {
			b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, "bytes")
			b[0] = rapid.SampledFrom([]byte{0, 0x20, 0xfc, 0xfd, 0xfe, 0xff, b[0]}).Draw(rt, "first")
			a = netip.AddrFrom16([16]byte(b)).Unmap()
		} else {
			b := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(rt, "bytes")
			b[0] = rapid.SampledFrom([]byte{0, 10, 127, 169, 172, 192, 224, 255, b[0]}).Draw(rt, "first")
			a = netip.AddrFrom4([4]byte(b))
		}
		known := a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() ||
			a.IsMulticast() || a.IsInterfaceLocalMulticast() || a.IsUnspecified() || !a.IsGlobalUnicast()
		if known && task.Forbidden(a) == "" {
			rt.Fatalf("%s is not refused", a)
		}
	})
}

// A name server that changes its answer does not move a connection: each is
// made to an address of the one answer that was looked at.
func TestRunResistsRebinding(t *testing.T) {
	t.Parallel()
	port, came := trap(t)
	l, err := net.Listen("tcp", "127.0.0.2:"+port)
	if err != nil {
		t.Skipf("this machine has no 127.0.0.2: %v", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/again" {
			http.Redirect(w, r, "/next", http.StatusFound)
		}
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })

	names := &answers{table: map[string][]string{
		"flip.example":  {"127.0.0.2", "127.0.0.1"},
		"again.example": {"127.0.0.2", "127.0.0.1"},
		"mixed.example": {"127.0.0.1 10.0.0.1 ::1 127.0.0.2"},
		"worse.example": {"127.0.0.1 10.0.0.1"},
	}}
	b := newBench(t, func(c *task.Config) {
		c.Egress.Allow, c.Egress.Resolver = []string{"127.0.0.2/32"}, names
	})
	run := func(uri string) task.Result { return b.Run(t.Context(), call(get(t, uri), nil)) }
	succeeds(t, run("http://flip.example:"+port))
	fails(t, run("http://flip.example:"+port), "which tasks do not call")
	fails(t, run("http://again.example:"+port+"/again"), "which tasks do not call")
	succeeds(t, run("http://mixed.example:"+port))
	fails(t, run("http://worse.example:"+port), "which tasks do not call")
	if n := came.Load(); n != 0 {
		t.Errorf("%d connections reached the forbidden address", n)
	}
}

func TestRunUsesNoProxy(t *testing.T) {
	port, came := trap(t)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, fmt.Sprintf("http://127.0.0.1:%s", port))
	}
	far := newFar(t, nil)
	_, farPort, _ := net.SplitHostPort(far.Listener.Addr().String())
	b := newBench(t, func(c *task.Config) {
		c.Egress.Allow, c.Egress.Resolver = []string{"hr.internal:" + farPort}, home{}
	})
	succeeds(t, b.Run(t.Context(), call(get(t, "http://hr.internal:"+farPort), nil)))
	if came.Load() != 0 {
		t.Error("the proxy of the environment was used")
	}
}
