//go:build linux

package process_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"signoff/bot/task/process"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "keep" {
		os.Exit(process.Keep())
	}
	if len(os.Args) == 3 && os.Args[1] == "bomb" {
		bomb(os.Args[2])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func keeper() process.Keeper {
	return process.Keeper{Path: "/proc/self/exe", Args: []string{"signoff", "keep"}}
}

// ran is a program that has ended, and what it wrote.
type ran struct {
	process.Exit
	err error
	out []string // "out: …" and "err: …"
}

// sh runs a script with a cookie in its environment, and fails the test if a
// process with that cookie is left.
func sh(t *testing.T, ctx context.Context, script string, change func(*process.Command)) ran { //nolint:revive // the test comes first
	t.Helper()
	var r ran
	var mu sync.Mutex
	cookie := fmt.Sprintf("COOKIE=%s-%d", t.Name(), time.Now().UnixNano())
	c := process.Command{
		Args: []string{"/bin/sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin", cookie}, Dir: t.TempDir(),
		Limits: process.Limits{Processes: 40, FileSize: 1 << 20, Folder: 4 << 20, Memory: 512 << 20, Grace: 100 * time.Millisecond},
		Line: func(s process.Stream, text string) {
			mu.Lock()
			defer mu.Unlock()
			if len(r.out) < 1000 {
				r.out = append(r.out, map[process.Stream]string{process.Stdout: "out: ", process.Stderr: "err: "}[s]+text)
			}
		},
	}
	if change != nil {
		change(&c)
	}
	r.Exit, r.err = keeper().Run(ctx, c)
	if left := withCookie(t, cookie); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	if left := under(t, c.Dir); len(left) > 0 {
		t.Errorf("processes %v still work in the folder", left)
	}
	return r
}

func withCookie(t *testing.T, cookie string) []string {
	return processes(t, func(dir string) bool {
		b, err := os.ReadFile(dir + "/environ")
		return err == nil && strings.Contains(string(b), cookie)
	})
}

// under finds processes by their working directory: one may clear its
// environment.
func under(t *testing.T, folder string) []string {
	return processes(t, func(dir string) bool {
		at, err := os.Readlink(dir + "/cwd")
		return err == nil && strings.HasPrefix(at, folder)
	})
}

func processes(t *testing.T, is func(dir string) bool) []string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, dir := range all {
		if is(dir) {
			found = append(found, filepath.Base(dir))
		}
	}
	return found
}

func TestRunTellsWhatHappened(t *testing.T) {
	t.Parallel()
	r := sh(t, t.Context(), `echo a; echo b >&2; printf c; exit 3`, nil)
	if r.err != nil || r.Code != 3 || r.Signal != "" {
		t.Errorf("exit %+v, %v, want 3", r.Exit, r.err)
	}
	if got := strings.Join(r.out, "|"); !strings.Contains(got, "out: a|") || !strings.Contains(got, "out: c") || !strings.Contains(got, "err: b") {
		t.Errorf("output %s", got)
	}
}

func TestRunGivesNothingButWhatItWasTold(t *testing.T) {
	t.Parallel()
	r := sh(t, t.Context(), `env; readlink /proc/self/fd/0; ls /proc/$$/fd | tr '\n' ' '`, func(c *process.Command) { c.Env = []string{"PATH=/usr/bin:/bin", "A=1"} })
	got := strings.Join(r.out, "|")
	for _, e := range []string{"HOME", "GOPATH", "USER"} {
		if strings.Contains(got, e+"=") {
			t.Errorf("the program found %s in its environment: %s", e, got)
		}
	}
	if !strings.Contains(got, "A=1") || !strings.Contains(got, "out: /dev/null|") {
		t.Errorf("output %s", got)
	}
	for _, fd := range []string{" 3 ", " 4 ", " 5 "} {
		if last := r.out[len(r.out)-1]; strings.Contains(last, fd) {
			t.Errorf("open files %q, want 0 1 2 and the shell's own", last)
		}
	}
}

func TestRunFeedsTheProgram(t *testing.T) {
	t.Parallel()
	r := sh(t, t.Context(), `wc -c`, func(c *process.Command) { c.Stdin = strings.NewReader(strings.Repeat("x", 1<<20)) })
	if strings.TrimSpace(strings.TrimPrefix(r.out[0], "out:")) != "1048576" {
		t.Errorf("output %v", r.out)
	}
	if r := sh(t, t.Context(), `exit 0`, func(c *process.Command) { c.Stdin = strings.NewReader(strings.Repeat("x", 1<<20)) }); r.err != nil || r.Code != 0 {
		t.Errorf("a program that reads nothing: %+v, %v", r.Exit, r.err)
	}
}

func TestRunSaysThatItCannotStart(t *testing.T) {
	t.Parallel()
	r := sh(t, t.Context(), "", func(c *process.Command) { c.Args = []string{"no-such-program"} })
	if r.err != nil || !strings.Contains(r.Problem, "no-such-program") {
		t.Errorf("%+v, %v", r.Exit, r.err)
	}
	_, err := process.Keeper{Path: "/no/keeper"}.Run(t.Context(), process.Command{Args: []string{"true"}, Line: func(process.Stream, string) {}})
	if err == nil {
		t.Error("a keeper that is not there was started")
	}
}

// What a program does to stay is in vain.
func TestRunLeavesNothingBehind(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		check        func(ran) bool
	}{
		{"background", `sleep 60 & sleep 60 & exit 0`, func(r ran) bool { return r.Code == 0 && r.Stray == 2 }},
		{"own_session", `setsid sleep 60 & sleep 0.1`, func(r ran) bool { return r.Code == 0 && r.Stray == 1 }},
		{"double_fork", `(setsid sh -c 'sleep 60 & exit' &) ; sleep 0.1`, func(r ran) bool { return r.Code == 0 && r.Stray >= 1 }},
		{"without_environment", `setsid env -i sh -c 'sleep 60 & sleep 60' & sleep 0.1`, func(r ran) bool { return r.Stray >= 2 }},
		{"deaf", `trap '' TERM INT HUP; sleep 60 & while :; do sleep 0.1; done`, func(r ran) bool { return errors.Is(r.err, context.DeadlineExceeded) }},
		{"closed_output", `exec >&- 2>&-; sleep 60`, func(r ran) bool { return errors.Is(r.err, context.DeadlineExceeded) }},
		{"output_held_by_orphan", `sleep 60 & echo done`, func(r ran) bool { return r.Code == 0 && r.out[0] == "out: done" }},
		{"endless_output", `while :; do echo 0123456789; done`, func(r ran) bool { return errors.Is(r.err, context.DeadlineExceeded) && len(r.out) == 1000 }},
		{"endless_line", `cat /dev/zero`, func(r ran) bool { return errors.Is(r.err, context.DeadlineExceeded) }},
		{"stopped", `kill -STOP $$; echo never`, func(r ran) bool { return errors.Is(r.err, context.DeadlineExceeded) && len(r.out) == 0 }},
		{"many_sleepers", `i=0; while [ $i -lt 400 ]; do setsid sleep 60 & i=$((i+1)); done; wait`, func(r ran) bool { return r.TooMany }},
		{"large_file", `head -c 8000000 /dev/zero > big; exit $?`, func(r ran) bool { return r.Code != 0 }},
		{"many_files", `i=0; while :; do head -c 500000 /dev/zero > f$i; i=$((i+1)); done`, func(r ran) bool { return r.TooLarge }},
		{"large_data", `x=0123456789; while :; do x=$x$x; done`, func(r ran) bool { return r.Code != 0 }},
		{"kills_itself", `kill -9 $$`, func(r ran) bool { return r.Code == -1 && r.Signal == "killed" }},
		{"kills_the_keeper", `sleep 60 & kill -9 $PPID; sleep 60`, func(r ran) bool { return errors.Is(r.err, process.ErrKeeper) }},
		{"kills_its_group", `sleep 60 & kill -9 0`, func(r ran) bool { return r.Signal == "killed" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			began := time.Now()
			r := sh(t, ctx, tt.script, nil)
			if !tt.check(r) {
				t.Errorf("exit %+v, err %v, output %.300v", r.Exit, r.err, r.out)
			}
			if took := time.Since(began); took > 6*time.Second {
				t.Errorf("it took %s to end", took)
			}
		})
	}
}

func TestRunAsksBeforeItKills(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := sh(t, ctx, `trap 'echo cleaned up; exit 0' TERM; echo ready; while :; do sleep 0.05; done`, func(c *process.Command) {
		c.Limits.Grace = 5 * time.Second
		line := c.Line
		c.Line = func(s process.Stream, text string) { line(s, text); cancel() }
	})
	if !errors.Is(r.err, context.Canceled) || !slices.Contains(r.out, "out: cleaned up") {
		t.Errorf("err %v, output %v", r.err, r.out)
	}
}

// When signoff is killed, what it ran ends.
func TestKeeperEndsWithSignoff(t *testing.T) {
	t.Parallel()
	orders, control, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_, report, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.StartProcess("/proc/self/exe", []string{"signoff", "keep"}, &os.ProcAttr{
		Env: []string{"A=1"}, Files: []*os.File{nil, nil, nil, orders, report},
	})
	if err != nil {
		t.Fatal(err)
	}
	cookie := fmt.Sprintf("COOKIE=%s-%d", t.Name(), time.Now().UnixNano())
	fmt.Fprintf(control, `{"args":["/bin/sh","-c","setsid sleep 60 & sleep 60"],"env":["PATH=/usr/bin:/bin",%q],"dir":"/","limits":{"processes":9,"memory":1000000000,"fileSize":1000000,"grace":1000000}}`+"\n", cookie)
	for len(withCookie(t, cookie)) < 3 {
		time.Sleep(10 * time.Millisecond)
	}
	_ = control.Close() // as the kernel does when a process dies
	if _, err := p.Wait(); err != nil && !errors.Is(err, syscall.ECHILD) {
		t.Fatal(err)
	}
	if left := withCookie(t, cookie); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

// What is open in signoff, the program does not find open.
func TestRunHandsOnNoFile(t *testing.T) { //nolint:paralleltest // other programs would inherit it, too
	const inherited = 77
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	// Unlike what Go opens, this survives exec.
	if err := syscall.Dup3(int(null.Fd()), inherited, 0); err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(inherited)
	r := sh(t, t.Context(), `if [ -e /proc/$$/fd/77 ]; then echo open; else echo closed; fi`, nil)
	if strings.Join(r.out, "\n") != "out: closed" {
		t.Errorf("what is open in signoff is %q in the program", r.out)
	}
}
