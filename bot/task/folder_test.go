//go:build linux

package task_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// folder is a WorkingDirectory as a flow has it, to be called in a bench.
type folder struct {
	bench

	t    *testing.T
	spec *flow.Sequential
	env  expr.Env
	n    int
}

func newFolder(t *testing.T, keys string, change func(*task.Config)) *folder {
	t.Helper()
	it := scriptTask(t, "type: WorkingDirectory\n"+keys+"\ntasks: [{id: say, type: Log, message: x}]\n")
	spec, ok := it.Spec.(*flow.Sequential)
	if !ok {
		t.Fatal("not a WorkingDirectory")
	}
	env := call(spec, map[string]any{"a": "given", "b": "signoff:///x1/none"}).Env
	return &folder{bench: newBench(t, withScripts(t, change)), t: t, spec: spec, env: env}
}

// run runs a command in the folder.
func (f *folder) run(command string) task.Result {
	f.t.Helper()
	f.n++
	c := scriptCall(f.t, scriptTask(f.t, fmt.Sprintf("type: shell.Commands\ncommands: [%q]", command)), fmt.Sprint("k", f.n), "", "")
	return f.in(c)
}

// in makes a call in the folder.
func (f *folder) in(c task.Call) task.Result {
	c.Directory, c.Fill, c.FillEnv = "d", f.spec.InputFiles, f.env
	return f.Run(f.t.Context(), c)
}

// keep keeps the files of the folder.
func (f *folder) keep() task.Result {
	c := call(f.spec, nil)
	c.Task, c.IdempotencyKey, c.Execution = &flow.Task{ID: "it", Spec: f.spec}, "keep", "x1"
	return f.in(c)
}

func TestFolderBeginsWithItsFiles(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]string{
		"map":        `inputFiles: {data/in.txt: "{{ inputs.a }}", other: 3}`,
		"expression": `inputFiles: "{{ {'data/in.txt': inputs.a, 'other': 3} }}"`,
		"text":       `inputFiles: '{"data/in.txt": "{{ inputs.a }}", "other": "3"}'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t, keys, nil)
			succeeds(t, f.run(`test "$(cat data/in.txt)" = given && test "$(cat other)" = 3 && echo changed > other && rm data/in.txt`))
			succeeds(t, f.run(`test "$(cat other)" = changed && test ! -e data/in.txt`))
			if err := f.Leave("d"); err != nil {
				t.Fatal(err)
			}
			succeeds(t, f.run(`test "$(cat other)" = 3`))
		})
	}
}

func TestFolderKeepsFiles(t *testing.T) {
	t.Parallel()
	files := &memoryFiles{files: map[string]string{}}
	f := newFolder(t, "inputFiles: {in.txt: given}\noutputFiles: [in.txt, 'out/*.csv']", func(c *task.Config) { c.Files = files })
	succeeds(t, f.run("mkdir out; echo 1 > out/a.csv; echo 2 > out/b.csv; echo 3 > out/c.txt"))
	got := f.keep()
	succeeds(t, got)
	kept, _ := got.Outputs["outputFiles"].(map[string]any)
	contents := map[string]string{}
	for name, uri := range kept {
		contents[name] = files.files[fmt.Sprint(uri)]
	}
	want := map[string]string{"in.txt": "given", "out/a.csv": "1\n", "out/b.csv": "2\n"}
	if diff := cmp.Diff(want, contents); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestFolderFails(t *testing.T) {
	t.Parallel()
	keep := func(c *task.Config) { c.Files = &memoryFiles{files: map[string]string{}} }
	for name, c := range map[string]struct{ keys, want string }{
		"a file that nobody wrote": {"outputFiles: [out.txt]", "outputFiles: out.txt was not written"},
		"an unknown kept file":     {"inputFiles: {in.txt: '{{ inputs.b }}'}\noutputFiles: ['*']", "inputFiles: in.txt: there is no such file"},
		"no map":                   {"inputFiles: '{{ inputs.a }}'\noutputFiles: ['*']", "inputFiles: it must yield a map"},
		"a name that leads out":    {"inputFiles: \"{{ {'../x': 'y'} }}\"\noutputFiles: ['*']", `"../x" is not the name of a file below the working directory`},
		"a folder in the way":      {"inputFiles: {a: x, a/b: y}\noutputFiles: ['*']", "inputFiles: a/b: the file cannot be made"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fails(t, newFolder(t, c.keys, keep).keep(), c.want)
		})
	}
	f := newFolder(t, "outputFiles: ['*']", func(c *task.Config) { c.Scripts.Allow = false })
	fails(t, f.keep(), "scripts are not allowed here")
}

// A folder that could not be filled is not there, so that nothing runs in half
// of it.
func TestFolderIsFilledAsAWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dir := ""
	f := newFolder(t, "inputFiles: {a: x, b: '{{ inputs.b }}'}", func(c *task.Config) { c.Files, dir = &memoryFiles{files: map[string]string{}}, c.Scripts.Dir })
	fails(t, f.run("true"), "there is no such file")
	if left, err := filepath.Glob(filepath.Join(dir, "work", "*")); err != nil || len(left) > 0 {
		t.Errorf("it left %v (%v)", left, err)
	}
	// One that a script removed is empty: it was filled before.
	g := newFolder(t, "inputFiles: {a: x, b: y}", func(c *task.Config) { dir = c.Scripts.Dir })
	succeeds(t, g.run("test -e b; rm -r $WORKING_DIR"))
	succeeds(t, g.run("test ! -e b"))
	if all, err := os.ReadDir(filepath.Join(dir, "work")); err != nil || len(all) != 1 {
		t.Errorf("%d folders are there (%v), want the shared one", len(all), err)
	}
}

// Scripts that begin at once find one folder, filled once.
func TestFolderIsFilledOnceForAll(t *testing.T) {
	t.Parallel()
	f := newFolder(t, "inputFiles: {count: ''}", nil)
	var all sync.WaitGroup
	results := make([]task.Result, 8)
	for i := range results {
		c := scriptCall(t, scriptTask(t, "type: shell.Commands\ncommands: ['echo x >> count']"), fmt.Sprint("at once ", i), "", "")
		c.Directory, c.Fill, c.FillEnv = "d", f.spec.InputFiles, f.env
		all.Go(func() { results[i] = f.Run(context.WithoutCancel(t.Context()), c) })
	}
	all.Wait()
	for _, r := range results {
		succeeds(t, r)
	}
	succeeds(t, f.run(`test "$(wc -l < count)" -eq 8`))
}

// The secret stands in a file that an earlier call wrote.
func TestFolderMasksSecretsOfItsFiles(t *testing.T) {
	t.Parallel()
	f := newFolder(t, `inputFiles: {key: "{{ secret('TOKEN') }}"}`, func(c *task.Config) { c.Secrets = secrets{"TOKEN": "canary-1234"} })
	for range 2 {
		got := f.run("cat key; echo; exit 1")
		if all := fmt.Sprint(got.Outputs, logText(got), got.Problem, f.log); strings.Contains(all, "canary") || !strings.Contains(all, "******") {
			t.Errorf("the secret is not masked: %s", all)
		}
	}
}
