package engine_test

import (
	"strings"
	"testing"
	"time"

	"signoff/engine"
)

// Each bound of what an execution may do is a failure in words, and what is
// stored stays small.
func TestBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, why string }{
		{"loops in loops", `
tasks:
  - id: a
    type: ForEach
    values: "{{ range(1, 1000) }}"
    tasks: [{id: b, type: ForEach, values: "{{ range(1, 1000) }}", tasks: [{id: c, type: Return, format: x}]}]
errors: [{id: e, type: Return, format: x}]
`, "The execution has 10000 task runs"},
		{"loops in loops at once", `
tasks:
  - id: a
    type: ForEach
    concurrencyLimit: 0
    values: "{{ range(1, 1000) }}"
    tasks: [{id: b, type: ForEach, concurrencyLimit: 0, values: "{{ range(1, 1000) }}", tasks: [{id: c, type: Sleep, duration: PT1M}]}]
`, "The execution has 10000 task runs"},
		{"until the end of time", `
tasks:
  - {id: a, type: LoopUntil, condition: "false", checkFrequency: {interval: PT0S}, tasks: [{id: b, type: Return, format: x}]}
`, "a: the condition was not true after 100 rounds"},
		{"until far away", `
tasks:
  - {id: a, type: LoopUntil, condition: "false", checkFrequency: {interval: PT0S, maxIterations: 1000000}, tasks: [{id: b, type: Return, format: x}]}
`, "a: the condition was not true after 1000 rounds"},
		{"values as large as the memory", `
tasks:
  - {id: a, type: Return, format: "{{ range(1, 9999) | join('xxxxxxxxxxxxxxxx') }}"}
  - {id: b, type: ForEach, values: "{{ range(1, 900) }}", tasks: [{id: c, type: Return, format: "{{ outputs.a.value }}"}]}
`, "8 MiB"},
		{"a variable that names itself", `
variables: {a: "{{ render(vars.b) }}", b: "{{ render(vars.a) }}"}
tasks: [{id: x, type: Return, format: "{{ render(vars.a) }}"}]
`, "variables name one another more than 8 deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, flowOf(c.body)).start()
			for range 10_000 { // what waits for a time, goes on
				if s.x.State.Final() {
					break
				}
				s.later(time.Minute)
				for _, run := range s.x.Runs {
					if !run.State.Final() && !run.Due.IsZero() {
						s.do(engine.Expire{Run: run.ID})
						break
					}
				}
			}
			if s.x.State != engine.Failed || !strings.Contains(s.x.Problem, c.why) {
				t.Errorf("it is %s with %d runs: %q, want %q", s.x.State, len(s.x.Runs), s.x.Problem, c.why)
			}
			if n := len(s.x.Runs); n > 10_500 {
				t.Errorf("it has %d runs", n)
			}
		})
	}
}

// A retry that would go on for ever ends, and no step tries twice.
func TestRetryIsBounded(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: [{id: a, type: Fail, retry: {type: constant, interval: PT1S}}]")).start()
	for range 2_000 {
		if s.x.State.Final() {
			break
		}
		s.later(time.Second).do(engine.Expire{Run: "1"})
	}
	if s.x.State != engine.Failed || s.x.Runs[0].Attempt != 1_000 {
		t.Errorf("it is %s after %d tries", s.x.State, s.x.Runs[0].Attempt)
	}
}
