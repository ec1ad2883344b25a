//go:build linux

package process_test

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"signoff/bot/task/process"
)

// bomb runs a program that doubles without end, and prints how it ended.
func bomb(dir string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	x, _ := keeper().Run(ctx, process.Command{
		Args: []string{"/bin/sh", "-c", `b() { b | b & }; b; sleep 60`}, Env: []string{"PATH=/usr/bin:/bin", "COOKIE=bomb-" + dir}, Dir: dir,
		Limits: process.Limits{Processes: 50, Grace: 100 * time.Millisecond}, Line: func(process.Stream, string) {},
	})
	if err := json.NewEncoder(os.Stdout).Encode(x); err != nil {
		panic(err)
	}
}

// A fork bomb does not get beyond the limit that the kernel sets for a user
// other than root, and nothing of it stays.
func TestForkBombIsBounded(t *testing.T) {
	dir, err := os.MkdirTemp("", "bomb") //nolint:usetesting // its parents must be open to somebody else
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	self := filepath.Join(dir, "self")
	copyFile(t, "/proc/self/exe", self)
	if err := os.Chmod(dir, 0o755); err != nil { // so that somebody else finds it
		t.Fatal(err)
	}
	cmd := exec.Command(self, "bomb", dir)
	if os.Getuid() == 0 {
		const somebody = 61_234
		if err := os.Chown(dir, somebody, somebody); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: somebody, Gid: somebody}}
	}
	began, most := time.Now(), 0
	var out []byte
	done := make(chan error, 1)
	go func() {
		var err error
		out, err = cmd.Output()
		done <- err
	}()
	for running := true; running; {
		select {
		case err = <-done:
			running = false
		case <-time.After(20 * time.Millisecond):
			most = max(most, len(withCookie(t, "COOKIE=bomb-"+dir)))
		}
	}
	if err != nil {
		t.Fatalf("the bomber: %v", err)
	}
	t.Logf("%s; at most %d processes; %s", out, most, time.Since(began))
	if most > 80 {
		t.Errorf("the bomb grew to %d processes, want at most 50 and a few", most)
	}
	if left := withCookie(t, "COOKIE=bomb-"+dir); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
