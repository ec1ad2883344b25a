package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"signoff/engine/flow"
)

const (
	top  = "id: a\nnamespace: b\n"
	task = "tasks: [{id: c, type: Log, message: hi}]\n"
)

// count writes n items.
func count(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "%", fmt.Sprint(i)))
	}
	return b.String()
}

// Each limit lets through what it says, and not one more.
func TestParseLimits(t *testing.T) {
	t.Parallel()
	form := func(inputs string) string { return top + "tasks: [{id: c, type: Pause, onResume: [" + inputs + "]}]" }
	tests := map[string]struct {
		source func(n int) string
		most   int
		want   string // of the first fault
	}{
		"tasks": {
			func(n int) string { return top + "tasks: [" + count(n, "{id: t%, type: Return},") + "]" }, 1000,
			"the flow has more than 1000 tasks [limit]",
		},
		"tasks_in_a_dag": {
			func(n int) string {
				return top + "tasks: [{id: d, type: Dag, tasks: [" + count(n-1, "{task: {id: t%, type: Return}},") + "]}]"
			}, 1000,
			"the flow has more than 1000 tasks [limit]",
		},
		"triggers": {
			func(n int) string {
				return top + task + "triggers: [" + count(n, "{id: t%, type: Webhook, key: '{{ vars.x ?? 1 }}'},") + "]\nvariables: {x: 1}"
			}, 100,
			`"triggers" holds 101 items; at most 100 are allowed [limit]`,
		},
		"conditions": {
			func(n int) string {
				return top + task + "triggers: [{id: t, type: Schedule, cron: '* * * * *', conditions: [" + strings.Repeat("{type: Weekend},", n) + "]}]"
			}, 100,
			`"conditions" holds 101 items; at most 100 are allowed [limit]`,
		},
		"outputs": {
			func(n int) string {
				return top + task + "outputs: [" + count(n, "{id: o%, type: INT, value: 1},") + "]"
			}, 100,
			`"outputs" holds 101 items; at most 100 are allowed [limit]`,
		},
		"slas": {
			func(n int) string {
				return top + task + "sla: [" + count(n, "{id: s%, type: MAX_DURATION, duration: PT1H, behavior: NONE},") + "]"
			}, 20,
			`"sla" holds 21 items; at most 20 are allowed [limit]`,
		},
		"defaults": {
			func(n int) string {
				return top + task + "pluginDefaults: [" + count(n, "{type: Log, values: {level: INFO}},") + "]"
			}, 100,
			`"pluginDefaults" holds 101 items; at most 100 are allowed [limit]`,
		},
		"inputs": {
			func(n int) string { return form(count(n, "{id: i%, type: STRING},")) }, 100,
			`"onResume" holds 101 inputs; at most 100 are allowed [limit]`,
		},
		"choices": {
			func(n int) string { return form("{id: i, type: SELECT, values: [" + count(n, "v%,") + "]}") }, 1000,
			`"values" must hold 1 to 1000 choices, not 1001 [input-values]`,
		},
		"pattern": {
			func(n int) string { return form("{id: i, type: STRING, validator: " + strings.Repeat("x", n) + "}") }, 1024,
			`"validator" must be a regular expression of at most 1024 characters [bad-value]`,
		},
		"stages": {func(n int) string {
			return top + "tasks: [{id: c, type: Pause, approval: {stages: [" + count(n, "{id: s%, who: 'group:g'},") + "]}}]"
		}, 20, `"stages" must hold 1 to 20 stages, not 21 [missing-key]`},
		"selectors": {func(n int) string {
			return top + "tasks: [{id: c, type: Pause, approval: {stages: [{id: s, who: [" + count(n, "'user:u%',") + "]}]}}]"
		}, 200, `"who" must name 1 to 200 people or groups, not 201 [bad-selector]`},
		"anchors": {
			func(n int) string { return top + "variables: {x: [" + count(n, "&a% x,") + "]}\n" + task }, 50,
			"the file holds more than 50 anchors and aliases [limit]",
		},
		"depth": {func(n int) string {
			return top + "variables: {x: " + strings.Repeat("[", n-2) + strings.Repeat("]", n-2) + "}\n" + task
		}, 64, "the YAML is nested deeper than 64 [limit]"},
		"depth_by_alias": {func(n int) string {
			return top + "variables: {x: &x " + strings.Repeat("[", 30) + strings.Repeat("]", 30) +
				", y: " + strings.Repeat("[", n-32) + "*x" + strings.Repeat("]", n-32) + "}\n" + task
		}, 64, "the YAML is nested deeper than 64 [limit]"},
		"values": {func(n int) string {
			return top + "variables: {x: [" + strings.Repeat("1,", n-18) + "]}\n" + task
		}, 50_000, "the file holds more than 50000 YAML values [limit]"},
		"values_by_alias": {func(n int) string {
			return top + "variables: {x: &x [" + strings.Repeat("1,", n-1) + "], y: *x}\n" + task
		}, 10_000, "the aliases expand to 10001 values; at most 10000 are allowed [limit]"},
		"bytes": {
			func(n int) string { return top + task + "#" + strings.Repeat("x", n-len(top)-len(task)-1) }, 256 << 10,
			"the file has 262145 bytes; a flow has at most 262144 [limit]",
		},
		"lines": {
			func(n int) string { return top + task + strings.Repeat("\n", n-4) }, 20_000,
			"the file has 20001 lines; a flow has at most 20000 [limit]",
		},
		"id": {
			func(n int) string { return "id: " + strings.Repeat("a", n) + "\nnamespace: b\n" + task }, 100,
			"id has 101 characters; at most 100 are allowed [bad-id]",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := flow.Parse("f.yaml", []byte(tt.source(tt.most)))
			if faults.Stop() {
				t.Errorf("%d: %s, want no fault", tt.most, first(faults))
			}
			_, faults = flow.Parse("f.yaml", []byte(tt.source(tt.most+1)))
			if got := first(faults); !strings.HasSuffix(got, ": "+tt.want) {
				t.Errorf("%d: %s, want %s", tt.most+1, got, tt.want)
			}
		})
	}
}

func first(faults flow.Faults) string {
	if len(faults) == 0 {
		return "no fault"
	}
	return faults[0].String()
}

// The expressions of a flow share one budget.
func TestParseLimitsExpressions(t *testing.T) {
	t.Parallel()
	const each = 15 // ten, and {{1}}
	source := func(n int) []byte {
		return []byte(top + "tasks: [{id: c, type: Log, message: [" + strings.Repeat("'{{1}}',", n) + "]}]")
	}
	if f, faults := flow.Parse("f.yaml", source(24_000/each)); f == nil {
		t.Errorf("%d expressions: %s, want no fault", 24_000/each, first(faults))
	}
	_, faults := flow.Parse("f.yaml", source(24_000/each+1))
	if want := ": the expressions of the flow hold more than 24000 words and signs [limit]"; !strings.HasSuffix(first(faults), want) {
		t.Errorf("%d expressions: %s, want %s", 24_000/each+1, first(faults), want)
	}
}

func TestParseLimitsText(t *testing.T) {
	t.Parallel()
	large := top + "variables:\n  x: &x " + strings.Repeat("x", 100_000) + "\n  y: [*x, *x, *x, *x, *x]\n" + task
	for want, src := range map[string]string{
		"f.yaml:2:6: the file is not UTF-8 [yaml-syntax]":                                    "id: a\nxy: \"\xff\"",
		"f.yaml:5:7: the aliases expand to 600048 bytes; at most 524288 are allowed [limit]": large,
	} {
		_, faults := flow.Parse("f.yaml", []byte(src))
		if got := first(faults); got != want {
			t.Errorf("Parse = %s, want %s", got, want)
		}
	}
}

func TestParseLimitsFaults(t *testing.T) {
	t.Parallel()
	_, faults := flow.Parse("f.yaml", []byte(top+task+count(501, "k%: x\n")))
	if len(faults) != 501 || faults[500].Rule != "limit" || faults[499].Rule != "unknown-key" {
		t.Errorf("Parse reported %d faults, the last %s, want 500 and a limit", len(faults), faults[len(faults)-1])
	}
	if _, faults = flow.Parse("f.yaml", []byte(top+task+count(500, "k%: x\n"))); len(faults) != 500 {
		t.Errorf("Parse reported %d faults, want 500", len(faults))
	}
}
