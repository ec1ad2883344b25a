//go:build unix

package expr

import (
	"syscall"
	"time"
)

// processTime is the processor time that this process has used, which other
// processes cannot spend.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
