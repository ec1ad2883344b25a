package expr

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kestraRows are the names of Kestra's language, as its reference and published
// flows use them, each with what it does. Names that need a run are in the
// engine's own table.
func kestraRows() map[string][]one {
	const at = "'2026-03-02T10:20:30Z'"
	return map[string][]one{
		"tests: empty null defined even odd iterable map json": {
			{src: "{{ [' ' is empty, null is null, o.n is defined, 4 is even, 3 is odd] }}", want: l{true, true, true, true, true}},
			{src: "{{ [list is iterable, o is map, '{}' is json, 'x' is json] }}", want: l{true, true, true, false}},
			{src: "{{ o.nul is not null or missing is not defined }}", want: true},
		},
		"tests: true false": {{src: "{{ [o.yes is true, o.approved is false, o.yes is not true] }}", want: l{true, true, false}}},
		"filters: abbreviate abs capitalize default first format": {
			{src: "{{ ['abcdefgh' | abbreviate(6), -2 | abs, 'ada' | capitalize] }}", want: l{"abc...", int64(2), "Ada"}},
			{src: "{{ [missing | default('d'), list | first, 'n=%d' | format(5)] }}", want: l{"d", int64(3), "n=5"}},
		},
		"filters: join last length lower numberFormat rsort reverse": {
			{src: "{{ [list | join('-'), list | last, list | length, 'A' | lower] }}", want: l{"3-1-2", int64(2), int64(3), "a"}},
			{src: "{{ [1234.5 | numberFormat('#,##0.00'), list | rsort, list | reverse] }}", want: l{"1,234.50", l{int64(3), int64(2), int64(1)}, l{int64(2), int64(1), int64(3)}}},
		},
		"filters: slice sort title trim upper urlencode": {
			{src: "{{ [list | slice(1, 2), list | sort, 'a b' | title, ' a ' | trim] }}", want: l{l{int64(1)}, l{int64(1), int64(2), int64(3)}, "A B", "a"}},
			{src: "{{ ['a' | upper, 'a b&' | urlencode] }}", want: l{"A", "a+b%26"}},
		},
		"filters: base64encode base64decode sha256 merge split nl2br": {
			{src: "{{ ['ada' | base64encode, 'YWRh' | base64decode, 'a' | sha256 | length] }}", want: l{"YWRh", "ada", int64(64)}},
			{src: "{{ [[1] | merge([2]), 'a,b' | split(','), 'a\nb' | nl2br] }}", want: l{l{int64(1), int64(2)}, l{"a", "b"}, "a<br />b"}},
		},
		"filters: chunk className distinct keys values flatten": {
			{src: "{{ [list | chunk(2), 'x' | className, [1, 1] | distinct] }}", want: l{l{l{int64(3), int64(1)}, l{int64(2)}}, "java.lang.String", l{int64(1)}}},
			{src: "{{ [{'a': 1} | keys, {'a': 1} | values, [[1], [[2]]] | flatten] }}", want: l{l{"a"}, l{int64(1)}, l{int64(1), l{int64(2)}}}},
		},
		"filters: date dateAdd": {
			{src: "{{ " + at + " | date('yyyy-MM-dd') }}", want: "2026-03-02"},
			{src: "{{ " + at + " | date }}", want: "2026-03-02T10:20:30.000000Z"},
			{src: "{{ " + at + " | date(format='HH:mm', timeZone='Europe/Paris') }}", want: "11:20"},
			{src: "{{ '02.03.2026 10:20' | date('iso_sec', existingFormat='dd.MM.yyyy HH:mm') }}", want: "2026-03-02T10:20:00Z"},
			{src: "{{ " + at + " | dateAdd(-1, 'DAYS', format='yyyy-MM-dd') }}", want: "2026-03-01"},
		},
		"filters: date, formats by name": {
			{src: "{{ " + at + " | date('iso') }}", want: "2026-03-02T10:20:30.000000Z"},
			{src: "{{ " + at + " | date('iso_sec') }}", want: "2026-03-02T10:20:30Z"},
			{src: "{{ " + at + " | date('sql') }}", want: "2026-03-02 10:20:30.000000"},
			{src: "{{ " + at + " | date('sql_seq') }}", want: "2026-03-02 10:20:30"},
			{src: "{{ " + at + " | date('iso_date') }}", want: "2026-03-02Z"},
			{src: "{{ " + at + " | date('iso_week_date') }}", want: "2026-W10-1Z"},
			{src: "{{ '2027-01-03' | date('iso_week_date') }}", want: "2026-W53-7Z"},
			{src: "{{ " + at + " | date('iso_ordinal_date') }}", want: "2026-061Z"},
			{src: "{{ " + at + " | date('rfc_1123_date_time') }}", want: "Mon, 2 Mar 2026 10:20:30 +0000"},
			{src: "{{ " + at + " | date('full') }}", want: "Monday, March 2, 2026 at 10:20:30 AM UTC"},
			{src: "{{ " + at + " | date('long') }}", want: "March 2, 2026 at 10:20:30 AM UTC"},
			{src: "{{ " + at + " | date('medium') }}", want: "Mar 2, 2026, 10:20:30 AM"},
			{src: "{{ " + at + " | date('short') }}", want: "3/2/26, 10:20 AM"},
			{src: "{{ '2026-W10-1' | date('iso', existingFormat='iso_week_date') }}", err: "1:19: `date` needs a time in the format of `existingFormat`"},
			{src: "{{ " + at + " | date('YYYY') }}", err: "1:29: the date format has the letter Y, which is not supported"},
			{src: "{{ " + at + " | date('W') }}", err: "1:29: the date format has the letter W, which is not supported"},
		},
		"filters: timestamp timestampMicro timestampMilli timestampNano": {
			{src: "{{ [" + at + " | timestamp, " + at + " | timestampMilli] }}", want: l{int64(1772446830), int64(1772446830000)}},
			{src: "{{ [" + at + " | timestampMicro, " + at + " | timestampNano] }}", want: l{int64(1772446830000000), int64(1772446830000000000)}},
		},
		"filters: jq": {
			{src: "{{ people | jq('.[].name') }}", want: l{"Ada", "Bob"}},
			{src: `{{ '{"a": [1, 2]}' | jq('.a | add') | first }}`, want: int64(3)},
		},
		"filters: escapeChar replace": {
			{src: `{{ ["it's" | escapeChar('single'), 'a"b' | escapeChar('double'), "it's" | escapeChar('shell')] }}`, want: l{`it\'s`, `a\"b`, `it'\''s`}},
			{src: `{{ ["a'", {'k': "b'"}, 1, null] | escapeChar('single') }}`, want: l{`a\'`, m{"k": `b\'`}, "1", nil}},
			{src: "{{ [['a1', {'k': 'b2'}], 3] | replace({'[0-9]': '#'}, regexp=true) }}", want: l{l{"a#", m{"k": "b#"}}, "#"}},
			{src: "{{ {'a': 'xx', 'b': 1.5} | replace({'x': 'y', '1': '2'}) }}", want: m{"a": "yy", "b": "2.5"}},
		},
		"filters: toJson json toIon yaml": {
			{src: "{{ [o.nul, {'a': list}, 'x'] | toJson }}", want: `[null,{"a":[3,1,2]},"x"]`},
			{src: "{{ {'a': 1} | json }}", want: `{"a":1}`},
			{src: "{{ {'a': 1} | toIon }}", want: `{"a":1}`},
			{src: "{{ {'a': [1]} | yaml }}", want: "a:\n  - 1\n"},
		},
		"filters: number string": {
			{src: "{{ ['5' | number, '5.5' | number, '5' | number('INT'), '5' | number('DOUBLE')] }}", want: l{int64(5), 5.5, int64(5), 5.0}},
			{src: "{{ ['5' | number('LONG'), '5' | number('FLOAT'), '5' | number('BIGINTEGER'), '5' | number('BIGDECIMAL')] }}", want: l{int64(5), 5.0, int64(5), 5.0}},
			{src: "{{ [5 | string, list | string] }}", want: l{"5", "[3,1,2]"}},
		},
		"filters: urldecode slugify substringBefore substringBeforeLast substringAfter substringAfterLast": {
			{src: "{{ ['a+b%26' | urldecode, 'Ünï code' | slugify] }}", want: l{"a b&", "uni-code"}},
			{src: "{{ ['a.b.c' | substringBefore('.'), 'a.b.c' | substringBeforeLast('.')] }}", want: l{"a", "a.b"}},
			{src: "{{ ['a.b.c' | substringAfter('.'), 'a.b.c' | substringAfterLast(separator='.')] }}", want: l{"b.c", "c"}},
		},
		"filters: indent nindent": {
			{src: "{{ ['a\nb' | indent(2), 'a\nb' | nindent(amount=1, prefix='>'), '' | nindent(3)] }}", want: l{"a\n  b", "\n>a\n>b", ""}},
		},
		"filters: startsWith endsWith sha1 sha512 md5": {
			{src: "{{ ['ab' | startsWith('a'), 'ab' | endsWith(value='a')] }}", want: l{true, false}},
			{src: "{{ ['a' | sha1 | length, 'a' | sha512 | length, 'a' | md5 | length] }}", want: l{int64(40), int64(128), int64(32)}},
		},
		"filters: regexMatch regexReplace regexExtract": {
			{src: `{{ 'order-12' | regexMatch(regex='\d+') }}`, want: true},
			{src: `{{ 'order-12' | regexReplace(regex='(\w+)-(\d+)', replacement='$2/$1') }}`, want: "12/order"},
			{src: `{{ ['a1' | regexExtract('\d'), 'a1' | regexExtract('(\w)(\d)', group=1), 'a' | regexExtract('\d')] }}`, want: l{"1", "a", nil}},
		},
		"functions: fromJson json yaml fromIon": {
			{src: `{{ [fromJson('{"a": 1}').a, json('[1]')[0], yaml('a: 1').a, fromIon('{a: 1}').a] }}`, want: l{int64(1), int64(1), int64(1), int64(1)}},
		},
		"functions: printContext fetchContext": {
			{src: "{{ printContext() == fetchContext() and printContext() contains 'inputs' }}", want: true},
		},
		"functions: max min range": {
			{src: "{{ [max(1, 3, 2), min(3, 1), range(1, 3), range(start=4, end=0, increment=-2)] }}", want: l{int64(3), int64(1), l{int64(1), int64(2), int64(3)}, l{int64(4), int64(2), int64(0)}}},
		},
		"functions: isDayWeekInMonth isWeekend isLastWorkingDay isPublicHoliday": {
			{src: "{{ [isDayWeekInMonth('2026-03-02', 'MONDAY', 'FIRST'), isDayWeekInMonth(date='2026-03-30', dayOfWeek='monday', position='last')] }}", want: l{true, true}},
			{src: "{{ [isWeekend('2026-03-01'), isWeekend(date='2026-03-02'), isLastWorkingDay('2026-03-31')] }}", want: l{true, false, true}},
			{src: "{{ [isPublicHoliday('2026-07-14', 'FR'), isPublicHoliday(date='2026-07-14T00:00:00+14:00', countryCode='fr'), isPublicHoliday('2026-06-04', 'DE', 'BY'), isPublicHoliday('2026-06-04', 'DE')] }}", want: l{true, true, true, false}},
		},
		"functions: dayOfWeek hourOfDay dayOfMonth monthOfYear": {
			{src: "{{ [dayOfWeek('2025-01-06T00:30:00+02:00'), hourOfDay(" + at + "), dayOfMonth(" + at + "), monthOfYear(" + at + ")] }}", want: l{"MONDAY", int64(10), int64(2), int64(3)}},
		},
		"tags: if elseif else": {{src: "{% if o.n > 9 %}a{% elseif o.n == 5 %}b{% else %}c{% endif %}", want: "b"}},
		"tags: for":            {{src: "{% for x in list %}{{ loop.index }}{{ x }}{{ loop.last ? '.' : ' ' }}{% else %}none{% endfor %}", want: "03 11 22."}},
		"tags: set filter macro block raw": {
			{src: "{% set a = 'x' %}{% filter upper %}{{ a }}{% endfilter %}", want: "X"},
			{src: "{% macro m(a, b='!') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}{% block c %}y{% endblock %}{% raw %}{{ z }}{% endraw %}", want: "x!y{{ z }}"},
		},
		"settings: strict, no escaping, newlines kept, one pass, JSON, null, types": {
			{src: "{{ missing }}", err: "1:4: `missing` is not defined"},
			{src: "{{ '<b>' }}{{ o.nul }}\n{{ {'a': [1]} }}\n", want: "<b>\n{\"a\":[1]}\n"},
			{src: "{{ '{{ o.n }}' }}", want: "{{ o.n }}"},
			{src: "{{ o.n }}", want: int64(5)},
		},
		"operators: ['…'] == ?? ~ != ternary and not or equals": {
			{src: "{{ o['n'] == 5 and o.n != 6 and (false or not false) and o.s equals '5' }}", want: true},
			{src: "{{ 'n=' ~ o.n ~ (o.missing ?? '!') }}", want: "n=5!"},
			{src: "{{ people[o.n - 4].name ? 'y' : 'n' }}", want: "y"},
		},
		"gates: onResume whole, by name, ternary, MISSING": {
			{src: "{{ {'approved': true, 'comment': 'ok'} }}", want: m{"approved": true, "comment": "ok"}},
			{src: "{{ o.approved ? 'APPROVED' : 'REJECTED' }}: {{ o.comment ?? 'MISSING' }}", want: "REJECTED: MISSING"},
		},
	}
}

// TestKestraRows: every row of the reference works as it is written there.
func TestKestraRows(t *testing.T) {
	t.Parallel()
	for name, cases := range kestraRows() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, sample(), cases)
		})
	}
}

// TestKestraRowsNameAll: no name of the language is without a row, and no row
// names what there is not.
func TestKestraRowsNameAll(t *testing.T) {
	t.Parallel()
	named := map[string][]string{}
	for row := range maps.Keys(kestraRows()) {
		kind, names, _ := strings.Cut(row, ": ")
		if kind == "tests" || kind == "filters" || kind == "functions" {
			names, _, _ = strings.Cut(names, ",") // what follows is about the name
			named[kind] = append(named[kind], strings.Fields(names)...)
		}
	}
	for kind, want := range map[string][]string{
		"tests": Tests(), "filters": Filters(),
		"functions": slices.DeleteFunc(Functions(), func(n string) bool { return n == "toJson" || n == "toIon" }), // signoff's own
	} {
		slices.Sort(named[kind])
		if diff := cmp.Diff(want, slices.Compact(named[kind])); diff != "" {
			t.Errorf("%s (-there +in the rows):\n%s", kind, diff)
		}
	}
}
