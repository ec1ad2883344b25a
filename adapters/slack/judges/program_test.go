package judges_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// patience is how long a program may take for one thing.
const patience = time.Minute

// line is what a program reports, one JSON object a line.
type line map[string]any

// program is one of our small programs, which stands behind a judge.
type program struct {
	t     *testing.T
	lines chan line
}

// start starts a program with these variables. It ends with the test.
func start(t *testing.T, name string, env map[string]string) *program {
	t.Helper()
	dir := room(t)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "node", filepath.Join(dir, name))
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = os.Environ()
	for key, value := range env {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, lines: make(chan line, 1000)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(p.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			var l line
			if err := json.Unmarshal(s.Bytes(), &l); err != nil {
				t.Errorf("%s printed %q", name, s.Text())
				continue
			}
			p.lines <- l
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-read
		_ = cmd.Wait() // it was killed, or has said what it had to say
	})
	return p
}

// next is the next report of a kind.
func (p *program) next(kind string) line {
	p.t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case l, ok := <-p.lines:
			if !ok {
				p.t.Fatalf("the program ended without a report of %q", kind)
			}
			if l["kind"] == kind {
				return l
			}
		case <-timer.C:
			p.t.Fatalf("no report of %q", kind)
		}
	}
}

// at is a value inside a report.
func at(v any, keys ...string) any {
	for _, key := range keys {
		switch o := v.(type) {
		case map[string]any:
			v = o[key]
		case line:
			v = o[key]
		default:
			return nil
		}
	}
	return v
}
