// Package expr is the one expression language: {{ … }} in texts.
//
// It reads Pebble's grammar as Kestra's flows use it (operators and their
// precedence, tests, filters, functions) and evaluates it with expr-lang, whose
// programs have neither reflection on our types nor a way to the outside. A
// value is data: what an expression yields is never parsed again.
//
// Evaluation is bounded: by nesting, by nodes and by the size of lists and
// results, because expr-lang has no step limit of its own.
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

// Func is a function that a template may call.
type Func func(args ...any) (any, error)
