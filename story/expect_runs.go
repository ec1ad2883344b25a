package story

import (
	"signoff/engine"
)

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

// responses compares who answered a gate, in order.
func (w *world) responses(x engine.Execution, item Item) {
	r, ok := last(gates(x, gateOf(item.Key)))
	if !ok {
		w.fail(item.Pos, "nothing was asked at %s", item.Key)
		return
	}
	got := []any{}
	for _, a := range r.Request.Responses {
		said := map[string]any{"by": string(a.By.Person), "via": a.By.Via, "verdict": string(a.Verdict), "values": anyMap(a.Values)}
		if a.For != "" {
			said["for"] = string(a.For)
		}
		if a.Override != "" {
			said["override"] = a.Override
		}
		got = append(got, said)
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
