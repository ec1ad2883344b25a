package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Command is a program to run.
type Command struct {
	// Args is the program, by its path or found in the PATH of Env, and its
	// arguments.
	Args []string
	// Env is the whole environment, "NAME=value" each.
	Env []string
	// Dir is the working directory.
	Dir string
	// Watch is the folder whose size is bounded; empty is Dir.
	Watch string
	// Stdin is what the program reads; nil is nothing.
	Stdin  io.Reader
	Limits Limits
	// Line takes each line that the program writes, in the order of its stream.
	// It is called by one goroutine at a time.
	Line func(s Stream, text string)
}

// Stream is where a program wrote.
type Stream int

// The streams.
const (
	Stdout Stream = iota + 1
	Stderr
)

// Limits bound a program. A zero field takes its default.
type Limits struct {
	// Processes is the most that the family may count: 256.
	Processes int `json:"processes"`
	// Memory is the most data in bytes that each process may hold: 4 GiB.
	Memory int64 `json:"memory"`
	// FileSize is the largest file in bytes that may be written: 1 GiB.
	FileSize int64 `json:"fileSize"`
	// Folder is the most bytes that may lie in the working directory: 2 GiB.
	Folder int64 `json:"-"`
	// Grace is how long a program may take to end when it is asked to: 1 s.
	Grace time.Duration `json:"grace"`
}

func (l Limits) withDefaults() Limits {
	if l.Processes <= 0 {
		l.Processes = 256
	}
	if l.Memory <= 0 {
		l.Memory = 4 << 30
	}
	if l.FileSize <= 0 {
		l.FileSize = 1 << 30
	}
	if l.Folder <= 0 {
		l.Folder = 2 << 30
	}
	if l.Grace <= 0 {
		l.Grace = time.Second
	}
	return l
}

// Exit is how a program ended.
type Exit struct {
	// Code is the exit code; -1 if it was ended by a signal.
	Code int `json:"code"`
	// Signal names the signal that ended it; empty if none did.
	Signal string `json:"signal,omitempty"`
	// TooMany: the family grew beyond Limits.Processes and was ended.
	TooMany bool `json:"tooMany,omitempty"`
	// TooLarge: the working directory grew beyond Limits.Folder and it was ended.
	TooLarge bool `json:"-"`
	// Stray is how many processes still ran when the program itself had ended.
	Stray int `json:"stray,omitempty"`
	// Problem says why the program could not be started.
	Problem string `json:"problem,omitempty"`
}

// ErrKeeper says that the keeper could not be started, or died before its work
// was done.
var ErrKeeper = errors.New("the keeper of the program ended before its time")

// Keeper says how the keeper is started: a command that calls [Keep] and
// nothing else.
type Keeper struct {
	Path string
	Args []string // Args[0] is the name
}

// Run runs a program until it and everything that it started has ended. When ctx
// ends, all of it is ended; the error is then that of ctx, and Exit is how far
// it came. The working directory is not removed.
func (k Keeper) Run(ctx context.Context, c Command) (Exit, error) {
	c.Limits = c.Limits.withDefaults()
	if c.Watch == "" {
		c.Watch = c.Dir
	}
	r, err := k.start(c)
	if err != nil {
		return Exit{}, err
	}
	watch, stop := context.WithCancel(ctx)
	defer stop()
	tooLarge := make(chan bool, 1)
	go func() { tooLarge <- watchFolder(watch, c.Watch, c.Limits.Folder) }()
	ended := make(chan struct{})
	go func() {
		select {
		case <-watch.Done():
		case large := <-tooLarge:
			tooLarge <- large
		case <-ended:
		}
		_ = r.control.Close() // the keeper takes this for the order to end
	}()
	x, err := r.wait()
	close(ended)
	stop()
	x.TooLarge = <-tooLarge
	if ctx.Err() != nil {
		return x, context.Cause(ctx)
	}
	return x, err
}

// running is a keeper at work.
type running struct {
	cmd     *exec.Cmd
	control *os.File // written once, held open as long as the program may run
	status  *os.File
	streams sync.WaitGroup
	pipes   []io.Closer // what the program writes to
}

// order is what the keeper is told.
type order struct {
	Args   []string `json:"args"`
	Env    []string `json:"env"`
	Dir    string   `json:"dir"`
	Limits Limits   `json:"limits"`
}

func (k Keeper) start(c Command) (*running, error) {
	orders, control, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	status, report, err := os.Pipe()
	if err != nil {
		_ = errors.Join(orders.Close(), control.Close())
		return nil, err
	}
	cmd := &exec.Cmd{Path: k.Path, Args: k.Args, Env: keeperEnv(), Stdin: c.Stdin, ExtraFiles: []*os.File{orders, report}}
	r := &running{cmd: cmd, control: control, status: status}
	err = r.connect(c)
	if err == nil {
		err = cmd.Start()
	}
	_ = errors.Join(orders.Close(), report.Close())
	if err != nil {
		_ = errors.Join(control.Close(), status.Close())
		return nil, fmt.Errorf("start the keeper: %w", err)
	}
	if err := json.NewEncoder(control).Encode(order{c.Args, c.Env, c.Dir, c.Limits}); err != nil {
		_ = control.Close()
		_, _ = r.wait()
		return nil, fmt.Errorf("tell the keeper: %w", err)
	}
	return r, nil
}

// connect reads what the program will write.
func (r *running) connect(c Command) error {
	var mu sync.Mutex
	for s, pipe := range map[Stream]func() (io.ReadCloser, error){Stdout: r.cmd.StdoutPipe, Stderr: r.cmd.StderrPipe} {
		from, err := pipe()
		if err != nil {
			return err
		}
		r.pipes = append(r.pipes, from)
		r.streams.Go(func() {
			lines(from, func(text string) {
				mu.Lock()
				defer mu.Unlock()
				c.Line(s, text)
			})
		})
	}
	return nil
}

// hangUp stops reading what the program writes.
func (r *running) hangUp() {
	for _, p := range r.pipes {
		_ = p.Close()
	}
}

// wait waits for the keeper, which ends last.
func (r *running) wait() (Exit, error) {
	var x Exit
	told := json.NewDecoder(r.status)
	var begun struct {
		Pid int `json:"pid"`
	}
	begin := told.Decode(&begun)
	end := told.Decode(&x)
	if begin == nil && end != nil && begun.Pid > 0 {
		killGroup(begun.Pid) // somebody ended the keeper; its family must not stay
	}
	if end != nil { // who has left the group may write for ever
		defer time.AfterFunc(time.Second, r.hangUp).Stop()
	}
	r.streams.Wait()
	_ = r.cmd.Wait() // what the keeper has to say, it has said
	_ = r.status.Close()
	if end != nil {
		return Exit{Code: -1}, ErrKeeper
	}
	return x, nil
}
