package expr

import "testing"

// TestReference is the table of the Kestra reference, row by row. Kestra's own
// engine fails the first three; here they work.
func TestReference(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ o.approved is false }}", want: true},
		{src: "{{ o.approved is true }}", want: false},
		{src: "{{ o.approved is not true }}", want: true},
		{src: "{{ not o.approved == false }}", want: false},
		{src: "{{ 'x' ~ o.n + 1 }}", want: "x51"},
		{src: "{{ 'x' ~ 'y' | upper }}", want: "XY"},
		{src: "{{ o.missing ?? 'd' }}", want: "d"},
		{src: "{{ o.nul ?? 'd' }}", want: "d"},
		{src: "{{ o.nul ??? 'd' }}", want: nil},
		{src: "{{ o.missing ??? 'd' }}", want: "d"},
		{src: "{{ o.missing }}", err: "1:4: `o.missing` is not defined"},
		{src: "{{ missing }}", err: "1:4: `missing` is not defined"},
		{src: "{{ o.nul.x }}", err: "1:4: `o.nul.x` is not defined (`o.nul` is null)"},
		{src: "{{ o.missing is null }}", err: "1:4: `o.missing` is not defined"},
		{src: "{{ o.missing is empty }}", err: "1:4: `o.missing` is not defined"},
		{src: "{{ o.missing is defined }}", want: false},
		{src: "{{ missing is not defined }}", want: true},
		{src: "{{ o.missing | default('z') }}", want: "z"},
		{src: "{{ o.s == o.n }}", want: false},
		{src: "{{ o.n == '5' }}", want: false},
		{src: "{{ o.approved == 'false' }}", want: false},
		{src: "{{ o.s > '4' }}", want: true},
		{src: "{{ o.s > 4 }}", err: "1:8: cannot compare a string with a number"},
		{src: "{{ 10 / 4 }}", want: int64(2)},
		{src: "{{ 10 / 4.0 }}", want: 2.5},
		{src: "{{ 1 + '1' }}", want: "11"},
		{src: "{{ o.reason ? 'y' : 'n' }}", want: "y"},
		{src: "{{ o.n ? 'y' : 'n' }}", want: "y"},
		{src: "{{ o.nul ? 'y' : 'n' }}", want: "n"},
		{src: `{{ {"a": 1}.a }}`, err: "syntax 1:12: unexpected `.`"},
		{src: `{{ ["x"][0] }}`, err: "syntax 1:9: unexpected `[`"},
		{src: "{{ a && b }}", err: "syntax 1:6: unexpected character '&'"},
		{src: "{{ a in [1] }}", err: "syntax 1:6: unexpected `in`: membership is `isIn`"},
	})
}

// TestPrecedence has, for each neighbours in the order of binding, a case whose
// value tells which of the two binds first.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ false ? 1 : true or false }}", want: true},             // ?: below or
		{src: "{{ true or false and false }}", want: true},               // or below and
		{src: "{{ true and 'ab' contains 'a' }}", want: true},            // and below contains
		{src: "{{ false == false is false }}", want: false},              // is below ==
		{src: "{{ 3 == 1 + 2 }}", want: true},                            // == below +
		{src: "{{ 1 + 2 * 3 }}", want: int64(7)},                         // + below *
		{src: "{{ 2 * '3' | number }}", want: int64(6)},                  // * below |
		{src: "{{ 'a' ~ 'b' | upper }}", want: "AB"},                     // | below ~
		{src: "{{ 'a' | upper ~ 'b' }}", want: "Ab"},                     // and still in order
		{src: "{{ 'n' ~ 1 .. 2 }}", want: "n[1,2]"},                      // ~ below ..
		{src: "{{ - 2 .. 0 }}", want: l{int64(-2), int64(-1), int64(0)}}, // .. below unary
		{src: "{{ o.missing ?? 1 + 1 }}", want: int64(2)},                // ?? with ==
		{src: "{{ 1 isIn [1, 2] == true }}", want: true},
	})
}

func TestLeftAssociative(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ 10 - 4 - 3 }}", want: int64(3)},
		{src: "{{ 100 / 10 / 5 }}", want: int64(2)},
		{src: "{{ 17 % 10 % 4 }}", want: int64(3)},
		{src: "{{ o.nul ?? o.missing ?? 'd' }}", want: "d"},
		{src: "{{ 1 == 1 == true }}", want: true},
		{src: "{{ true ? false ? 1 : 2 : 3 }}", want: int64(2)},
		{src: "{{ false ? 1 : false ? 2 : 3 }}", want: int64(3)},
		{src: "{{ 'b' ~ 'a' | upper | lower | first }}", want: "b"},
	})
}

func TestOperators(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ 7 % 4 }}", want: int64(3)},
		{src: "{{ -7 / 2 }}", want: int64(-3)},
		{src: "{{ 7.5 % 2 }}", want: 1.5},
		{src: "{{ 2 * 2.5 }}", want: 5.0},
		{src: "{{ 1 - 2 }}", want: int64(-1)},
		{src: "{{ +o.n }}", want: int64(5)},
		{src: "{{ -o.f }}", want: -2.5},
		{src: "{{ 5L + 1 }}", want: int64(6)},
		{src: "{{ 1 / 0 }}", err: "1:6: division by zero"},
		{src: "{{ 1 % 0 }}", err: "1:6: division by zero"},
		{src: "{{ 1.0 / 0 }}", err: "1:8: division by zero"},
		{src: "{{ 9223372036854775807 + 1 }}", err: "1:24: the number is out of range"},
		{src: "{{ 9223372036854775807 * 2 }}", err: "1:24: the number is out of range"},
		{src: "{{ -9223372036854775807 - 2 }}", err: "1:25: the number is out of range"},
		{src: "{{ (-9223372036854775807 - 1) / -1 }}", err: "1:31: the number is out of range"},
		{src: "{{ (-9223372036854775807 - 1) % -1 }}", want: int64(0)},
		{src: "{{ (-9223372036854775807 - 1) * -1 }}", err: "1:31: the number is out of range"},
		{src: "{{ 9223372036854775808 }}", err: "syntax 1:4: the number is out of range"},
		{src: "{{ true + 1 }}", err: "1:9: `+` needs numbers, not a boolean"},
		{src: "{{ o - 1 }}", err: "1:6: `-` needs numbers, not a map"},
		{src: "{{ list + 4 }}", want: l{int64(3), int64(1), int64(2), int64(4)}},
		{src: "{{ [1] + [2] }}", want: l{int64(1), int64(2)}},
		{src: "{{ 'a' + o.nul }}", want: "a"},

		{src: "{{ 1 == 1.0 }}", want: true},
		{src: "{{ 9007199254740993 == 9007199254740992.0 }}", want: false},
		{src: "{{ 9007199254740992.0 < 9007199254740993 }}", want: true},
		{src: "{{ -2.5 < -2 }}", want: true},
		{src: "{{ -2 > -2.5 }}", want: true},
		{src: "{{ 10000000000000000000.0 > 9223372036854775807 }}", want: true},
		{src: "{{ -10000000000000000000.0 >= -9223372036854775807 }}", want: false},
		{src: "{{ o.nul == null }}", want: true},
		{src: "{{ o.nul == none }}", want: true},
		{src: "{{ [1, {'a': 2}] == [1.0, {'a': 2}] }}", want: true},
		{src: "{{ [1, 2] == [1] }}", want: false},
		{src: "{{ {'a': 1} != {'a': 2} }}", want: true},
		{src: "{{ 'a' equals 'a' }}", want: true},
		{src: "{{ o.nul > 1 }}", want: false},
		{src: "{{ 2 >= 2.0 }}", want: true},
		{src: "{{ 2 < 2.5 }}", want: true},
		{src: "{{ 'a' <= 'b' }}", want: true},
		{src: "{{ true < false }}", err: "1:9: cannot compare a boolean with a boolean"},

		{src: "{{ not '' }}", want: true},
		{src: "{{ not 'false' }}", want: false},
		{src: "{{ not o.nul }}", err: "1:4: null is neither true nor false"},
		{src: "{{ 1 and 'x' }}", want: true},
		{src: "{{ 0 or '' }}", want: false},
		{src: "{{ false and missing }}", want: false},
		{src: "{{ true or missing }}", want: true},
		{src: "{{ true and missing }}", err: "1:13: `missing` is not defined"},
		{src: "{{ missing and false }}", err: "1:4: `missing` is not defined"},
		{src: "{{ true and o }}", err: "1:9: a map is neither true nor false"},
		{src: "{{ missing ? 1 : 2 }}", err: "1:4: `missing` is not defined"},
		{src: "{{ list ? 1 : 2 }}", err: "1:9: a list is neither true nor false"},
		{src: "{{ true ? 1 : missing }}", want: int64(1)},

		{src: "{{ list contains 1 }}", want: true},
		{src: "{{ list contains '1' }}", want: false},
		{src: "{{ list contains [1, 2] }}", want: true},
		{src: "{{ list contains [1, 4] }}", want: false},
		{src: "{{ o contains 'n' }}", want: true},
		{src: "{{ 'abc' contains 'bc' }}", want: true},
		{src: "{{ o.nul contains 1 }}", want: false},
		{src: "{{ 5 contains 1 }}", err: "1:6: `contains` needs a list, a map or a string, not a number"},
		{src: "{{ 1 isIn list }}", want: true},
		{src: "{{ '1' isIn list }}", want: true},
		{src: "{{ 9 isIn list }}", want: false},
		{src: "{{ 'employee' isIn inputs }}", want: true},
		{src: "{{ 'gcp' isIn inputs }}", want: true},
		{src: "{{ 'a' isIn 'abc' }}", want: false},

		{src: "{{ 1..3 }}", want: l{int64(1), int64(2), int64(3)}},
		{src: "{{ 'a'..'c' }}", want: l{"a", "b", "c"}},
		{src: "{{ 3..1 }}", want: l{}},
		{src: "{{ 1..'c' }}", err: "1:5: a range needs two whole numbers or two single characters"},
	})
}

func TestTests(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ '' is empty }}", want: true},
		{src: "{{ ' ' is empty }}", want: true},
		{src: "{{ [] is empty }}", want: true},
		{src: "{{ {} is empty }}", want: true},
		{src: "{{ 0 is empty }}", want: false},
		{src: "{{ o.nul is null }}", want: true},
		{src: "{{ o.nul is defined }}", want: false},
		{src: "{{ o.n is defined }}", want: true},
		{src: "{{ o.nul is false }}", want: false},
		{src: "{{ 'true' is true }}", want: false},
		{src: "{{ o.n is odd }}", want: true},
		{src: "{{ o.n is even }}", want: false},
		{src: "{{ -3 is odd }}", want: true},
		{src: "{{ 'a' is even }}", err: "1:11: only a whole number is even or odd, not a string"},
		{src: "{{ list is iterable }}", want: true},
		{src: "{{ o is iterable }}", want: false},
		{src: "{{ o is map }}", want: true},
		{src: "{{ '[1]' is json }}", want: true},
		{src: "{{ '[1' is json }}", want: false},
		{src: "{{ 1 is is }}", err: "syntax 1:9: there is no test `is`"},
		{src: "{{ 1 is whole }}", err: "syntax 1:9: there is no test `whole`"},
		{src: "{{ 1 is not }}", err: "syntax 1:13: expected the name of a test after `is`, found the end of the expression"},
	})
}

// TestUndefined: a missing value is caught wherever it arose on the left, and
// is an error with its place where nobody catches it.
func TestUndefined(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ (o.missing ~ 'x') ?? 'd' }}", want: "d"},
		{src: "{{ o.missing.deeper.still ?? 'd' }}", want: "d"},
		{src: "{{ [o.missing, 1] ?? 'd' }}", want: "d"},
		{src: "{{ {'a': o.missing} ?? 'd' }}", want: "d"},
		{src: "{{ (o.missing | upper) ?? 'd' }}", want: "d"},
		{src: "{{ o.missing | upper | default('d') }}", want: "d"},
		{src: "{{ max(o.missing, 1) ?? 'd' }}", want: "d"},
		{src: "{{ (not o.missing) ?? 'd' }}", want: "d"},
		{src: "{{ (missing and true) ?? 'd' }}", want: "d"},
		{src: "{{ (missing ? 1 : 2) ?? 'd' }}", want: "d"},
		{src: "{{ (o.missing + 1) is defined }}", want: false},
		{src: "{{ o.s.x ?? 'd' }}", want: "d"},
		{src: "{{ list[9] ?? 'd' }}", want: "d"},
		{src: "{{ o[missing] ?? 'd' }}", want: "d"},
		{src: "{{ 'd' ?? missing }}", want: "d"},
		{src: "{{ '' ?? 'd' }}", want: ""},
		{src: "{{ false ?? 'd' }}", want: false},
		{src: "{{ o.nul | default('d') }}", want: "d"},
		{src: "{{ '' | default('d') }}", want: "d"},
		{src: "{{ 0 | default('d') }}", want: int64(0)},
		{src: "{{ missing ?? other }}", err: "1:15: `other` is not defined"},
		{src: "{{ missing | default(other) }}", err: "1:22: `other` is not defined"},
		{src: "{{ o.a.b }}", err: "1:4: `o.a` is not defined"},
		{src: "{{ o['a b'].c }}", err: "1:4: `o['a b']` is not defined"},
		{src: "{{ o.s.x }}", err: "1:4: `o.s.x` is not defined (`o.s` is a string)"},
		{src: "{{ list[9].x }}", err: "1:4: `list[9]` is not defined"},
		{src: "{{ list[-1] }}", err: "1:8: `list[-1]` is not defined"},
		{src: "{{ kv('x')[inputs.employee] }}", err: "1:11: `kv('x')[inputs.employee]` is not defined"},
		{src: "{{ (o.n).x }}", err: "1:9: `(o.n).x` is not defined (it would be a part of a number)"},
		{src: "a\n ü {{ missing }}", err: "2:7: `missing` is not defined"},
		{src: "{{ 1 }} {{\n missing }}", err: "2:2: `missing` is not defined"},
	})
}

func TestPaths(t *testing.T) {
	t.Parallel()
	check(t, sample(), []one{
		{src: "{{ inputs.employee }}", want: "Ada"},
		{src: "{{ inputs['employee'] }}", want: "Ada"},
		{src: `{{ inputs["employee"] }}`, want: "Ada"},
		{src: "{{ people[1].name }}", want: "Bob"},
		{src: "{{ people['1'].name }}", want: "Bob"},
		{src: "{{ list[0] }}", want: int64(3)},
		{src: "{{ list[o.n - 4] }}", want: int64(1)},
		{src: "{{ kv('cloud_vms')[inputs.cloud] }}", want: "europe-west1"},
		{src: "{{ kv('x').gcp }}", want: "europe-west1"},
		{src: "{{ (o.missing ?? inputs).employee }}", want: "Ada"},
		{src: "{{ inputs . employee }}", want: "Ada"},
		{src: "{{ go.int + 1 }}", want: int64(8)},
		{src: "{{ go.strings | last }}", want: "b"},
		{src: "{{ go.labels.team }}", want: "ops"},
	})
}

func TestTruthy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    any
		want bool
	}{
		{nil, false},
		{false, false},
		{true, true},
		{"false", false},
		{" false\n", false},
		{"0", false},
		{"-0", false},
		{"", false},
		{"  ", false},
		{"False", true},
		{"FALSE", true},
		{"no", true},
		{"0.0", true},
		{"null", true},
		{int64(0), false},
		{int64(1), true},
		{0, false},
		{0.0, false},
		{0.1, true},
		{l{}, true},
		{m{}, true},
	} {
		if got := Truthy(c.v); got != c.want {
			t.Errorf("Truthy(%#v) = %v, want %v", c.v, got, c.want)
		}
	}
}
