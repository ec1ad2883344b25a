package engine_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/engine/expr"
)

// valueIn is what an expression gives, with its type, after some tasks.
func valueIn(t *testing.T, head, tasks, format string) any {
	t.Helper()
	s := newStory(t, flowOf(head+"\ntasks:\n"+tasks+"\n  - {id: end, type: OutputValues, values: {got: \""+format+"\"}}\n"))
	s.facts.BaseURL = "https://signoff.example"
	s.facts.KV = map[string]any{"color": "red"}
	s.facts.Environment = map[string]any{
		"envs": map[string]any{"stage": "prod"}, "globals": map[string]any{"g": int64(1)},
		"kestra": map[string]any{"environment": "e", "url": "u"},
	}
	s.do(engine.Start{ID: "x", Revision: 3, By: person("rob"), Trigger: map[string]any{"body": map[string]any{"n": int64(5)}}})
	if s.x.State != engine.Success && s.x.State != engine.Warning {
		t.Fatalf("%s: %s: %s", format, runs(s.x), s.x.Problem)
	}
	values, _ := s.x.Runs[len(s.x.Runs)-1].Outputs["values"].(map[string]any)
	return values["got"]
}

func TestRoots(t *testing.T) {
	t.Parallel()
	const head = "variables: {greet: \"Hello {{ flow.id }}\", deep: {a: \"{{ render(vars.greet) }}!\"}}\nlabels: {team: pay}"
	const tasks = `  - {id: a, type: Return, format: "{{ [1, 2] }}"}
  - {id: b, type: Fail, errorMessage: bad, allowFailure: true}
  - {id: v, type: OutputValues, values: {n: "{{ 7 }}", s: "x{{ 1 }}"}}`
	for format, want := range map[string]any{
		"{{ flow.namespace }}.{{ flow.id }} {{ flow.revision }}":    "hr.tree 3",
		"{{ execution.id }} {{ execution.state }}":                  "x RUNNING",
		"{{ execution.originalId }}":                                "x",
		"{{ task.id }} {{ task.type }}":                             "end OutputValues",
		"{{ taskrun.id }} {{ taskrun.attemptsCount }}":              "4 0",
		"{{ labels.team }}":                                         "pay",
		"{{ trigger.body.n }}":                                      int64(5),
		"{{ outputs.a.value }}":                                     "[1,2]",
		"{{ outputs.v.values }}":                                    map[string]any{"n": int64(7), "s": "x1"},
		"{{ tasks.b.state }}":                                       "WARNING",
		"{{ envs.stage }} {{ globals.g }} {{ kestra.environment }}": "prod 1 e",
		"{{ env('STAGE') }} {{ env('OTHER', 'none') }}":             "prod none",
		"{{ env('OTHER') ?? 'nothing' }}":                           "nothing",
		"{{ namespace.id }}":                                        "hr",
		"{{ vars.greet }}":                                          "Hello {{ flow.id }}",
		"{{ render(vars.greet) }}":                                  "Hello tree",
		"{{ render(vars.deep.a) }}":                                 "Hello tree!",
		"{{ kv('color') }} {{ kv('none', errorOnMissing=false) }}":  "red ",
		"{{ appLink() }}":                                           "https://signoff.example/executions/x",
		"{{ now() }}":                                               "2026-11-22T09:00:00Z",
		"{{ tasksWithState('warning') | length }}":                  int64(1),
		"{{ errorLogs() | length }}":                                int64(0),
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, valueIn(t, head, tasks, format)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutputsOfLoops(t *testing.T) {
	t.Parallel()
	const nested = `  - id: outer
    type: ForEach
    values: [a, b]
    tasks:
      - {id: top, type: Return, format: "{{ taskrun.value }}"}
      - id: inner
        type: ForEach
        values: [{n: 1}, 2]
        tasks:
          - {id: leaf, type: Return, format: "{{ parent.taskrun.value }}{{ item.value.n ?? item.value }}{{ taskrun.value }}{{ taskrun.iteration }}{{ item.index }}"}
          - {id: same, type: Return, format: "{{ outputs.leaf.value }}/{{ outputs.top.value }}/{{ currentEachOutput(outputs.leaf).value }}"}
      - id: cond
        type: If
        condition: "{{ outputs.top.value == 'b' }}"
        then: [{id: isb, type: Return, format: "{{ parent.taskrun.value }} {{ taskrun.value }} {{ parents[0].outputs.evaluationResult }}"}]`
	for format, want := range map[string]any{
		"{{ outputs.top.a.value }}{{ outputs.top['b'].value }}": "ab",
		"{{ outputs.leaf.a['2'].value }}":                       "a2211",
		"{{ outputs.leaf.b[2].value }}":                         "b2211",
		"{{ outputs.same.a['2'].value }}":                       "a2211/a/a2211",
		"{{ outputs.isb.b.value }}":                             "b b true",
		"{{ outputs.isb.a is defined }}":                        false,
		"{{ loopOutputs(outputs.top, 'value') }}":               []any{"a", "b"},
		"{{ tasks.top.a.state }}":                               "SUCCESS",
		"{{ outputs.leaf.value is defined }}":                   false,
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, valueIn(t, "", nested, format)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A field of a task that is also a value of the loop: in Kestra's ForEach the
// value has always been meant, in its Loop the field.
func TestOutputsOfLoopsThatClash(t *testing.T) {
	t.Parallel()
	for typ, want := range map[string]any{"ForEach": `{"value":"value!"}`, "Loop": "value!"} {
		tasks := `  - id: l
    type: ` + typ + `
    values: [value]
    tasks:
      - {id: one, type: Return, format: "{{ item.value }}!"}
      - {id: two, type: Return, format: "{{ outputs.one.value }}"}`
		got := valueIn(t, "", tasks, "{{ outputs.two['value'].value }}")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", typ, diff)
		}
	}
}

func TestValuesOfLoops(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]string{
		`["a", "a", "b"]`:          `["a","b"]`,
		`"{{ [1, 1.5, true] }}"`:   `["1","1.5","true"]`,
		`'[1, {"b": [2.5]}, "x"]'`: `["1","x","{\"b\":[2.5]}"]`,
		`{z: 1, a: 2}`:             `["{\"key\":\"a\",\"value\":2}","{\"key\":\"z\",\"value\":1}"]`,
		`"{{ 3 }}"`:                `["0","1","2"]`,
		`'{"k": "<v>"}'`:           `["{\"key\":\"k\",\"value\":\"<v>\"}"]`,
	} {
		got := valueIn(t, "", "  - {id: l, type: ForEach, values: "+values+", tasks: [{id: one, type: Return, format: '{{ taskrun.value }}'}]}", "{{ loopOutputs(outputs.one, 'value') | sort | toJson }}")
		if got != want {
			t.Errorf("values: %s gives %v, want %s", values, got, want)
		}
	}
}

func TestValuesThatAreNoList(t *testing.T) {
	t.Parallel()
	for values, why := range map[string]string{
		`"no"`:              "the text must be JSON",
		`'"no"'`:            "the text must be JSON",
		`'[1] [2]'`:         "the text must be JSON",
		`"{{ 1.5 }}"`:       "it must be a list, a map or a number",
		`"{{ 0 - 1 }}"`:     "from 0 to 1000",
		`"{{ [null] }}"`:    "a value is null",
		`"{{ inputs.no }}"`: "",
	} {
		s := newStory(t, flowOf("inputs: [{id: no, type: STRING, required: false}]\ntasks: [{id: l, type: ForEach, values: "+values+", tasks: [{id: one, type: Return, format: x}]}]")).start()
		if s.x.State != engine.Failed || !strings.Contains(s.x.Problem, why) {
			t.Errorf("values: %s: %s %q", values, runs(s.x), s.x.Problem)
		}
	}
}

// What looks random is the same whenever the step is taken, and differs from run
// to run and from draw to draw.
func TestDrawsAreKnown(t *testing.T) {
	t.Parallel()
	const tasks = `  - id: l
    type: ForEach
    values: [a, b]
    tasks: [{id: one, type: Return, format: "{{ uuid() }} {{ uuid() }} {{ id() }} {{ ksuid() }} {{ nanoId() }} {{ nanoId(length=5, alphabet='ab') }} {{ randomInt(3, 9) }}"}]`
	const format = "{{ outputs.one.a.value }} {{ outputs.one.b.value }}"
	first, again := valueIn(t, "", tasks, format), valueIn(t, "", tasks, format)
	if first != again {
		t.Errorf("two results for the same step:\n%v\n%v", first, again)
	}
	shape := regexp.MustCompile(`^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} ){2}\w{22} \w{27} [\w-]{21} [ab]{5} [3-8]$`)
	text, _ := first.(string)
	words := strings.Fields(text)
	if len(words) != 14 || !shape.MatchString(strings.Join(words[:7], " ")) {
		t.Fatalf("it draws %q", text)
	}
	seen := map[string]bool{}
	for _, w := range words {
		if len(w) > 5 && seen[w] {
			t.Errorf("%s is drawn twice", w)
		}
		seen[w] = true
	}
}

// What only the shell can do it gives to the environment of a call; without it
// a secret is masked, and files cannot be read.
func TestEnvOfACall(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("variables: {token: \"{{ secret('T') }}\"}\ntasks: ["+call+"]")).start()
	for _, c := range []struct {
		src   string
		funcs map[string]expr.Func
		want  string
	}{
		{"{{ secret('T') }}", nil, engine.Masked},
		{"{{ render(vars.token) }}", nil, engine.Masked},
		{"{{ secret('T') }}", map[string]expr.Func{"secret": func(expr.Args) (any, error) { return "s3cret", nil }}, "s3cret"},
		{"{{ render(vars.token) }}", map[string]expr.Func{"secret": func(expr.Args) (any, error) { return "s3cret", nil }}, "s3cret"},
		{"{{ task.id }}", nil, "call"},
	} {
		tmpl, err := expr.Parse(c.src)
		if err != nil {
			t.Fatal(err)
		}
		s.facts.Funcs = c.funcs
		got, err := tmpl.Render(engine.Env(s.flow, s.x, s.x.Runs[0], s.facts))
		if err != nil || got != c.want {
			t.Errorf("%s = %q, %v, want %q", c.src, got, err, c.want)
		}
	}
	tmpl, err := expr.Parse("{{ read('a') }}")
	if err != nil {
		t.Fatal(err)
	}
	s.facts.Funcs = nil
	if _, err := tmpl.Render(engine.Env(s.flow, s.x, s.x.Runs[0], s.facts)); err == nil || !strings.Contains(err.Error(), "does not work here") {
		t.Errorf("read() = %v", err)
	}
}

// An expression changes nothing that is stored: neither the outputs of other
// rounds nor the execution before the step.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: [{id: l, type: ForEach, values: [a, b], tasks: [{id: one, type: Return, format: x}, {id: two, type: Return, format: '{{ outputs.one.value }}'}, "+ask("gate")+"]}]")).start()
	before := dump(s.x)
	env := engine.Env(s.flow, s.x, s.x.Runs[2], s.facts)
	if _, ok := env.Roots["outputs"]; !ok || dump(s.x) != before {
		t.Errorf("looking changed\n%s to\n%s", before, dump(s.x))
	}
}
