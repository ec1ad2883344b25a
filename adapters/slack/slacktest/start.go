package slacktest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// TB is what Start needs of a test.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(f func())
	Context() context.Context
}

// Start serves the fake on a loopback port until the test ends, and returns its
// address, which SetURL is given too.
func (s *Server) Start(t TB) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen for the fake Slack: %v", err)
	}
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		s.stopErrands()
		s.CloseSockets()
		_ = srv.Close() // what is still open is cut on purpose
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Fatalf("the fake Slack stopped: %v", err)
		}
	})
	s.SetURL("http://" + l.Addr().String())
	return s.URL()
}
