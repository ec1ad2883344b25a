package expr

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/itchyny/gojq"
)

// The bounds of the language. expr-lang cannot be stopped once it runs, so a
// template is bounded before: in what it may say, in what one value may hold,
// and in the work that one evaluation may do.
const (
	maxSource  = 64 << 10   // bytes of a template
	maxNesting = 64         // brackets, operators and literals inside one another
	maxNodes   = 2_000      // parts of all expressions of a template
	maxItems   = 10_000     // entries of a list or map that is made here
	maxResult  = 256 << 10  // bytes of a text that is made here, and of a result
	maxCalls   = 32         // macros inside one another
	maxDepth   = 128        // lists and maps inside one another, in data
	maxPattern = 1 << 10    // bytes of a regular expression
	maxProgram = 2_000      // its instructions, repetitions written out
	maxSubject = 1 << 20    // bytes that one is matched against
	maxWork    = 10_000_000 // steps of one evaluation, each about a nanosecond
)

// problem is what an operation says went wrong; its caller knows the place. It
// never quotes a value: values may be secret.
type problem string

func (p problem) Error() string { return string(p) }

func problemf(format string, args ...any) error { return problem(fmt.Sprintf(format, args...)) }

// run is one evaluation: what it may see, and what it may still do.
type run struct {
	env    Env
	work   int    // steps left
	result int    // bytes of result left
	frame  []slot // the variables of the template or macro that is evaluated
	depth  int    // macros inside one another

	// What has been read once in this evaluation.
	zones    map[string]*time.Location
	programs map[string]*gojq.Code
}

// slot is a variable of a template: set, for, or an argument of a macro.
type slot struct {
	value any
	set   bool
}

func newRun(env Env) *run { return &run{env: env, work: maxWork, result: maxResult} }

// spend takes n steps.
func (r *run) spend(n int) error {
	if n > r.work {
		r.work = 0
		return problem("the expression takes too much work")
	}
	r.work -= n
	return r.env.Budget.take(n)
}

// Budget is the work that several evaluations may do together, in steps of about
// a nanosecond. It is not safe for concurrent use. A nil one has no end.
type Budget struct{ left int }

// NewBudget returns a budget of so many steps.
func NewBudget(steps int) *Budget { return &Budget{left: steps} }

func (b *Budget) take(n int) error {
	if b == nil {
		return nil
	}
	if n > b.left {
		b.left = 0
		return problem("the expressions take too much work together")
	}
	b.left -= n
	return nil
}

// room asks for a text of n bytes before it is made.
func (r *run) room(n int) error {
	if n > maxResult {
		return problemf("the text would be longer than %d bytes", maxResult)
	}
	return r.spend(n)
}

// items asks for a list or map of n entries before it is made.
func (r *run) items(n int) error {
	if n > maxItems {
		return problemf("the list would have more than %d entries", maxItems)
	}
	return r.spend(30 * n)
}

// keys are those of a map in order.
func (r *run) keys(m map[string]any) ([]string, error) {
	if err := r.spend(200 * len(m)); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(m)), nil
}

// deliver takes n bytes of the result.
func (r *run) deliver(n int) error {
	if n > r.result {
		r.result = 0
		return problemf("the result is larger than %d bytes", maxResult)
	}
	r.result -= n
	return r.spend(n)
}
