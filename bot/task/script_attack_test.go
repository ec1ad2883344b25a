//go:build linux

package task_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"signoff/bot/task"
)

// within runs a call that must have ended by itself long before a minute.
func (b bench) within(t *testing.T, c task.Call) task.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan task.Result, 1)
	go func() { done <- b.Run(ctx, c) }()
	select {
	case r := <-done:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("the call hangs, and nothing can end it")
		return task.Result{}
	}
}

// What a program left in a shared folder is replaced and not written through: a
// pipe would hold the call for ever, a link would change another file.
func TestScriptReplacesWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	const shell = "type: io.kestra.plugin.scripts.shell.Commands\n"
	for _, tt := range []struct{ name, before, task string }{
		{"pipe_for_an_input", "mkfifo in.txt", shell + "inputFiles: {in.txt: hello}\ncommands: [cat in.txt]\n"},
		{"link_for_an_input", "echo kept >other; ln -s other in.txt", shell + "inputFiles: {in.txt: hello}\ncommands: [cat in.txt, grep -q kept other]\n"},
		{"pipe_for_the_program", "mkfifo signoff-script.py", "type: io.kestra.plugin.scripts.python.Script\nscript: print('hello')\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, withScripts(t, nil))
			first := scriptCall(t, scriptTask(t, shell+"commands: [\""+tt.before+"\"]\n"), "k1", "", "")
			second := scriptCall(t, scriptTask(t, tt.task), "k2", "", "")
			first.Directory, second.Directory = "shared", "shared"
			succeeds(t, b.Run(t.Context(), first))
			got := b.within(t, second)
			succeeds(t, got)
			if log := logText(got); !strings.Contains(log, "INFO hello") {
				t.Errorf("log:\n%s", log)
			}
		})
	}
}

// However long the line in which a secret stands, no piece of it is shown.
func TestScriptMasksInLongLines(t *testing.T) {
	t.Parallel()
	const secret = "canary-0123456789-canary"
	b := newBench(t, withScripts(t, func(c *task.Config) { c.Secrets = secrets{"TOKEN": secret} }))
	got := b.Run(t.Context(), scriptCall(t, scriptTask(t, `
type: io.kestra.plugin.scripts.shell.Commands
env: {TOKEN: "{{ secret('TOKEN') }}"}
commands:
  - for n in 16375 32760 1048565 2097140; do head -c $n /dev/zero | tr '\0' a; echo $TOKEN; done
`), "k1", "", ""))
	succeeds(t, got)
	for _, line := range got.Logs {
		for i := range len(secret) - 3 {
			if strings.Contains(line.Text, secret[i:i+4]) {
				t.Fatalf("a line of %d bytes holds %q", len(line.Text), secret[i:i+4])
			}
		}
	}
	if !strings.Contains(logText(got), "******") {
		t.Error("nothing was masked: the test shows nothing")
	}
}

// A secret in the name of a file that is kept would stand on the disk.
func TestScriptKeepsNoSecretAsName(t *testing.T) {
	t.Parallel()
	kept := &memoryFiles{files: map[string]string{}}
	b := newBench(t, withScripts(t, func(c *task.Config) {
		c.Files, c.Secrets = kept, secrets{"TOKEN": "canary-0123456789"}
	}))
	succeeds(t, b.Run(t.Context(), scriptCall(t, scriptTask(t, `
type: io.kestra.plugin.scripts.shell.Commands
env: {TOKEN: "{{ secret('TOKEN') }}"}
outputFiles: ["*.txt"]
commands: [echo x >"$TOKEN.txt"]
`), "k1", "", "")))
	if len(kept.files) != 1 {
		t.Fatalf("%d files were kept, want 1", len(kept.files))
	}
	for uri := range kept.files {
		if strings.Contains(uri, "canary") {
			t.Errorf("the secret stands in %s", uri)
		}
	}
}

// A program may answer in one line, however long.
func TestMappedCommandAnswersInOneLongLine(t *testing.T) {
	t.Parallel()
	long := program(t, `cat >/dev/null; printf '{"outputs": {"x": "'; head -c 100000 /dev/zero | tr '\0' a; printf '"}}'`)
	b := newBench(t, withScripts(t, func(c *task.Config) {
		c.Mapped = map[string]task.Mapping{"a.B": {Command: []string{long}}}
	}))
	got := b.Run(t.Context(), mappedCall(t, "a.B", ""))
	succeeds(t, got)
	if x, _ := got.Outputs["x"].(string); len(x) != 100_000 {
		t.Errorf("%d bytes came back, want 100000", len(x))
	}
}
