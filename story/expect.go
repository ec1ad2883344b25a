package story

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/expr"
)

// expect compares what is true now with what must be.
func (w *world) expect(ctx context.Context, e *Expect) error {
	x, ok, err := w.execution(ctx, e.Of)
	if err != nil {
		return err
	}
	if !ok {
		w.expectNothing(e)
		return nil
	}
	for _, item := range e.Items {
		if err := w.check(ctx, x, item); err != nil {
			return err
		}
	}
	return nil
}

// expectNothing is about an execution that is not there.
func (w *world) expectNothing(e *Expect) {
	for _, item := range e.Items {
		if item.Want != None {
			w.fail(item.Pos, "there is no execution%s to look at", map[bool]string{false: " " + e.Of}[e.Of == ""])
			return
		}
	}
}

// check compares one thing.
func (w *world) check(ctx context.Context, x engine.Execution, item Item) error {
	switch item.Kind {
	case State:
		if !fits(item.Want, string(x.State)) {
			w.fail(item.Pos, "the execution is %s, want %v%s", x.State, item.Want, because(x))
		}
	case Problem:
		w.holds(item, "problem", []string{x.Problem})
	case Gates:
		w.same(item, "the gate "+item.Key, outcome(x, item.Key))
	case Open:
		w.same(wanted(item), "open requests", open(x))
	case Outputs:
		w.output(x, item)
	case Returns:
		w.same(item, "the flow's output "+item.Key, x.Outputs[item.Key])
	case Labels:
		w.same(item, "the label "+item.Key, orNone(x.Labels, item.Key))
	case Inputs:
		w.same(item, "the input "+item.Key, x.Inputs[item.Key])
	case Tasks:
		w.same(item, "the task "+item.Key, state(x, item.Key))
	case Responses:
		w.responses(x, item)
	case Calls:
		w.checkCalls(x, item)
	case Logs:
		w.holds(item, "log line", logs(x))
	case Cards:
		w.checkCards(x, item)
	case Told:
		w.holds(item, "text that was told", w.told())
	case Subflows:
		return w.subflow(ctx, item)
	case Trail:
		return w.trail(ctx, x, item)
	case KV:
		return w.value(ctx, x, item)
	case That:
		w.that(x, item)
	}
	return nil
}

// same compares a value.
func (w *world) same(item Item, what string, got any) {
	if !fits(item.Want, got) {
		w.fail(item.Pos, "%s %s", what, difference(item.Want, got))
	}
}

// holds looks for each wanted text in what is there; "none" and an empty list
// want nothing to be there.
func (w *world) holds(item Item, what string, got []string) {
	got = slices.DeleteFunc(got, func(g string) bool { return g == "" })
	if all, isList := item.Want.([]any); item.Want == None || isList && len(all) == 0 {
		if len(got) > 0 {
			w.fail(item.Pos, "there was to be no %s; there is:\n%s", what, indented(got))
		}
		return
	}
	for _, want := range list(item.Want) {
		text := fmt.Sprint(want)
		if !slices.ContainsFunc(got, func(g string) bool { return says(text, g) }) {
			w.fail(item.Pos, "no %s holds %q; there is:\n%s", what, text, indented(got))
		}
	}
}

func indented(lines []string) string {
	if len(lines) == 0 {
		return "    nothing"
	}
	return "    " + strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\n    ")
}

// wanted is an expectation of a list as a list, where "none" is an empty one.
func wanted(item Item) Item {
	if item.Want == None {
		item.Want = []any{}
		return item
	}
	item.Want = list(item.Want)
	return item
}

// list is a list, or a single value as a list of one.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// because tells what went wrong in an execution, if anything did.
func because(x engine.Execution) string {
	if x.Problem != "" {
		return ": " + x.Problem
	}
	for _, r := range x.Runs {
		if r.Problem != "" {
			return ": " + r.Problem
		}
	}
	return ""
}

func last(runs []engine.TaskRun) (engine.TaskRun, bool) {
	if len(runs) == 0 {
		return engine.TaskRun{}, false
	}
	return runs[len(runs)-1], true
}

func gateOf(key string) Gate {
	task, value := cutValue(key)
	return Gate{Task: task, Value: value}
}

// outcome is how a gate ended; "open" while it has not, "none" if it never asked.
func outcome(x engine.Execution, key string) string {
	r, ok := last(gates(x, gateOf(key)))
	switch {
	case !ok:
		return None
	case r.Request.Open():
		return "open"
	}
	return string(r.Request.Outcome)
}

// open lists the gates that are open, with the values that they are for.
func open(x engine.Execution) []any {
	out := []any{}
	for _, r := range x.Runs {
		if r.Request == nil || !r.Request.Open() || r.Past {
			continue
		}
		out = append(out, r.Task+iteration(x, r))
	}
	return out
}

// iteration is "[value]" for a run in a loop, or else nothing.
func iteration(x engine.Execution, r engine.TaskRun) string {
	for up, ok := r, true; ok; up, ok = x.Run(up.Parent) {
		if up.Iteration > 0 {
			return "[" + text(up.Value) + "]"
		}
	}
	return ""
}

func state(x engine.Execution, key string) any {
	all := runs(x, gateOf(key))
	if len(all) == 0 {
		return None
	}
	return string(all[len(all)-1].State)
}

func orNone(labels map[string]string, key string) any {
	if v, ok := labels[key]; ok {
		return v
	}
	return None
}

// responses compares who answered a gate, in order.
func (w *world) responses(x engine.Execution, item Item) {
	r, ok := last(gates(x, gateOf(item.Key)))
	if !ok {
		w.fail(item.Pos, "nothing was asked at %s", item.Key)
		return
	}
	got := []any{}
	for _, a := range r.Request.Responses {
		got = append(got, map[string]any{"by": string(a.By.Person), "via": a.By.Via, "verdict": string(a.Verdict), "values": anyMap(a.Values)})
	}
	if want := list(item.Want); len(want) != len(got) || !fits(want, got) {
		w.fail(item.Pos, "the responses at %s %s", item.Key, difference(want, got))
	}
}

func anyMap(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

// env is what expressions of expectations see.
func (w *world) env(x engine.Execution) expr.Env {
	return engine.Env(w.flowOf(x), x, engine.TaskRun{}, engine.Facts{Now: w.clock.now, BaseURL: "https://signoff.example.com"})
}

// output compares a value below outputs, whose path is written as in a flow.
func (w *world) output(x engine.Execution, item Item) {
	got, err := w.eval(x, "{{ outputs."+item.Key+" }}")
	if err != nil {
		if item.Want != None && item.Want != nil {
			w.fail(item.Pos, "outputs.%s: %v", item.Key, err)
		}
		return
	}
	w.same(item, "outputs."+item.Key, got)
}

func (w *world) eval(x engine.Execution, source string) (any, error) {
	t, err := expr.Parse(source)
	if err != nil {
		return nil, err
	}
	return t.Eval(w.env(x))
}

// that wants every expression to be true.
func (w *world) that(x engine.Execution, item Item) {
	for _, source := range list(item.Want) {
		got, err := w.eval(x, fmt.Sprint(source))
		switch {
		case err != nil:
			w.fail(item.Pos, "%v: %v", source, err)
		case !expr.Truthy(got):
			w.fail(item.Pos, "%v is %v, not true", source, got)
		}
	}
}

func logs(x engine.Execution) []string {
	var out []string
	for _, r := range x.Runs {
		for _, l := range r.Logs {
			out = append(out, r.Task+" "+l.Level+" "+l.Text)
		}
	}
	return out
}

// subflow compares the states of the executions of a flow, or of a named one.
func (w *world) subflow(ctx context.Context, item Item) error {
	x, ok, err := w.execution(ctx, item.Key)
	if err != nil {
		return err
	}
	if !ok {
		w.same(item, "the execution of "+item.Key, None)
		return nil
	}
	if want, ok := item.Want.([]any); ok {
		return w.states(ctx, item, x.Flow, want)
	}
	if !fits(item.Want, string(x.State)) {
		w.fail(item.Pos, "the execution of %s is %s, want %v%s", item.Key, x.State, item.Want, because(x))
	}
	return nil
}

// value compares a value of the flow's namespace.
func (w *world) value(ctx context.Context, x engine.Execution, item Item) error {
	all, err := w.store.KV(ctx, x.Flow.Namespace)
	if err != nil {
		return err
	}
	if e, ok := all[item.Key]; ok {
		w.same(item, "the value "+item.Key, e.Value)
		return nil
	}
	w.same(item, "the value "+item.Key, None)
	return nil
}

// trail wants events of an execution, in this order, with any others between.
func (w *world) trail(ctx context.Context, x engine.Execution, item Item) error {
	lines, _, err := w.store.Audit(ctx, 1, mostLines)
	if err != nil {
		return err
	}
	var events []string
	for _, l := range lines {
		var r audit.Record
		if err := json.Unmarshal(l.Raw, &r); err != nil {
			return fmt.Errorf("read the trail: %w", err)
		}
		if r.Execution == string(x.ID) {
			events = append(events, string(r.Event))
		}
	}
	rest := events
	for _, want := range list(item.Want) {
		i := slices.Index(rest, fmt.Sprint(want))
		if i < 0 {
			w.fail(item.Pos, "the trail holds no %v at its place; it holds:\n%s", want, indented(events))
			return nil
		}
		rest = rest[i+1:]
	}
	return nil
}

func keysOf[A, B any](a map[string]A, b map[string]B) []string {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return slices.Sorted(maps.Keys(all))
}
