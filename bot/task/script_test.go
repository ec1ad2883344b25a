//go:build linux

package task_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/bot/task"
	"signoff/bot/task/process"
	"signoff/engine/flow"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "keep" {
		os.Exit(process.Keep())
	}
	os.Exit(m.Run())
}

// withScripts lets a bench run scripts in a folder of the test.
func withScripts(t testing.TB, change func(*task.Config)) func(*task.Config) {
	t.Helper()
	dir := t.TempDir()
	return func(c *task.Config) {
		c.Scripts = task.Scripts{
			Allow: true, Dir: dir, Keeper: process.Keeper{Path: "/proc/self/exe", Args: []string{"signoff", "keep"}},
			Limits: process.Limits{Grace: 100 * time.Millisecond},
		}
		if change != nil {
			change(c)
		}
	}
}

// scriptTask reads a task as a flow has it.
func scriptTask(t testing.TB, yaml string) *flow.Task {
	t.Helper()
	src := "id: f\nnamespace: hr\ninputs:\n  - {id: a, type: STRING}\n  - {id: b, type: STRING}\ntasks:\n  - id: it\n"
	for line := range strings.Lines(yaml) {
		src += "    " + line
	}
	f, faults := flow.Parse("f.yaml", []byte(src))
	for _, fault := range faults {
		if fault.Severity != flow.Warning {
			t.Fatalf("%s\n%s", fault, src)
		}
	}
	return f.Tasks[0]
}

// scriptCall is a call of a task with inputs a and b.
func scriptCall(t testing.TB, task_ *flow.Task, key, a, b string) task.Call {
	t.Helper()
	c := call(task_.Spec, map[string]any{"a": a, "b": b})
	c.Task, c.IdempotencyKey, c.Execution = task_, key, "x1"
	return c
}

func TestScriptRuns(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, nil))
	got := b.Run(t.Context(), scriptCall(t, scriptTask(t, `
type: io.kestra.plugin.scripts.shell.Commands
env: {GREETING: "Hello {{ inputs.a }}"}
inputFiles: {data/in.txt: "{{ inputs.b }}"}
beforeCommands: [WHO=you]
commands:
  - echo "$GREETING and $WHO"
  - cat data/in.txt; echo
  - echo careful >&2
  - echo '::{"outputs":{"n":3,"f":1.5,"list":["{{ inputs.a }}"]}}::'
`), "k1", "Dana", "from a file"))
	succeeds(t, got)
	want := map[string]any{
		"exitCode": int64(0), "outputFiles": map[string]any{}, "stdOutLineCount": int64(3), "stdErrLineCount": int64(1),
		"vars": map[string]any{"n": int64(3), "f": 1.5, "list": []any{"Dana"}},
	}
	if diff := cmp.Diff(want, got.Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	for _, line := range []string{"INFO Hello Dana and you", "INFO from a file", "WARN careful"} {
		if !strings.Contains(logText(got), line+"\n") {
			t.Errorf("the log lacks %q:\n%s", line, logText(got))
		}
	}
}

func TestScriptOfALanguageRuns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, yaml string }{
		{"python", `
type: io.kestra.plugin.scripts.python.Script
inputFiles: {helper.py: "def twice(x): return x + x"}
script: |
  import json, helper
  print("::" + json.dumps({"outputs": {"text": helper.twice("{{ inputs.a }}"), "typed": {{ [1, inputs.b] }}, "long": "<{{ inputs.a }}>"}}) + "::")
`},
		{"node", `
type: io.kestra.plugin.scripts.node.Script
inputFiles: {helper.js: "exports.twice = x => x + x"}
beforeCommands: [export NODE_NO_WARNINGS=1]
script: |
  const {twice} = require('./helper.js');
  console.log("::" + JSON.stringify({outputs: {text: twice('{{ inputs.a }}'), typed: {{ [1, inputs.b] }}, long: ` + "`<{{ inputs.a }}>`" + `}}) + "::");
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, withScripts(t, nil))
			const a, v = "ä'\"\\`${x}", "b\n\"c"
			got := b.Run(t.Context(), scriptCall(t, scriptTask(t, tt.yaml), "k1", a, v))
			succeeds(t, got)
			want := map[string]any{"text": a + a, "typed": []any{int64(1), v}, "long": "<" + a + ">"}
			if diff := cmp.Diff(want, got.Outputs["vars"]); diff != "" {
				t.Errorf("vars (-want +got):\n%s\n%s", diff, logText(got))
			}
		})
	}
}

func TestScriptFailsInWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, yaml, want string }{
		{"exit code", "type: shell.Commands\ncommands: ['echo no luck >&2; exit 7']", "it ended with exit code 7: no luck"},
		{"first failure", "type: shell.Commands\ncommands: ['false', 'echo never']", "exit code 1"},
		{"signal", "type: shell.Commands\ncommands: ['kill -9 $$']", "ended by a signal (killed)"},
		{"no program", "type: shell.Script\ninterpreter: [/no/bash, -c]\nscript: echo", "exit code 127"},
		{"missing file", "type: shell.Commands\ncommands: ['true']\noutputFiles: [out.txt]", "files are not kept here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := newBench(t, withScripts(t, nil)).Run(t.Context(), scriptCall(t, scriptTask(t, tt.yaml), "k1", "", ""))
			fails(t, got, tt.want)
			if strings.Contains(logText(got), "never") {
				t.Errorf("it went on after a failure:\n%s", logText(got))
			}
		})
	}
	got := newBench(t, withScripts(t, nil)).Run(t.Context(), scriptCall(t, scriptTask(t, "type: shell.Commands\nfailFast: false\ncommands: ['false', 'echo on']"), "k1", "", ""))
	succeeds(t, got)
}

func TestScriptsAreRefusedUnlessAllowed(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, func(c *task.Config) { c.Scripts.Allow = false }))
	fails(t, b.Run(t.Context(), scriptCall(t, scriptTask(t, "type: shell.Commands\ncommands: [echo]"), "k1", "", "")), "not allowed", "tasks: {scripts: allow}")
}

// A run that was cut short is not repeated: nobody knows how far it came (R7).
func TestR7_ScriptRunsAtMostOnce(t *testing.T) {
	t.Parallel()
	change := withScripts(t, nil)
	counter := filepath.Join(t.TempDir(), "count")
	yaml := "type: shell.Commands\ncommands: ['echo x >> " + counter + "']"
	c := scriptCall(t, scriptTask(t, yaml), "k1", "", "")
	first := newBench(t, change)
	if got := first.Run(t.Context(), c); got.Problem != "" || !got.Once {
		t.Fatalf("the first run: %+v", got)
	}
	second := newBench(t, change) // after a crash: nothing was settled
	fails(t, second.Run(t.Context(), c), "not known how far it came", "by hand")
	if err := second.Settle("k1"); err != nil {
		t.Fatal(err)
	}
	c.Task = scriptTask(t, yaml+"\nretry: {type: constant, interval: PT1S}")
	c.IdempotencyKey = "k2"
	succeeds(t, second.Run(t.Context(), c))
	succeeds(t, newBench(t, change).Run(t.Context(), c)) // a retry says that it may
	if b, err := os.ReadFile(counter); string(b) != "x\nx\nx\n" || err != nil {
		t.Errorf("it ran %d times (%v), want 3", strings.Count(string(b), "x"), err)
	}
}

func TestScriptIsEndedInTime(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, nil))
	c := scriptCall(t, scriptTask(t, "type: shell.Commands\ncommands: ['echo begun; sleep 60 & sleep 60']"), "k1", "", "")
	c.Timeout = 300 * time.Millisecond
	got := b.Run(t.Context(), c)
	fails(t, got, "did not end within 300ms")
	if !strings.Contains(logText(got), "begun") {
		t.Errorf("what it wrote is lost:\n%s", logText(got))
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	c.IdempotencyKey, c.Timeout = "k2", 0
	got = b.Run(ctx, c)
	fails(t, got, "because signoff stopped")
	if !got.Once {
		t.Error("it may be made again by itself")
	}
}

func TestScriptSharesADirectory(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, nil))
	run := func(key, dir, command string) task.Result {
		c := scriptCall(t, scriptTask(t, "type: shell.Commands\ncommands: ['"+command+"']"), key, "", "")
		c.Directory = dir
		return b.Run(t.Context(), c)
	}
	succeeds(t, run("k1", "d", "echo 1 > a"))
	succeeds(t, run("k2", "d", "test -f a"))
	fails(t, run("k3", "", "test -f a"), "exit code 1")
	if err := b.Leave("d"); err != nil {
		t.Fatal(err)
	}
	fails(t, run("k4", "d", "test -f a"), "exit code 1")
}

func TestScriptMasksSecrets(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, func(c *task.Config) { c.Secrets = secrets{"TOKEN": "canary-1234"} }))
	got := b.Run(t.Context(), scriptCall(t, scriptTask(t, `
type: shell.Commands
env: {T: "{{ secret('TOKEN') }}"}
commands:
  - echo "got $T"; echo "bad $T" >&2
  - echo '::{"outputs":{"t":"{{ secret('TOKEN') }}"}}::'
  - env; exit 1
`), "k1", "", ""))
	if all := fmt.Sprint(got.Outputs, logText(got), got.Problem, b.log); strings.Contains(all, "canary") {
		t.Errorf("the secret came out: %s", all)
	}
}

func TestScriptBoundsItsOutput(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, func(c *task.Config) { c.Limits.Output = 1000 }))
	got := b.Run(t.Context(), scriptCall(t, scriptTask(t, "type: shell.Commands\ncommands: ['seq 1 100000']"), "k1", "", ""))
	succeeds(t, got)
	if n := len(logText(got)); n > 5000 || !strings.Contains(logText(got), "WARN it wrote more than 1000 bytes") {
		t.Errorf("the log has %d bytes: %.300s", n, logText(got))
	}
	if got.Outputs["stdOutLineCount"] != int64(100000) {
		t.Errorf("%v lines were counted", got.Outputs["stdOutLineCount"])
	}
}

func TestScriptRefusesWhatNoProgramCanBeGiven(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, nil))
	echo := scriptTask(t, "type: shell.Commands\ncommands: ['echo {{ inputs.a }}']")
	fails(t, b.Run(t.Context(), scriptCall(t, echo, "k1", "a\x00b", "")), "NUL")
	fails(t, b.Run(t.Context(), scriptCall(t, echo, "k2", strings.Repeat("x", 200<<10), "")), "inputFiles")
}

// No value becomes a part of a program, whatever quotes it stands in (X5).
func TestX5_NoValueIsAProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	canary := filepath.Join(dir, "canary")
	run := "touch " + canary
	values := []string{
		"'; " + run + "; '", `"; ` + run + `; "`, "$(" + run + ")", "`" + run + "`", "${x:-$(" + run + ")}", "; " + run, "\n" + run + "\n",
		"| " + run, "&& " + run, "a[$(" + run + ")]", "\\'; " + run, "\\\"; " + run, "' \"$(" + run + ")\" '", "EOF\n" + run + "\nEOF",
		"*", "~", "-rf", "#", "!!", "a  b", "", "'", `"`, "\\", "\t", "ä€😀", "$HOME", "%s%n", "{{ inputs.b }}", "\r\n" + run, "$((1+1))",
	}
	contexts := []string{
		`printf '%s\n' {{ inputs.a }}`, `printf '%s\n' "{{ inputs.a }}"`, `printf '%s\n' '{{ inputs.a }}'`, `printf '%s\n' ""'{{ inputs.a }}'""`,
		`x={{ inputs.a }}; printf '%s\n' "$x"`, `x='{{ inputs.a }}'; printf '%s\n' "$x"`, "cat <<EOF\n{{ inputs.a }}\nEOF",
		`y="$(printf '%s.' {{ inputs.a }})"; printf '%s\n' "${y%.}"`, `case {{ inputs.a }} in *) printf '%s\n' "{{ inputs.a }}";; esac`,
		`for i in {{ inputs.a }}; do printf '%s\n' "$i"; done`, `sh -c 'printf "%s\n" "$1"' x {{ inputs.a }}`,
		"# {{ inputs.a }}\nprintf '%s\\n' \"{{ inputs.a }}\"", `printf '%s\n' "$(cat <<EOF` + "\n{{ inputs.a }}\nEOF\n)\"",
	}
	b := newBench(t, withScripts(t, func(c *task.Config) { c.Limits.Output = 1 << 20 }))
	for i, context := range contexts {
		it := scriptTask(t, "type: shell.Script\nscript: |\n  "+strings.ReplaceAll(context, "\n", "\n  ")+"\n")
		for j, v := range values {
			got := b.Run(t.Context(), scriptCall(t, it, fmt.Sprintf("k-%d-%d", i, j), v, ""))
			if got.Problem != "" {
				t.Errorf("%s with %q: %s\n%s", context, v, got.Problem, logText(got))
			}
			if strings.Contains(context, "$(cat") || strings.Contains(context, "y%.") {
				continue // the shell drops line ends there
			}
			var said strings.Builder
			for _, l := range got.Logs {
				said.WriteString(l.Text + "\n")
			}
			want := strings.ReplaceAll(v, "\r\n", "\n") + "\n"
			if said.String() != want {
				t.Errorf("%s with %q printed %q", context, v, said.String())
			}
		}
	}
	if _, err := os.Stat(canary); err == nil {
		t.Error("a value was run as a program")
	}
}

// Random values come out as they went in.
func TestX5_RandomValues(t *testing.T) {
	b := newBench(t, withScripts(t, nil))
	it := scriptTask(t, `
type: shell.Script
script: |
  printf '%s' {{ inputs.a }}'{{ inputs.a }}'"{{ inputs.a }}" | od -An -v -tx1 | tr -d ' \n'
`)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.StringOfN(rapid.OneOf(rapid.SampledFrom([]rune("'\"`$\\(){}[];|&<>*?~#!\n\t -=%")), rapid.Rune()), 0, 40, -1).Draw(rt, "v")
		if strings.ContainsRune(v, 0) {
			return
		}
		n++
		got := b.Run(t.Context(), scriptCall(t, it, fmt.Sprintf("k%d", n), v, ""))
		if want := fmt.Sprintf("%x", v+v+v); got.Problem != "" || want != "" && (len(got.Logs) != 1 || got.Logs[0].Text != want) {
			rt.Fatalf("%q came out as %s %s", v, logText(got), got.Problem)
		}
	})
}

func TestScriptFilesComeAndGo(t *testing.T) {
	t.Parallel()
	files := &memoryFiles{files: map[string]string{"signoff:///x0/in.csv": "a,b"}}
	b := newBench(t, withScripts(t, func(c *task.Config) { c.Files = files; c.Limits.File = 1000 }))
	got := b.Run(t.Context(), scriptCall(t, scriptTask(t, `
type: shell.Commands
inputFiles: {in.csv: "{{ inputs.a }}"}
outputFiles: ["*.txt", "**/deep.csv", "one"]
commands:
  - cp in.csv out.txt; mkdir -p x/y; echo d > x/y/deep.csv; echo 1 > one; echo no > other
  - ln -s /etc/passwd link.txt
`), "k1", "signoff:///x0/in.csv", ""))
	succeeds(t, got)
	want := map[string]any{"out.txt": "signoff:///x1/out.txt", "x/y/deep.csv": "signoff:///x1/deep.csv", "one": "signoff:///x1/one"}
	if diff := cmp.Diff(want, got.Outputs["outputFiles"]); diff != "" {
		t.Errorf("outputFiles (-want +got):\n%s", diff)
	}
	if files.files["signoff:///x1/out.txt"] != "a,b" {
		t.Errorf("out.txt holds %q", files.files["signoff:///x1/out.txt"])
	}
	large := scriptTask(t, "type: shell.Commands\noutputFiles: [big]\ncommands: ['head -c 2000 /dev/zero > big']")
	fails(t, b.Run(t.Context(), scriptCall(t, large, "k2", "", "")), "outputFiles: big", "larger than 1000 bytes")
	absent := scriptTask(t, "type: shell.Commands\ninputFiles: {a: '{{ inputs.a }}'}\ncommands: ['true']")
	fails(t, b.Run(t.Context(), scriptCall(t, absent, "k3", "signoff:///x0/gone", "")), "there is no such file")
}
