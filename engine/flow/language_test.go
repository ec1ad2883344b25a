package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

func tmpl(t *testing.T, text string) *expr.Template {
	t.Helper()
	parsed, err := expr.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func value(t *testing.T, v any) expr.Value {
	t.Helper()
	compiled, err := expr.Compile(v)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// inner are the ids of lists of tasks.
func inner(task *flow.Task) string {
	var lists []string
	for _, list := range task.Lists() {
		var ids []string
		for _, t := range list {
			ids = append(ids, t.ID)
		}
		lists = append(lists, strings.Join(ids, " "))
	}
	return strings.Join(lists, " | ")
}

// What a task says is what its spec holds, whatever the words for it.
func TestParseReadsTasks(t *testing.T) {
	t.Parallel()
	const a = "tasks: [{id: a, type: Return}]"
	tests := map[string]struct {
		task  string
		want  flow.Spec
		lists string
	}{
		"switch": {
			"type: Switch, value: x, cases: {x: [{id: a, type: Return}], 'true': [{id: b, type: Return}]}, defaults: [{id: c, type: Return}], errors: [{id: d, type: Return}]",
			nil, "a | b | c | d | ",
		},
		"parallel":        {"type: Parallel, concurrent: 2, finally: [{id: b, type: Return}], " + a, nil, "a |  | b"},
		"dag":             {"type: Dag, tasks: [{task: {id: a, type: Return}}, {task: {id: b, type: Return}, dependsOn: [a, a]}]", nil, "a b |  | "},
		"directory":       {"type: WorkingDirectory, " + a, nil, "a |  | "},
		"directory_files": {"type: WorkingDirectory, inputFiles: {in.txt: x}, outputFiles: ['*.csv'], " + a, nil, "a |  | "},
		"pause":           {"type: Pause, onPause: {id: p, type: Return}, errors: [{id: e, type: Return}], finally: [{id: f, type: Return}], " + a, nil, "p | a | e | f"},
		"fail":            {"type: Fail", &flow.Fail{}, ""},
		"fail_if":         {"type: execution.Fail, condition: '{{ 1 }}', errorMessage: no", &flow.Fail{Condition: tmpl(t, "{{ 1 }}"), Message: tmpl(t, "no")}, ""},
		"assert":          {"type: Assert, conditions: ['{{ 1 }}', x]", &flow.Assert{Conditions: []*expr.Template{tmpl(t, "{{ 1 }}"), tmpl(t, "x")}}, ""},
		"sleep":           {"type: Sleep, duration: PT5S", &flow.Sleep{Duration: tmpl(t, "PT5S")}, ""},
		"labels":          {"type: Labels, labels: {a: '{{ 1 }}'}", &flow.Labels{Labels: value(t, map[string]any{"a": "{{ 1 }}"})}, ""},
		"labels_list":     {"type: Labels, labels: [{key: a, value: b}]", &flow.Labels{Labels: value(t, []any{map[string]any{"key": "a", "value": "b"}})}, ""},
		"echo":            {"type: io.kestra.plugin.core.debug.Echo, format: hi", &flow.Return{Format: value(t, "hi")}, ""},
		"output_values":   {"type: OutputValues, values: {b: 1, a: x}", &flow.OutputValues{Values: []flow.Pair{{Name: "b", Value: value(t, int64(1))}, {Name: "a", Value: value(t, "x")}}}, ""},
		"kv_set":          {"type: kv.Set, key: k, value: [1], kvType: JSON, ttl: P1D, overwrite: false", &flow.KVSet{Key: tmpl(t, "k"), Value: value(t, []any{int64(1)}), Type: "JSON", TTL: tmpl(t, "P1D")}, ""},
		"kv_get":          {"type: Get, key: k, errorOnMissing: true", &flow.KVGet{Key: tmpl(t, "k"), ErrorOnMissing: true}, ""},
		"kv_delete":       {"type: kv.Delete, key: k, namespace: n", &flow.KVDelete{Key: tmpl(t, "k"), Namespace: tmpl(t, "n")}, ""},
		"resume":          {"type: io.kestra.plugin.kestra.executions.Resume, executionId: x, inputs: {a: 1}, kestraUrl: u", &flow.ResumeExecution{Execution: tmpl(t, "x"), Inputs: new(value(t, map[string]any{"a": int64(1)}))}, ""},
		"kill":            {"type: Kill, executionId: x", &flow.KillExecution{Execution: tmpl(t, "x")}, ""},
		"subflow":         {"type: io.kestra.core.tasks.flows.Flow, namespace: n, flowId: f", &flow.Subflow{Namespace: tmpl(t, "n"), Flow: tmpl(t, "f"), Wait: true, Transmit: true}, ""},
		"subflow_away":    {"type: Subflow, namespace: n, flowId: f, wait: false, transmitFailed: false, revision: 3, scheduleOn: '{{ now() }}'", &flow.Subflow{Namespace: tmpl(t, "n"), Flow: tmpl(t, "f"), Revision: 3, ScheduleDate: tmpl(t, "{{ now() }}")}, ""},
		"slack_execution": {"type: SlackExecution, url: u, customMessage: m", &flow.SlackWebhook{URL: tmpl(t, "u"), Summary: true, CustomMessage: tmpl(t, "m")}, ""},
		"teams":           {"type: io.kestra.plugin.microsoft365.teams.TeamsIncomingWebhook, url: u, payload: '{}'", &flow.TeamsWebhook{URL: tmpl(t, "u"), Payload: tmpl(t, "{}")}, ""},
		"mail":            {"type: MailSend, to: [a@x.org, '{{ 1 }}'], subject: s", &flow.MailSend{To: tmpl(t, "a@x.org,{{ 1 }}"), Subject: tmpl(t, "s")}, ""},
		"basic":           {"type: Request, uri: 'https://x.org', options: {auth: {username: a'b, password: \"{{ secret('P') }}\"}}", &flow.HTTPRequest{URI: tmpl(t, "https://x.org"), Headers: []flow.Pair{{Name: "Authorization", Value: value(t, `Basic {{ ('a\'b' ~ ':' ~ (secret('P'))) | base64encode }}`)}}}, ""},
		"download":        {"type: http.Download, uri: 'https://x.org', allowFailed: true", &flow.HTTPRequest{URI: tmpl(t, "https://x.org"), Download: true, AllowFailed: true}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			task := load(t, "id: one\nnamespace: demo\ntasks:\n  - {id: it, "+tt.task+"}\n").Tasks[0]
			if tt.want != nil {
				if diff := cmp.Diff(tt.want, task.Spec); diff != "" {
					t.Errorf("spec (-want +got):\n%s", diff)
				}
			}
			if got := inner(task); got != tt.lists {
				t.Errorf("lists = %q, want %q", got, tt.lists)
			}
		})
	}
}

// The loops of both vocabularies are one, but for how many values run at once.
func TestParseReadsLoops(t *testing.T) {
	t.Parallel()
	const tasks = ", tasks: [{id: a, type: Return}]"
	for text, want := range map[string]int{
		"ForEach, values: [1]":                                               1,
		"ForEach, values: [1], concurrencyLimit: 0":                          0,
		"Loop, values: [1], concurrencyLimit: 4":                             4,
		"EachSequential, value: [1]":                                         1,
		"EachParallel, value: [1]":                                           0,
		"io.kestra.core.tasks.flows.EachParallel, value: [1], concurrent: 3": 3,
	} {
		spec, ok := load(t, "id: one\nnamespace: demo\ntasks:\n  - {id: it, type: "+text+tasks+"}\n").Tasks[0].Spec.(*flow.ForEach)
		if !ok || spec.Concurrent != want || cmp.Diff(value(t, []any{int64(1)}), spec.Values) != "" {
			t.Errorf("%s: %+v, want %d at once", text, spec, want)
		}
	}
	until, ok := load(t, "id: one\nnamespace: demo\ntasks:\n  - {id: it, type: WaitFor, condition: '{{ outputs.a }}', failOnMaxReached: true, checkFrequency: {interval: PT1S, maxIterations: 3}"+tasks+"}\n").Tasks[0].Spec.(*flow.LoopUntil)
	if !ok || !until.FailOnMax || until.Interval.Source() != "PT1S" || until.MaxIterations.Source() != "3" || until.MaxDuration != nil {
		t.Errorf("LoopUntil = %+v", until)
	}
}

func TestParseReadsOptions(t *testing.T) {
	t.Parallel()
	got := load(t, one(`type: Return
    runIf: "{{ 1 }}"
    disabled: true
    allowFailure: true
    allowWarning: True
    timeout: PT5S
    retry: {type: exponential, interval: PT1S, maxInterval: PT10S, delayFactor: 1.5, maxAttempt: 4, maxDuration: PT1M, warningOnRetry: true, behavior: CREATE_NEW_EXECUTION}
`)).Tasks[0].Options
	want := flow.Options{
		RunIf: tmpl(t, "{{ 1 }}"), Disabled: true, AllowFailure: true, AllowWarning: true, Timeout: tmpl(t, "PT5S"),
		Retry: &flow.Retry{
			Kind: flow.RetryExponential, Interval: time.Second, MaxInterval: 10 * time.Second, Factor: 1.5, MaxAttempts: 4,
			MaxDuration: time.Minute, WarningOnRetry: true, NewExecution: true,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	random := load(t, one("type: Return\n    retry: {type: random, minInterval: PT2S, maxInterval: PT9S}")).Tasks[0].Retry
	if random.Interval != 2*time.Second || random.MaxInterval != 9*time.Second || random.Kind != flow.RetryRandom {
		t.Errorf("random retry = %+v", random)
	}
}

// A HumanTask names people as Kestra does; one of them is enough.
func TestParseReadsAssignment(t *testing.T) {
	t.Parallel()
	pause, ok := load(t, one("type: HumanTask\n    assignment: {users: Dana@Example.com, groups: [finance, hr]}")).Tasks[0].Spec.(*flow.Pause)
	want := &approval.Policy{Stages: []approval.Stage{{ID: "assignment", Who: []approval.Selector{
		{Kind: approval.User, Name: "dana@example.com"}, {Kind: approval.Group, Name: "finance"}, {Kind: approval.Group, Name: "hr"},
	}}}}
	if !ok || !pause.Human {
		t.Fatal("not a HumanTask")
	}
	if diff := cmp.Diff(want, pause.Approval); diff != "" {
		t.Errorf("approval (-want +got):\n%s", diff)
	}
}

func TestParseReadsFlowParts(t *testing.T) {
	t.Parallel()
	f := load(t, `id: one
namespace: demo
disabled: true
labels: [{key: a, value: b}]
variables: {greeting: "Hello {{ flow.id }}"}
tasks: [{id: it, type: Return}]
errors: [{id: e, type: Return}]
finally: [{id: f, type: Return}]
afterExecution: [{id: g, type: Return}]
outputs: [{id: o, type: BOOLEAN, value: "{{ outputs.it.value }}", required: false}]
concurrency: {limit: 2, releaseOnPause: true}
sla:
  - {id: s, type: MAX_DURATION, duration: PT8H, behavior: CANCEL, labels: {late: "true"}}
  - {id: u, type: EXECUTION_ASSERTION, assert: "{{ outputs.it.value }}", behavior: NONE}
retry: {type: constant, interval: PT1M}
`)
	var ids []string
	for task := range f.Walk() {
		ids = append(ids, task.ID)
	}
	if diff := cmp.Diff([]string{"it", "e", "f", "g"}, ids); diff != "" {
		t.Errorf("Walk (-want +got):\n%s", diff)
	}
	if !f.Disabled || f.Labels["a"] != "b" || f.Variables["greeting"].Source() != "Hello {{ flow.id }}" {
		t.Errorf("disabled %v, labels %v, variables %v", f.Disabled, f.Labels, f.Variables)
	}
	if o := f.Outputs[0]; o.ID != "o" || o.Type != flow.Bool || o.Required {
		t.Errorf("output = %+v", o)
	}
	if diff := cmp.Diff(&flow.Concurrency{Limit: 2, Behavior: flow.ConcurrencyQueue, ReleasePaused: true}, f.Concurrency); diff != "" {
		t.Errorf("concurrency (-want +got):\n%s", diff)
	}
	if s := f.SLA; len(s) != 2 || s[0].Duration != 8*time.Hour || s[0].Behavior != flow.SLACancel || s[0].Labels["late"] != "true" || s[1].Assert == nil {
		t.Errorf("sla = %+v", s)
	}
	if f.Retry == nil || f.Retry.Interval != time.Minute || f.Retry.Factor != 2 {
		t.Errorf("retry = %+v", f.Retry)
	}
}
