package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

// seen starts a flow in which every part of Kestra's roots has a meaning, and
// returns what its tasks saw, by their ids.
func seen(t *testing.T) map[string]any {
	t.Helper()
	s := newStory(t, `id: names
namespace: hr.ops
labels: {team: pay}
variables: {v: {a: 1}, text: "{{ flow.id }}/{{ task.id }}"}
inputs: [{id: who, type: STRING, defaults: Ada}]
outputs: [{id: made, type: STRING, value: "{{ inputs.who }}"}]
tasks:
  - {id: first, type: Return, format: 1}
  - {id: roots, type: Return, format: "{{ [inputs.who, outputs.first.value, vars.v.a, flow, task, labels, trigger.body.n, tasks.first.state, namespace.id] }}"}
  - {id: execution, type: Return, format: "{{ [execution.id, execution.state, execution.startDate, execution.originalId, execution.endDate is defined] }}"}
  - {id: taskrun, type: Return, format: "{{ [taskrun.id, taskrun.startDate, taskrun.attemptsCount, taskrun.parentId is defined, taskrun.value is defined] }}"}
  - {id: outside, type: Return, format: "{{ [envs.stage, globals.g, kestra.environment, kestra.url, env('stage')] }}"}
  - id: each
    type: ForEach
    values: [{n: 1}]
    tasks:
      - {id: inside, type: Return, format: "{{ [taskrun.parentId, taskrun.value, taskrun.iteration, item.value.n, item.index] }}"}
      - {id: if, type: If, condition: "{{ true }}", then: [{id: parents, type: Return, format: "{{ [parent.taskrun.value, parents[0].outputs.evaluationResult, parents | length] }}"}]}
      - {id: current, type: Return, format: "{{ currentEachOutput(outputs.inside).value | length > 0 }}"}
  - {id: loops, type: Return, format: "{{ loopOutputs(outputs.current, 'value') }}"}
  - {id: shell, type: Return, format: "{{ [now(format='yyyy'), kv('color'), kv(key='none', errorOnMissing=false), appLink(appId='x'), render(vars.text), renderOnce(vars.text)] }}"}
  - {id: masked, type: Log, message: "{{ secret('TOKEN') }} {{ secret(key='TOKEN', namespace='hr', subkey='a') }}"}
  - {id: draws, type: Return, format: "{{ [uuid() | length, id() | length, ksuid() | length, nanoId() | length, randomInt(lower=2, upper=3), randomPort() > 1023 and randomPort() < 65536] }}"}
  - {id: fails, type: Fail, errorMessage: bad}
errors:
  - {id: error, type: Return, format: "{{ [error.message, error.taskId, error.task.type, tasksWithState(state='FAILED')[0].taskId, errorLogs()[0].message] }}"}
afterExecution:
  - {id: after, type: Return, format: "{{ [execution.state, execution.endDate, execution.outputs is defined] }}"}
`)
	s.facts.BaseURL = "https://signoff.example"
	s.facts.KV = map[string]any{"color": "red"}
	s.facts.Environment = map[string]any{
		"envs": map[string]any{"stage": "prod"}, "globals": map[string]any{"g": int64(1)}, "kestra": map[string]any{"environment": "e", "url": "u"},
	}
	s.do(engine.Start{ID: "x", Revision: 3, By: person("rob"), Trigger: map[string]any{"body": map[string]any{"n": int64(5)}}})
	out := map[string]any{}
	for _, run := range s.x.Runs {
		if v, ok := run.Outputs["value"]; ok {
			out[run.Task] = v
		}
		for _, line := range run.Logs {
			out[run.Task] = line.Text
		}
	}
	return out
}

// TestKestraNames: the roots and the functions of a run that Kestra's reference
// names are there, with all of their parts.
func TestKestraNames(t *testing.T) {
	t.Parallel()
	got := seen(t)
	for task, want := range map[string]any{
		"roots":     `["Ada","1",1,{"id":"names","namespace":"hr.ops","revision":3,"tenantId":"main"},{"id":"roots","type":"Return"},{"team":"pay"},5,"SUCCESS","hr.ops"]`,
		"execution": `["x","RUNNING","2026-11-22T09:00:00Z","x",false]`,
		"taskrun":   `["4","2026-11-22T09:00:00Z",0,false,false]`,
		"outside":   `["prod",1,"e","u","prod"]`,
		"inside":    `["6","{\"n\":1}",0,1,0]`,
		"parents":   `["{\"n\":1}",true,1]`,
		"current":   "true",
		"loops":     `["true"]`,
		"shell":     `["2026","red",null,"https://signoff.example/executions/x","names/shell","names/shell"]`,
		"masked":    engine.Masked + " " + engine.Masked,
		"draws":     `[36,22,27,21,2,true]`,
		"error":     `["bad","fails","Fail","fails","bad"]`,
		"after":     `["FAILED","2026-11-22T09:00:00Z",false]`,
	} {
		if diff := cmp.Diff(want, got[task]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", task, diff)
		}
	}
}

// TestOutputsAfterExecution: what a flow gave is known when it has ended.
func TestOutputsAfterExecution(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(`outputs: [{id: made, type: STRING, value: "{{ outputs.a.value }}"}]
tasks: [{id: a, type: Return, format: x}]
afterExecution: [{id: after, type: Return, format: "{{ execution.outputs.made }} {{ execution.state }} {{ execution.endDate is defined }} {{ error is defined }}"}]`)).start()
	if got := s.x.Runs[len(s.x.Runs)-1].Outputs["value"]; got != "x SUCCESS true false" {
		t.Errorf("after the execution it sees %v", got)
	}
}
