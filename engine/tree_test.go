package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

// runs tells the state of every run, with its iteration, and of the execution.
func runs(x engine.Execution) string {
	var out []string
	for _, run := range x.Runs {
		name := run.Task
		if run.Iteration > 0 {
			name += fmt.Sprintf("#%d", run.Iteration)
		}
		if run.Past {
			name = "(" + name + ")"
		}
		out = append(out, name+" "+string(run.State))
	}
	return strings.Join(append(out, string(x.State)), ", ")
}

func flowOf(body string) string { return "id: tree\nnamespace: hr\n" + body }

func outputOf(t *testing.T, x engine.Execution, task string) any {
	t.Helper()
	for _, run := range slices.Backward(x.Runs) {
		if run.Task == task {
			return run.Outputs["value"]
		}
	}
	t.Fatalf("no run of %s in %s", task, runs(x))
	return nil
}

// finish reports a call of a task, the newest of its runs.
func finish(t *testing.T, s *story, task, problem string) {
	t.Helper()
	run := latest(t, s.x, task)
	s.do(engine.Finish{Run: run.ID, Attempt: run.Attempt, Problem: problem, Outputs: map[string]any{"by": task}})
}

func latest(t *testing.T, x engine.Execution, task string) engine.TaskRun {
	t.Helper()
	for _, run := range slices.Backward(x.Runs) {
		if run.Task == task && !run.Past {
			return run
		}
	}
	t.Fatalf("no run of %s in %s", task, runs(x))
	return engine.TaskRun{}
}

func (s *story) later(d time.Duration) *story {
	s.facts.Now = s.facts.Now.Add(d)
	return s
}

// What the engine does by itself, from the start to the end.
func TestTasksRunByThemselves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want, problem string }{
		{"switch takes the case", `
tasks:
  - id: s
    type: Switch
    value: "{{ 'b' }}"
    cases:
      a: [{id: a, type: Return, format: x}]
      b: [{id: b, type: Return, format: x}]
    defaults: [{id: d, type: Return, format: x}]
`, "s SUCCESS, b SUCCESS, SUCCESS", ""},
		{"switch takes the default", `
tasks:
  - id: s
    type: Switch
    value: z
    cases:
      a: [{id: a, type: Return, format: x}]
    defaults: [{id: d, type: Return, format: x}]
`, "s SUCCESS, d SUCCESS, SUCCESS", ""},
		{"switch without a default misses", `
tasks:
  - id: s
    type: Switch
    value: z
    cases:
      a: [{id: a, type: Return, format: x}]
`, "s SUCCESS, SUCCESS", ""},
		{"for each value one round", `
tasks:
  - id: l
    type: ForEach
    values: ["a", "b"]
    tasks:
      - {id: one, type: Return, format: "{{ taskrun.value }}"}
      - {id: two, type: Return, format: "{{ outputs.one.value }}{{ outputs.one['a'].value }}"}
`, "l SUCCESS, one#1 SUCCESS, two#1 SUCCESS, one#2 SUCCESS, two#2 SUCCESS, SUCCESS", ""},
		{"for no value nothing", `
tasks:
  - {id: l, type: ForEach, values: [], tasks: [{id: one, type: Return, format: x}]}
`, "l SUCCESS, SUCCESS", ""},
		{"a failing round ends the loop", `
tasks:
  - id: l
    type: ForEach
    values: '["a", "b"]'
    tasks: [{id: one, type: Fail, errorMessage: "no {{ taskrun.value }}"}]
`, "l FAILED, one#1 FAILED, FAILED", "no a"},
		{"too many values", `
tasks:
  - {id: l, type: ForEach, values: "{{ range(0, 1000) }}", tasks: [{id: one, type: Return, format: x}]}
`, "l FAILED, FAILED", "l: a loop goes through at most 1000 values, and these are 1001; split them"},
		{"until the condition", `
tasks:
  - id: l
    type: LoopUntil
    condition: "{{ outputs.one.value == '2' }}"
    checkFrequency: {interval: PT0S}
    tasks: [{id: one, type: Return, format: "{{ taskrun.iteration }}"}]
`, "l SUCCESS, one#1 SUCCESS, one#2 SUCCESS, one#3 SUCCESS, SUCCESS", ""},
		{"until at most so often", `
tasks:
  - id: l
    type: LoopUntil
    condition: "false"
    checkFrequency: {interval: PT0S, maxIterations: 2}
    failOnMaxReached: true
    tasks: [{id: one, type: Return, format: x}]
`, "l FAILED, one#1 SUCCESS, one#2 SUCCESS, FAILED", "l: the condition was not true after 2 rounds"},
		{"dag in order", `
tasks:
  - id: d
    type: Dag
    tasks:
      - task: {id: c, type: Return, format: x}
        dependsOn: [b]
      - task: {id: a, type: Return, format: x}
      - task: {id: b, type: Return, format: x}
        dependsOn: [a]
`, "d SUCCESS, a SUCCESS, b SUCCESS, c SUCCESS, SUCCESS", ""},
		{"allowed failure warns and goes on", `
tasks:
  - {id: a, type: Fail, allowFailure: true}
  - {id: b, type: Return, format: x}
`, "a WARNING, b SUCCESS, WARNING", ""},
		{"allowed warning is success", `
tasks:
  - {id: a, type: Fail, allowFailure: true, allowWarning: true}
`, "a SUCCESS, SUCCESS", ""},
		{"allow failure around", `
tasks:
  - id: a
    type: AllowFailure
    tasks: [{id: b, type: Fail}, {id: c, type: Return, format: x}]
    errors: [{id: e, type: Return, format: x}]
  - {id: d, type: Return, format: x}
`, "a WARNING, b FAILED, e SUCCESS, d SUCCESS, WARNING", ""},
		{"not run if", `
tasks:
  - {id: a, type: Return, format: x, runIf: "false"}
  - {id: b, type: Return, format: x, disabled: true}
`, "a SKIPPED, SUCCESS", ""},
		{"errors and finally", `
tasks: [{id: a, type: Fail, errorMessage: bad}]
errors: [{id: e, type: Return, format: "{{ error.message }} {{ errorLogs()[0].message }}"}]
finally: [{id: f, type: Return, format: "{{ tasks.a.state }}"}]
afterExecution: [{id: z, type: Return, format: "{{ execution.state }}"}]
`, "a FAILED, e SUCCESS, f SUCCESS, z SUCCESS, FAILED", "bad"},
		{"finally alone", `
tasks: [{id: a, type: Return, format: x}]
errors: [{id: e, type: Return, format: x}]
finally: [{id: f, type: Fail, errorMessage: end}]
`, "a SUCCESS, f FAILED, FAILED", "end"},
		{"assert", `
tasks: [{id: a, type: Assert, conditions: ["{{ 1 == 1 }}", "{{ 1 == 2 }}"], errorMessage: sums}]
`, "a FAILED, FAILED", "Assertion failed: {{ 1 == 2 }}: sums"},
		{"flow outputs", `
tasks: [{id: a, type: Return, format: "7"}]
outputs: [{id: n, type: INT, value: "{{ outputs.a.value }}"}]
`, "a SUCCESS, SUCCESS", ""},
		{"flow outputs of the wrong type", `
tasks: [{id: a, type: Return, format: "x"}]
outputs: [{id: n, type: INT, value: "{{ outputs.a.value }}"}]
`, "a SUCCESS, FAILED", "The flow's outputs do not fit their types: Not accepted: n: must be a whole number such as 42."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, flowOf(c.body)).do(engine.Start{ID: "x", Revision: 1, By: person("rob")})
			if got := runs(s.x); got != c.want {
				t.Errorf("it ran\n  %s, want\n  %s", got, c.want)
			}
			if s.x.Problem != c.problem {
				t.Errorf("the problem is %q, want %q", s.x.Problem, c.problem)
			}
		})
	}
}

// So many rounds at once, and the next when one is over.
func TestLoopRunsSoManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: [{id: l, type: ForEach, values: [a, b, c], concurrencyLimit: 2, tasks: ["+call+", {id: r, type: Return, format: '{{ taskrun.value }}'}]}]")).start()
	s.want("l RUNNING, call#1 RUNNING, call#2 RUNNING, RUNNING")
	s.do(engine.Finish{Run: "3", Attempt: 1}).want("l RUNNING, call#1 RUNNING, call#2 SUCCESS, r#2 SUCCESS, call#3 RUNNING, RUNNING")
	s.do(engine.Finish{Run: "2", Attempt: 1, Problem: "gone"}).want("l RUNNING, call#1 FAILED, call#2 SUCCESS, r#2 SUCCESS, call#3 RUNNING, RUNNING")
	s.do(engine.Finish{Run: "5", Attempt: 1}).want("l FAILED, call#1 FAILED, call#2 SUCCESS, r#2 SUCCESS, call#3 SUCCESS, r#3 SUCCESS, FAILED")
}

// In a Dag a task waits for all that it depends on; what depends on a failure
// never begins, what was skipped or switched off holds nothing up.
func TestDag(t *testing.T) {
	t.Parallel()
	src := flowOf(`
tasks:
  - id: d
    type: Dag
    concurrent: 2
    tasks:
      - {task: {id: both, type: Return, format: x}, dependsOn: [a, b]}
      - task: {id: a, type: http.Request, uri: "https://a.example"}
      - task: {id: b, type: http.Request, uri: "https://a.example"}
      - {task: {id: off, type: Return, format: x, disabled: true}, dependsOn: [a]}
      - {task: {id: skip, type: Return, format: x, runIf: "false"}, dependsOn: [off]}
      - {task: {id: last, type: Return, format: x}, dependsOn: [skip, both]}
`)
	s := newStory(t, src).start().want("d RUNNING, a RUNNING, b RUNNING, RUNNING")
	failing := *s
	finish(t, s, "b", "")
	s.want("d RUNNING, a RUNNING, b SUCCESS, skip SKIPPED, RUNNING")
	finish(t, s, "a", "")
	s.want("d SUCCESS, a SUCCESS, b SUCCESS, skip SKIPPED, both SUCCESS, last SUCCESS, SUCCESS")
	finish(t, &failing, "a", "gone")
	failing.want("d RUNNING, a FAILED, b RUNNING, RUNNING")
	finish(t, &failing, "b", "")
	failing.want("d FAILED, a FAILED, b SUCCESS, FAILED")
}

// Return gives a text, as in Kestra; OutputValues keeps types.
func TestReturnGivesText(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]any{
		`"{{ 3 * 8 }}"`:            "24",
		`"{{ 1 == 1 }}"`:           "true",
		`"{{ [1, 'a'] }}"`:         `[1,"a"]`,
		`"{{ {'a': 1} }}"`:         `{"a":1}`,
		`"{{ null }}"`:             "",
		`plain`:                    "plain",
		`7`:                        "7",
		`["{{ 1 }}", x]`:           []any{int64(1), "x"},
		`{n: "{{ 1 }}", t: "n=1"}`: map[string]any{"n": int64(1), "t": "n=1"},
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, flowOf("tasks: [{id: a, type: Return, format: "+format+"}]")).start()
			if diff := cmp.Diff(want, s.x.Runs[0].Outputs["value"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	s := newStory(t, flowOf(`tasks: [{id: a, type: OutputValues, values: {n: "{{ 3 * 8 }}"}}]`)).start()
	if diff := cmp.Diff(map[string]any{"n": int64(24)}, s.x.Runs[0].Outputs["values"]); diff != "" {
		t.Errorf("OutputValues (-want +got):\n%s", diff)
	}
}
