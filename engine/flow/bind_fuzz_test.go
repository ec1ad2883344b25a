package flow_test

import (
	"encoding/json"
	"testing"

	"signoff/engine/flow"
)

// FuzzBind: whatever a person or a program sends, Bind answers, says the same
// each time, and what it accepts holds data only.
func FuzzBind(f *testing.F) {
	types := []flow.InputType{
		flow.String, flow.Int, flow.Float, flow.Bool, flow.Date, flow.Time, flow.DateTime, flow.Duration, flow.Select,
		flow.MultiSelect, flow.Email, flow.URI, flow.JSON, flow.YAML, flow.Array, flow.File, flow.Secret,
		flow.LongText, flow.RichText, flow.User, flow.Users, flow.Group, flow.Channel,
	}
	var fields []flow.Field
	for _, t := range types {
		fields = append(fields, flow.Field{
			ID: string(t), Type: t, Values: []flow.Option{{Value: "a"}}, Items: flow.Int, Schema: `{"type":["object","array"]}`,
		})
	}
	fields = append(fields, flow.Field{
		ID: "late.one", Type: flow.Select, DependsOn: []string{"INT"},
		Late: &flow.Late{Conditions: []string{"{{ inputs.INT > 1 }}"}, Choices: "{{ [inputs.STRING, inputs.JSON] }}"},
	})
	f.Add(`{"STRING":"x","INT":2,"JSON":"{\"a\":[1]}","YAML":"a: &a [1]\nb: *a","late":{"one":"x"}}`)
	f.Add(`{"ARRAY":"[1,","MULTISELECT":["a","a"],"DURATION":"P1DT1S","TIME":"09:30","DATETIME":"2026-01-01T00:00Z"}`)
	f.Add(`{"YAML":"a: &a [*a]","EMAIL":"@","URI":"://","FILE":"signoff:///a/b/c","SECRET":"sealed:v1:"}`)
	f.Add(`{"YAML":"%YAML 1.1\n---\n? [a]\n: !!binary x","JSON":"[[[[","late.one":1,"late":{"two":2}}`)
	f.Add(`{"USER":" dana ","USERS":["a","a",null,["b"]],"GROUP":"\u0000","CHANNEL":"#a\nb","TEXT":"","RICHTEXT":"*"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var raw map[string]any
		if json.Unmarshal([]byte(text), &raw) != nil {
			raw = map[string]any{}
			for _, field := range fields {
				raw[field.ID] = text
			}
		}
		values, faults := flow.Bind(fields, raw)
		again, faultsAgain := flow.Bind(fields, raw)
		one, err := json.Marshal([]any{values, faults})
		two, errAgain := json.Marshal([]any{again, faultsAgain})
		if err != nil || errAgain != nil || string(one) != string(two) {
			t.Fatalf("Bind said two things (%v, %v):\n%s\n%s", err, errAgain, one, two)
		}
		for _, fault := range faults {
			if fault.Field == "" || fault.Text == "" {
				t.Fatalf("a fault without words: %+v", fault)
			}
		}
		flow.Meant(fields, raw, staff{})
		flow.Enabled(fields, raw)
		flow.Possible(fields, raw)
	})
}
