package story

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"signoff/engine"
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
	case Can:
		return w.can(ctx, x, item)
	case Cannot:
		return w.cannot(ctx, x, item)
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

func orNone(labels map[string]string, key string) any {
	if v, ok := labels[key]; ok {
		return v
	}
	return None
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
