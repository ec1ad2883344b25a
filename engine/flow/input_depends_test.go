package flow_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// order is a form in which one answer leads to the next.
const order = `{id: kind, type: SELECT, values: [cloud, desk]}
{id: provider, type: SELECT, expression: "{{ kv('clouds') | keys }}", dependsOn: {inputs: [kind], condition: "{{ inputs.kind == 'cloud' }}"}}
{id: machine, type: SELECT, expression: "{{ kv('clouds')[inputs.provider] }}", dependsOn: {inputs: [provider]}, autoSelectFirst: true}
{id: note, type: STRING, required: false, displayName: "Why {{ inputs.kind }}?", description: "{{ outputs.count.value }} are left"}
{id: sure, type: SELECT, values: ["yes", "no"], required: false, dependsOn: {condition: "{{ outputs.count.value > 5 }}"}}`

func orderEnv(count any) expr.Env {
	e := env(count)
	e.Roots["inputs"] = map[string]any{"kind": "of the execution", "who": "Alex"}
	e.Funcs = expr.FuncMap(map[string]expr.Func{"kv": func(args expr.Args) (any, error) {
		if name, _ := args.Get(0, "key"); name != "clouds" {
			return nil, errors.New("there is no such key")
		}
		return map[string]any{"aws": []any{"t3", "m5"}, "gcp": []any{map[string]any{"value": "e2", "label": "Small"}}}, nil
	}})
	return e
}

func frozen(t *testing.T, inputs string, e expr.Env) []flow.Field {
	t.Helper()
	fields, err := flow.Fields(form(t, inputs), e)
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

func ids(fields []flow.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.ID)
	}
	return strings.Join(out, " ")
}

// Each answer decides what is asked next, and what can be chosen there.
func TestEnabledFollowsAnswers(t *testing.T) {
	t.Parallel()
	fields := frozen(t, order, orderEnv(int64(7)))
	for _, tt := range []struct {
		given map[string]any
		want  string
	}{
		{nil, "kind note sure"},
		{map[string]any{"kind": "desk"}, "kind note sure"},
		{map[string]any{"kind": "cloud"}, "kind provider note sure"},
		{map[string]any{"kind": "cloud", "provider": "aws"}, "kind provider machine note sure"},
		{map[string]any{"kind": "cloud", "provider": "azure"}, "kind provider note sure"},
		{map[string]any{"kind": "desk", "provider": "aws"}, "kind note sure"},
	} {
		got := flow.Enabled(fields, tt.given)
		if ids(got) != tt.want {
			t.Errorf("after %v: %s, want %s", tt.given, ids(got), tt.want)
		}
	}
	got := flow.Enabled(fields, map[string]any{"kind": "cloud", "provider": "gcp"})
	machine := got[slices.IndexFunc(got, func(f flow.Field) bool { return f.ID == "machine" })]
	if diff := cmp.Diff([]flow.Option{{Value: "e2", Label: "Small"}}, machine.Values); diff != "" || machine.Default != "e2" {
		t.Errorf("machine: default %v, choices (-want +got):\n%s", machine.Default, diff)
	}
	note := got[slices.IndexFunc(got, func(f flow.Field) bool { return f.ID == "note" })]
	if note.Label != "Why cloud?" || note.Description != "7 are left" {
		t.Errorf("note is called %q, %q", note.Label, note.Description)
	}
}

func TestBindDropsWhatIsNotAsked(t *testing.T) {
	t.Parallel()
	fields := frozen(t, order, orderEnv(int64(3)))
	tests := map[string]struct {
		given map[string]any
		want  map[string]any
		fault []flow.FieldError
	}{
		"not_asked_is_dropped": {
			map[string]any{"kind": "desk", "provider": "aws", "machine": "evil", "sure": "no"},
			map[string]any{"kind": "desk", "provider": nil, "machine": nil, "note": nil, "sure": nil},
			nil,
		},
		"asked_is_required": {
			map[string]any{"kind": "cloud"},
			nil,
			[]flow.FieldError{{Field: "provider", Text: "is required"}},
		},
		"first_choice_is_the_default": {
			map[string]any{"kind": "cloud", "provider": "aws"},
			map[string]any{"kind": "cloud", "provider": "aws", "machine": "t3", "note": nil, "sure": nil},
			nil,
		},
		"choices_follow": {
			map[string]any{"kind": "cloud", "provider": "gcp", "machine": "t3"},
			nil,
			[]flow.FieldError{{Field: "machine", Text: "must be one of e2"}},
		},
		"one_fault_does_not_make_more": {
			map[string]any{"kind": "house", "provider": "aws"},
			nil,
			[]flow.FieldError{{Field: "kind", Text: "must be one of cloud, desk"}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, faults := flow.Bind(fields, tt.given)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.fault, faults); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// A frozen form needs nothing of the flow: what it reads is kept with it.
func TestFieldsFreezeWhatTheyRead(t *testing.T) {
	t.Parallel()
	fields := frozen(t, `{id: a, type: INT}
{id: b, type: INT, defaults: "{{ inputs.a + outputs.count.value }}"}
{id: c, type: STRING, prefill: "{{ outputs.count.value }} {{ inputs.a }}", required: false}`, orderEnv(int64(7)))
	known := map[string]any{"outputs": map[string]any{"count": map[string]any{"value": int64(7)}}}
	if diff := cmp.Diff(known, fields[1].Late.Known); diff != "" {
		t.Errorf("b keeps (-want +got):\n%s", diff)
	}
	got, faults := flow.Bind(fields, map[string]any{"a": 2})
	if diff := cmp.Diff(map[string]any{"a": int64(2), "b": int64(9), "c": nil}, got); diff != "" || faults != nil {
		t.Errorf("values %v (-want +got):\n%s", faults, diff)
	}
	enabled := flow.Enabled(fields, map[string]any{"a": 2})
	if enabled[2].Prefill != "7 2" {
		t.Errorf("the prefill is %v, want 7 2", enabled[2].Prefill)
	}
}

// A form that cannot change while it is filled in shows all that may be asked.
func TestPossible(t *testing.T) {
	t.Parallel()
	fields := frozen(t, `{id: ok, type: BOOL}
{id: reason, type: STRING, dependsOn: {inputs: [ok], condition: "{{ inputs.ok == false }}"}}
{id: city, type: STRING, required: false}
{id: street, type: STRING, dependsOn: {inputs: [city]}}
{id: never, type: STRING, dependsOn: {condition: "{{ outputs.count.value == 0 }}"}}`, env(int64(7)))
	for _, tt := range []struct {
		known map[string]any
		want  string
	}{
		{nil, "ok! reason(ok) city street(city)"},
		{map[string]any{"ok": true}, "ok! city street(city)"},
		{map[string]any{"ok": false}, "ok! reason! city street(city)"},
		{map[string]any{"ok": false, "city": "Bern"}, "ok! reason! city street!"},
	} {
		var got []string
		for _, f := range flow.Possible(fields, tt.known) {
			text := f.ID
			if f.Required {
				text += "!"
			}
			if len(f.DependsOn) > 0 {
				text += "(" + strings.Join(f.DependsOn, ",") + ")"
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("Possible(%v) = %s, want %s", tt.known, strings.Join(got, " "), tt.want)
		}
	}
}

// Only true is true: a condition that is met by accident asks what it should not.
func TestConditionHolds(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]bool{
		"{{ inputs.a == 1 }}": true, "{{ inputs.a == 2 }}": false, "{{ inputs.a }}": false, "{{ 'yes' ~ inputs.a }}": false,
		"{% if inputs.a == 1 %}true{% endif %}": true, "{% if inputs.a == 2 %}true{% endif %}": false, "{{ inputs.a == 1 }} ": true,
		"{{ inputs.a > 0 ? 'True' : '' }}": false,
	} {
		fields := frozen(t, `{id: a, type: INT}
{id: b, type: STRING, dependsOn: {inputs: [a], condition: "`+condition+`"}}`, env(nil))
		if got := ids(flow.Enabled(fields, map[string]any{"a": 1})) == "a b"; got != want {
			t.Errorf("%s asks: %v, want %v", condition, got, want)
		}
	}
}

func TestConditionThatFails(t *testing.T) {
	t.Parallel()
	fields := frozen(t, `{id: a, type: STRING}
{id: b, type: STRING, dependsOn: {inputs: [a], condition: "{{ inputs.a > 5 }}"}}`, env(nil))
	_, faults := flow.Bind(fields, map[string]any{"a": "x", "b": "y"})
	if len(faults) != 1 || faults[0].Field != "b" || !strings.HasPrefix(faults[0].Text, "cannot be asked, because its condition fails: ") {
		t.Errorf("faults %v, want one that says why b cannot be asked", faults)
	}
	if _, err := flow.Fields(form(t, `{id: b, type: STRING, dependsOn: {condition: "{{ outputs.count.nothing == 1 }}"}}`), env(nil)); err == nil ||
		!strings.HasPrefix(err.Error(), "condition of input b: ") {
		t.Errorf("Fields = %v, want the condition's error", err)
	}
}

// A dot nests; values may be given flat or nested, but not both ways.
func TestBindNests(t *testing.T) {
	t.Parallel()
	fields := []flow.Field{
		{ID: "request.name", Type: flow.String, Required: true}, {ID: "request.days", Type: flow.Int}, {ID: "data", Type: flow.JSON},
	}
	want := map[string]any{"request": map[string]any{"name": "Alex", "days": int64(3)}, "data": nil}
	for name, raw := range map[string]map[string]any{
		"flat":   {"request.name": "Alex", "request.days": 3},
		"nested": {"request": map[string]any{"name": "Alex", "days": "3"}},
		"mixed":  {"request": map[string]any{"name": "Alex"}, "request.days": 3},
	} {
		got, faults := flow.Bind(fields, raw)
		if diff := cmp.Diff(want, got); diff != "" || faults != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, faults, diff)
		}
		if again, faults := flow.Bind(fields, got); !cmp.Equal(again, want) || faults != nil {
			t.Errorf("%s: bound again = %v, %v", name, again, faults)
		}
	}
	_, faults := flow.Bind(fields, map[string]any{
		"request": map[string]any{"name": "A", "wrong": 1}, "request.name": "B", "request.days": "x", "other.name": 1,
	})
	if diff := cmp.Diff([]flow.FieldError{
		{Field: "request.days", Text: "must be a whole number such as 42"},
		{Field: "other.name", Text: "is not a field here"},
		{Field: "request.wrong", Text: "is not a field here"},
		{Field: "request.name", Text: "is given twice"},
	}, faults); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if v, ok := flow.Lookup(want, "request.name"); !ok || v != "Alex" {
		t.Errorf("Lookup = %v, %v", v, ok)
	}
	if v, ok := flow.Lookup(want, "request.name.first"); ok || v != nil {
		t.Errorf("Lookup beyond a text = %v, %v", v, ok)
	}
}

// A FORM is its inputs, under its name.
func TestFormGroups(t *testing.T) {
	t.Parallel()
	fields := frozen(t, `{id: trip, type: BOOL}
{id: travel, type: FORM, displayName: "Travel to {{ outputs.count.value }}", dependsOn: {inputs: [trip], condition: "{{ inputs.trip }}"}, inputs: [{id: from, type: DATE}, {id: to, type: DATE, dependsOn: {inputs: [travel.from]}}]}`,
		env("Bern"))
	if got := ids(fields); got != "trip travel.from travel.to" || fields[1].Group != "Travel to Bern" {
		t.Fatalf("fields %s in the group %q", got, fields[1].Group)
	}
	got, faults := flow.Bind(fields, map[string]any{"trip": false, "travel": map[string]any{"from": "x"}})
	want := map[string]any{"trip": false, "travel": map[string]any{"from": nil, "to": nil}}
	if diff := cmp.Diff(want, got); diff != "" || faults != nil {
		t.Errorf("no trip: %v (-want +got):\n%s", faults, diff)
	}
	_, faults = flow.Bind(fields, map[string]any{"trip": true, "travel.from": "2026-12-01"})
	if diff := cmp.Diff([]flow.FieldError{{Field: "travel.to", Text: "is required"}}, faults); diff != "" {
		t.Errorf("a trip (-want +got):\n%s", diff)
	}
}

// What a frozen form holds may come from a store that somebody changed: Bind
// says that the field is broken and does not panic.
func TestBindOfBrokenFields(t *testing.T) {
	t.Parallel()
	late := func(l flow.Late) []flow.Field {
		return []flow.Field{{ID: "x", Type: flow.String, Required: true, Late: &l}, {ID: "y", Type: flow.String}}
	}
	for name, fields := range map[string][]flow.Field{
		"expression": late(flow.Late{Conditions: []string{"{{ inputs.y | }}"}}),
		"choices":    late(flow.Late{Choices: []any{"{{"}}),
		"itself":     late(flow.Late{Conditions: []string{"{{ inputs.x == 1 }}"}}),
		"pattern":    {{ID: "x", Type: flow.String, Validator: "["}},
		"schema":     {{ID: "x", Type: flow.JSON, Schema: "{"}},
		"items":      {{ID: "x", Type: flow.Array, Items: flow.Secret}},
		"circle": {
			{ID: "x", Type: flow.String, Required: true, DependsOn: []string{"y"}}, {ID: "y", Type: flow.String, DependsOn: []string{"x"}},
		},
	} {
		got, faults := flow.Bind(fields, map[string]any{"x": "1"})
		if faults == nil && got["x"] != nil {
			t.Errorf("%s: Bind = %v, want a fault or nothing", name, got)
		}
	}
}

// Whatever depends on what, in which order it stands: Bind and Enabled agree,
// nothing that is not asked has a value, and the same is said each time.
func TestDependsModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "fields")
		names := []string{"a", "b", "c", "d", "e", "f"}[:n]
		at := rapid.Permutation(names).Draw(t, "order")
		fields := make([]flow.Field, n)
		depends := map[string]string{}
		for i, name := range names {
			f := flow.Field{ID: name, Type: flow.Bool, Required: rapid.Bool().Draw(t, "required")}
			if i > 0 && rapid.Bool().Draw(t, "depends") {
				on := rapid.SampledFrom(names[:i]).Draw(t, "on")
				depends[name] = on
				f.DependsOn = []string{on}
				f.Late = &flow.Late{Conditions: []string{"{{ inputs." + on + " }}"}}
			}
			fields[slices.Index(at, name)] = f
		}
		raw := map[string]any{}
		for _, name := range names {
			if rapid.Bool().Draw(t, "given") {
				raw[name] = rapid.Bool().Draw(t, name)
			}
		}
		asked := map[string]bool{}
		for _, name := range names {
			on, some := depends[name]
			asked[name] = !some || asked[on] && raw[on] == true
		}
		want := map[string]any{}
		bad := false
		for _, f := range fields {
			want[f.ID] = nil
			if asked[f.ID] {
				want[f.ID] = raw[f.ID]
				bad = bad || f.Required && raw[f.ID] == nil
			}
		}
		got, faults := flow.Bind(fields, raw)
		if bad != (len(faults) > 0) || !bad && !cmp.Equal(want, got) {
			t.Fatalf("Bind(%v) = %v, %v; want %v, bad %v", raw, got, faults, want, bad)
		}
		for _, f := range flow.Enabled(fields, raw) {
			if !asked[f.ID] {
				t.Fatalf("%s is enabled after %v", f.ID, raw)
			}
			delete(asked, f.ID)
		}
		for name, still := range asked {
			if still {
				t.Fatalf("%s is not enabled after %v", name, raw)
			}
		}
	})
}
