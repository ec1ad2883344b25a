// Package expr is the one expression language: {{ … }} and {% … %} in texts.
// docs/expressions.md shows all of it.
//
// It reads Pebble's grammar as Kestra's flows use it (operators and their
// precedence, tests, filters, functions, tags) and evaluates its expressions
// with expr-lang, whose programs have neither reflection on our types nor a way
// to the outside. A value is data: what an expression yields is never parsed
// again.
//
// Evaluation is bounded: by nesting, by nodes and by the size of lists and
// results, because expr-lang has no step limit of its own. So that one operation
// cannot do much either, each asks before it makes something and pays for its
// work; see limits.go. The steps of one evaluation are shared by all of its
// loops and macros, and by the jq programs in it, which are rewritten so that
// they pay as well; see jqtame.go.
//
// # From a text to a value
//
//	source -> split -> segments -> parser -> statements, and in them
//	                                         nodes -> emitter -> expr-lang program
//
// A variable that a tag binds (set, for, a macro's parameter) has a slot, found
// when the template is read: from the tag on, its name is the variable and no
// root, so that [Template.Refs] lists only what is read from outside. A variable
// that is set lasts to the end of the template or macro; a loop's ends with it.
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
// as 1.2E7. Regular expressions are RE2's. A macro sees the roots. render takes a
// path below vars, written out: the environment gets that path, never a text that
// a value holds. What jq may call is listed in jqterm.go. There are no other
// templates (include, import, extends), no method calls, no calendar of holidays,
// and no clock: now() comes with the [Env].
//
// Dates are in UTC unless a zone is given. The tables of the named zones are those
// of the package zone, because time.LoadLocation asks the machine's first, and
// those differ.
package expr

// Env is what an expression can see.
type Env struct {
	// Roots are the names at the top: inputs, outputs, vars, flow, execution,
	// task, taskrun, labels, trigger, item and so on. Values are nil, bool,
	// int64, float64, string, []any and map[string]any.
	Roots map[string]any
	// Funcs are functions that depend on who evaluates: secret, kv, appLink,
	// now, render, read and so on. The pure ones are built in. now is called
	// without arguments and returns an ISO text, which is formatted here. render
	// gets the path of a variable as a list of names, "vars" first, and
	// `recursive` by name if that was given; renderOnce is render with
	// recursive=false.
	Funcs Funcs
	// Budget is shared with other evaluations; nil if this one has only its own.
	Budget *Budget
}
