//go:build !unix

package main

import "os"

// hangups tells of none where there is no SIGHUP.
func (*app) hangups() <-chan os.Signal { return nil }
