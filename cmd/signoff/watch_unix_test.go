//go:build unix

package main

import (
	"log/slog"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestHangupAsksForALookAtOnce(t *testing.T) {
	t.Parallel()
	a, _ := newApp(t.Context(), slog.New(slog.DiscardHandler))
	again := a.hangups()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case <-again:
	case <-time.After(10 * time.Second):
		t.Error("the hangup did not come")
	}
	if err := a.stop(); err != nil {
		t.Error(err)
	}
}
