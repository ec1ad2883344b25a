package expr

import (
	"strings"
	"testing"
)

func TestTextFilters(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ 'aé' | upper }}", want: "AÉ"},
		{src: "{{ 'AÉ' | lower }}", want: "aé"},
		{src: "{{ ' a ' | trim }}", want: "a"},
		{src: "{{ 'éa bC d' | title }}", want: "Éa BC D"},
		{src: "{{ 'éa bc' | capitalize }}", want: "Éa bc"},
		{src: "{{ '' | capitalize }}", want: ""},
		{src: "{{ 'Crème Brûlée_no  1!' | slugify }}", want: "creme-brulee-no-1"},
		{src: "{{ 'Łódź Straße' | slugify }}", want: "lodz-strae"},
		{src: "{{ 5 | upper }}", want: "5"},
		{src: "{{ o.nul | upper }}", want: nil},
		{src: "{{ list | upper }}", err: "1:11: `upper` needs a string, not a list"},
		{src: "{{ 'abcdefgh' | abbreviate(6) }}", want: "abc..."},
		{src: "{{ 'äbcdef' | abbreviate(6) }}", want: "äbcdef"},
		{src: "{{ 'abcdef' | abbreviate(2) }}", want: "ab"},
		{src: "{{ 'abc' | abbreviate(-1) }}", err: "1:12: `abbreviate` needs a length of at least 0"},
		{src: `{{ 'a.b.c' | split('\.') }}`, want: l{"a", "b", "c"}},
		{src: "{{ 'a,b,,c,,' | split(',') }}", want: l{"a", "b", "", "c"}},
		{src: "{{ 'a,b,c' | split(',', 2) }}", want: l{"a", "b,c"}},
		{src: "{{ 'a1b22c' | split('[0-9]+') }}", want: l{"a", "b", "c"}},
		{src: "{{ 'abc' | split('') }}", want: l{"a", "b", "c"}},
		{src: "{{ '' | split(',') }}", want: l{""}},
		{src: "{{ 'a' | split('[') }}", err: "1:10: the regular expression is not one: missing closing ]"},
		{src: "{{ 'abab' | replace({'a': 'x', 'b': 'a'}) }}", want: "xaxa"},
		{src: "{{ 'a1b2' | replace({'[0-9]': '#'}, true) }}", want: "a#b#"},
		{src: "{{ 'a1' | replace({'[0-9]': '#'}) }}", want: "a1"},
		{src: "{{ 'a' | replace('b') }}", err: "1:10: `replace` needs a map as `replace_pairs`, not a string"},
		{src: "{{ 'abc' | startsWith('ab') }}", want: true},
		{src: "{{ 'abc' | endsWith(value='bc') }}", want: true},
		{src: "{{ 'abc' | endsWith('ab') }}", want: false},
		{src: "{{ 'a.b.c' | substringBefore('.') }}", want: "a"},
		{src: "{{ 'a.b.c' | substringBeforeLast('.') }}", want: "a.b"},
		{src: "{{ 'a.b.c' | substringAfter('.') }}", want: "b.c"},
		{src: "{{ 'a.b.c' | substringAfterLast('.') }}", want: "c"},
		{src: "{{ 'abc' | substringBefore('.') }}", want: "abc"},
		{src: "{{ 'abc' | substringAfter('.') }}", want: ""},
		{src: "{{ 'a\nb' | indent(2) }}", want: "a\n  b"},
		{src: "{{ 'a\nb' | nindent(1, '\t') }}", want: "\n\ta\n\tb"},
		{src: "{{ 'a' | indent(-1) }}", err: "1:10: `indent` needs an amount from 0 to 262144"},
		{src: "{{ 'a\r\nb\nc' | nl2br }}", want: "a<br />b<br />c"},
		{src: `{{ "it's" | escapeChar('single') }}`, want: `it\'s`},
		{src: `{{ 'say "x"' | escapeChar('double') }}`, want: `say \"x\"`},
		{src: `{{ "it's" | escapeChar('shell') }}`, want: `it'\''s`},
		{src: `{{ 'a' | escapeChar('html') }}`, err: "1:10: `escapeChar` needs single, double or shell as `type`"},
		{src: "{{ 'a%%%s-%05.1f-%3d|%x' | format('b', 2.25, 7, 255) }}", want: "a%b-002.2-  7|ff"},
		{src: "{{ '%d' | format('x') }}", err: "1:11: `format` cannot write a string as %d"},
		{src: "{{ '%s' | format }}", err: "1:11: `format` needs more arguments"},
		{src: "{{ '%n' | format }}", err: "1:11: `format` knows %s, %d, %f, %x and %%, with a width and a precision of at most two digits"},
		{src: "{{ '%9999d' | format(1) }}", err: "1:15: `format` knows %s, %d, %f, %x and %%, with a width and a precision of at most two digits"},
	})
}

func TestRegexFilters(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: `{{ 'order-12345' | regexMatch('[0-9]{5}') }}`, want: true},
		{src: `{{ 'order' | regexMatch(regex='^r') }}`, want: false},
		{src: `{{ o.nul | regexMatch('x') }}`, want: false},
		{src: `{{ 'order-12-34' | regexExtract('\d+') }}`, want: "12"},
		{src: `{{ 'order-12-34' | regexExtract('(\d+)-(\d+)', 2) }}`, want: "34"},
		{src: `{{ 'order' | regexExtract('\d+') }}`, want: nil},
		{src: `{{ 'ab' | regexExtract('a|(b)', 1) }}`, want: nil},
		{src: `{{ 'ab' | regexExtract('a', 1) }}`, err: "1:11: `regexExtract` has no group 1: the regular expression has 0"},
		{src: `{{ 'a1b2' | regexReplace('([a-z])(\d)', '$2$1') }}`, want: "1a2b"},
		{src: `{{ 'hello' | regexReplace('l*', '-') }}`, want: "-h-e-o-"},
		{src: `{{ 'héllo' | regexReplace('', '-') }}`, want: "-h-é-l-l-o-"},
		{src: `{{ 'aXbX' | regexReplace('(?m)^', '>') }}`, want: ">aXbX"},
		{src: `{{ 'one two' | regexReplace('\b', '|') }}`, want: "|one| |two|"},
		{src: `{{ 'aaa' | regexReplace('^a', 'b') }}`, want: "baa"},
		{src: `{{ 'aaa' | regexReplace('a$', 'b') }}`, want: "aab"},
		{src: `{{ 'a' | regexMatch('(') }}`, err: "1:10: the regular expression is not one: missing closing )"},
		{src: `{{ 'a' | regexMatch('(?=a)') }}`, err: "1:10: the regular expression is not one: invalid or unsupported Perl syntax"},
	})
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ list | first }}", want: int64(3)},
		{src: "{{ list | last }}", want: int64(2)},
		{src: "{{ [] | first }}", want: nil},
		{src: "{{ 'äb' | first }}", want: "ä"},
		{src: "{{ 'bä' | last }}", want: "ä"},
		{src: "{{ '' | last }}", want: ""},
		{src: "{{ o | first }}", err: "1:8: `first` needs a list or a string, not a map"},
		{src: "{{ 'äöü' | length }}", want: int64(3)},
		{src: "{{ people | length }}", want: int64(2)},
		{src: "{{ {'a': 1} | length }}", want: int64(1)},
		{src: "{{ o.nul | length }}", want: int64(0)},
		{src: "{{ 5 | length }}", err: "1:8: `length` needs a string, a list or a map, not a number"},
		{src: "{{ list | join(', ') }}", want: "3, 1, 2"},
		{src: "{{ [1, null, 'a', [2]] | join('-') }}", want: "1--a-[2]"},
		{src: "{{ list | join }}", want: "312"},
		{src: "{{ list | slice(1) }}", want: l{int64(1), int64(2)}},
		{src: "{{ list | slice(0, 2) }}", want: l{int64(3), int64(1)}},
		{src: "{{ 'äbcd' | slice(1, 3) }}", want: "bc"},
		{src: "{{ 'äbcd' | slice(toIndex=1) }}", want: "ä"},
		{src: "{{ 'ab' | slice(1, 1) }}", want: ""},
		{src: "{{ list | slice(1, 9) }}", err: "1:11: `slice` needs 0 ≤ fromIndex ≤ toIndex ≤ the length, 3"},
		{src: "{{ list | slice('a') }}", err: "1:11: `slice` needs a whole number as `fromIndex`, not a string"},
		{src: "{{ list | sort }}", want: l{int64(1), int64(2), int64(3)}},
		{src: "{{ ['b', 'a'] | sort }}", want: l{"a", "b"}},
		{src: "{{ [2, 1.5] | sort }}", want: l{1.5, int64(2)}},
		{src: "{{ list | rsort }}", want: l{int64(3), int64(2), int64(1)}},
		{src: "{{ [1, 'a'] | sort }}", err: "1:15: cannot compare a string with a number"},
		{src: "{{ list | reverse }}", want: l{int64(2), int64(1), int64(3)}},
		{src: "{{ 'aé' | reverse }}", want: "éa"},
		{src: "{{ [1] | merge([2]) }}", want: l{int64(1), int64(2)}},
		{src: "{{ {'a': 1, 'b': 1} | merge({'b': 2}) }}", want: m{"a": int64(1), "b": int64(2)}},
		{src: "{{ o.nul | merge([1]) }}", want: l{int64(1)}},
		{src: "{{ [1] | merge(o.nul) }}", want: l{int64(1)}},
		{src: "{{ o.nul | merge(o.nul) }}", err: "1:12: `merge` needs something to merge, not null and null"},
		{src: "{{ [1] | merge({}) }}", err: "1:10: `merge` needs two lists or two maps, not a list and a map"},
		{src: "{{ [1, 1.0, '1', 1, [1], [1]] | distinct }}", want: l{int64(1), "1", l{int64(1)}}},
		{src: "{{ [[1, [2]], 3] | flatten }}", want: l{int64(1), l{int64(2)}, int64(3)}},
		{src: "{{ list | chunk(2) }}", want: l{l{int64(3), int64(1)}, l{int64(2)}}},
		{src: "{{ list | chunk(0) }}", err: "1:11: `chunk` needs a size of at least 1"},
		{src: "{{ inputs | keys }}", want: l{"cloud", "days", "employee"}},
		{src: "{{ list | keys }}", want: l{int64(0), int64(1), int64(2)}},
		{src: "{{ inputs | values }}", want: l{"gcp", int64(3), "Ada"}},
		{src: "{{ list | values }}", err: "1:11: `values` needs a map, not a list"},
	})
}

func TestNumberFilters(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ -5 | abs }}", want: int64(5)},
		{src: "{{ -2.5 | abs }}", want: 2.5},
		{src: "{{ (-9223372036854775807 - 1) | abs }}", err: "1:33: the number is out of range"},
		{src: "{{ '5' | abs }}", err: "1:10: `abs` needs a number, not a string"},
		{src: "{{ '42' | number }}", want: int64(42)},
		{src: "{{ '4.5' | number }}", want: 4.5},
		{src: "{{ '42' | number('FLOAT') }}", want: 42.0},
		{src: "{{ '4.5' | number('INT') }}", err: "1:12: `number` needs the text of a whole number"},
		{src: "{{ 'abc' | number }}", err: "1:12: `number` needs the text of a number"},
		{src: "{{ 'NaN' | number }}", err: "1:12: `number` needs the text of a number"},
		{src: "{{ '1' | number('COMPLEX') }}", err: "1:10: `number` knows INT, LONG, BIGINTEGER, FLOAT, DOUBLE and BIGDECIMAL as `type`"},
		{src: "{{ 1234567.891 | numberFormat('#,##0.00') }}", want: "1,234,567.89"},
		{src: "{{ 1234567 | numberFormat('#,##0.00 €') }}", want: "1,234,567.00 €"},
		{src: "{{ -1234.5 | numberFormat('$#,##0.##') }}", want: "-$1,234.5"},
		{src: "{{ 7 | numberFormat('000') }}", want: "007"},
		{src: "{{ 0.5 | numberFormat('#.##') }}", want: ".5"},
		{src: "{{ -0.001 | numberFormat('0.00') }}", want: "0.00"},
		{src: "{{ 1234.5678 | numberFormat }}", want: "1,234.568"},
		{src: "{{ 1 | numberFormat('0%') }}", err: "1:8: `numberFormat` needs a format like #,##0.00"},
		{src: "{{ 'x' | string }}", want: "x"},
		{src: "{{ 5 | string }}", want: "5"},
		{src: "{{ list | string }}", want: "[3,1,2]"},
	})
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ {'a': [1, 2.0, 'x', true, null]} | toJson }}", want: `{"a":[1,2.0,"x",true,null]}`},
		{src: "{{ 'a\"\\\\\n\t' | json }}", want: `"a\"\\\n\t"`},
		{src: "{{ '\u0001\u2028<' | toJson }}", want: "\"\\u0001\u2028<\""},
		{src: "{{ 'a\xffb' | toJson }}", want: "\"a\uFFFDb\""},
		{src: "{{ o.nul | toJson }}", want: "null"},
		{src: "{{ toJson([1]) }}", want: "[1]"},
		{src: `{{ fromJson('{"a": [1, 2.5, 1e2, 9223372036854775808]}') }}`, want: m{"a": l{int64(1), 2.5, 100.0, 9223372036854775808.0}}},
		{src: `{{ json('[1]') | first }}`, want: int64(1)},
		{src: "{{ json(o.nul) }}", want: nil},
		{src: "{{ fromJson('{') }}", err: "1:4: `fromJson` needs JSON: the text is none"},
		{src: "{{ fromJson('1 2') }}", err: "1:4: `fromJson` needs one JSON value: more follows it"},
		{src: "{{ fromJson('1e999') }}", err: "1:4: the number is out of range"},
		{src: "{{ fromJson(fromJson('{\"k\": [1]}')).k[0] }}", want: int64(1)}, // what is no text is read already
		{src: "{{ fromJson(7) + 1 }}", want: int64(8)},
		{src: "{{ 'a b&ü' | urlencode }}", want: "a+b%26%C3%BC"},
		{src: "{{ 'a+b%26%C3%BC' | urldecode }}", want: "a b&ü"},
		{src: "{{ '%zz' | urldecode }}", err: "1:12: `urldecode` cannot decode this text"},
		{src: "{{ 'ü' | base64encode }}", want: "w7w="},
		{src: "{{ 'w7w=' | base64decode }}", want: "ü"},
		{src: "{{ '!' | base64decode }}", err: "1:10: `base64decode` cannot decode this text"},
		{src: "{{ 'a' | md5 }}", want: "0cc175b9c0f1b6a831c399e269772661"},
		{src: "{{ 'a' | sha1 }}", want: "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"},
		{src: "{{ 'a' | sha256 }}", want: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},
		{src: "{{ 'a' | sha512 | length }}", want: int64(128)},
	})
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ max(1, 2.5, 2) }}", want: 2.5},
		{src: "{{ min(list) }}", want: int64(1)},
		{src: "{{ max('a', 'b') }}", want: "b"},
		{src: "{{ max() }}", err: "1:4: `max` needs at least one value"},
		{src: "{{ max(1, 'a') }}", err: "1:4: cannot compare a string with a number"},
		{src: "{{ range(1, 3) }}", want: l{int64(1), int64(2), int64(3)}},
		{src: "{{ range(6, 1, increment=-2) }}", want: l{int64(6), int64(4), int64(2)}},
		{src: "{{ range('c', 'a', -1) }}", want: l{"c", "b", "a"}},
		{src: "{{ range(1, 3, 0) }}", err: "1:4: a range needs a whole number other than 0 as its step"},
		{src: "{{ range(1, 2.5) }}", err: "1:4: a range needs two whole numbers or two single characters"},
		{src: "{{ echo(1, 'a', null) }}", want: l{int64(1), "a", nil}},
		{src: "{{ kv('x', errorOnMissing=false).args }}", want: int64(2)},
		{src: "{{ kv('x').args }}", want: int64(1)},
		{src: "{{ fails() }}", err: "1:4: no secret of that name"},
		{src: "{{ fails() ?? 'd' }}", err: "1:4: no secret of that name"},
		{src: "{{ panics() }}", err: "1:4: the function `panics` failed"},
		{src: "{{ now() }}", err: "1:4: there is no function `now` here"},
		{src: "{{ echo(missing) }}", err: "1:9: `missing` is not defined"},
	})
}

// TestDataIsNotCode: what a value says is never read as a template.
func TestDataIsNotCode(t *testing.T) {
	t.Parallel()
	env := sample()
	evil := "{{ secret('x') }}{% raw %}"
	env.Roots["evil"] = evil
	for _, src := range []string{
		"{{ evil }}", "{{ evil ~ '' }}", "{{ [evil] | first }}", "{{ evil | default('x') }}", "{{ '%s' | format(evil) }}",
		"{{ evil | replace({'zzz': evil}) }}", "{{ 'x' | regexReplace('x', evil) }}", "{{ fromJson(toJson(evil)) }}",
	} {
		got, err := parse(t, src).Eval(env)
		if err != nil || got != evil {
			t.Errorf("Eval(%s) = %q, %v, want %q", src, got, err, evil)
		}
	}
}

// TestErrorsKeepSecrets: the text of an error never holds a value.
func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	env := sample()
	const secret = "hunter2"
	env.Funcs = env.Funcs.With(map[string]Func{"secret": func(Args) (any, error) { return secret, nil }})
	for _, src := range []string{
		"{{ secret('x').y }}", "{{ secret('x') > 1 }}", "{{ secret('x') - 1 }}", "{{ o[secret('x')] }}",
		"{{ secret('x') | date }}", "{{ '2026-01-01' | date(secret('x')) }}", "{{ 0 | date(timeZone=secret('x')) }}",
		"{{ 1 | dateAdd(1, secret('x')) }}", "{{ secret('x') | number }}", "{{ '1' | number(secret('x')) }}",
		"{{ fromJson(secret('x')) }}", "{{ secret('x') | base64decode }}", "{{ 'a' | regexMatch('(' ~ secret('x')) }}",
		"{{ 'a' | regexMatch(secret('x') ~ '[') }}", "{{ 1 | numberFormat(secret('x')) }}", "{{ (secret('x') ~ '%q') | format }}",
		"{{ secret('x') | chunk(1) }}", "{{ [1] | chunk(secret('x')) }}", "{{ 1..secret('x') }}", "{{ max(secret('x'), 1) }}",
		"{{ not {'a': secret('x')} }}", "{{ secret('x') is even }}", "{{ 'a' | regexMatch('(?' ~ secret('x') ~ ')') }}",
		"{{ 'a' | regexMatch('a{2,1}' ~ secret('x')) }}", "{{ {secret('x'): 1} ~ '' | number }}",
	} {
		_, err := evaluate(src, env)
		if err == "" || strings.Contains(err, secret) {
			t.Errorf("Eval(%s) error = %q, want one without %q", src, err, secret)
		}
	}
}
