package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signoff": main})
}

// TestScripts runs the stories in testdata/script against the real program.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("SIGNOFF_UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("REPOSITORY", repositoryPath())
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			// The race detector sleeps a second at the end of each program, and a
			// script runs dozens while it watches something that goes by.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await":   await,
			"jsonenv": jsonEnv,
			"edit":    edit,
			"until":   until,
			"post":    post,
		},
	})
}

// repositoryPath is the top of the checkout, wherever a script runs.
func repositoryPath() string {
	path, err := filepath.Abs(repository)
	if err != nil {
		panic(err)
	}
	return path
}

// await FILE [TEXT] waits until a file is there, and holds the text.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: await FILE [TEXT]")
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(30 * time.Second)
	for {
		raw, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && (len(args) == 1 || bytes.Contains(raw, []byte(args[1]))) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("%s did not come; it holds %q, %v", args[0], raw, err)
		}
	}
}

// until PATTERN PROGRAM [ARG…] runs a program until it prints the pattern.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN PROGRAM [ARG…]")
	}
	want, err := regexp.Compile(args[0])
	ts.Check(err)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(30 * time.Second)
	for {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && want.MatchString(ts.ReadFile("stdout")) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("%s does not come: %v", want, err)
		}
	}
}

// jsonEnv NAME KEY sets a variable to a key of the JSON that was printed last;
// a dotted key goes down, a number into a list.
func jsonEnv(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: jsonenv NAME KEY")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	for key := range strings.SplitSeq(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(at) {
				ts.Fatalf("no %s in %v", key, at)
			}
			v = at[i]
		default:
			ts.Fatalf("no %s in %v", key, v)
		}
	}
	ts.Setenv(args[0], fmt.Sprint(v))
}

// edit FILE OLD NEW replaces a text once, and fails if it is not there.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}
