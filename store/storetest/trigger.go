package storetest

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/store"
)

func trigger(id string, version uint64) store.TriggerState {
	noon := NewClock().Now()
	return store.TriggerState{
		Flow: engine.FlowRef{Namespace: "hr", ID: "vacation"}, ID: id, Version: version,
		Next: noon.Add(time.Hour), Last: noon, LastExecution: "a", Data: map[string]any{"seen": int64(1)},
	}
}

func setTriggers(t T, s store.Store, all ...store.TriggerState) {
	t.Helper()
	mustCommit(t, s, store.Commit{Triggers: all})
}

func wantTriggers(t T, s store.Store, want ...store.TriggerState) {
	t.Helper()
	got, err := s.Triggers(t.Context())
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Triggers = %v (-want +got):\n%s", err, diff)
	}
}

func triggersSet(t T, s store.Store, _ *Clock) {
	wantTriggers(t, s)
	a, b, other := trigger("a", 1), trigger("b", 1), trigger("a", 1)
	other.Flow = engine.FlowRef{Namespace: "hr", ID: "absence", Revision: 7}
	bare := store.TriggerState{Flow: a.Flow, ID: "bare", Version: 1, Disabled: true}
	setTriggers(t, s, b, a, other, bare)
	other.Flow.Revision = 0
	wantTriggers(t, s, other, a, b, bare)
	a.Version, a.Next, a.Data = 2, time.Time{}, nil
	b.Version, b.Removed = 2, true
	setTriggers(t, s, a, b)
	wantTriggers(t, s, other, a, bare)
	again := trigger("b", 1) // as new
	setTriggers(t, s, again)
	wantTriggers(t, s, other, a, again, bare)
}

func triggerVersions(t T, s store.Store, _ *Clock) {
	for _, step := range []struct {
		version uint64
		want    error
	}{{2, store.ErrConflict}, {1, nil}, {1, store.ErrConflict}, {3, store.ErrConflict}, {math.MaxUint64, store.ErrConflict}, {2, nil}} {
		c := store.Commit{Triggers: []store.TriggerState{trigger("other", step.version), trigger("t", step.version)}}
		if err := s.Commit(t.Context(), c); !errors.Is(err, step.want) {
			t.Errorf("Commit(version %d) = %v, want %v", step.version, err, step.want)
		}
	}
	gone := trigger("none", 2)
	gone.Removed = true
	if err := s.Commit(t.Context(), store.Commit{Triggers: []store.TriggerState{gone}}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Commit(remove what is not there) = %v, want %v", err, store.ErrConflict)
	}
	wantTriggers(t, s, trigger("other", 2), trigger("t", 2))
}

// triggerFires lets many see that a trigger is due: one starts the execution.
func triggerFires(t T, s store.Store, clock *Clock) {
	setTriggers(t, s, trigger("t", 1))
	var all sync.WaitGroup
	var mu sync.Mutex
	outcomes := make(map[error]int)
	for i := range 8 {
		all.Go(func() {
			c := first(engine.ExecutionID(fmt.Sprint(i)), clock.Now())
			state := trigger("t", 2)
			state.LastExecution = c.Transition.Next.ID
			c.Triggers = []store.TriggerState{state}
			err := s.Commit(t.Context(), c)
			mu.Lock()
			defer mu.Unlock()
			outcomes[err]++
		})
	}
	all.Wait()
	if outcomes[nil] != 1 || outcomes[store.ErrConflict] != 7 {
		t.Errorf("outcomes = %v, want one winner", outcomes)
	}
	got := look(t, s)
	if len(got.Executions) != 1 || len(got.Triggers) != 1 || got.Triggers[0].LastExecution != got.Executions[0].ID {
		t.Errorf("%d executions, triggers %+v, want the one that the trigger started", len(got.Executions), got.Triggers)
	}
}
