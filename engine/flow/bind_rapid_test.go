package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine/flow"
)

// Whatever is given, Bind either says what is wrong or returns every field;
// and what it returned, it takes again unchanged.
func TestBindIsStable(t *testing.T) {
	t.Parallel()
	types := []flow.InputType{
		flow.String, flow.Int, flow.Float, flow.Bool, flow.Date, flow.Time, flow.DateTime, flow.Duration, flow.Select,
		flow.MultiSelect, flow.Email, flow.URI, flow.Array, flow.File, flow.Secret,
		flow.LongText, flow.RichText, flow.User, flow.Users, flow.Group, flow.Channel,
	}
	values := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.StringMatching(`[+-]?[0-9]{1,20}(\.[0-9]{1,3})?`), func(s string) any { return s }),
		rapid.Map(rapid.StringMatching(`20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-][01][0-9]:00))?`),
			func(s string) any { return s }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.Map(rapid.Int64(), func(i int64) any { return i }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.StringMatching(`P([0-9]W)?([0-9]D)?(T[0-9]{1,2}[HMS])?|[0-2][0-9]:[0-5][0-9]`), func(s string) any { return s }),
		rapid.Map(rapid.StringMatching(`\[("?[a0-9]"?)(,"?[a0-9]"?)?\]|[a-z]{1,3}[@:][a-z./]{1,9}`), func(s string) any { return s }),
		rapid.SampledFrom([]any{"a", "true", "signoff:///o/i/n", "sealed:v1:AA", "a\na", []any{"a", "a"}, []any{1, "2", nil}, " false ", []any{"a"}, map[string]any{}}),
	)
	rapid.Check(t, func(t *rapid.T) {
		fields := []flow.Field{{
			ID: "x", Type: rapid.SampledFrom(types).Draw(t, "type"), Required: rapid.Bool().Draw(t, "required"),
			Values: []flow.Option{{Value: "a"}}, AllowCustom: rapid.Bool().Draw(t, "custom"),
			Items: rapid.SampledFrom([]flow.InputType{"", flow.String, flow.Int, flow.Float, flow.Date}).Draw(t, "items"),
		}}
		raw := values.Draw(t, "raw")
		got, faults := flow.Bind(fields, map[string]any{"x": raw})
		if len(faults) > 0 {
			if got != nil || faults[0].Field != "x" || faults[0].Text == "" {
				t.Fatalf("Bind(%v) = %v, %v", raw, got, faults)
			}
			return
		}
		if _, ok := got["x"]; !ok {
			t.Fatalf("Bind(%v) has no x", raw)
		}
		again, faults := flow.Bind(fields, got)
		if diff := cmp.Diff(got, again); diff != "" || faults != nil {
			t.Fatalf("Bind(Bind(%v)) = %v (-once +twice):\n%s", raw, faults, diff)
		}
	})
}
