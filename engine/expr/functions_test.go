package expr

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestZones: named zones have their rules for summer, whatever the machine has.
func TestZones(t *testing.T) {
	t.Parallel()
	check(t, Env{}, []one{
		{src: "{{ '2026-01-31T12:00:00Z' | date('iso_sec', timeZone='Europe/Paris') }}", want: "2026-01-31T13:00:00+01:00"},
		{src: "{{ '2026-07-31T12:00:00Z' | date('iso_sec', 'Europe/Paris') }}", want: "2026-07-31T14:00:00+02:00"},
		{src: "{{ '2026-07-31T12:00:00Z' | date('HH:mm z VV', 'America/New_York') }}", want: "08:00 EDT America/New_York"},
		{src: "{{ '2026-07-31T12:00:00Z' | date('HH:mm z', 'Asia/Kathmandu') }}", want: "17:45 +05:45"},
		{src: "{{ '2026-03-29T02:30:00' | date('iso_sec', 'Europe/Berlin') }}", want: "2026-03-29T03:30:00+02:00"},
		{src: "{{ '2026-03-28T12:00' | dateAdd(1, 'DAYS', format='iso_sec', timeZone='Europe/Paris') }}", want: "2026-03-29T12:00:00+02:00"},
		{src: "{{ '2026-07-31T12:00' | timestamp(timeZone='Europe/Paris') }}", want: int64(1785492000)},
		{src: "{{ '2026-07-31T12:00+02:00[Europe/Paris]' | date('HH') }}", want: "10"},
	})
	if _, ok := Zone("Asia/Tokyo"); !ok {
		t.Error("Zone(Asia/Tokyo) is unknown")
	}
}

// TestZonesHaveOneName: an offset is printed in one way, however it was written.
func TestZonesHaveOneName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"+02:00": "14:00 +02:00 +02:00 +0200", "+0200": "14:00 +02:00 +02:00 +0200", "+02": "14:00 +02:00 +02:00 +0200",
		"UTC+02:00": "14:00 +02:00 +02:00 +0200", "GMT-0930": "02:30 -09:30 -09:30 -0930", "-03:30": "08:30 -03:30 -03:30 -0330",
		"Z": "12:00 UTC UTC +0000", "UTC": "12:00 UTC UTC +0000", "GMT": "12:00 UTC UTC +0000", "Etc/UTC": "12:00 UTC UTC +0000",
		"Europe/Paris": "14:00 CEST Europe/Paris +0200", "Etc/GMT+5": "07:00 -05:00 Etc/GMT+5 -0500", "EST": "07:00 EST EST -0500",
	} {
		check(t, Env{}, []one{{src: "{{ '2026-07-01T12:00:00Z' | date('HH:mm z VV Z', '" + name + "') }}", want: want}})
	}
	for _, name := range []string{"", "Mars/Olympus", "../zoneinfo", "Europe", "+25:00", "+02:60", "UTC+", strings.Repeat("A", 1000)} {
		if loc, ok := Zone(name); ok {
			t.Errorf("Zone(%.20q) = %v, want none", name, loc)
		}
	}
}

func TestDateFunctions(t *testing.T) {
	t.Parallel()
	check(t, Env{}, []one{
		{src: "{{ isWeekend('2026-01-31') }}", want: true},
		{src: "{{ isWeekend('2026-01-30T23:59:59Z') }}", want: false},
		{src: "{{ isWeekend(0) }}", want: false},
		{src: "{{ isLastWorkingDay('2026-01-30') }}", want: true},
		{src: "{{ isLastWorkingDay('2026-01-31') }}", want: false},
		{src: "{{ isLastWorkingDay(date='2026-01-29') }}", want: false},
		{src: "{{ isDayWeekInMonth('2026-01-05', 'MONDAY', 'FIRST') }}", want: true},
		{src: "{{ isDayWeekInMonth('2026-01-12', 'monday', 'first') }}", want: false},
		{src: "{{ isDayWeekInMonth('2026-01-26', 'MONDAY', 'LAST') }}", want: true},
		{src: "{{ isDayWeekInMonth('2026-01-26', 'MONDAY', 'FOURTH') }}", want: true},
		{src: "{{ isDayWeekInMonth('2026-01-26', 'TUESDAY', 'LAST') }}", want: false},
		{src: "{{ isDayWeekInMonth('2026-01-26', 'MOONDAY', 'LAST') }}", err: "1:4: `isDayWeekInMonth` needs a day from MONDAY to SUNDAY as `dayOfWeek`"},
		{src: "{{ isDayWeekInMonth('2026-01-26', 'MONDAY', 'FIFTH') }}", err: "1:4: `isDayWeekInMonth` needs FIRST, SECOND, THIRD, FOURTH or LAST as `position`"},
		{src: "{{ dayOfWeek('2026-01-31') }}", want: "SATURDAY"},
		{src: "{{ dayOfMonth('2026-01-31') }}", want: int64(31)},
		{src: "{{ monthOfYear('2026-01-31') }}", want: int64(1)},
		{src: "{{ hourOfDay('2026-01-31T23:15:00+02:00') }}", want: int64(23)},
		{src: "{{ hourOfDay('soon') }}", err: "1:4: `hourOfDay` needs a date or time like 2026-01-31 or 2026-01-31T12:00:00Z"},
		{src: "{{ hourOfDay() }}", err: "syntax 1:4: `hourOfDay` needs the argument `date`"},
	})
}

func TestNow(t *testing.T) {
	t.Parallel()
	env := Env{Funcs: FuncMap(map[string]Func{"now": func(a Args) (any, error) {
		if a.Len() > 0 {
			return nil, errors.New("now has no arguments")
		}
		return "2026-07-31T22:30:00Z", nil
	}})}
	check(t, env, []one{
		{src: "{{ now() }}", want: "2026-07-31T22:30:00Z"},
		{src: "{{ now(format='yyyy-MM-dd') }}", want: "2026-07-31"},
		{src: "{{ now(timeZone='Europe/Paris', format='sql_seq') }}", want: "2026-08-01 00:30:00"},
		{src: "{{ now('HH:mm', 'Nowhere') }}", err: "1:4: `now` knows as `timeZone` names like Europe/Paris, and offsets like +02:00"},
		{src: "{{ now(zone='UTC') }}", err: "syntax 1:8: `now` has no argument `zone`"},
	})
}

func TestFormats(t *testing.T) {
	t.Parallel()
	env := sample()
	env.Roots["y"] = "a: 1\nb: [x, 2.5, true, null]\nc: 2026-01-31\nd: |\n  two\n  lines\n"
	env.Roots["ion"] = "{name: \"Ada\", 'a b': [1, 2.5d0, true, null.string,], when: 2026-01-31T00:00:00Z, kind: symbol} // done"
	check(t, env, []one{
		{src: "{{ yaml(y) }}", want: m{"a": int64(1), "b": l{"x", 2.5, true, nil}, "c": "2026-01-31", "d": "two\nlines\n"}},
		{src: "{{ yaml('') }}", want: nil},
		{src: "{{ yaml(o.nul) }}", want: nil},
		{src: "{{ yaml('[a') }}", err: "1:4: `yaml` needs YAML: the text is none"},
		{src: "{{ yaml('a: &x 1') }}", want: m{"a": int64(1)}},
		{src: "{{ yaml('[&x 1, *x]') }}", err: "1:4: `yaml` reads no anchors and aliases"},
		{src: "{{ yaml('{a: 1, a: 2}') }}", err: "1:4: `yaml` needs YAML without the same key twice"},
		{src: "{{ yaml(1) }}", err: "1:4: `yaml` needs a string, not a number"},
		{src: "{{ {'b': [1, 'yes'], 'a': null} | yaml }}", want: "a: null\nb:\n  - 1\n  - \"yes\"\n"},
		{src: "{{ 'x' | yaml }}", want: "x\n"},
		{src: "{{ fromIon(ion) }}", want: m{"name": "Ada", "a b": l{int64(1), 2.5, true, nil}, "when": "2026-01-31T00:00:00Z", "kind": "symbol"}},
		{src: "{{ fromIon('{a:1} {a:2}', allRows=true) }}", want: l{m{"a": int64(1)}, m{"a": int64(2)}}},
		{src: "{{ fromIon('{a:1} {a:2}').a }}", want: int64(1)},
		{src: "{{ fromIon('') }}", want: nil},
		{src: "{{ fromIon('{a 1}') }}", err: "1:4: `fromIon` needs Ion: the text is none, or one of a kind not read here"},
		{src: "{{ fromIon('(a b)') }}", err: "1:4: `fromIon` needs Ion: the text is none, or one of a kind not read here"},
		{src: "{{ fromIon(people | toIon) }}", want: l{m{"name": "Ada"}, m{"name": "Bob"}}},
		{src: "{{ toIon({'a': 1}) }}", want: `{"a":1}`},
		{src: "{{ 'x' | className }}", want: "java.lang.String"},
		{src: "{{ [o.n, o.f, o.yes, list, o] | join(',') | length > 0 }}", want: true},
		{src: "{{ o.nul | className }}", want: nil},
		{src: "{{ printContext() }}", want: l{"go", "inputs", "ion", "list", "o", "people", "y"}},
	})
}

// TestArgs: a function sees its arguments as they were written.
func TestArgs(t *testing.T) {
	t.Parallel()
	var got Args
	env := sample()
	env.Funcs = env.Funcs.With(map[string]Func{"spy": func(a Args) (any, error) { got = a; return nil, nil }})
	env.Funcs = env.Funcs.With(map[string]Func{"render": env.Funcs.Find("spy")})
	env.Funcs = env.Funcs.With(map[string]Func{"kv": env.Funcs.Find("spy")})
	for _, c := range []struct {
		src  string
		want Args
	}{
		{"{{ spy() }}", Args{List: l{}}},
		{"{{ spy(1, list, b='x', a=null) }}", Args{List: l{int64(1), l{int64(3), int64(1), int64(2)}}, Named: m{"a": nil, "b": "x"}}},
		{"{{ kv('k', errorOnMissing=false) }}", Args{List: l{"k"}, Named: m{"errorOnMissing": false}}},
		{"{{ kv(key=o.s) }}", Args{List: l{}, Named: m{"key": "5"}}},
		{"{{ render(vars.a.b) }}", Args{List: l{l{"vars", "a", "b"}}}},
		{"{{ render(vars['a b'], recursive=false) }}", Args{List: l{l{"vars", "a b"}}, Named: m{"recursive": false}}},
		{"{{ renderOnce(vars.a) }}", Args{List: l{l{"vars", "a"}}, Named: m{"recursive": false}}},
	} {
		if _, err := parse(t, c.src).Eval(env); err != nil {
			t.Errorf("Eval(%s) = %v", c.src, err)
		}
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreUnexported(Args{})); diff != "" {
			t.Errorf("Args of %s (-want +got):\n%s", c.src, diff)
		}
	}
	a := Args{List: l{int64(1)}, Named: m{"b": nil}}
	for _, c := range []struct {
		i    int
		name string
		want any
		ok   bool
	}{{0, "a", int64(1), true}, {1, "b", nil, true}, {1, "c", nil, false}} {
		if v, ok := a.Get(c.i, c.name); v != c.want || ok != c.ok {
			t.Errorf("Get(%d, %s) = %v, %v", c.i, c.name, v, ok)
		}
	}
}

// TestArgsEval: what a function evaluates is paid for by who calls it, so that
// expressions which call one another end as soon as one alone.
func TestArgsEval(t *testing.T) {
	t.Parallel()
	env := hostileEnv()
	depth := 0
	env.Funcs = env.Funcs.With(map[string]Func{"render": func(a Args) (any, error) {
		if depth++; depth > 1_000_000 {
			t.Fatal("the calls have no end")
		}
		return a.Eval(compiled(t, "{% for i in 1..9 %}{{ render(vars.x) }}{% endfor %}"), env)
	}})
	env.Funcs = env.Funcs.With(map[string]Func{"once": func(a Args) (any, error) { return a.Eval(compiled(t, m{"a": "{{ o.n }}"}), env) }})
	if _, err := evaluate("{{ render(vars.x) }}", env); !strings.HasSuffix(err, "expressions call one another more than 32 deep") {
		t.Errorf("Eval of what calls itself = %q", err)
	}
	check(t, env, []one{{src: "{{ once().a + 1 }}", want: int64(6)}})
	if v, err := (Args{}).Eval(compiled(t, "{{ o.n }}"), env); v != int64(5) || err != nil {
		t.Errorf("Eval outside of an expression = %v, %v", v, err)
	}
}

// TestRenderTakesAPath: what is rendered stands in the flow, so it is a path
// below vars and no value.
func TestRenderTakesAPath(t *testing.T) {
	t.Parallel()
	const why = " takes a variable of the flow, written out, such as "
	check(t, sample(), []one{
		{src: "{{ render('{{ x }}') }}", err: "syntax 1:4: `render`" + why + "render(vars.greeting): values are never read as expressions"},
		{src: "{{ render(inputs.employee) }}", err: "syntax 1:4: `render`" + why + "render(vars.greeting): values are never read as expressions"},
		{src: "{{ render(vars) }}", err: "syntax 1:4: `render`" + why + "render(vars.greeting): values are never read as expressions"},
		{src: "{{ render(vars[o.s]) }}", err: "syntax 1:4: `render`" + why + "render(vars.greeting): values are never read as expressions"},
		{src: "{{ renderOnce(vars.a ~ o.s) }}", err: "syntax 1:4: `renderOnce`" + why + "renderOnce(vars.greeting): values are never read as expressions"},
		{src: "{% set vars = o %}{{ render(vars.s) }}", err: "syntax 1:22: `render`" + why + "render(vars.greeting): values are never read as expressions"},
		{src: "{{ render(vars.a) }}", err: "1:4: there is no function `render` here"},
	})
	tmpl := parse(t, "{{ render(vars.a.b) }}")
	want := []CallRef{{Name: "render", Literal: "vars.a.b", Args: []ArgRef{{Value: "vars.a.b"}}, Line: 1, Col: 4}}
	if diff := cmp.Diff(want, tmpl.Calls()); diff != "" {
		t.Errorf("Calls (-want +got):\n%s", diff)
	}
	if refs := tmpl.Refs(); len(refs) != 1 || len(refs[0].Path) != 3 {
		t.Errorf("Refs = %v, want vars.a.b", refs)
	}
}
