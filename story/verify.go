package story

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// mostLines bounds the trail of a story.
const mostLines = 100_000

// verify looks at what must be true at the end of every story, whatever it says:
// the trail proves itself, and no card of a request that is over has a button.
func (w *world) verify(ctx context.Context) error {
	lines, head, err := w.store.Audit(ctx, 1, mostLines)
	if err != nil {
		return err
	}
	all := func(yield func(audit.Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
	if _, err := audit.Verify(all, audit.Head{}, head); err != nil {
		w.fail(w.story.Pos, "the trail does not verify: %v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(w.story.secrets)) {
		w.keeps(lines, "the secret "+name, w.story.secrets[name])
	}
	for _, text := range w.box.texts {
		w.keeps(lines, "an answer to a SECRET input", text)
	}
	return w.noLiveButtons(ctx)
}

// keeps looks for a secret in the trail; a short one could be there by chance.
func (w *world) keeps(lines []audit.Line, what, secret string) {
	const shortest = 4
	for _, l := range lines {
		if len(secret) >= shortest && strings.Contains(string(l.Raw), secret) {
			w.fail(w.story.Pos, "the trail tells %s, in line %d", what, l.Seq)
			return
		}
	}
}

func (w *world) noLiveButtons(ctx context.Context) error {
	for _, name := range surfaces() {
		s := w.surfaces[name]
		if s == nil {
			continue
		}
		for _, m := range s.seen {
			if m.card == nil || !card.Answerable(*m.card) {
				continue
			}
			id, run, _ := engine.RequestID(m.card.Request).Split()
			x, err := w.store.Execution(ctx, id)
			if err != nil {
				return err
			}
			if r, ok := x.Run(run); ok && r.Request != nil && !r.Request.Open() {
				w.fail(w.story.Pos, "the card of %s at %s still has buttons, though it is %s", r.Task, m.place, r.Request.Outcome)
			}
		}
	}
	return nil
}

// states compares the states of all executions of a flow, oldest first.
func (w *world) states(ctx context.Context, item Item, ref engine.FlowRef, want []any) error {
	all, err := w.store.Executions(ctx, store.Query{Namespace: ref.Namespace, Flow: ref.ID, Oldest: true, Limit: mostRuns})
	if err != nil {
		return err
	}
	got := make([]any, len(all))
	for i, x := range all {
		got[i] = string(x.State)
	}
	if !slices.EqualFunc(want, got, fits) {
		w.fail(item.Pos, "the executions of %s %s", item.Key, difference(want, got))
	}
	return nil
}

// mostRuns bounds the executions of a story.
const mostRuns = 10_000

// reached lists the tasks that ran, and how gates ended; see [Suite.Ends].
func (w *world) reached(ctx context.Context) map[string]bool {
	out := map[string]bool{}
	all, err := w.store.Executions(ctx, store.Query{Limit: mostRuns})
	if err != nil {
		w.fail(w.story.Pos, "list the executions: %v", err)
	}
	for _, x := range all {
		for _, r := range x.Runs {
			if r.State != engine.Skipped {
				out[fmt.Sprintf("%s/%s", x.Flow, r.Task)] = true
			}
			if r.Request != nil {
				out[fmt.Sprintf("%s/%s: %s", x.Flow, r.Task, r.Request.Outcome)] = true
			}
		}
	}
	return out
}
