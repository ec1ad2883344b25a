package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signoff/engine/flow"
)

// many writes a folder of flows as teams have them: inputs, a gate, branches, a
// loop, calls, a schedule.
func many(tb testing.TB, n int) string {
	tb.Helper()
	dir := tb.TempDir()
	for i := range n {
		src := strings.ReplaceAll(`id: flow_%
namespace: team
inputs:
  - {id: who, type: STRING, defaults: somebody}
  - {id: days, type: INT, min: 1, max: 30, defaults: 3}
variables:
  greeting: "Hello {{ inputs.who }}"
tasks:
  - {id: say, type: Log, message: "{{ render(vars.greeting) }}"}
  - id: ask
    type: Pause
    request: {title: "{{ inputs.days }} days for {{ inputs.who }}"}
    approval: {stages: [{id: manager, who: ["user:dana@example.com", "group:hr"]}]}
    onResume: [{id: approved, type: BOOL}, {id: reason, type: STRING, required: false}]
    pauseDuration: P3D
    behavior: FAIL
  - id: decide
    type: If
    condition: "{{ outputs.ask.onResume.approved }}"
    then:
      - id: each
        type: ForEach
        values: "{{ range(1, 3) }}"
        tasks:
          - {id: line, type: Return, format: "{{ taskrun.value ~ ': ' ~ inputs.who | upper }}"}
      - {id: book, type: http.Request, uri: "https://example.com/book", method: POST, body: {days: "{{ inputs.days }}"}, retry: {type: constant, interval: PT10S, maxAttempts: 3}}
    else:
      - {id: no, type: Log, message: "{{ outputs.ask.onResume.reason ?? 'no' }}"}
errors:
  - {id: alert, type: SlackExecution, url: "{{ secret('SLACK') }}"}
triggers:
  - {id: morning, type: Schedule, cron: "0 9 * * MON-FRI", timezone: Europe/Berlin}
`, "%", fmt.Sprint(i))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("flow_%d.yaml", i)), []byte(src), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// validate runs the command and returns what it says.
func validate(tb testing.TB, dir string) string {
	tb.Helper()
	all, err := checkPaths([]string{dir})
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{Command: Command{Stdout: &out}}
	twice(all, flow.Warning)
	if err := p.tellFaults(all); err != nil {
		tb.Fatalf("%v:\n%s", err, out.String())
	}
	return out.String()
}

// A folder of 200 flows is checked within a second; the bound leaves room for a
// machine that does other things.
func TestValidateIsFast(t *testing.T) {
	dir := many(t, 200)
	start := time.Now()
	got := validate(t, dir)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("200 flows took %v", took)
	}
	if got != "200 files: no faults\n" {
		t.Errorf("validate says %q, want no faults", got)
	}
}

func BenchmarkValidate200(b *testing.B) {
	dir := many(b, 200)
	b.ReportAllocs()
	for b.Loop() {
		validate(b, dir)
	}
}
