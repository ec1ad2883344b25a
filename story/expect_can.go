package story

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"signoff/engine"
	"signoff/engine/approval"
)

// can compares who could answer a gate now, whatever the order.
func (w *world) can(ctx context.Context, x engine.Execution, item Item) error {
	e, ok, err := w.explain(ctx, x, item, "")
	if !ok || err != nil {
		return err
	}
	got, want := []any{}, wanted(item)
	for _, a := range e.Can {
		got = append(got, string(a.Person))
	}
	all, _ := want.Want.([]any)
	all = slices.Clone(all)
	byText := func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
	slices.SortFunc(all, byText)
	slices.SortFunc(got, byText)
	want.Want = all
	w.same(want, "who can answer "+item.Key, got)
	return nil
}

// cannot wants people not to be able to answer a gate now, each for a reason.
func (w *world) cannot(ctx context.Context, x engine.Execution, item Item) error {
	people, ok := item.Want.(map[string]any)
	if !ok {
		w.fail(item.Pos, "say who cannot answer and why, such as {alex@example.com: your own request}")
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(people)) {
		e, ok, err := w.explain(ctx, x, item, id)
		if err != nil {
			return err
		}
		want := fmt.Sprint(people[id])
		switch {
		case !ok:
		case e.You.Can:
			w.fail(item.Pos, "%s can answer %s: %s", id, item.Key, e.You.Text)
		case !says(want, e.You.Text):
			w.fail(item.Pos, "%s cannot answer %s for another reason %s", id, item.Key, difference(want, e.You.Text))
		}
	}
	return nil
}

// explain explains the request that is meant; false after a failure was told.
func (w *world) explain(ctx context.Context, x engine.Execution, item Item, as string) (approval.Explanation, bool, error) {
	run, problem := gate(x, gateOf(item.Key))
	if problem != "" {
		w.fail(item.Pos, "%s", problem)
		return approval.Explanation{}, false, nil
	}
	e, err := w.bot.Explain(ctx, string(engine.NewRequestID(x.ID, run.ID)), as, w.principal(""))
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		w.fail(item.Pos, "%s", no.Text)
		return e, false, nil
	}
	return e, err == nil, err
}
