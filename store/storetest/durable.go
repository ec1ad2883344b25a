package storetest

import (
	"errors"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/store"
)

type durableCase struct {
	name          string
	before, after func(t T, s store.Store, clock *Clock)
}

func durableCases() []durableCase {
	var (
		contents contents
		lost     store.Claim
		told     time.Time
	)
	return []durableCase{
		{
			name: "everything_is_there_after_a_restart",
			before: func(t T, s store.Store, clock *Clock) {
				mustCommit(t, s, whole(t, s, clock))
				contents = look(t, s)
			},
			after: func(t T, s store.Store, clock *Clock) {
				if diff := cmp.Diff(contents, look(t, s)); diff != "" {
					t.Errorf("after the restart (-want +got):\n%s", diff)
				}
				if err := s.Commit(t.Context(), store.Commit{Once: "once"}); !errors.Is(err, store.ErrSeen) {
					t.Errorf("Commit(once) = %v, want %v", err, store.ErrSeen)
				}
				clock.Move(time.Hour)
				if diff := cmp.Diff([]string{"a put", "a postpone"}, keys(mustClaim(t, s, 10))); diff != "" {
					t.Errorf("what is owed (-want +got):\n%s", diff)
				}
			},
		},
		{
			name: "slots_values_and_triggers_last",
			before: func(t T, s store.Store, clock *Clock) {
				mustCommit(t, s, slot("a", engine.Running, clock.Now(), 2))
				mustCommit(t, s, slot("b", engine.Queued, clock.Now(), 2))
				set(t, s, "hr", map[string]*store.Entry{"short": {Value: "s", Expires: s.Now().Add(time.Minute)}})
				setTriggers(t, s, trigger("t", 1))
				contents = look(t, s)
			},
			after: func(t T, s store.Store, clock *Clock) {
				if diff := cmp.Diff(contents, look(t, s)); diff != "" {
					t.Errorf("after the restart (-want +got):\n%s", diff)
				}
				wantSlots(t, s, 1)
				if got, err := s.Executions(t.Context(), store.Query{States: []engine.State{engine.Queued}}); err != nil || len(got) != 1 {
					t.Errorf("Executions(queued) = %v, %v, want b", ids(got), err)
				}
				if err := s.Commit(t.Context(), slot("c", engine.Running, clock.Now(), 1)); !errors.Is(err, store.ErrFull) {
					t.Errorf("Commit = %v, want %v", err, store.ErrFull)
				}
				clock.Move(time.Minute)
				wantKV(t, s, "hr", map[string]store.Entry{})
				set(t, s, "it", map[string]*store.Entry{"k": {Value: "v"}}) // a store may clear up here
				wantKV(t, s, "hr", map[string]store.Entry{})
			},
		},
		{
			name: "leases_end_with_the_process",
			before: func(t T, s store.Store, clock *Clock) {
				lost = held(t, s, clock)
			},
			after: func(t T, s store.Store, _ *Clock) {
				claim := claimOne(t, s)
				if err := s.Commit(t.Context(), settle(lost)); !errors.Is(err, store.ErrLostClaim) {
					t.Errorf("Commit with a claim of the last process = %v, want %v", err, store.ErrLostClaim)
				}
				mustCommit(t, s, settle(claim))
			},
		},
		{
			name: "postponed_work_is_owed_after_a_restart",
			before: func(t T, s store.Store, clock *Clock) {
				mustCommit(t, s, postpone(held(t, s, clock), clock.Now().Add(time.Hour)))
			},
			after: func(t T, s store.Store, clock *Clock) {
				clock.Move(time.Hour) // at once or when it was postponed to, but owed
				mustCommit(t, s, settle(claimOne(t, s)))
			},
		},
		{
			name: "the_clock_does_not_go_back_over_a_restart",
			before: func(t T, s store.Store, clock *Clock) {
				mustCommit(t, s, first("a", clock.Now()))
				told = s.Now()
				clock.Move(-24 * time.Hour)
			},
			after: func(t T, s store.Store, _ *Clock) {
				if now := s.Now(); now.Before(told) {
					t.Errorf("Now() = %v, want %v or later", now, told)
				}
			},
		},
		{
			name: "a_closed_store_refuses",
			before: func(t T, s store.Store, clock *Clock) {
				mustCommit(t, s, first("a", clock.Now()))
				closeStore(t, s)
				refusesAll(t, s, clock)
			},
			after: func(t T, s store.Store, _ *Clock) { mustLoad(t, s, "a") },
		},
	}
}

func refusesAll(t T, s store.Store, clock *Clock) {
	t.Helper()
	ctx := t.Context()
	_, _, claim := s.Claim(ctx, time.Minute, 1)
	_, execution := s.Execution(ctx, "a")
	_, executions := s.Executions(ctx, store.Query{})
	_, flow := s.Flow(ctx, engine.FlowRef{Namespace: "hr", ID: "f"})
	_, flows := s.Flows(ctx)
	_, values := s.KV(ctx, "hr")
	_, slots := s.Slots(ctx, engine.FlowRef{Namespace: "hr", ID: "f"})
	_, revisions := s.Revisions(ctx, engine.FlowRef{Namespace: "hr", ID: "f"})
	_, namespaces := s.Namespaces(ctx)
	_, triggers := s.Triggers(ctx)
	_, _, lines := s.Audit(ctx, 1, 1)
	for name, err := range map[string]error{
		"Commit": s.Commit(ctx, first("b", clock.Now())),
		"Extend": s.Extend(ctx, store.Claim{Effect: timer("a", "t", clock.Now()), Token: 1}, time.Minute),
		"Claim":  claim, "Execution": execution, "Executions": executions,
		"Flow": flow, "Flows": flows, "KV": values, "Audit": lines,
		"Slots": slots, "Revisions": revisions, "Namespaces": namespaces, "Triggers": triggers,
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s on a closed store = %v, want %v", name, err, store.ErrClosed)
		}
	}
}
