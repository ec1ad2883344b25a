package expr

import (
	"errors"
	"testing"
	"time"
)

func seeds(f *testing.F) {
	for _, src := range hostile() {
		if len(src) < 2000 {
			f.Add(src)
		}
	}
	for _, src := range []string{
		"{{ a.b['c'][0] | default('x') | upper }}", "{{ a ? b : c ?? d ??? e }}",
		"{% raw %}{{{% endraw %}{#- -#}{{- x -}}", "{{ {'a': [1, 2.5, 'x\\'']} is not empty }}",
		"{{ kv(key='a')[o.n] ~ max(1, 2) .. 3 }}", "{{ '%5.2f|%-3s' | format(2.5, 'a') }}",
		"{{ '01/02/2026 3:04 PM' | date('iso', existingFormat='dd/MM/yyyy h:mm a') }}",
		"{{ -1234.5 | numberFormat('$#,##0.00') }}", "{{ 'a1b2' | regexReplace('([a-z])(\\d)', '$2$1') }}",
		"{% for a in list %}{{ loop.index }}{{ a }}{% else %}x{% endfor %}", "{% if a %}{% elseif b %}c{% else %}{% endif %}",
		"{% set a = 1 %}{{ a }}{% filter upper | trim %}a{% endfilter %}", "{% macro m(a, b='x') %}{{ a ~ b }}{% endmacro %}{{ m(b=1) }}",
		"{% block a %}{% endblock a %}{%- raw -%}{%- endraw -%}", "{% for a in o %}{% set b = a.key %}{% endfor %}{{ b | length }}",
		"{{ [o.s, {'k': [o.n, null]}] | replace({'5': '55', '[a-z]': ''}, true) | escapeChar('shell') }}",
		"{{ '2027-01-03' | date('iso_week_date') ~ 0 | date('full') }}", "\xff{{ \xff }}", "{{ a | x(b is y) }}{% filter z %}{{ 1 + }}", "{{ '\xff' | toJson }}", "{{ \"#{x}\" }}", "{{ 1..'c' }}",
	} {
		f.Add(src)
	}
}

// FuzzParse: no source is too strange, and every fault has a place.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, err := Parse(src)
		if err == nil {
			if tmpl.Source() != src {
				t.Error("the source changed")
			}
			return
		}
		e, ok := errors.AsType[*SyntaxError](err)
		if !ok || e.Line < 1 || e.Col < 1 || e.Msg == "" {
			t.Errorf("Parse(%q) = %#v", src, err)
		}
		before := e
		for _, next := range e.More {
			if next.Msg == "" || next.Line < before.Line || next.Line == before.Line && next.Col < before.Col {
				t.Errorf("Parse(%q) finds %v behind %v", src, next, before)
			}
			before = next
		}
	})
}

// FuzzEval: what parses ends in time, twice with the same result, and an error
// has a place.
func FuzzEval(f *testing.F) {
	seeds(f)
	env := hostileEnv()
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, err := Parse(src)
		if err != nil {
			return
		}
		start := time.Now()
		first, err := tmpl.Render(env)
		if took := time.Since(start); took > 10*inTime { // the machine may be busy
			t.Errorf("Render(%q) took %v", src, took)
		}
		if e, ok := errors.AsType[*EvalError](err); err != nil && (!ok || e.Line < 1 || e.Col < 1 || e.Msg == faultText) {
			t.Errorf("Render(%q) = %#v", src, err)
		}
		second, again := tmpl.Render(env)
		if first != second || (err == nil) != (again == nil) {
			t.Errorf("Render(%q) = %q, %v, then %q, %v", src, first, err, second, again)
		}
		if len(first) > maxResult {
			t.Errorf("Render(%q) has %d bytes", src, len(first))
		}
	})
}
