//go:build linux

package task_test

import "testing"

func TestStandardErrorIsAWarningWhereTheFlowSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t, withScripts(t, nil))
	for yaml, want := range map[string]bool{
		"warningOnStdErr: true\ncommands: [echo careful >&2]":         true,
		"warningOnStdErr: true\ncommands: [echo fine]":                false,
		"warningOnStdErr: true\ncommands: [echo careful >&2; exit 3]": false, // it is a failure
		"commands: [echo careful >&2]":                                false,
	} {
		got := b.Run(t.Context(), scriptCall(t, scriptTask(t, "type: io.kestra.plugin.scripts.shell.Commands\n"+yaml), yaml, "", ""))
		if got.Warning != want {
			t.Errorf("%s: warning is %t, problem %q", yaml, got.Warning, got.Problem)
		}
	}
}
