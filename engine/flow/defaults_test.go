package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

// What holds for all tasks of a type fills what a task does not say.
func TestDefaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		defaults, task string
		want           any // the format of the Return
		told           string
	}{
		"fills_what_is_absent":     {"{type: io.kestra.plugin.core.debug.Return, values: {format: x}}", "type: Return", "x", ""},
		"short_name_fits_long":     {"{type: Return, values: {format: x}}", "type: io.kestra.core.tasks.debugs.Return", "x", ""},
		"prefix_fits":              {"{type: io.kestra.plugin.core.debug, values: {format: x}}", "type: Return", "x", ""},
		"prefix_ends_at_a_dot":     {"{type: io.kestra.plugin.core.de, values: {format: x}}", "type: Return", nil, "default-unused"},
		"own_word_counts":          {"{type: Return, values: {format: x}}", "type: Return, format: own", "own", ""},
		"forced_counts_more":       {"{type: Return, forced: true, values: {format: x}}", "type: Return, format: own", "x", ""},
		"first_one_counts":         {"{type: Return, values: {format: x}}, {type: Return, values: {format: y}}", "type: Return", "x", ""},
		"forced_before_the_rest":   {"{type: Return, values: {format: x}}, {type: Return, forced: true, values: {format: y}}", "type: Return", "y", ""},
		"maps_are_put_together":    {"{type: Return, values: {format: {a: 1, b: {c: 2}}}}", "type: Return, format: {a: 0, b: {d: 3}}", map[string]any{"a": int64(0), "b": map[string]any{"c": int64(2), "d": int64(3)}}, ""},
		"maps_are_forced":          {"{type: Return, forced: true, values: {format: {a: 1, b: {c: 2}}}}", "type: Return, format: {a: 0, b: {c: 0, d: 3}}", map[string]any{"a": int64(1), "b": map[string]any{"c": int64(2), "d": int64(3)}}, ""},
		"never_another_id_or_type": {"{type: Return, forced: true, values: {id: other, type: Log}}", "type: Return, format: own", "own", ""},
		"prefix_may_not_fit_all":   {"{type: io.kestra.plugin.core, values: {message: x, format: y}}", "type: Return", "y", ""},
		"null_is_absent":           {"{type: Return, values: {format: x}}", "type: Return, format: ", "x", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, key := range []string{"pluginDefaults", "taskDefaults"} {
				f, faults := flow.Parse("f", []byte(top+key+": ["+tt.defaults+"]\ntasks: [{id: it, "+tt.task+"}]\n"))
				if f == nil {
					t.Fatalf("%v", faults)
				}
				spec, ok := f.Task("it").Spec.(*flow.Return)
				if !ok {
					t.Fatalf("%s: not a Return", key)
				}
				if diff := cmp.Diff(tt.want, spec.Format.Source()); diff != "" {
					t.Errorf("%s: format (-want +got):\n%s", key, diff)
				}
				if told := rulesOf(faults); told != tt.told {
					t.Errorf("%s: told %q, want %q", key, told, tt.told)
				}
			}
		})
	}
}

func rulesOf(faults flow.Faults) string {
	rules := ""
	for _, f := range faults {
		rules += f.Rule
	}
	return rules
}

// Tasks of other types and triggers have defaults, too.
func TestDefaultsOfOthers(t *testing.T) {
	t.Parallel()
	f := load(t, `id: one
namespace: demo
pluginDefaults:
  - {type: io.kestra.plugin.ee.nutanix, values: {host: h, retry: {type: constant, interval: PT1S}}}
  - {type: Schedule, values: {timezone: Europe/Berlin}}
tasks:
  - {id: it, type: io.kestra.plugin.ee.nutanix.ahv.CreateVm, name: n}
triggers:
  - {id: t, type: Schedule, cron: "0 9 * * *"}
`)
	mapped, ok := f.Task("it").Spec.(*flow.Mapped)
	if !ok {
		t.Fatal("not a task of another type")
	}
	if diff := cmp.Diff(map[string]any{"host": "h", "name": "n"}, mapped.Properties.Source()); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	if f.Task("it").Retry == nil {
		t.Error("the retry of the defaults is lost")
	}
	if s, ok := f.Triggers[0].Spec.(*flow.Schedule); !ok || s.Timezone != "Europe/Berlin" {
		t.Errorf("schedule = %+v", s)
	}
}
