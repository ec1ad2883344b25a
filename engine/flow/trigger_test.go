package flow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Both vocabularies of triggers mean the same.
func TestParseReadsTriggers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		trigger string
		want    flow.TriggerSpec
	}{
		"schedule": {
			"type: io.kestra.core.models.triggers.types.Schedule, cron: 0 0 9 * * MON, withSeconds: true, timezone: Europe/Berlin, lateMaximumDelay: PT5M, recoverMissedSchedules: LAST",
			&flow.Schedule{Cron: "0 0 9 * * MON", Seconds: true, Timezone: "Europe/Berlin", LateMaximum: 5 * time.Minute, Missed: flow.MissedLast},
		},
		"schedule_conditions": {
			"type: Schedule, cron: '@hourly', scheduleConditions: [{type: io.kestra.core.models.conditions.types.NotCondition, conditions: [{type: Weekend}, {type: PublicHoliday, country: DE, subDivision: BE}]}]",
			&flow.Schedule{Cron: "@hourly", Conditions: []flow.Condition{{
				Kind: flow.ConditionNot, Not: true,
				Of: []flow.Condition{{Kind: flow.ConditionWeekend}, {Kind: flow.ConditionHoliday, Country: "DE-BE"}},
			}}},
		},
		"webhook": {
			"type: Webhook, key: \"{{ secret('K') }}\", wait: true, returnOutputs: true, responseCode: 202",
			&flow.Webhook{Key: "{{ secret('K') }}", Wait: true, ReturnOutputs: true, ResponseCode: 202},
		},
		"flow_of_old": {
			"type: Flow, states: [SUCCESS], conditions: [{type: ExecutionFlowCondition, namespace: n, flowId: f}, {type: ExecutionStatus, in: [FAILED], notIn: KILLED}, {type: ExecutionNamespace, namespace: a, prefix: true}]",
			&flow.FlowTrigger{States: []string{"SUCCESS"}, Any: true, Conditions: []flow.Condition{
				{Kind: flow.ConditionFlow, Namespace: "n", Flow: "f"},
				{Kind: flow.ConditionStatus, In: []string{"FAILED"}, NotIn: []string{"KILLED"}},
				{Kind: flow.ConditionNamespace, Namespace: "a", Compare: "PREFIX"},
			}},
		},
		"flow_preconditions": {
			"type: Flow, preconditions: {id: p, flows: [{namespace: n, flowId: f, states: [SUCCESS], labels: {a: b}}], timeSLA: {type: DAILY_TIME_WINDOW, startTime: '06:00:00', endTime: '09:00:00'}}",
			&flow.FlowTrigger{
				Upstream: []flow.Upstream{{Namespace: "n", Flow: "f", States: []string{"SUCCESS"}, Labels: map[string]string{"a": "b"}}},
				Window:   flow.Window{Kind: flow.WindowDaily, Start: "06:00:00", End: "09:00:00"},
			},
		},
		"flow_where": {
			`type: Flow, preconditions: {id: p, where: [{id: w, operand: OR, filters: [{field: NAMESPACE, type: STARTS_WITH, value: "it's"}, {field: STATE, type: NOT_IN, values: [KILLED, CANCELLED]}, {field: EXPRESSION, type: IS_TRUE, value: "{{ labels.a == 'b' }}"}]}], timeWindow: {}}`,
			&flow.FlowTrigger{
				Upstream: []flow.Upstream{{ID: "w", When: tmpl(t, `{{ (trigger.namespace | startsWith('it\'s')) or (not (trigger.state isIn ['KILLED', 'CANCELLED'])) or ((labels.a == 'b') is true) }}`)}},
				Window:   flow.Window{Kind: flow.WindowDuration, Every: 24 * time.Hour},
			},
		},
		"flow_depends_on": {
			"type: Flow, dependsOn: [{namespace: n, flowId: f}, {states: [FAILED], when: \"{{ namespace | startsWith('a') }}\"}], window: {lookback: PT1H}, mode: ANY",
			&flow.FlowTrigger{
				Any: true,
				Upstream: []flow.Upstream{
					{Namespace: "n", Flow: "f", States: []string{"SUCCESS", "WARNING"}},
					{States: []string{"FAILED"}, When: tmpl(t, "{{ namespace | startsWith('a') }}")},
				},
				Window: flow.Window{Kind: flow.WindowSliding, Every: time.Hour},
			},
		},
		"flow_window_every": {
			"type: Flow, dependsOn: [{flowId: f, states: SUCCESS}], window: {every: PT6H, offset: PT3H}",
			&flow.FlowTrigger{
				Upstream: []flow.Upstream{{Flow: "f", States: []string{"SUCCESS"}}},
				Window:   flow.Window{Kind: flow.WindowDuration, Every: 6 * time.Hour, Offset: 3 * time.Hour},
			},
		},
		"flow_deadline": {
			"type: Flow, dependsOn: [{flowId: f, states: SUCCESS}], window: {deadline: '09:00:00+01:00'}",
			&flow.FlowTrigger{
				Upstream: []flow.Upstream{{Flow: "f", States: []string{"SUCCESS"}}},
				Window:   flow.Window{Kind: flow.WindowDeadline, Deadline: "09:00:00+01:00"},
			},
		},
		"flow_multiple_condition": {
			"type: Flow, conditions: [{type: ExecutionStatus, in: [SUCCESS]}, {id: m, type: io.kestra.core.models.conditions.types.MultipleCondition, window: PT6H, windowAdvance: PT3H, conditions: {" +
				"a: {type: ExecutionFlow, namespace: n, flowId: f}, b: {type: ExecutionNamespace, namespace: n}, c: {type: ExecutionNamespace, namespace: n, prefix: true}, " +
				"d: {type: Or, conditions: [{type: ExecutionLabels, labels: {x: y}}, {type: ExecutionStatus, notIn: KILLED}]}}}]",
			&flow.FlowTrigger{
				Conditions: []flow.Condition{{Kind: flow.ConditionStatus, In: []string{"SUCCESS"}}},
				Upstream: []flow.Upstream{
					{ID: "a", Namespace: "n", Flow: "f"},
					{ID: "b", Namespace: "n"},
					{ID: "c", Conditions: []flow.Condition{{Kind: flow.ConditionNamespace, Namespace: "n", Compare: "PREFIX"}}},
					{ID: "d", Conditions: []flow.Condition{{Kind: flow.ConditionOr, Of: []flow.Condition{
						{Kind: flow.ConditionLabels, Labels: map[string]string{"x": "y"}}, {Kind: flow.ConditionStatus, NotIn: []string{"KILLED"}},
					}}}},
				},
				Window: flow.Window{Kind: flow.WindowDuration, Every: 6 * time.Hour, Offset: 3 * time.Hour},
			},
		},
		"flow_multiple_condition_of_a_day": {
			"type: Flow, conditions: [{id: m, type: io.kestra.plugin.core.condition.MultipleCondition, conditions: {a: {type: ExecutionFlow, namespace: n, flowId: f}}}]",
			&flow.FlowTrigger{
				Upstream: []flow.Upstream{{ID: "a", Namespace: "n", Flow: "f"}},
				Window:   flow.Window{Kind: flow.WindowDuration, Every: 24 * time.Hour},
			},
		},
		"flow_multiple_condition_with_sla": {
			"type: Flow, conditions: [{id: m, type: MultipleCondition, sla: {type: SLIDING_WINDOW, window: PT12H}, conditions: {a: {type: ExecutionFlow, namespace: n, flowId: f}}}]",
			&flow.FlowTrigger{
				Upstream: []flow.Upstream{{ID: "a", Namespace: "n", Flow: "f"}},
				Window:   flow.Window{Kind: flow.WindowSliding, Every: 12 * time.Hour},
			},
		},
		"command": {"type: SlashCommand, command: /time_off-2, usage: '[days]'", &flow.SlashCommand{Command: "/time_off-2", Usage: "[days]"}},
		"foreign": {"type: io.kestra.plugin.kafka.RealtimeTrigger, topic: '{{ nobody.knows }}'", &flow.ForeignTrigger{Name: "io.kestra.plugin.kafka.RealtimeTrigger"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := load(t, top+task+"triggers:\n  - {id: t, "+tt.trigger+"}\n")
			if diff := cmp.Diff(tt.want, f.Triggers[0].Spec); diff != "" {
				t.Errorf("trigger (-want +got):\n%s", diff)
			}
		})
	}
}

// What Kestra takes and cannot be said here starts nothing, rather than too much.
func TestMultipleConditionElsewhereStartsNothing(t *testing.T) {
	t.Parallel()
	const one = "{id: m, type: MultipleCondition, conditions: {a: {type: ExecutionFlow, namespace: n, flowId: f}}}"
	for name, trigger := range map[string]string{
		"of a schedule":          "type: Schedule, cron: '@hourly', conditions: [" + one + "]",
		"of a webhook":           "type: Webhook, key: \"{{ secret('K') }}\", conditions: [" + one + "]",
		"a second one":           "type: Flow, conditions: [" + one + ", " + one + "]",
		"beside preconditions":   "type: Flow, preconditions: {id: p, flows: [{flowId: f}]}, conditions: [" + one + "]",
		"beside dependsOn":       "type: Flow, dependsOn: [{flowId: f}], conditions: [" + one + "]",
		"within Not":             "type: Flow, conditions: [{type: Not, conditions: [" + one + "]}]",
		"within itself":          "type: Flow, conditions: [{id: m, type: MultipleCondition, conditions: {a: " + one + "}}]",
		"of an unknown one":      "type: Flow, conditions: [{id: m, type: MultipleCondition, conditions: {a: {type: io.kestra.plugin.core.condition.Moonphase}}}]",
		"with an unknown beside": "type: Flow, conditions: [{type: io.kestra.plugin.core.condition.Moonphase}, " + one + "]",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, faults := flow.Parse("flow.yaml", []byte(top+task+"triggers:\n  - {id: t, "+trigger+"}\n"))
			if f == nil {
				t.Fatalf("the flow does not load: %v", faults)
			}
			if !f.Triggers[0].Disabled {
				t.Errorf("the trigger is on; faults: %v", faults)
			}
		})
	}
}

func TestParseReadsWhatTriggersShare(t *testing.T) {
	t.Parallel()
	got := load(t, `id: a
namespace: b
inputs: [{id: day, type: STRING}, {id: req.name, type: STRING}]
tasks: [{id: say, type: Log, message: "{{ inputs }}"}]
triggers:
  - id: t
    type: Webhook
    description: why
    key: "{{ secret('K') }}"
    disabled: true
    when: "{{ trigger.body.x == 1 }}"
    inputs: {day: "{{ trigger.body.day }}", req.name: x}
    labels: [{key: a, value: b}]
    allowConcurrent: true
    stopAfter: [FAILED]
`).Triggers[0]
	want := &flow.Trigger{
		ID: "t", Description: "why", Pos: flow.Pos{Line: 6, Col: 5}, Disabled: true, When: tmpl(t, "{{ trigger.body.x == 1 }}"),
		Inputs:          []flow.Pair{{Name: "day", Value: value(t, "{{ trigger.body.day }}")}, {Name: "req.name", Value: value(t, "x")}},
		Labels:          map[string]string{"a": "b"},
		AllowConcurrent: true, StopAfter: []string{"FAILED"}, Spec: &flow.Webhook{Key: "{{ secret('K') }}"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trigger (-want +got):\n%s", diff)
	}
}

// A filter's value is data: no quote in it becomes a part of the expression.
func TestFiltersCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		filter, state string
		want          bool
	}{
		{"type: EQUAL_TO, value: \"a' or true or '\"", "x", false},
		{`type: EQUAL_TO, value: 'a\'`, `a\`, true},
		{"type: NOT_EQUAL_TO, value: x", "y", true},
		{"type: IN, values: [a, \"b'\"]", "b'", true},
		{"type: NOT_IN, values: [a]", "a", false},
		{"type: ENDS_WITH, value: s", "cats", true},
		{"type: CONTAINS, value: at", "cats", true},
		{"type: REGEX, value: 'c.t'", "cat", true},
		{"type: IS_NOT_NULL", "cat", true},
		{"type: IS_NULL", "cat", false},
	} {
		f := load(t, top+task+"triggers:\n  - {id: t, type: Flow, preconditions: {id: p, where: [{id: w, filters: [{field: STATE, "+tt.filter+"}]}]}}\n")
		spec, ok := f.Triggers[0].Spec.(*flow.FlowTrigger)
		if !ok {
			t.Fatal("not a Flow trigger")
		}
		got, err := spec.Upstream[0].When.Eval(expr.Env{Roots: map[string]any{"trigger": map[string]any{"state": tt.state}}})
		if err != nil || expr.Truthy(got) != tt.want {
			t.Errorf("%s of %q = %v (%v), want %v", tt.filter, tt.state, got, err, tt.want)
		}
	}
}
