package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/store"
)

func slotCases() []testCase {
	return []testCase{
		{"slots_are_not_passed", slotsHold},
		{"slots_are_counted_by_flow", slotsByFlow},
		{"the_last_slot_is_taken_once", slotRace},
		{"the_oldest_queued_comes_first", oldestQueued},
	}
}

// slot is a commit that starts an execution which holds a slot of so many.
func slot(id engine.ExecutionID, state engine.State, at time.Time, of int) store.Commit {
	c := first(id, at)
	c.Transition.Next.State, c.Transition.Next.Slot, c.Transition.Slots = state, state != engine.Queued, of
	return c
}

// change is a commit that takes an execution on and edits it.
func change(t T, s store.Store, id engine.ExecutionID, edit func(c *engine.Transition)) store.Commit {
	t.Helper()
	c := follow(mustLoad(t, s, id))
	edit(c.Transition)
	return c
}

func wantSlots(t T, s store.Store, want int) {
	t.Helper()
	ref := engine.FlowRef{Namespace: "hr.operations", ID: "vacation", Revision: 5}
	if got, err := s.Slots(t.Context(), ref); err != nil || got != want {
		t.Errorf("Slots = %d, %v, want %d", got, err, want)
	}
}

func slotsHold(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, slot("a", engine.Running, clock.Now(), 2))
	mustCommit(t, s, slot("b", engine.Running, clock.Now(), 2))
	if err := s.Commit(t.Context(), slot("c", engine.Running, clock.Now(), 2)); !errors.Is(err, store.ErrFull) {
		t.Errorf("the third of two: Commit = %v, want %v", err, store.ErrFull)
	}
	wantSlots(t, s, 2)
	mustCommit(t, s, slot("c", engine.Queued, clock.Now(), 2))
	// Who has a slot keeps it, also when there are fewer than there were.
	mustCommit(t, s, change(t, s, "a", func(c *engine.Transition) { c.Slots = 1 }))
	admit := func(c *engine.Transition) { c.Next.State, c.Next.Slot, c.Slots = engine.Running, true, 2 }
	if err := s.Commit(t.Context(), change(t, s, "c", admit)); !errors.Is(err, store.ErrFull) {
		t.Errorf("while all are taken: Commit = %v, want %v", err, store.ErrFull)
	}
	mustCommit(t, s, change(t, s, "a", func(c *engine.Transition) { c.Next.State, c.Next.Slot = engine.Success, false }))
	wantSlots(t, s, 1)
	mustCommit(t, s, change(t, s, "c", admit))
	// Without a number nothing is bounded: somebody forced it.
	mustCommit(t, s, slot("d", engine.Running, clock.Now(), 0))
	wantSlots(t, s, 3)
}

func slotsByFlow(t T, s store.Store, clock *Clock) {
	for i, ref := range []engine.FlowRef{
		{Namespace: "hr.operations", ID: "vacation", Revision: 1},
		{Namespace: "hr.operations", ID: "absence", Revision: 1},
		{Namespace: "hr", ID: "vacation", Revision: 1},
	} {
		c := slot(engine.ExecutionID(fmt.Sprint(i)), engine.Running, clock.Now(), 1)
		c.Transition.Next.Flow = ref
		mustCommit(t, s, c)
	}
	c := slot("later", engine.Running, clock.Now(), 1)
	c.Transition.Next.Flow.Revision = 2
	if err := s.Commit(t.Context(), c); !errors.Is(err, store.ErrFull) {
		t.Errorf("another revision: Commit = %v, want %v", err, store.ErrFull)
	}
	wantSlots(t, s, 1)
	if n, err := s.Slots(t.Context(), engine.FlowRef{Namespace: "hr", ID: "absence"}); err != nil || n != 0 {
		t.Errorf("Slots(a flow that never ran) = %d, %v, want 0", n, err)
	}
}

func slotRace(t T, s store.Store, clock *Clock) {
	var all sync.WaitGroup
	var mu sync.Mutex
	outcomes := make(map[error]int)
	for i := range 16 {
		all.Go(func() {
			err := s.Commit(t.Context(), slot(engine.ExecutionID(fmt.Sprint(i)), engine.Running, clock.Now(), 3))
			mu.Lock()
			defer mu.Unlock()
			outcomes[err]++
		})
	}
	all.Wait()
	if outcomes[nil] != 3 || outcomes[store.ErrFull] != 13 {
		t.Errorf("outcomes = %v, want three winners", outcomes)
	}
	wantSlots(t, s, 3)
}

func oldestQueued(t T, s store.Store, clock *Clock) {
	for _, id := range []engine.ExecutionID{"3", "1", "2", "4"} {
		mustCommit(t, s, slot(id, engine.Queued, clock.Now(), 1))
	}
	other := slot("0", engine.Queued, clock.Now(), 1)
	other.Transition.Next.Flow.ID = "other"
	mustCommit(t, s, other)
	mustCommit(t, s, change(t, s, "1", func(c *engine.Transition) { c.Next.State = engine.Cancelled }))
	mustCommit(t, s, change(t, s, "2", func(c *engine.Transition) { c.Next.Labels = map[string]string{"team": "hr"} }))
	q := store.Query{Namespace: "hr.operations", Flow: "vacation", States: []engine.State{engine.Queued}, Oldest: true}
	for _, c := range []struct {
		name string
		edit func(q *store.Query)
		want []engine.ExecutionID
	}{
		{"all of the flow", func(*store.Query) {}, []engine.ExecutionID{"2", "3", "4"}},
		{"the oldest", func(q *store.Query) { q.Limit = 1 }, []engine.ExecutionID{"2"}},
		{"the next", func(q *store.Query) { q.Limit, q.After = 1, "2" }, []engine.ExecutionID{"3"}},
		{"newest first", func(q *store.Query) { q.Oldest = false }, []engine.ExecutionID{"4", "3", "2"}},
		{"of all flows", func(q *store.Query) { q.Flow, q.Namespace = "", "hr" }, []engine.ExecutionID{"0", "2", "3", "4"}},
		{"with a label", func(q *store.Query) { q.Labels = map[string]string{"team": "hr"} }, []engine.ExecutionID{"2"}},
		{"of some ids", func(q *store.Query) { q.IDs = []engine.ExecutionID{"1", "3"} }, []engine.ExecutionID{"3"}},
	} {
		q := q
		c.edit(&q)
		got, err := s.Executions(t.Context(), q)
		if diff := cmp.Diff(c.want, ids(got)); err != nil || diff != "" {
			t.Errorf("Executions(queued, %s) = %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}
