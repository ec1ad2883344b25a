//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// hangups tells of each SIGHUP until the app stops: the operator's word that
// files have changed.
func (a *app) hangups() <-chan os.Signal {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	a.add("the hangups", func(context.Context) error { signal.Stop(c); return nil })
	return c
}
