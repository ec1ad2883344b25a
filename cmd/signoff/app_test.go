package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestAppStopsTopDownAndOnce(t *testing.T) {
	t.Parallel()
	a, _ := newApp(t.Context(), quiet())
	var order []string
	for _, name := range []string{"store", "bot", "server"} {
		a.add(name, func(context.Context) error {
			order = append(order, name)
			return errors.New(name + " broke")
		})
	}
	err := a.stop()
	if want := []string{"server", "bot", "store"}; !slices.Equal(order, want) {
		t.Errorf("stopped %v, want %v", order, want)
	}
	for _, name := range order {
		if !strings.Contains(err.Error(), "stop "+name+": "+name+" broke") {
			t.Errorf("stop = %v, want the error of %s joined", err, name)
		}
	}
	if err := a.stop(); err != nil || len(order) != 3 {
		t.Errorf("the second stop = %v and stopped again: %v", err, order)
	}
}

func TestAppLeavesBehindWhatDoesNotStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, _ := newApp(t.Context(), quiet())
		release := make(chan struct{})
		var stopped bool
		a.add("below", func(context.Context) error { stopped = true; return nil })
		a.run("stubborn", func(context.Context) error { <-release; return nil })
		began := time.Now()
		err := a.stop()
		if took := time.Since(began); took != stopWithin {
			t.Errorf("the stop took %s, want %s", took, stopWithin)
		}
		if err == nil || !strings.Contains(err.Error(), "stop stubborn: did not stop in time") || !stopped {
			t.Errorf("stop = %v, below stopped: %t", err, stopped)
		}
		close(release)
	})
}

func TestAppEndsWhenAPartFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"with an error": {errors.New("disk full"), "the bot stopped: disk full"},
		"by itself":     {nil, "the bot stopped: it ended by itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ctx := newApp(t.Context(), quiet())
			a.run("the bot", func(context.Context) error { return tt.err })
			if err := wait(ctx); err == nil || err.Error() != tt.want {
				t.Errorf("wait = %v, want %s", err, tt.want)
			}
			if err := a.stop(); err != nil {
				t.Errorf("stop = %v: the reason is told twice", err)
			}
		})
	}
}

func TestAppEndsWithItsContext(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithCancel(t.Context())
	a, ctx := newApp(parent, quiet())
	a.run("the bot", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	cancel()
	if err := wait(ctx); err != nil {
		t.Errorf("wait after an interrupt = %v", err)
	}
	if err := a.stop(); err != nil {
		t.Errorf("stop = %v", err)
	}
}

func TestServerFinishesWhatItBegan(t *testing.T) {
	t.Parallel()
	a, ctx := newApp(t.Context(), quiet())
	inside, release := make(chan struct{}), make(chan struct{})
	base, err := a.serveLocal(ctx, "the server", "", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-release
		_, _ = io.WriteString(w, "recorded")
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base, nil)
		if err != nil {
			got <- err.Error()
			return
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			got <- err.Error()
			return
		}
		defer func() { _ = res.Body.Close() }()
		raw, _ := io.ReadAll(res.Body)
		got <- string(raw)
	}()
	<-inside
	stopped := make(chan error, 1)
	go func() { stopped <- a.stop() }()
	close(release)
	if text := <-got; text != "recorded" {
		t.Errorf("the answer in flight was %q", text)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop = %v", err)
	}
}

func TestServerRefusesAFloodOfHeaders(t *testing.T) {
	t.Parallel()
	a, ctx := newApp(t.Context(), quiet())
	base, err := a.serveLocal(ctx, "the server", "", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Flood", strings.Repeat("x", 128<<10))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("128 KiB of headers = %s", res.Status)
	}
	if err := a.stop(); err != nil {
		t.Errorf("stop = %v", err)
	}
}

func TestEndlessEndsWithTheServer(t *testing.T) {
	t.Parallel()
	ending, end := context.WithCancel(t.Context())
	a, ctx := newApp(t.Context(), quiet())
	inside := make(chan struct{})
	base, err := a.serveLocal(ctx, "the server", "", endless(ending, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done()
	})))
	if err != nil {
		t.Fatal(err)
	}
	a.add("the streams", func(context.Context) error { end(); return nil })
	go func() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base, nil)
		if err != nil {
			return
		}
		if res, err := http.DefaultClient.Do(r); err == nil {
			_ = res.Body.Close()
		}
	}()
	<-inside
	began := time.Now()
	if err := a.stop(); err != nil || time.Since(began) > stopWithin/2 {
		t.Errorf("stop = %v after %s", err, time.Since(began))
	}
}
