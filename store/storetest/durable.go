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
	_, _, lines := s.Audit(ctx, 1, 1)
	for name, err := range map[string]error{
		"Commit": s.Commit(ctx, first("b", clock.Now())),
		"Claim":  claim, "Execution": execution, "Executions": executions,
		"Flow": flow, "Flows": flows, "KV": values, "Audit": lines,
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s on a closed store = %v, want %v", name, err, store.ErrClosed)
		}
	}
}
