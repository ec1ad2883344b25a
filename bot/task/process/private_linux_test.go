package process_test

import (
	"syscall"
	"testing"

	"signoff/bot/task/process"
)

// What is hidden belongs to root in /proc, and no program of the same user reads
// it.
func TestHide(t *testing.T) { //nolint:paralleltest // it changes the whole process
	if err := process.Hide(); err != nil {
		t.Fatal(err)
	}
	dumpable := func() uintptr {
		r, _, _ := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_GET_DUMPABLE, 0, 0)
		return r
	}
	defer func() {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 1, 0); errno != 0 {
			t.Error(errno)
		}
	}()
	if got := dumpable(); got != 0 {
		t.Errorf("dumpable is %d, want 0", got)
	}
	// A program can still be started.
	if r := sh(t, t.Context(), "echo hello", nil); len(r.out) != 1 || r.out[0] != "out: hello" {
		t.Errorf("a program wrote %q", r.out)
	}
}
