package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/engine/flow"
)

// run runs the program in this process.
func run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = Command{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Getenv: func(name string) string { return map[string]string{"HOME": t.TempDir()}[name] },
	}.Main(args)
	return status, out.String(), errs.String()
}

func TestExitStatus(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.yaml")
	write(t, good, "id: good\nnamespace: team\ntasks:\n  - {id: say, type: Log, message: hello}\n")
	write(t, bad, "id: bad\n")
	for name, tt := range map[string]struct {
		args []string
		want int
	}{
		"help":              {nil, exitOK},
		"version":           {[]string{"version"}, exitOK},
		"clean":             {[]string{"validate", good}, exitOK},
		"faults":            {[]string{"validate", good, bad}, exitFaults},
		"no such file":      {[]string{"validate", filepath.Join(dir, "absent")}, exitUsage},
		"no argument":       {[]string{"validate"}, exitUsage},
		"unknown command":   {[]string{"frobnicate"}, exitUsage},
		"unknown flag":      {[]string{"version", "--frobnicate"}, exitUsage},
		"a flag's value":    {[]string{"audit", "--n", "many"}, exitUsage},
		"less than nothing": {[]string{"audit", "--n", "-1"}, exitUsage},
		"a negative limit":  {[]string{"executions", "--limit", "-1"}, exitUsage},
		"no such log":       {[]string{"audit", "verify", filepath.Join(dir, "absent")}, exitUsage},
		"no server":         {[]string{"executions"}, exitFaults},
		"no configuration":  {[]string{"serve", "--config", filepath.Join(dir, "absent")}, exitFaults},
		"dev for everybody": {[]string{"dev", "--listen", "0.0.0.0:0", "--data", filepath.Join(dir, "data")}, exitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, stdout, stderr := run(t, tt.args...)
			if got != tt.want {
				t.Errorf("signoff %s = %d, want %d\n%s%s", strings.Join(tt.args, " "), got, tt.want, stdout, stderr)
			}
			if stdout+stderr == "" {
				t.Errorf("status %d without a word", got)
			}
		})
	}
}

func TestFaultPointsAtItsPlace(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200)
	for name, tt := range map[string]struct {
		source    string
		line, col int
		want      string // the last line; empty: no source is shown
	}{
		"a word":         {"id: good\ntaks: []\n", 2, 1, "  | ^~~~"},
		"after tabs":     {"\t\tkey: v\n", 1, 3, "  | \t\t^~~"},
		"wide letters":   {"äöü: wert\n", 1, 6, "  |      ^~~~"},
		"windows lines":  {"a: b\r\ncd: e\r\n", 2, 5, "  |     ^"},
		"past the line":  {"ab\n", 1, 99, "  |   ^"},
		"past the file":  {"ab\n", 9, 1, ""},
		"column zero":    {"ab\n", 1, 0, "  | ^~"},
		"a long line":    {long + "\n", 1, 1, ""},
		"not UTF-8":      {"a: \xff\n", 1, 4, ""},
		"an empty file":  {"", 1, 1, ""},
		"no end of line": {"a: b", 1, 4, "  |    ^"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			printFault(&b, flow.Fault{File: "f.yaml", Line: tt.line, Col: tt.col, Rule: "r", Message: "m"}, []byte(tt.source))
			lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
			got := ""
			if len(lines) > 1 {
				got = lines[len(lines)-1]
			}
			if got != tt.want {
				t.Errorf("the caret is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTerminalIsNotControlled(t *testing.T) {
	t.Parallel()
	got := visible("a\x1b[31mb\u202ec\u200bd\te\x00\u009bf")
	if want := "a·[31mb·c·d\te··f"; got != want {
		t.Errorf("visible = %q, want %q", got, want)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
