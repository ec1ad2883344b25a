package story

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/flow"
)

// Pos is a place in a story file.
type Pos = flow.Pos

// answer does what a person does at a request: they press a button of the card
// as it is, and fill in what it asks for.
func (w *world) answer(ctx context.Context, a *Answer) error {
	x, ok, err := w.execution(ctx, a.Of)
	if err != nil {
		return err
	}
	if !ok {
		w.fail(a.Pos, "there is no execution to answer")
		return nil
	}
	run, problem := gate(x, a.Gate)
	if problem != "" {
		w.fail(a.Gate.Pos, "%s", problem)
		return nil
	}
	action, problem := button(run.Request, a.Press)
	if problem != "" {
		w.fail(a.Pos, "%s", problem)
		return nil
	}
	w.clicks++
	request := string(engine.NewRequestID(x.ID, run.ID))
	click := adapters.Click{
		Actor: account(a.By.Text, a.On), Request: request, Version: run.Request.Version, Action: action,
		Values: typed(a.Values, a.On), Once: "story-" + strconv.Itoa(w.clicks), Evidence: fmt.Sprintf("%064d", w.clicks), WantCard: true,
	}
	if a.Seen > 0 {
		click.Version = a.Seen
	}
	if s := w.surfaces[a.On]; s != nil {
		click.Copy = s.copyFor(request, click.Actor.ID)
	}
	got, err := w.bot.Click(ctx, click)
	if err != nil {
		return fmt.Errorf("answer %s: %w", a.Gate.Task, err)
	}
	w.note("answer %s by %s on %s, %s: %s%s", a.Gate.Task, who(a.By.Text), a.On, action, got.Kind, told(got))
	w.judge(attempt{a.Pos, "the answer", a.Refused, a.Invalid}, got)
	return w.settle(ctx)
}

func told(a adapters.Answer) string {
	switch {
	case len(a.Fields) > 0:
		return " " + brief(fieldTexts(a.Fields))
	case a.Kind == adapters.Refused, a.Kind == adapters.Invalid:
		return " " + a.Text
	}
	return ""
}

func fieldTexts(fields map[string]string) map[string]any {
	out := make(map[string]any, len(fields))
	for k, v := range fields {
		out[k] = v
	}
	return out
}

// gate finds the request that is meant: among those of its task the one that is
// open, or else the last.
func gate(x engine.Execution, g Gate) (engine.TaskRun, string) {
	runs := gates(x, g)
	if len(runs) == 0 {
		return engine.TaskRun{}, fmt.Sprintf("nothing is asked at %s; the execution is %s%s", g, x.State, why(x))
	}
	open := slices.DeleteFunc(slices.Clone(runs), func(r engine.TaskRun) bool { return !r.Request.Open() })
	switch len(open) {
	case 0:
		return runs[len(runs)-1], ""
	case 1:
		return open[0], ""
	}
	return engine.TaskRun{}, fmt.Sprintf("%s is open %d times; say which with value: or iteration:", g, len(open))
}

func why(x engine.Execution) string {
	if x.Problem == "" {
		return ""
	}
	return ": " + x.Problem
}

// String is how a person writes the gate.
func (g Gate) String() string {
	switch {
	case g.Value != "":
		return g.Task + "[" + g.Value + "]"
	case g.Iteration > 0:
		return fmt.Sprintf("%s (iteration %d)", g.Task, g.Iteration)
	}
	return g.Task
}

// gates lists the runs of a gate that ask people, oldest first.
func gates(x engine.Execution, g Gate) []engine.TaskRun {
	return slices.DeleteFunc(runs(x, g), func(r engine.TaskRun) bool { return r.Request == nil })
}

// runs lists the runs of a task that count, oldest first.
func runs(x engine.Execution, g Gate) []engine.TaskRun {
	var out []engine.TaskRun
	for _, r := range x.Runs {
		if r.Task == g.Task && !r.Past && inIteration(x, r, g) {
			out = append(out, r)
		}
	}
	return out
}

// inIteration reports whether a run, or one around it, is for the value or the
// iteration that is meant.
func inIteration(x engine.Execution, r engine.TaskRun, g Gate) bool {
	if g.Value == "" && g.Iteration == 0 {
		return true
	}
	for {
		if r.Iteration > 0 && (g.Value == "" || text(r.Value) == g.Value) && (g.Iteration == 0 || r.Iteration == g.Iteration) {
			return true
		}
		parent, ok := x.Run(r.Parent)
		if !ok {
			return false
		}
		r = parent
	}
}

// text writes a value as people name it.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return strings.TrimSpace(string(pretty(v)))
}

// button finds the button that is meant. On a request that is closed there is
// none any more; an old card has it still.
func button(r *engine.Request, press string) (action, problem string) {
	actions := card.Actions(r)
	var labels []string
	for _, a := range actions {
		if press == a.ID || strings.TrimSuffix(press, "…") == strings.TrimSuffix(a.Label, "…") {
			return a.ID, ""
		}
		labels = append(labels, a.Label)
	}
	switch {
	case press == "" && len(actions) == 1:
		return actions[0].ID, ""
	case press == "":
		return "", fmt.Sprintf("say which button is pressed, with approve: or press:; the card has %s", strings.Join(labels, ", "))
	}
	return "", fmt.Sprintf("the card has no button %q; it has %s", press, strings.Join(labels, ", "))
}

// typed are the values as a surface sends them: chats know texts, truth and
// lists of texts, programs send what they have.
func typed(values map[string]any, on string) map[string]any {
	if on == "api" || values == nil {
		return values
	}
	out := make(map[string]any, len(values))
	for k, v := range values {
		switch v := v.(type) {
		case int64, float64:
			out[k] = text(v)
		default:
			out[k] = v
		}
	}
	return out
}

// keysOf are the keys of both maps, each once, in order.
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
