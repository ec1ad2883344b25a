package expr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// render is a template's text, or the text of its error.
func render(src string, env Env) string {
	t, err := Parse(src)
	if err != nil {
		return "syntax " + err.Error()
	}
	s, err := t.Render(env)
	if err != nil {
		return "error " + err.Error()
	}
	return s
}

func TestTags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, want string }{
		"if":                      {"{% if o.yes %}a{% endif %}b", "ab"},
		"if_not":                  {"{% if o.approved %}a{% endif %}b", "b"},
		"else":                    {"{% if o.approved %}a{% else %}b{% endif %}", "b"},
		"elseif":                  {"{% if o.n > 9 %}a{% elseif o.n > 4 %}b{% elseif o.n > 1 %}c{% else %}d{% endif %}", "b"},
		"if_null_is_false":        {"{% if o.nul %}a{% else %}b{% endif %}", "b"},
		"if_nested":               {"{% if o.yes %}{% if o.approved %}a{% else %}b{% endif %}c{% endif %}", "bc"},
		"if_undefined":            {"x\n{% if o.missing %}a{% endif %}", "error 2:7: `o.missing` is not defined"},
		"if_list":                 {"{% if list %}a{% endif %}", "error 1:7: a list is neither true nor false"},
		"other_branch_is_not_run": {"{% if o.yes %}a{% else %}{{ o.missing }}{% endif %}", "a"},

		"for":                {"{% for p in people %}{{ p.name }};{% endfor %}", "Ada;Bob;"},
		"for_range":          {"{% for i in 1..3 %}{{ i }}{% endfor %}", "123"},
		"for_else":           {"{% for p in [] %}a{% else %}nobody{% endfor %}", "nobody"},
		"for_null":           {"{% for p in o.nul %}a{% else %}nobody{% endfor %}", "nobody"},
		"for_map":            {"{% for e in {'b': 1, 'a': 2} %}{{ e.key }}={{ e.value }} {% endfor %}", "a=2 b=1 "},
		"for_loop":           {"{% for x in list %}{{ loop.index }}/{{ loop.revindex }}/{{ loop.length }}{{ loop.first ? 'F' : '' }}{{ loop.last ? 'L' : '' }} {% endfor %}", "0/2/3F 1/1/3 2/0/3L "},
		"for_nested":         {"{% for a in 1..2 %}{% for b in 1..2 %}{{ a }}{{ b }}{{ loop.index }} {% endfor %}{{ loop.index }}|{% endfor %}", "110 121 0|210 221 1|"},
		"for_hides":          {"{% set x = 9 %}{% for x in 1..2 %}{{ x }}{% endfor %}{{ x }}", "129"},
		"for_hides_a_root":   {"{% for o in 1..2 %}{{ o }}{% endfor %}{{ o.n }}", "125"},
		"for_text":           {"{% for c in 'abc' %}{% endfor %}", "error 1:13: `for` needs a list or a map, not a string"},
		"for_undefined":      {"{% for c in missing %}{% endfor %}", "error 1:13: `missing` is not defined"},
		"for_ends":           {"{% for x in 1..2 %}{% endfor %}{{ x }}", "error 1:35: `x` is not defined"},
		"for_place_in_body":  {"{% for x in 1..2 %}\n{{ x.y }}{% endfor %}", "error 2:4: `x.y` is not defined (`x` is a number)"},
		"for_strings_of_go":  {"{% for x in go.strings %}{{ x }}{% endfor %}", "ab"},
		"loop_is_a_root_too": {"{{ loop.index }}", "error 1:4: `loop` is not defined"},

		"set":                  {"{% set x = o.n + 1 %}{{ x * 2 }}", "12"},
		"set_again":            {"{% set x = 1 %}{% set x = x + 1 %}{{ x }}", "2"},
		"set_counts_in_loops":  {"{% set n = 0 %}{% for i in 1..4 %}{% set n = n + i %}{% endfor %}{{ n }}", "10"},
		"set_in_a_loop_lasts":  {"{% for i in 1..4 %}{% set last = i %}{% endfor %}{{ last }}", "4"},
		"set_in_a_branch":      {"{% if o.yes %}{% set x = 1 %}{% endif %}{{ x }}", "1"},
		"set_not_reached":      {"{% if o.approved %}{% set x = 1 %}{% endif %}{{ x ?? 'none' }}", "none"},
		"set_not_reached_read": {"{% if o.approved %}{% set x = 1 %}{% endif %}{{ x }}", "error 1:49: `x` is not defined"},
		"set_hides_a_root":     {"{% set list = 'mine' %}{{ list }}", "mine"},
		"set_undefined":        {"{% set x = missing %}", "error 1:12: `missing` is not defined"},
		"set_keeps_type":       {"{% set x = list %}{{ x | length }}{{ x[0] }}", "33"},

		"filter":          {"{% filter upper %}a {{ inputs.employee }}{% endfilter %}", "A ADA"},
		"filter_chain":    {"{% filter upper | replace({'A': 'b'}) | trim %} a {% endfilter %}", "b"},
		"filter_nested":   {"{% filter upper %}a{% filter lower %}B{% endfilter %}{% endfilter %}", "AB"},
		"filter_of_loops": {"{% filter length %}{% for i in 1..3 %}xx{% endfor %}{% endfilter %}", "6"},
		"filter_fails":    {"a\n{% filter number %}x{% endfilter %}", "error 2:11: `number` needs the text of a number"},

		"macro":                 {"{% macro hi(name) %}Hi {{ name }}!{% endmacro %}{{ hi('Ada') }}", "Hi Ada!"},
		"macro_default":         {"{% macro hi(a, b='x', c=2) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ hi(1) }} {{ hi(1, c=3) }} {{ hi(b='y', a=0) }}", "1x2 1x3 0y2"},
		"macro_missing_is_null": {"{% macro hi(a) %}[{{ a }}]{% endmacro %}{{ hi() }}", "[]"},
		"macro_called_above":    {"{{ hi(1) }}{% macro hi(a) %}{{ a }}{% endmacro %}", "1"},
		"macro_sees_roots":      {"{% macro hi() %}{{ inputs.employee }}{% endmacro %}{{ hi() }}", "Ada"},
		"macro_own_variables":   {"{% set x = 1 %}{% macro hi(x) %}{% set y = x %}{{ y }}{% endmacro %}{{ hi(2) }}{{ x }}", "21"},
		"macro_sees_no_other":   {"{% set x = 1 %}{% macro hi() %}{{ x }}{% endmacro %}{{ hi() }}", "error 1:35: `x` is not defined"},
		"macro_is_a_value":      {"{% macro hi(a) %}a{{ a }}{% endmacro %}{{ hi('b') | upper }}{{ hi(1) ~ '!' }}", "ABa1!"},
		"macro_calls_macro":     {"{% macro a(n) %}<{{ b(n) }}>{% endmacro %}{% macro b(n) %}{{ n }}{% endmacro %}{{ a(1) }}", "<1>"},
		"macro_recursive":       {"{% macro down(n) %}{{ n }}{% if n > 0 %}{{ down(n - 1) }}{% endif %}{% endmacro %}{{ down(3) }}", "3210"},
		"macro_too_deep":        {"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "error 1:19: macros call one another more than 32 deep"},
		"macro_with_loop":       {"{% macro ul(xs) %}{% for x in xs %}-{{ x }}{{ loop.last ? '' : ',' }}{% endfor %}{% endmacro %}{{ ul(list) }}", "-3,-1,-2"},
		"macro_place":           {"{% macro m(a) %}\n{{ a.b }}{% endmacro %}{{ m(1) }}", "error 2:4: `a.b` is not defined (`a` is a number)"},

		"block":       {"a{% block x %}b{{ o.n }}{% endblock %}c", "ab5c"},
		"block_named": {"{% block 'x' %}b{% endblock x %}", "b"},

		"raw_in_if":     {"{% if o.yes %}{% raw %}{{ x }}{% endraw %}{% endif %}", "{{ x }}"},
		"trimming":      {"a {%- if o.yes -%} b {%- endif -%} c", "abc"},
		"newline_kept":  {"{% if o.yes %}\na\n{% endif %}\n", "\na\n\n"},
		"no_blanks":     {"{%if o.yes%}a{%else%}b{%endif%}", "a"},
		"percent":       {"{% if 5 % 2 == 1 %}odd{% endif %}", "odd"},
		"value_is_data": {"{% set x = '{' ~ '{ o.n }' ~ '}' %}{{ x }}{% for c in ['{% raw %}'] %}{{ c }}{% endfor %}", "{{ o.n }}{% raw %}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := render(c.src, sample()); got != c.want {
				t.Errorf("Render(%s) = %q, want %q", c.src, got, c.want)
			}
		})
	}
}

func TestTagsRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, err string }{
		"unclosed_if":         {"a{% if x %}b", "1:5: {% if %} is never closed by {% endif %}"},
		"unclosed_for":        {"{% for x in y %}", "1:4: {% for %} is never closed by {% endfor %}"},
		"unclosed_filter":     {"{% filter upper %}", "1:4: {% filter %} is never closed by {% endfilter %}"},
		"stray_end":           {"a{% endif %}", "1:5: unexpected {% endif %}"},
		"stray_else":          {"{% else %}", "1:4: unexpected {% else %}"},
		"crossed":             {"{% if a %}\n{% for b in c %}{% endif %}{% endfor %}", "2:20: unexpected {% endif %}: {% for %} of line 2 is not closed yet"},
		"else_twice":          {"{% if a %}{% else %}{% else %}{% endif %}", "1:24: unexpected {% else %}: {% if %} of line 1 is not closed yet"},
		"elseif_after_else":   {"{% if a %}{% else %}{% elseif b %}{% endif %}", "1:24: unexpected {% elseif %}: {% if %} of line 1 is not closed yet"},
		"if_without":          {"{% if %}{% endif %}", "1:7: the expression is empty"},
		"if_two":              {"{% if a b %}{% endif %}", "1:9: unexpected `b`"},
		"else_with":           {"{% if a %}{% else b %}{% endif %}", "1:19: unexpected `b`"},
		"for_without_in":      {"{% for x of y %}{% endfor %}", "1:10: expected `in`, found `of`"},
		"for_two_names":       {"{% for k, v in y %}{% endfor %}", "1:9: expected `in`, found `,`"},
		"for_no_name":         {"{% for 1 in y %}{% endfor %}", "1:8: expected a name for a variable, found `1`"},
		"set_no_value":        {"{% set x %}", "1:10: expected `=`, found the end of the expression"},
		"set_reserved":        {"{% set true = 1 %}", "1:8: expected a name for a variable, found `true`"},
		"set_operator":        {"{% set or = 1 %}", "1:8: expected a name for a variable, found `or`"},
		"unknown_tag":         {"x {% show %}", "1:6: there is no tag `show`: there are block, filter, for, if, macro, set and raw"},
		"other_template":      {"{% include 'x' %}", "1:4: there is no tag `include` here: a template stands by itself"},
		"no_tag":              {"{% %}", "1:4: expected the name of a tag after {%, found the end of the expression"},
		"unclosed_tag":        {"{% if a", "1:1: {% is never closed by %}"},
		"unknown_filter":      {"{% filter shout %}{% endfilter %}", "1:11: there is no filter `shout`"},
		"macro_twice":         {"{% macro a() %}{% endmacro %}{% macro a() %}{% endmacro %}", "1:39: there are two macros `a`"},
		"macro_known":         {"{% macro secret(a) %}{% endmacro %}", "1:10: `secret` is a function already"},
		"macro_inside":        {"{% if a %}{% macro m() %}{% endmacro %}{% endif %}", "1:14: a macro stands at the top, not inside another tag"},
		"macro_parameters":    {"{% macro m(a, a) %}{% endmacro %}", "1:15: there are two parameters `a`"},
		"macro_default":       {"{% macro m(a=b) %}{% endmacro %}", "1:14: the default of a parameter is a literal"},
		"macro_too_many":      {"{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "1:34: `m` takes at most 1 arguments"},
		"macro_unknown":       {"{% macro m(a) %}{% endmacro %}{{ m(b=2) }}", "1:36: `m` has no argument `b`"},
		"block_other_name":    {"{% block a %}{% endblock b %}", "1:26: expected `a`, found `b`"},
		"macro_other_name":    {"{% macro a() %}{% endmacro b %}", "1:28: expected `a`, found `b`"},
		"too_deep":            {strings.Repeat("{% if a %}", 65), "1:644: tags are nested deeper than 64"},
		"raw_is_closed_first": {"{% if a %}{% raw %}{% endif %}", "1:11: {% raw %} is never closed by {% endraw %}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, want := render(c.src, sample()), "syntax "+c.err; got != want {
				t.Errorf("Parse(%s) = %q, want %q", c.src, got, want)
			}
		})
	}
}

// TestRefsThroughTags: what a tag binds is no root, and what it reads is one.
func TestRefsThroughTags(t *testing.T) {
	t.Parallel()
	src := `{% set a = inputs.a %}{{ a.x }}{% for p in inputs.people %}{{ p.name ~ loop.index ~ vars.v }}{% else %}{{ loop.x }}{% endfor %}{{ p.late }}` +
		`{% macro m(b) %}{{ b ~ outputs.o ~ a }}{% endmacro %}{% if labels.l %}{{ m(flow.id) }}{% endif %}{% filter upper %}{{ kv('k') }}{% endfilter %}`
	tmpl := parse(t, src)
	var got []string
	for _, r := range tmpl.Refs() {
		got = append(got, strings.Join(r.Path, "."))
	}
	want := []string{"inputs.a", "inputs.people", "vars.v", "loop.x", "p.late", "outputs.o", "a", "labels.l", "flow.id"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Refs (-want +got):\n%s", diff)
	}
	if calls := tmpl.Calls(); len(calls) != 1 || calls[0].Name != "kv" {
		t.Errorf("Calls = %v, want kv alone", calls)
	}
	if tmpl.Whole() || tmpl.Literal() {
		t.Error("a template with tags is neither whole nor literal")
	}
}

// TestShieldedTags: every value is shielded, wherever it is written; what the
// author wrote is not, but inside a filter, which makes a value of it.
func TestShieldedTags(t *testing.T) {
	t.Parallel()
	shield := func(s string) string { return "‹" + s + "›" }
	for src, want := range map[string]string{
		"*{% if o.yes %}_{{ o.reason }}_{% endif %}*":                                      "*_‹x›_*",
		"{% for x in list %}- {{ x }}\n{% endfor %}":                                       "- ‹3›\n- ‹1›\n- ‹2›\n",
		"{% set a = o.s ~ '*' %}{{ a }}":                                                   "‹5*›",
		"{% filter upper %}*{{ o.reason }}*{% endfilter %}":                                "‹*X*›",
		"{% filter upper %}{% filter lower %}{{ o.reason }}{% endfilter %}{% endfilter %}": "‹X›",
		"{% macro m(a) %}*{{ a }}*{% endmacro %}{{ m(o.reason) }}":                         "*‹x›*",
		"{% macro m(a) %}*{{ a }}*{% endmacro %}{{ m(o.reason) | upper }}":                 "‹*X*›",
		"{% macro m(a) %}*{{ a }}*{% endmacro %}{% set b = m(o.reason) %}{{ b }}":          "‹*x*›",
		"{% block b %}{{ o.reason }}{% endblock %}":                                        "‹x›",
	} {
		got, err := parse(t, src).RenderShielded(sample(), shield)
		if err != nil || got != want {
			t.Errorf("RenderShielded(%s) = %q, %v, want %q", src, got, err, want)
		}
	}
}
