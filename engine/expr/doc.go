// Package expr is the one expression language: {{ … }} in texts.
//
// It reads Pebble's grammar as Kestra's flows use it (operators and their
// precedence, tests, filters, functions) and evaluates it with expr-lang, whose
// programs have neither reflection on our types nor a way to the outside. A
// value is data: what an expression yields is never parsed again.
//
// Evaluation is bounded: by nesting, by nodes and by the size of lists and
// results, because expr-lang has no step limit of its own. So that one operation
// cannot do much either, each asks before it makes something and pays for its
// work; see limits.go.
//
// # From a text to a value
//
//	source -> split -> segments -> parser -> nodes -> emitter -> expr-lang program
//
// The operators, from the loosest to the tightest, all left-associative:
//
//	a ? b : c
//	or
//	and
//	is  is not  contains
//	==  equals  !=  <  >  <=  >=  ??  ???  isIn
//	+  -
//	*  /  %
//	|          (a filter)
//	~          (joins texts)
//	..         (a range)
//	not  -  +  (before an operand)
//
// Nothing is coerced but by + and ~, which join texts: "5" is not 5. Whole
// numbers divide to whole numbers. A value that is missing is an error unless
// ??, ???, default or `is defined` stands to the right of it.
//
// # What differs from Kestra
//
// `is true` and `is false` work. A number that overflows or is divided by zero is
// an error. Maps are in the order of their keys. A fraction prints in full, never
// as 1.2E7. Regular expressions are RE2's. Dates are in UTC unless an offset is
// given, and named time zones are refused, because their tables differ from
// machine to machine. There are no tags but raw, no nested rendering, no method
// calls, and no clock: now() comes with the [Env].
package expr

// Env is what an expression can see.
type Env struct {
	// Roots are the names at the top: inputs, outputs, vars, flow, execution,
	// task, taskrun, labels. Values are nil, bool, int64, float64, string,
	// []any and map[string]any.
	Roots map[string]any
	// Funcs are functions that depend on who evaluates: secret, kv, appLink.
	// The pure ones are built in.
	Funcs map[string]Func
}
