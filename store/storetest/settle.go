package storetest

import (
	"errors"
	"time"

	"signoff/engine"
	"signoff/store"
)

func settleCases() []testCase {
	return []testCase{
		{"settled_work_is_gone", settledIsGone},
		{"settle_leaves_what_was_put_anew", settleLeavesReput},
		{"a_commit_may_settle_and_put_the_same_piece", settleAndPut},
		{"postpone_leaves_what_was_put_anew", postponeLeavesReput},
		{"settling_what_was_dropped_is_harmless", settleDropped},
		{"a_claim_that_another_holds_is_lost", claimLost},
		{"a_claim_that_another_settled_is_lost", claimLostAndSettled},
		{"a_late_claim_that_nobody_took_still_settles", lateClaimSettles},
		{"postponed_work_comes_back", postponedComesBack},
		{"a_claim_can_be_postponed_once", postponedOnce},
		{"a_forged_claim_settles_nothing", forgedClaim},
	}
}

// held starts an execution whose one piece is claimed.
func held(t T, s store.Store, clock *Clock) store.Claim {
	t.Helper()
	mustCommit(t, s, first("a", clock.Now(), timer("a", "t", clock.Now())))
	return claimOne(t, s)
}

func settle(claims ...store.Claim) store.Commit { return store.Commit{Settle: claims} }

func postpone(c store.Claim, due time.Time) store.Commit {
	return store.Commit{Postpone: []store.Postponed{{Claim: c, Due: due}}}
}

func wantOwed(t T, s store.Store, clock *Clock, n int) {
	t.Helper()
	clock.Move(24 * time.Hour)
	if claims := mustClaim(t, s, 10); len(claims) != n {
		t.Errorf("a day later, owed: %v, want %d pieces", keys(claims), n)
	}
}

func settledIsGone(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, settle(held(t, s, clock)))
	wantOwed(t, s, clock, 0)
}

func settleLeavesReput(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	mustCommit(t, s, follow(mustLoad(t, s, "a"), timer("a", "t", clock.Now())))
	mustCommit(t, s, settle(claim))
	anew := claimOne(t, s)
	if anew.Attempt != 1 {
		t.Errorf("the piece that was put anew: attempt %d, want 1", anew.Attempt)
	}
	mustCommit(t, s, settle(claim))
	wantOwed(t, s, clock, 1)
}

func settleAndPut(t T, s store.Store, clock *Clock) {
	c := settle(held(t, s, clock))
	c.Transition = follow(mustLoad(t, s, "a"), timer("a", "t", clock.Now())).Transition
	mustCommit(t, s, c)
	claimOne(t, s)
}

func postponeLeavesReput(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	mustCommit(t, s, follow(mustLoad(t, s, "a"), timer("a", "t", clock.Now())))
	mustCommit(t, s, postpone(claim, clock.Now().Add(time.Hour)))
	claimOne(t, s)
}

func settleDropped(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	mustCommit(t, s, store.Commit{Transition: drop(mustLoad(t, s, "a"), "t")})
	c := settle(claim)
	c.Transition = follow(mustLoad(t, s, "a")).Transition
	mustCommit(t, s, c)
	wantOwed(t, s, clock, 0)
}

func claimLost(t T, s store.Store, clock *Clock) {
	lost := held(t, s, clock)
	clock.Move(time.Minute)
	claim := claimOne(t, s)
	for _, c := range []store.Commit{settle(lost), postpone(lost, clock.Now())} {
		if err := s.Commit(t.Context(), c); !errors.Is(err, store.ErrLostClaim) {
			t.Errorf("Commit with a lost claim = %v, want %v", err, store.ErrLostClaim)
		}
	}
	mustCommit(t, s, settle(claim))
}

func claimLostAndSettled(t T, s store.Store, clock *Clock) {
	lost := held(t, s, clock)
	clock.Move(time.Minute)
	mustCommit(t, s, settle(claimOne(t, s)))
	if err := s.Commit(t.Context(), settle(lost)); !errors.Is(err, store.ErrLostClaim) {
		t.Errorf("Commit with a lost claim = %v, want %v", err, store.ErrLostClaim)
	}
}

func lateClaimSettles(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	clock.Move(time.Hour)
	mustCommit(t, s, settle(claim))
	wantOwed(t, s, clock, 0)
}

func postponedComesBack(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	due := clock.Now().Add(10 * time.Second)
	mustCommit(t, s, postpone(claim, due))
	if claims := mustClaim(t, s, 1); len(claims) != 0 {
		t.Errorf("before it is due again: %v, want none", keys(claims))
	}
	clock.Move(10 * time.Second) // the lease would have lasted longer
	again := claimOne(t, s)
	if again.Attempt != 2 || !again.Effect.Due.Equal(due) || again.Effect.Work != (engine.Timer{Run: "1"}) {
		t.Errorf("claimed again = %+v, want attempt 2, due %v", again, due)
	}
}

func postponedOnce(t T, s store.Store, clock *Clock) {
	claim := held(t, s, clock)
	mustCommit(t, s, postpone(claim, clock.Now()))
	if err := s.Commit(t.Context(), postpone(claim, clock.Now())); !errors.Is(err, store.ErrLostClaim) {
		t.Errorf("Commit(postpone again) = %v, want %v", err, store.ErrLostClaim)
	}
	if err := s.Commit(t.Context(), settle(claim)); !errors.Is(err, store.ErrLostClaim) {
		t.Errorf("Commit(settle a postponed claim) = %v, want %v", err, store.ErrLostClaim)
	}
	claimOne(t, s)
}

func forgedClaim(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, first("a", clock.Now(), timer("a", "t", clock.Now())))
	forged := store.Claim{Effect: timer("a", "t", clock.Now()), Attempt: 1, Until: clock.Now().Add(time.Hour)}
	// Whether it is refused or ignored, the piece stays.
	if err := s.Commit(t.Context(), settle(forged)); err != nil && !errors.Is(err, store.ErrLostClaim) {
		t.Errorf("Commit with a forged claim = %v", err)
	}
	claimOne(t, s)
}
