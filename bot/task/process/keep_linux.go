package process

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	ordersFd = 3
	reportFd = 4
)

// Keep is the keeper: it takes one order, does it, and reports. It returns the
// exit code.
func Keep() int {
	orders, report := os.NewFile(ordersFd, "orders"), os.NewFile(reportFd, "report")
	closeOnExec()
	var o order
	read := json.NewDecoder(orders)
	if read.Decode(&o) != nil {
		return 2
	}
	if err := becomeReaper(); err != nil {
		return unbegun(report, "this system cannot keep a program together: "+err.Error())
	}
	start, main, err := launchBehind(o)
	if err != nil {
		return unbegun(report, startProblem(o, err))
	}
	say(report, begun{main})
	_, _ = start.WriteString("go\n")
	_ = start.Close()
	f := &family{main: main, limits: o.Limits, stop: make(chan struct{}), dead: make(chan struct{})}
	go func() {
		_, _ = io.Copy(io.Discard, io.MultiReader(read.Buffered(), orders)) // until signoff closes it, or dies
		close(f.stop)
	}()
	say(report, f.keep())
	return 0
}

// unbegun reports no pid, for nothing has begun, and why.
func unbegun(report io.Writer, problem string) int {
	say(report, begun{})
	say(report, Exit{Code: -1, Problem: problem})
	return 0
}

// say writes a line of the report. A pipe that is gone needs none: that signoff
// closed it is the order to end.
func say[T begun | Exit](report io.Writer, line T) {
	text, err := json.Marshal(line)
	if err != nil {
		panic("process: a report that cannot be written: " + err.Error())
	}
	_, _ = report.Write(append(text, '\n'))
}

// closeOnExec hands nothing that is open on to the program but what it writes to:
// neither the orders and the report, nor what whoever started signoff left open.
func closeOnExec() {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		open = nil
	}
	for _, f := range open {
		if fd, err := strconv.Atoi(f.Name()); err == nil && fd >= ordersFd {
			syscall.CloseOnExec(fd)
		}
	}
	syscall.CloseOnExec(ordersFd)
	syscall.CloseOnExec(reportFd)
}

// begun is the first report.
type begun struct {
	Pid int `json:"pid"`
}

// becomeReaper makes the kernel give us the orphans of our family.
func becomeReaper() error {
	const setChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0); errno != 0 {
		return errno
	}
	return nil
}

// limited is what a shell does before it becomes the program: it waits until the
// keeper has told signoff whom to end, and sets the limits that the system has.
const limited = `read -r go <&3 || exit 1
exec 3<&-
ulimit -c 0 2>/dev/null
ulimit -f "$1" 2>/dev/null
ulimit -d "$2" 2>/dev/null
ulimit -u "$3" 2>/dev/null || ulimit -p "$3" 2>/dev/null
shift 3
exec "$@"`

// niceness puts the program behind us in the queue for a processor, so that we
// can still end it when it has become a thousand.
const niceness = 10

// launchBehind is launch on a thread of its own, whose priority the program
// inherits. The thread ends with it, because nobody may raise it again.
func launchBehind(o order) (start *os.File, pid int, err error) {
	wait, start, err := os.Pipe()
	if err != nil {
		return nil, 0, err
	}
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(done)
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness)
		pid, err = launch(o, wait)
	}()
	<-done
	_ = wait.Close()
	return start, pid, err
}

// launch starts the program in a group of its own. It begins when a line comes.
func launch(o order, wait *os.File) (int, error) {
	path, err := lookPath(o)
	if err != nil {
		return 0, err
	}
	const block = 512 // the unit of ulimit -f
	args := append([]string{
		"/bin/sh", "-c", limited, "sh",
		strconv.FormatInt(o.Limits.FileSize/block, 10), strconv.FormatInt(o.Limits.Memory>>10, 10),
		strconv.Itoa(threadsOf(os.Getuid()) + o.Limits.Processes), path,
	}, o.Args[1:]...)
	//nolint:gosec // running what it is told is what the keeper is for
	pid, err := syscall.ForkExec("/bin/sh", args, &syscall.ProcAttr{
		Dir: o.Dir, Env: o.Env, Files: []uintptr{0, 1, 2, wait.Fd()},
		Sys: &syscall.SysProcAttr{Setpgid: true},
	})
	return pid, err
}

// lookPath finds the program in the PATH that it will see itself.
func lookPath(o order) (string, error) {
	name := o.Args[0]
	if strings.Contains(name, "/") {
		return name, nil
	}
	for _, e := range o.Env {
		path, ok := strings.CutPrefix(e, "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(path) {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
				return filepath.Join(dir, name), nil
			}
		}
	}
	return "", exec.ErrNotFound
}

func startProblem(o order, err error) string {
	return "the program " + strconv.Quote(o.Args[0]) + " cannot be started: " + err.Error()
}

// family is the program and everything that it started.
type family struct {
	main   int
	limits Limits
	stop   chan struct{} // closed: end it
	dead   chan struct{} // closed: the program itself has ended
	exit   Exit
}

// keep waits for the program, ends what is left of its family and says how it
// went.
func (f *family) keep() Exit {
	go f.reap()
	f.guard()
	if f.gone() {
		return f.exit
	}
	select {
	case <-f.dead:
		f.exit.Stray = len(descendants(os.Getpid()))
	default:
		f.ask()
	}
	f.end()
	<-f.dead
	return f.exit
}

// reap takes the end of every child. Only it waits for children.
func (f *family) reap() {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil: // no child is left, or will come but through us
			return
		case pid == f.main:
			f.exit.Code = status.ExitStatus()
			if status.Signaled() {
				f.exit.Code, f.exit.Signal = -1, status.Signal().String()
			}
			close(f.dead)
		}
	}
}

// guard returns when the program has ended, is to end, or its family is too
// large.
func (f *family) guard() {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	before := taskCount()
	for n := 0; ; n++ {
		select {
		case <-f.dead:
			return
		case <-f.stop:
			return
		case <-ticker.C:
			// The whole system has grown, or it is time to look anyway.
			if taskCount()-before < f.limits.Processes && n%10 != 0 {
				continue
			}
			if len(descendants(os.Getpid())) > f.limits.Processes {
				f.exit.TooMany = true
				return
			}
		}
	}
}

// ask lets the program end by itself, unless its family is out of hand.
func (f *family) ask() {
	if f.exit.TooMany {
		return
	}
	_ = syscall.Kill(-f.main, syscall.SIGTERM)
	timer := time.NewTimer(f.limits.Grace)
	defer timer.Stop()
	select {
	case <-f.dead:
	case <-timer.C:
	}
}

// end kills until nobody is left. A group dies at once, so that it cannot
// outgrow us; who has left it is found among our descendants.
func (f *family) end() {
	for !f.gone() {
		_ = syscall.Kill(-f.main, syscall.SIGKILL)
		for _, pid := range descendants(os.Getpid()) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(time.Millisecond)
	}
}

// gone reports whether the family has ended.
func (f *family) gone() bool {
	select {
	case <-f.dead:
		return len(descendants(os.Getpid())) == 0
	default:
		return false
	}
}

// killGroup ends the group of a program whose keeper is gone.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
