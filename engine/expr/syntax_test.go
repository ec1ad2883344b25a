package expr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, err string }{
		"unclosed_expression":      {"Hello {{ name", "1:7: {{ is never closed by }}"},
		"unclosed_bracket":         {"{{ f(1 }}", "1:8: unexpected `}`"},
		"unclosed_bracket_at_end":  {"{{ [1, ", "1:4: `[` is never closed"},
		"stray_bracket":            {"{{ 1) }}", "1:5: unexpected `)`"},
		"unclosed_string":          {"{{ 'abc }}", "1:4: the string is never closed"},
		"empty":                    {"a\n  {{ }}", "2:6: the expression is empty"},
		"two_operands":             {"{{ a b }}", "1:6: unexpected `b`"},
		"two_strings":              {"{{ 'a' 'b' }}", "1:8: unexpected a string"},
		"no_operand":               {"{{ 1 + }}", "1:8: unexpected the end of the expression"},
		"assignment":               {"{{ a = 1 }}", "1:6: unexpected `=`: equality is `==`"},
		"operator_as_operand":      {"{{ or }}", "1:4: unexpected `or`"},
		"ternary_without_else":     {"{{ a ? b }}", "1:10: expected `:`, found the end of the expression"},
		"no_name_after_dot":        {"{{ a.1 }}", "1:6: expected a name after `.`, found `1`"},
		"no_filter_name":           {"{{ a | 1 }}", "1:8: expected the name of a filter after `|`, found `1`"},
		"unknown_filter":           {"{{ a | shout }}", "1:8: there is no filter `shout`"},
		"unclosed_tag":             {"{% raw", "1:1: {% is never closed by %}"},
		"unclosed_raw":             {"{% raw %}{{ x }}", "1:1: {% raw %} is never closed by {% endraw %}"},
		"unclosed_comment":         {"{# note", "1:1: {# is never closed by #}"},
		"interpolation":            {`{{ "a#{b}" }}`, "1:4: #{…} within a string is not supported: join the parts with ~"},
		"method_call":              {"{{ a.b(1) }}", "1:7: only a function's name can be called"},
		"calling_a_call":           {"{{ f()() }}", "1:7: only a function's name can be called"},
		"too_many_arguments":       {"{{ a | first(1) }}", "1:8: `first` takes at most 0 arguments"},
		"missing_argument":         {"{{ a | default }}", "1:8: `default` needs the argument `default`"},
		"unknown_argument":         {"{{ a | join(by=',') }}", "1:13: `join` has no argument `by`"},
		"argument_twice":           {"{{ a | join(',', separator=',') }}", "1:18: the argument `separator` is given twice"},
		"position_after_name":      {"{{ kv(key='a', 'b') }}", "1:16: arguments by position come before those by name"},
		"no_comma":                 {"{{ [1 2] }}", "1:7: expected `,`, found `2`"},
		"map_without_colon":        {"{{ {'a' 1} }}", "1:9: expected `:`, found `1`"},
		"not_equal_alone":          {"{{ a ! b }}", "1:6: unexpected character '!'"},
		"column_counts_characters": {"ä{{ ü. }}", "1:8: expected a name after `.`, found the end of the expression"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got := evaluate(c.src, sample())
			if want := "syntax " + c.err; got != want {
				t.Errorf("Parse(%q) = %q, want %q", c.src, got, want)
			}
		})
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{"", ""},
		{"plain", "plain"},
		{"{ not { an %} expression }} #}", "{ not { an %} expression }} #}"},
		{"Hello {{ inputs.employee }}!", "Hello Ada!"},
		{"{{ o.nul }}", ""},
		{"{{ true }}{{ 1 }}{{ 2.0 }}{{ 2.5 }}", "true12.02.5"},
		{"{{ 100000000.0 }} {{ 0.000001 }}", "100000000.0 0.000001"},
		{"{{ list }} {{ people }}", `[3,1,2] [{"name":"Ada"},{"name":"Bob"}]`},
		{"{{ {'b': null, 'a': '<\"\\n&>'} }}", `{"a":"<\"\\n&>","b":null}`},
		{"{{ {} }}{{ [] }}", "{}[]"},
		{"{{ {'a': {'b': 1}} }}", `{"a":{"b":1}}`},
		{"{{ '}}' }}", "}}"},
		{"{{ 'it\\'s' }} {{ \"a\\\"b\" }} {{ 'a\\\\b' }} {{ 'a\\nb' }}", `it's a"b a\b a\nb`},
		{"a {# a {{ comment }} #} b", "a  b"},
		{"a {#- trimmed -#} b", "ab"},
		{"a {{- ' b ' -}} c", "a b c"},
		{"{{-1}}", "-1"},
		{"{{ 1 -}}\n x", "1x"},
		{"{% raw %}{{ x }} {% if %}{% endraw %}", "{{ x }} {% if %}"},
		{"{%raw%}a{%endraw%}{{ 1 }}", "a1"},
		{"a {%- raw -%} b {%- endraw -%} c", "abc"},
		{"{% verbatim %}{{ x }}{% endverbatim %}", "{{ x }}"},
		{"{{\n  'a'\n  ~ 'b'\n}}", "ab"},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			got, err := parse(t, c.src).Render(sample())
			if err != nil {
				t.Fatalf("Render(%q) = %v", c.src, err)
			}
			if got != c.want {
				t.Errorf("Render(%q) = %q, want %q", c.src, got, c.want)
			}
		})
	}
}

// TestWhole: only exactly one expression keeps its type.
func TestWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src     string
		literal bool
		whole   bool
		want    any
	}{
		{"{{ o.n }}", false, true, int64(5)},
		{" {{ o.n }}\n", false, true, int64(5)},
		{"{{ o.n }}.", false, false, "5."},
		{"{{ o.n }}{{ o.n }}", false, false, "55"},
		{"{{ o.nul }}", false, true, nil},
		{"{{ o.approved }}", false, true, false},
		{"{{ people }}", false, true, l{m{"name": "Ada"}, m{"name": "Bob"}}},
		{"5", true, false, "5"},
		{"", true, false, ""},
		{"{% raw %}{{ o.n }}{% endraw %}", false, false, "{{ o.n }}"},
		{"{# c #}{{ o.n }}", false, true, int64(5)},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			tmpl := parse(t, c.src)
			if tmpl.Literal() != c.literal || tmpl.Whole() != c.whole || tmpl.Source() != c.src {
				t.Errorf("Literal, Whole, Source = %v, %v, %q, want %v, %v, %q",
					tmpl.Literal(), tmpl.Whole(), tmpl.Source(), c.literal, c.whole, c.src)
			}
			got, err := tmpl.Eval(sample())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Eval (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEvalCopies: what is returned is the caller's own.
func TestEvalCopies(t *testing.T) {
	t.Parallel()
	nested := l{l{"a"}, m{"b": l{"c"}}}
	whole, err := parse(t, "{{ x }}").Eval(Env{Roots: m{"x": nested}})
	if err != nil {
		t.Fatal(err)
	}
	outer, _ := whole.([]any)
	inner, _ := outer[0].([]any)
	inner[0] = "changed"
	if diff := cmp.Diff(l{l{"a"}, m{"b": l{"c"}}}, nested); diff != "" {
		t.Errorf("a nested list changed (-want +got):\n%s", diff)
	}
	env := sample()
	got, err := parse(t, "{{ people }}").Eval(env)
	if err != nil {
		t.Fatal(err)
	}
	items, _ := got.([]any)
	first, _ := items[0].(map[string]any)
	first["name"] = "Mallory"
	items[1] = nil
	if diff := cmp.Diff(sample().Roots["people"], env.Roots["people"]); diff != "" {
		t.Errorf("the environment changed (-want +got):\n%s", diff)
	}
}

// TestNoOperationChangesItsOperands runs every filter over the same values.
func TestNoOperationChangesItsOperands(t *testing.T) {
	t.Parallel()
	args := map[string]string{
		"chunk": "(2)", "default": "(1)", "merge": "([9])", "slice": "(0, 1)", "join": "(',')",
	}
	for _, filter := range Filters() {
		for _, in := range []string{"list", "people", "o", "inputs", "nested"} {
			env := sample()
			env.Roots["nested"] = l{l{int64(2), int64(1)}, l{int64(4), int64(3)}}
			want := sample().Roots[in]
			if in == "nested" {
				want = l{l{int64(2), int64(1)}, l{int64(4), int64(3)}}
			}
			tmpl, err := Parse("{{ " + in + " | " + filter + args[filter] + " }}")
			if err != nil {
				continue // needs other arguments
			}
			got, err := tmpl.Eval(env)
			if diff := cmp.Diff(want, env.Roots[in]); diff != "" {
				t.Errorf("%s | %s changed its input (-want +got):\n%s", in, filter, diff)
			}
			if items, ok := got.([]any); ok && err == nil && len(items) > 0 {
				items[0] = "changed"
				if diff := cmp.Diff(want, env.Roots[in]); diff != "" {
					t.Errorf("%s | %s returned its input (-want +got):\n%s", in, filter, diff)
				}
			}
		}
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	src := "{{ outputs.a['b c'].d[0].e ?? x }}\n{{ kv('k')[inputs.p] }} {{ list[inputs.i].name | join(sep) }} {{ fromJson(y.z).q }}"
	got := parse(t, src).Refs()
	want := []Ref{
		{Path: []string{"outputs", "a", "b c", "d", "0", "e"}, Line: 1, Col: 4, Spared: true},
		{Path: []string{"x"}, Line: 1, Col: 31},
		{Path: []string{"inputs", "p"}, Line: 2, Col: 12},
		{Path: []string{"list"}, Line: 2, Col: 28},
		{Path: []string{"inputs", "i"}, Line: 2, Col: 33},
		{Path: []string{"sep"}, Line: 2, Col: 55},
		{Path: []string{"y", "z"}, Line: 2, Col: 75},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Refs (-want +got):\n%s", diff)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	src := "{{ kv('a') }} {{ kv(inputs.k) }} {{ kv(key='b', errorOnMissing=false) }}\n{{ secret(kv('c')) }} {{ now() }} {{ max(1, 2) }} {{ unheard('x', 1) }}"
	got := parse(t, src).Calls()
	want := []CallRef{
		{Name: "kv", Literal: "a", Args: []ArgRef{{Value: "a"}}, Line: 1, Col: 4},
		{Name: "kv", Computed: true, Args: []ArgRef{{Computed: true}}, Line: 1, Col: 18},
		{Name: "kv", Literal: "b", Args: []ArgRef{{Name: "key", Value: "b"}, {Name: "errorOnMissing", Value: false}}, Line: 1, Col: 37},
		{Name: "secret", Computed: true, Args: []ArgRef{{Computed: true}}, Line: 2, Col: 4},
		{Name: "kv", Literal: "c", Args: []ArgRef{{Value: "c"}}, Line: 2, Col: 11},
		{Name: "now", Line: 2, Col: 26},
		{Name: "max", Computed: true, Args: []ArgRef{{Value: int64(1)}, {Value: int64(2)}}, Line: 2, Col: 38},
		{Name: "unheard", Literal: "x", Args: []ArgRef{{Value: "x"}, {Value: int64(1)}}, Line: 2, Col: 54},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Calls (-want +got):\n%s", diff)
	}
}

// TestPublished: every expression of the flows that people published for Kestra
// and that need nothing which comes later.
func TestPublished(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"{{ task.id }}", "{{execution.id}}", "{{taskrun.startDate}}",
		"{{ inputs.resource_type equals 'Cloud VM' }}",
		"{{ secret('SLACK_WEBHOOK') }}",
		"{{ outputs.await_decision.onResume.approved ? 'APPROVED' : 'REJECTED' }}",
		"{{ outputs.await_decision.onResume.approved is false }}",
		"{{ outputs.provision_vm.vmIpAddresses[0] }}",
		"{{ kv('cloud_vms')[inputs.cloud_provider] }}",
		"{{ inputs.employee ?? labels.system.username }}",
		"{{ appLink('appId') }}", "{{ appLink() }}",
		"{{ outputs.upload.file.createdTime}}",
		"{{ outputs.transform.outputFiles['products.json'] }}",
		"{{ outputs.get_result.status == 'FAIL' }}",
		"{{ json(outputs.call.body).data | first | toJson }}",
		"{{ now() | date('yyyy-MM-dd') }}",
	} {
		parse(t, src)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"toJson", "fromJson", "max", "upper", "default"} {
		if !Known(name) {
			t.Errorf("Known(%q) = false", name)
		}
	}
	// What depends on a clock, a network or a file, and what would read a value as
	// a template, is never built in.
	for _, name := range []string{"now", "secret", "kv", "render", "renderOnce", "http", "read", "env", "uuid", "randomInt", "subflow", "eval"} {
		if Known(name) {
			t.Errorf("Known(%q) = true", name)
		}
	}
	if got := strings.Join(Tests(), " "); got != "defined empty even false iterable json map null odd true" {
		t.Errorf("Tests() = %s", got)
	}
	if len(Functions()) != len(functions) || len(Filters()) != len(filters) {
		t.Error("Functions and Filters list not all of them")
	}
}
