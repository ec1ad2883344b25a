package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

const folderFlow = `
tasks:
  - id: folder
    type: WorkingDirectory
    inputFiles: {in.txt: hello}
    outputFiles: [out.txt]
    tasks:
      - {id: one, type: shell.Commands, commands: [cat in.txt]}
      - {id: two, type: shell.Commands, commands: ["echo > out.txt"]}
    errors: [{id: sorry, type: Return, format: "{{ outputs.folder.outputFiles }}"}]
  - {id: last, type: Return, format: "{{ outputs.folder.outputFiles['out.txt'] }}"}
`

// inFolder is an execution of folderFlow whose scripts have ended, and which
// waits for the files of the folder.
func inFolder(t *testing.T, problem string) *story {
	t.Helper()
	s := newStory(t, flowOf(folderFlow)).start().want("folder RUNNING, one RUNNING, RUNNING")
	s.do(engine.Finish{Run: "2", Attempt: 1})
	s.do(engine.Finish{Run: "3", Attempt: 1, Problem: problem})
	if !s.owes("call/1") {
		t.Fatalf("the files are not asked for; owed: %v", s.last.Effects)
	}
	return s
}

func outFiles() map[string]any {
	return map[string]any{"outputFiles": map[string]any{"out.txt": "signoff:///x/out.txt"}}
}

func TestFolderKeepsItsFiles(t *testing.T) {
	t.Parallel()
	s := inFolder(t, "").want("folder RUNNING, one SUCCESS, two SUCCESS, RUNNING")
	s.do(engine.Finish{Run: "1", Attempt: 1, Outputs: outFiles()})
	s.want("folder SUCCESS, one SUCCESS, two SUCCESS, last SUCCESS, SUCCESS")
	if got := s.x.Runs[3].Outputs["value"]; got != "signoff:///x/out.txt" {
		t.Errorf("the next task sees %v", got)
	}
	s.refused(engine.Finish{Run: "1", Attempt: 1, Outputs: outFiles()}, engine.Settled)
}

func TestFolderFailsWithoutItsFiles(t *testing.T) {
	t.Parallel()
	s := inFolder(t, "").do(engine.Finish{Run: "1", Attempt: 1, Problem: "outputFiles: out.txt was not written"})
	s.want("folder FAILED, one SUCCESS, two SUCCESS, sorry SUCCESS, FAILED")
	if want := "folder: outputFiles: out.txt was not written"; s.x.Problem != want {
		t.Errorf("problem %q, want %q", s.x.Problem, want)
	}
}

// What a failed script left is what helps to find out why.
func TestFolderKeepsItsFilesWhenATaskFailed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		finish engine.Finish
		want   string
	}{
		"kept":        {engine.Finish{Run: "1", Attempt: 1, Outputs: outFiles()}, `{"out.txt":"signoff:///x/out.txt"}`},
		"not written": {engine.Finish{Run: "1", Attempt: 1, Problem: "outputFiles: out.txt was not written"}, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := inFolder(t, "exit code 1").do(c.finish)
			s.want("folder FAILED, one SUCCESS, two FAILED, sorry SUCCESS, FAILED")
			if s.x.Problem != "two: exit code 1" {
				t.Errorf("problem %q, want that of the script", s.x.Problem)
			}
			if got := s.x.Runs[3].Outputs["value"]; got != c.want {
				t.Errorf("errors see %v, want %v", got, c.want)
			}
		})
	}
}

// That nothing was kept is an answer, too.
func TestFolderThatKeptNothingIsDone(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(`tasks: [{id: f, type: WorkingDirectory, outputFiles: ["*.csv"], tasks: [{id: a, type: Return, format: x}]}]`)).start()
	s.do(engine.Finish{Run: "1", Attempt: 1}).want("f SUCCESS, a SUCCESS, SUCCESS")
	if diff := cmp.Diff(map[string]any{"outputFiles": map[string]any{}}, s.x.Runs[0].Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestFolderIsKilledWhileItKeeps(t *testing.T) {
	t.Parallel()
	s := inFolder(t, "").do(engine.Kill{By: person("ann")})
	s.want("folder KILLED, one SUCCESS, two SUCCESS, KILLED")
	if diff := cmp.Diff([]engine.EffectKey{"call/1"}, s.last.Drop); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	s.refused(engine.Finish{Run: "1", Attempt: 1, Outputs: outFiles()}, engine.Settled)
}

// Nothing new begins in an execution that somebody paused.
func TestFolderKeepsNothingWhileHeld(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(folderFlow)).start().do(engine.Finish{Run: "2", Attempt: 1})
	s.do(engine.Hold{By: person("ann")}).do(engine.Finish{Run: "3", Attempt: 1})
	if s.owes("call/1") {
		t.Error("the files are asked for while the execution is held")
	}
	s.do(engine.Release{By: person("ann")})
	if !s.owes("call/1") {
		t.Error("the files are not asked for")
	}
}

// The folder is gone at its end: what runs again in it begins at its beginning.
func TestRestartRunsAFolderAsAWhole(t *testing.T) {
	t.Parallel()
	s := inFolder(t, "exit code 1").do(engine.Finish{Run: "1", Attempt: 1})
	s.do(engine.Restart{By: person("ann")})
	var now []string
	for _, run := range s.x.Runs {
		if !run.Past {
			now = append(now, run.Task+" "+string(run.State))
		}
	}
	if got, want := strings.Join(now, ", "), "folder RUNNING, one RUNNING"; got != want {
		t.Errorf("after the restart %s, want %s", got, want)
	}
}

func TestReplayRunsAFolderAsAWhole(t *testing.T) {
	t.Parallel()
	old := inFolder(t, "").do(engine.Finish{Run: "1", Attempt: 1, Outputs: outFiles()})
	s, err := old.replay("3", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.want("folder RUNNING, one RUNNING, RUNNING")
	if s, err = old.replay("4", nil); err != nil {
		t.Fatal(err)
	}
	s.want("folder SUCCESS, one SUCCESS, two SUCCESS, last SUCCESS, SUCCESS")
}

// A run that was set to another state goes on in a new folder, whose files are
// kept in their turn.
func TestFolderKeepsAgainAfterAChangeOfState(t *testing.T) {
	t.Parallel()
	s := inFolder(t, "exit code 1").do(engine.Finish{Run: "1", Attempt: 1})
	s.do(engine.SetState{Run: "3", State: engine.Success, By: person("ann")})
	if !s.owes("call/1") {
		t.Fatal("the files are not asked for")
	}
	s.do(engine.Finish{Run: "1", Attempt: 1, Outputs: outFiles()})
	if s.x.State != engine.Success {
		t.Errorf("the execution is %s: %s", s.x.State, s.x.Problem)
	}
}
