package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// stopWithin bounds an orderly stop, all parts together.
const stopWithin = 10 * time.Second

// app is what runs: parts that were started bottom-up and are stopped top-down.
// It is used by one goroutine.
type app struct {
	log   *slog.Logger
	fail  context.CancelCauseFunc
	parts []part
}

// part is something that was started and must be stopped.
type part struct {
	name string
	stop func(context.Context) error
}

// newApp returns an app and a context that ends with ctx, or when a part fails.
func newApp(ctx context.Context, log *slog.Logger) (*app, context.Context) {
	ctx, fail := context.WithCancelCause(ctx)
	return &app{log: log, fail: fail}, ctx
}

// add remembers how to stop what was just started.
func (a *app) add(name string, stop func(context.Context) error) {
	a.parts = append(a.parts, part{name, stop})
}

// run starts a long-lived function, which must return when its context ends. It
// outlives the app's own context, so that parts end in order. Its early end
// stops the app.
func (a *app) run(name string, run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		err := run(ctx)
		if ctx.Err() == nil {
			a.fail(fmt.Errorf("%s stopped: %w", name, tooEarly(err)))
			err = nil // it is told as the reason of the stop
		}
		done <- err
	}()
	a.add(name, func(stop context.Context) error {
		cancel()
		select {
		case err := <-done:
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		case <-stop.Done():
			return errors.New("did not stop in time and was left behind")
		}
	})
}

// tooEarly gives an early end without an error one.
func tooEarly(err error) error {
	if err == nil {
		return errors.New("it ended by itself")
	}
	return err
}

// serve answers HTTP on a listener until it is stopped; requests that are being
// answered are finished first. The handler's requests that never end by
// themselves must watch ending.
func (a *app) serve(name string, l net.Listener, h http.Handler) {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	done := make(chan struct{})
	go func() {
		err := srv.Serve(l)
		if !errors.Is(err, http.ErrServerClosed) {
			a.fail(fmt.Errorf("%s stopped: %w", name, err))
		}
		close(done)
	}()
	a.add(name, func(stop context.Context) error {
		err := srv.Shutdown(stop)
		if err != nil {
			err = errors.Join(err, srv.Close())
		}
		<-done
		return err
	})
}

// stop ends all parts, the last started first, and joins what went wrong. It
// may be called again and then does nothing.
func (a *app) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	var errs []error
	for len(a.parts) > 0 {
		p := a.parts[len(a.parts)-1]
		a.parts = a.parts[:len(a.parts)-1]
		if err := p.stop(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", p.name, err))
		}
	}
	a.fail(nil)
	return errors.Join(errs...)
}

// wait returns when ctx ends, with the failure that ended it, if it was one.
func wait(ctx context.Context) error {
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// listen opens a TCP port.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}
