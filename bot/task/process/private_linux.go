package process

import (
	"fmt"
	"syscall"
)

// Hide keeps the programs that this process will run from reading its
// environment and its memory, where secrets are, although they run as the same
// user. Root may read them all the same.
func Hide() error {
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0); errno != 0 {
		return fmt.Errorf("hide from the programs: %w", errno)
	}
	return nil
}
