package expr

import (
	"encoding/json"
	"math"
	"math/big"
	"sync"
	"time"

	"github.com/itchyny/gojq"
)

// maxJQ is the longest program, and maxJQs the longest all together that stand
// in one template, in bytes.
const (
	maxJQ  = 4 << 10
	maxJQs = 16 << 10
)

// filterJQ runs a jq program on the input. The result is the list of all that it
// puts out. What it may do is bounded; see jqtame.go.
func filterJQ(c *invocation) (any, error) {
	code, err := c.programJQ()
	if err != nil {
		return nil, err
	}
	in, err := c.inputJQ()
	if err != nil {
		return nil, err
	}
	out := []any{}
	budget := &jqBudget{run: c.run}
	results := code.RunWithContext(budget, in, budget)
	for {
		v, ok := results.Next()
		if budget.fault != nil {
			return nil, budget.fault
		}
		if !ok {
			return out, nil
		}
		if _, failed := v.(error); failed { // its text may hold a value
			return nil, c.failf("failed: the program does not fit its input, or said so itself")
		}
		got, err := fromJQ(c.run, v, 0)
		if err != nil {
			return nil, err
		}
		if out = append(out, got); len(out) > maxItems {
			return nil, c.run.items(len(out))
		}
	}
}

// inputJQ is what the program reads: of a text that is JSON the value that it
// stands for, as Kestra takes it; any other text is itself.
func (c *invocation) inputJQ() (any, error) {
	in := c.in
	if text, ok := in.(string); ok {
		if err := c.room(len(text)); err != nil {
			return nil, err
		}
		if err := c.spend(10 * len(text)); err != nil {
			return nil, err
		}
		if json.Valid([]byte(text)) {
			var err error
			if in, err = fromJSON(c, text); err != nil {
				return nil, err
			}
		}
	}
	return toJQ(c.run, in, 0)
}

func (c *invocation) programJQ() (*gojq.Code, error) {
	if c.jq != nil {
		return c.jq()
	}
	src, err := c.str(0, "")
	if err != nil {
		return nil, err
	}
	return c.compileJQ(src)
}

// compileJQ makes a computed program, once for all uses within an evaluation.
func (r *run) compileJQ(src string) (*gojq.Code, error) {
	if code, ok := r.programs[src]; ok {
		return code, nil
	}
	if err := r.spend(200_000 + 2_000*min(len(src), maxJQ)); err != nil {
		return nil, err
	}
	query, err := readJQ(src)
	if err != nil {
		return nil, err
	}
	code, err := assembleJQ(query)
	if err != nil {
		return nil, err
	}
	if r.programs == nil {
		r.programs = map[string]*gojq.Code{}
	}
	r.programs[src] = code
	return code, nil
}

// readJQ reads a program and rewrites it.
func readJQ(src string) (*gojq.Query, error) {
	if len(src) > maxJQ {
		return nil, problemf("the jq program is longer than %d bytes", maxJQ)
	}
	query, err := gojq.Parse(src)
	if err != nil {
		return nil, problem("the jq program is not one")
	}
	return tameJQ(query)
}

func assembleJQ(query *gojq.Query) (*gojq.Code, error) {
	code, err := gojq.Compile(query, jqGuards()...)
	if err != nil {
		return nil, problem("the jq program is not one: it names something that there is not")
	}
	return code, nil
}

// jqBudget is a context whose end comes when the work is done: gojq asks it
// before each instruction. It is also what the guards pay from.
type jqBudget struct {
	run   *run
	fault error // set once it has ended
}

func (b *jqBudget) spend(n int) bool {
	if b.fault == nil {
		b.fault = b.run.spend(n)
	}
	return b.fault == nil
}

// Done is closed once there is nothing left.
func (b *jqBudget) Done() <-chan struct{} {
	if b.spend(30) {
		return nil
	}
	done := make(chan struct{})
	close(done)
	return done
}

// Err says why the context has ended.
func (b *jqBudget) Err() error { return b.fault }

// Deadline has no meaning here: work is counted, not time.
func (b *jqBudget) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value knows none.
func (b *jqBudget) Value(any) any { return nil }

// toJQ copies a value for gojq, whose whole numbers are int.
func toJQ(r *run, v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, problemf("the value is nested deeper than %d", maxDepth)
	}
	if err := r.spend(40); err != nil {
		return nil, err
	}
	switch v := tidy(v).(type) {
	case int64:
		return int(v), nil
	case []any:
		out := make([]any, 0, min(len(v), maxItems))
		for _, e := range v {
			x, err := toJQ(r, e, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		}
		return out, nil
	case map[string]any:
		keys, err := r.keys(v)
		if err != nil {
			return nil, err
		}
		out := make(map[string]any, min(len(v), maxItems))
		for _, k := range keys {
			x, err := toJQ(r, v[k], depth+1)
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	default:
		return v, nil
	}
}

// fromJQ copies a result back. As in jq what is no number is null.
func fromJQ(r *run, v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, problemf("the value is nested deeper than %d", maxDepth)
	}
	if err := r.spend(40); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil, bool, string:
		return v, nil
	case int:
		return int64(v), nil
	case float64:
		switch {
		case math.IsNaN(v):
			return nil, nil //nolint:nilnil // null is a value of the language
		case math.IsInf(v, 0):
			return nil, errOverflow
		}
		return v, nil
	case *big.Int:
		return nil, errOverflow
	case []any:
		if err := r.items(len(v)); err != nil {
			return nil, err
		}
		out := make([]any, len(v))
		for i, e := range v {
			x, err := fromJQ(r, e, depth+1)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case map[string]any:
		keys, err := r.keys(v)
		if err != nil {
			return nil, err
		}
		out := make(map[string]any, min(len(v), maxItems))
		for _, k := range keys {
			x, err := fromJQ(r, v[k], depth+1)
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	}
	return nil, problem("jq gave a value of an unknown type")
}

// literalJQ reads an argument if that is a literal, so that its faults are found
// when the template is read. The code is made when it is first needed, once. It
// is nil for a program that is computed.
func (p *parser) literalJQ(n node) (func() (*gojq.Code, error), error) {
	c, ok := n.(*constant)
	if !ok {
		return nil, nil //nolint:nilnil // the program is computed
	}
	src, ok := c.value.(string)
	if !ok {
		return nil, problem("`jq` needs a string as `expression`")
	}
	if p.jq += len(src); p.jq > maxJQs {
		return nil, problemf("the jq programs of one template are longer than %d bytes", maxJQs)
	}
	query, err := readJQ(src)
	if err != nil {
		return nil, err
	}
	return sync.OnceValues(func() (*gojq.Code, error) { return assembleJQ(query) }), nil
}
