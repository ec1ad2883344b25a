package expr

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func compiled(t testing.TB, v any) Value {
	t.Helper()
	c, err := Compile(v)
	if err != nil {
		t.Fatalf("Compile(%v) = %v", v, err)
	}
	return c
}

func TestValueEval(t *testing.T) {
	t.Parallel()
	raw := m{
		"name": "Hello {{ inputs.employee }}",
		"days": "{{ inputs.days }}",
		"list": l{"{{ o.approved }}", int64(1), 2.5, nil, true, l{}, m{}},
		"n":    3,
	}
	v := compiled(t, raw)
	got, err := v.Eval(sample())
	if err != nil {
		t.Fatal(err)
	}
	want := m{
		"name": "Hello Ada",
		"days": int64(3),
		"list": l{false, int64(1), 2.5, nil, true, l{}, m{}},
		"n":    int64(3),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Eval (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(any(raw), v.Source()); diff != "" {
		t.Errorf("Source (-want +got):\n%s", diff)
	}
}

func TestValueTemplates(t *testing.T) {
	t.Parallel()
	v := compiled(t, m{"b": l{"2", l{"3"}}, "a": "1", "c": m{"x": "4"}, "d": nil})
	var got []string
	for tmpl := range v.Templates() {
		got = append(got, tmpl.Source())
	}
	if want := []string{"1", "2", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("Templates = %v, want %v", got, want)
	}
	got = nil
	for tmpl := range v.Templates() {
		if got = append(got, tmpl.Source()); len(got) == 2 {
			break
		}
	}
	if want := []string{"1", "2"}; !slices.Equal(got, want) {
		t.Errorf("Templates, stopped = %v, want %v", got, want)
	}
}

func TestValueIsZero(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    Value
		want bool
	}{
		{Value{}, true},
		{compiled(t, nil), true},
		{compiled(t, ""), false},
		{compiled(t, false), false},
		{compiled(t, l{}), false},
		{compiled(t, m{}), false},
		{Text(parse(t, "")), false},
	} {
		if got := c.v.IsZero(); got != c.want {
			t.Errorf("%#v.IsZero() = %v", c.v.Source(), got)
		}
	}
	if got, err := (Value{}).Eval(Env{}); got != nil || err != nil {
		t.Errorf("zero Eval = %v, %v, want nil, nil", got, err)
	}
}

func TestValueEqual(t *testing.T) {
	t.Parallel()
	a, b := compiled(t, m{"x": l{"{{ a }}"}}), compiled(t, m{"x": l{"{{ a }}"}})
	if !cmp.Equal(a, b) {
		t.Error("equal values differ")
	}
	if cmp.Equal(a, compiled(t, m{"x": l{"{{ b }}"}})) {
		t.Error("different values are equal")
	}
	if !cmp.Equal(parse(t, "{{ a }}"), parse(t, "{{ a }}")) || cmp.Equal(parse(t, "a"), parse(t, "b")) {
		t.Error("templates are not compared by source")
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	var deep any = "x"
	for range 100 {
		deep = l{deep}
	}
	for name, v := range map[string]any{
		"type":   struct{}{},
		"nested": m{"a": l{make(chan int)}},
		"deep":   deep,
		"syntax": l{"{{ a b }}"},
	} {
		_, err := Compile(v)
		_, syntax := errors.AsType[*SyntaxError](err)
		if err == nil || syntax != (name == "syntax") {
			t.Errorf("Compile(%s) = %v", name, err)
		}
	}
}

// TestValueBounds: many templates share the bounds of one evaluation.
func TestValueBounds(t *testing.T) {
	t.Parallel()
	env := hostileEnv()
	for name, src := range map[string]string{
		"result": "{{ big }}",
		"text":   "x{{ big }}",
		"work":   "{{ many | sort | first }}",
	} {
		_, err := compiled(t, slices.Repeat(l{src}, 1000)).Eval(env)
		if _, ok := errors.AsType[*EvalError](err); !ok {
			t.Errorf("Eval of a thousand %s = %v, want an *EvalError", name, err)
		}
	}
}

// TestValueEvalIsFresh: what is returned is the caller's own.
func TestValueEvalIsFresh(t *testing.T) {
	t.Parallel()
	v := compiled(t, m{"a": l{"x"}})
	first, _ := v.Eval(Env{})
	outer, _ := first.(map[string]any)
	inner, _ := outer["a"].([]any)
	inner[0] = "changed"
	outer["b"] = true
	second, _ := v.Eval(Env{})
	if diff := cmp.Diff(any(m{"a": l{"x"}}), second); diff != "" {
		t.Errorf("second Eval (-want +got):\n%s", diff)
	}
}

// TestConcurrent: one template, many goroutines, each with its own environment.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	tmpl := parse(t, "{{ o.n > 3 and o.missing ?? (o.items | sort | join(',')) ~ max(o.n, 2) ? 'yes' : 'no' }} {{ {'n': [o.n, o.n]} }}"+
		"{% macro m(x) %}<{{ x }}>{% endmacro %}{% set all = o.items | jq('map(. + 1)') | first %}{% for x in all | sort %}{{ m(x + o.n) }}{% endfor %}")
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			for range 50 {
				env := Env{Roots: m{"o": m{"n": int64(i), "items": l{int64(2), int64(1)}}}}
				got, err := tmpl.Render(env)
				word := "no"
				if i > 3 {
					word = "yes"
				}
				if want := fmt.Sprintf(`%s {"n":[%d,%d]}<%d><%d>`, word, i, i, i+2, i+3); err != nil || got != want {
					t.Errorf("Render = %q, %v, want %q", got, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestCompileOnce: a template is compiled once, when it is first
// evaluated, whatever the data. Not parallel: it counts allocations.
func TestCompileOnce(t *testing.T) {
	tmpl := parse(t, "{{ o.n + 1 }}")
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := tmpl.Eval(Env{Roots: m{"o": m{"n": "{{ 1 + 1 }}"}}}); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 20 { // compiling takes more than a hundred
		t.Errorf("Eval allocates %v times", allocs)
	}
}

// TestExactBounds: what fits to the last byte or entry is made, and one more is
// refused.
func TestExactBounds(t *testing.T) {
	t.Parallel()
	half := strings.Repeat("a", maxResult/2)
	env := Env{Roots: m{"half": half, "half2": half + "b", "most": slices.Repeat(l{nil}, maxItems-1)}}
	check(t, env, []one{
		{src: "{{ half ~ half | length }}", want: int64(maxResult)},
		{src: "{{ half ~ half2 | length }}", err: "1:9: the text would be longer than 262144 bytes"},
		{src: "{{ [half, half] | join | length }}", want: int64(maxResult)},
		{src: "{{ [half, half2] | join | length }}", err: "1:20: the text would be longer than 262144 bytes"},
		{src: "{{ most | merge([1]) | length }}", want: int64(maxItems)},
		{src: "{{ most | merge([1, 2]) | length }}", err: "1:11: the list would have more than 10000 entries"},
		{src: "{{ range(1, 10000) | length }}", want: int64(maxItems)},
		{src: "{{ range(0, 10000) | length }}", err: "1:4: the list would have more than 10000 entries"},
	})
}

// TestForeignTypes: what an environment holds against its contract is made one
// of the language's types where that is plain, and else refused.
func TestForeignTypes(t *testing.T) {
	t.Parallel()
	env := Env{Roots: m{
		"int": 7, "int32": int32(7), "float32": float32(2.5), "json": json.Number("12"), "nan": math.NaN(),
		"time": time.Date(2026, 1, 31, 8, 0, 0, 5, time.UTC), "struct": struct{ X int }{1}, "ints": []int{1},
		"inside": l{7, m{"t": time.Unix(0, 0).UTC()}}, "bad": l{make(chan int)},
	}}
	check(t, env, []one{
		{src: "{{ int + 1 }}", want: int64(8)},
		{src: "{{ int32 == 7 }}", want: true},
		{src: "{{ float32 * 2 }}", want: 5.0},
		{src: "{{ json + 1 }}", want: int64(13)},
		{src: "{{ time }}", want: "2026-01-31T08:00:00.000000005Z"},
		{src: "{{ time | date('sql_seq') }}", want: "2026-01-31 08:00:00"},
		{src: "{{ inside }}", want: l{int64(7), m{"t": "1970-01-01T00:00:00Z"}}},
		{src: "{{ inside | toJson }}", want: `[7,{"t":"1970-01-01T00:00:00Z"}]`},
		{src: "{{ struct }}", err: "1:4: the result is a value of an unknown type"},
		{src: "{{ struct.X }}", err: "1:4: `struct.X` is not defined (`struct` is a value of an unknown type)"},
		{src: "{{ 'a' ~ ints }}", err: "1:8: a value of an unknown type cannot be written"},
		{src: "{{ bad }}", err: "1:4: the result is a value of an unknown type"},
		{src: "{{ bad == bad }}", want: false},
		{src: "{{ bad | distinct }}", err: "1:10: a value of an unknown type cannot be written"},
		{src: "{{ nan | toJson }}", err: "1:10: a number that is not finite cannot be written"},
		{src: "{{ {1: 'a'}['1'] ?? 'x' }}", err: "syntax 1:12: unexpected `[`"},
		{src: "{{ ({1: 'a'})['1'] }}", want: "a"},
		{src: "{{ ({1: 'a'})[1] }}", want: "a"},
		{src: "{{ {1.5: 'a'} }}", err: "1:4: a number cannot be a key"},
		{src: "{{ {'a': 1, 'a': 2} }}", want: m{"a": int64(2)}},
	})
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	deep := func(open, inside, closing string, n int) string {
		return "{{ " + strings.Repeat(open, n) + inside + strings.Repeat(closing, n) + " }}"
	}
	for name, c := range map[string]struct{ within, beyond string }{
		"source":   {strings.Repeat("x", maxSource), strings.Repeat("x", maxSource+1)},
		"brackets": {deep("(", "1", ")", 63), deep("(", "1", ")", 64)},
		"lists":    {deep("[", "1", "]", 63), deep("[", "1", "]", 65)},
		"unary":    {deep("- ", "1", "", 63), deep("- ", "1", "", 64)},
		"ternary":  {deep("1 ? ", "1", " : 1", 63), deep("1 ? ", "1", " : 1", 64)},
		"nodes":    {"{{ " + strings.Repeat("1 + ", 999) + "1 }}", "{{ " + strings.Repeat("1 + ", 1000) + "1 }}"},
		"spread":   {strings.Repeat("{{ a.b }}", 1000), strings.Repeat("{{ a.b }}", 1001)},
		"subscript": {
			"{{ " + strings.Repeat("a[", 60) + "1" + strings.Repeat("]", 60) + " }}",
			"{{ " + strings.Repeat("a[", 64) + "1" + strings.Repeat("]", 64) + " }}",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(c.within); err != nil {
				t.Errorf("within the bound: %v", err)
			}
			if _, err := Parse(c.beyond); err == nil {
				t.Error("beyond the bound: no error")
			}
		})
	}
}
