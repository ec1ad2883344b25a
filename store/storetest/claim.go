package storetest

import (
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/store"
)

func claimCases() []testCase {
	return []testCase{
		{"work_is_claimed_when_due", claimedWhenDue},
		{"the_oldest_due_comes_first", oldestFirst},
		{"claim_tells_when_the_next_is_due", tellsNext},
		{"a_lease_ends", leaseEnds},
		{"an_extended_lease_lasts", extendedLeaseLasts},
		{"a_lease_is_never_cut_short", leaseIsNeverCut},
		{"a_lost_claim_is_not_extended", lostIsNotExtended},
		{"a_claim_without_a_piece_extends_nothing", extendsNothing},
		{"a_claim_gives_back_the_work", givesBackTheWork},
		{"no_piece_is_claimed_twice", noPieceTwice},
	}
}

func claimedWhenDue(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, first("a", clock.Now(), timer("a", "t", clock.Now().Add(time.Second))))
	clock.Move(time.Second - 1)
	if claims := mustClaim(t, s, 10); len(claims) != 0 {
		t.Errorf("before it is due: %v, want none", keys(claims))
	}
	clock.Move(1)
	if claims := mustClaim(t, s, 10); len(claims) != 1 {
		t.Errorf("when it is due: %v, want one", keys(claims))
	}
	if claims := mustClaim(t, s, 10); len(claims) != 0 {
		t.Errorf("while it is held: %v, want none", keys(claims))
	}
}

func oldestFirst(t T, s store.Store, clock *Clock) {
	now := clock.Now()
	mustCommit(t, s, first("b", now, timer("b", "3", now.Add(3)), timer("b", "1", now.Add(1))))
	mustCommit(t, s, first("a", now, timer("a", "2", now.Add(2)), timer("a", "0", time.Time{}), timer("a", "9", now.Add(9))))
	clock.Move(5)
	got := [][]string{keys(mustClaim(t, s, 3)), keys(mustClaim(t, s, 3))}
	if diff := cmp.Diff([][]string{{"a 0", "b 1", "a 2"}, {"b 3"}}, got); diff != "" {
		t.Errorf("claimed three and three (-want +got):\n%s", diff)
	}
}

func tellsNext(t T, s store.Store, clock *Clock) {
	next := func() time.Time {
		_, next, err := s.Claim(t.Context(), time.Minute, 1)
		if err != nil {
			t.Fatalf("Claim = %v", err)
		}
		return next
	}
	if got := next(); !got.IsZero() {
		t.Errorf("nothing owed: next = %v, want zero", got)
	}
	now := clock.Now()
	mustCommit(t, s, first("a", now, timer("a", "1", now), timer("a", "2", now), timer("a", "3", now.Add(2*time.Minute))))
	if got := next(); got.After(now) {
		t.Errorf("more is due: next = %v, want at once", got)
	}
	if got, want := next(), now.Add(time.Minute); !got.Equal(want) {
		t.Errorf("both held: next = %v, want the end of the lease, %v", got, want)
	}
	mustCommit(t, s, store.Commit{Transition: drop(mustLoad(t, s, "a"), "1", "2")})
	if got, want := next(), now.Add(2*time.Minute); !got.Equal(want) {
		t.Errorf("one left: next = %v, want %v", got, want)
	}
}

func drop(x engine.Execution, keys ...engine.EffectKey) *engine.Transition {
	t := follow(x).Transition
	t.Drop = keys
	return t
}

func leaseEnds(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, first("a", clock.Now(), timer("a", "t", clock.Now())))
	one := claimOne(t, s)
	if want := clock.Now().Add(time.Minute); one.Attempt != 1 || !one.Until.Equal(want) {
		t.Errorf("claim = attempt %d until %v, want 1, %v", one.Attempt, one.Until, want)
	}
	clock.Move(time.Minute - 1)
	if claims := mustClaim(t, s, 1); len(claims) != 0 {
		t.Errorf("before the lease ends: %v, want none", keys(claims))
	}
	clock.Move(1)
	two := claimOne(t, s)
	if two.Attempt != 2 || two.Token == one.Token {
		t.Errorf("second claim = attempt %d, token %d, want 2 and another than %d", two.Attempt, two.Token, one.Token)
	}
}

func givesBackTheWork(t T, s store.Store, clock *Clock) {
	now := clock.Now()
	effects := []engine.Effect{
		{Execution: "a", Key: "call/1", Due: now, Work: engine.Call{Run: "1", Attempt: 2}},
		{Execution: "a", Key: "copy/1/1", Due: now, Work: engine.Deliver{Run: "1", Copy: 3}},
		{Execution: "a", Key: "notice/1/1", Due: now, Work: engine.Notice{Run: "1", Copy: 4}},
		{Execution: "a", Key: "timer/1", Due: now.Add(-1), Work: engine.Timer{Run: "1"}},
	}
	mustCommit(t, s, first("a", now, effects...))
	var got []engine.Effect
	for _, c := range mustClaim(t, s, 10) {
		got = append(got, c.Effect)
	}
	want := append([]engine.Effect{effects[3]}, effects[:3]...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
}

func noPieceTwice(t T, s store.Store, clock *Clock) {
	const pieces = 200
	var effects []engine.Effect
	for i := range pieces {
		effects = append(effects, timer("a", engine.EffectKey(rune('A'+i)), clock.Now()))
	}
	mustCommit(t, s, first("a", clock.Now(), effects...))
	var mu sync.Mutex
	seen := make(map[engine.EffectKey]int)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				claims, _, err := s.Claim(t.Context(), time.Minute, 3)
				if err != nil || len(claims) == 0 {
					return
				}
				mu.Lock()
				for _, c := range claims {
					seen[c.Effect.Key]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for key, n := range seen {
		if n != 1 {
			t.Errorf("%s was claimed %d times", key, n)
		}
	}
	if len(seen) != pieces {
		t.Errorf("%d pieces were claimed, want %d", len(seen), pieces)
	}
}
