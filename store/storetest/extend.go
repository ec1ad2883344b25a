package storetest

import (
	"errors"
	"time"

	"signoff/engine"
	"signoff/store"
)

func extend(t T, s store.Store, c store.Claim, lease time.Duration) {
	t.Helper()
	if err := s.Extend(t.Context(), c, lease); err != nil {
		t.Errorf("Extend = %v, want nil", err)
	}
}

// extendedLeaseLasts works for an hour under leases of a minute.
func extendedLeaseLasts(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	for range 120 {
		clock.Move(30 * time.Second)
		extend(t, s, claim, time.Minute)
		if claims := mustClaim(t, s, 1); len(claims) != 0 {
			t.Fatalf("while the lease is extended: %v, want none", keys(claims))
		}
	}
	clock.Move(time.Minute - 1)
	if _, next, err := s.Claim(t.Context(), time.Minute, 0); err != nil || !next.Equal(clock.Now().Add(1)) {
		t.Errorf("next = %v, %v, want the end of the lease, %v", next, err, clock.Now().Add(1))
	}
	clock.Move(1)
	// Nobody was quicker: it still holds.
	extend(t, s, claim, time.Minute)
	if claims := mustClaim(t, s, 1); len(claims) != 0 {
		t.Errorf("after it was extended late: %v, want none", keys(claims))
	}
	mustCommit(t, s, settle(claim))
	wantOwed(t, s, clock, 0)
}

func leaseIsNeverCut(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	extend(t, s, claim, time.Second)
	clock.Move(time.Minute - 1)
	if claims := mustClaim(t, s, 1); len(claims) != 0 {
		t.Errorf("within the first lease: %v, want none", keys(claims))
	}
}

func lostIsNotExtended(t T, s store.Store, clock *Clock) {
	lost := held(t, s, clock)
	clock.Move(time.Minute)
	second := claimOne(t, s)
	wantLost(t, s, lost)
	mustCommit(t, s, postpone(second, clock.Now()))
	wantLost(t, s, second)
	third := claimOne(t, s)
	mustCommit(t, s, settle(third))
	clock.Move(time.Hour)
	wantLost(t, s, third)
}

func wantLost(t T, s store.Store, c store.Claim) {
	t.Helper()
	if err := s.Extend(t.Context(), c, time.Hour); !errors.Is(err, store.ErrLostClaim) {
		t.Errorf("Extend = %v, want %v", err, store.ErrLostClaim)
	}
}

// A piece that was put anew while it was held is free, and stays so.
func extendsNothing(t T, s store.Store, clock *Clock) {
	now := clock.Now()
	mustCommit(t, s, first("a", now, timer("a", "anew", now), timer("a", "gone", now)))
	claims := mustClaim(t, s, 2)
	next := drop(mustLoad(t, s, "a"), "gone")
	next.Effects = []engine.Effect{timer("a", "anew", now)}
	mustCommit(t, s, store.Commit{Transition: next})
	for _, c := range claims {
		extend(t, s, c, time.Hour)
	}
	if got := keys(mustClaim(t, s, 10)); len(got) != 1 || got[0] != "a anew" {
		t.Errorf("claimed %v, want what was put anew", got)
	}
}
