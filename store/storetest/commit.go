package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

func commitCases() []testCase {
	return []testCase{
		{"keeps_an_execution_as_it_was", keepsAnExecution},
		{"keeps_all_parts_of_a_commit", keepsAllParts},
		{"an_empty_commit_does_nothing", emptyCommit},
		{"shares_no_memory_with_callers", sharesNoMemory},
		{"bounds_are_inclusive", boundsAreInclusive},
		{"remembers_once", remembersOnce},
		{"forgets_the_once_of_a_refused_commit", forgetsRefusedOnce},
		{"the_clock_never_goes_back", clockNeverGoesBack},
		{"a_cancelled_commit_does_nothing", cancelledCommit},
	}
}

func keepsAnExecution(t T, s store.Store, clock *Clock) {
	c := follow(rich(clock.Now()))
	mustCommit(t, s, c)
	if diff := cmp.Diff(c.Transition.Next, mustLoad(t, s, "rich")); diff != "" {
		t.Errorf("Execution (-want +got):\n%s", diff)
	}
	if _, err := s.Execution(t.Context(), "ric"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Execution(ric) = %v, want %v", err, store.ErrNotFound)
	}
}

// whole is a commit with every part.
func whole(t T, s store.Store, clock *Clock) store.Commit {
	t.Helper()
	mustCommit(t, s, first("a", clock.Now(), timer("a", "settle", clock.Now()), timer("a", "postpone", clock.Now()), timer("a", "drop", clock.Now())))
	claims := mustClaim(t, s, 3)
	c := follow(mustLoad(t, s, "a"), timer("a", "put", clock.Now()))
	c.Transition.Drop = []engine.EffectKey{"drop"}
	c.Records = []audit.Record{{At: clock.Now(), Event: audit.FlowSaved, Namespace: "hr"}}
	for _, claim := range claims {
		switch claim.Effect.Key {
		case "settle":
			c.Settle = append(c.Settle, claim)
		case "postpone":
			c.Postpone = append(c.Postpone, store.Postponed{Claim: claim, Due: clock.Now().Add(time.Hour)})
		}
	}
	c.Once = "once"
	c.Flow = &store.Flow{Ref: engine.FlowRef{Namespace: "hr", ID: "vacation"}, Source: []byte("id: vacation")}
	c.KV = &store.Values{Namespace: "hr", Set: map[string]*store.Entry{"k": {Type: "STRING", Value: "v"}}}
	c.Triggers = []store.TriggerState{trigger("daily", 1)}
	return c
}

func keepsAllParts(t T, s store.Store, clock *Clock) {
	c := whole(t, s, clock)
	mustCommit(t, s, c)
	got := look(t, s)
	if len(got.Executions) != 1 || got.Executions[0].Version != 2 {
		t.Errorf("executions = %v, want a at version 2", got.Executions)
	}
	if len(got.Lines) != 3 || got.Head.Seq != 3 {
		t.Errorf("%d lines, head %d, want 3", len(got.Lines), got.Head.Seq)
	}
	want := map[string]store.Entry{"k": {Type: "STRING", Value: "v", Updated: s.Now()}}
	if diff := cmp.Diff(want, got.KV); diff != "" {
		t.Errorf("KV (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(c.Triggers, got.Triggers); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
	if len(got.Flows) != 1 || got.Flows[0].Ref.Revision != 1 {
		t.Errorf("flows = %v, want one", got.Flows)
	}
	if err := s.Commit(t.Context(), store.Commit{Once: "once"}); !errors.Is(err, store.ErrSeen) {
		t.Errorf("Commit(once) = %v, want %v", err, store.ErrSeen)
	}
	clock.Move(time.Hour)
	if diff := cmp.Diff([]string{"a put", "a postpone"}, keys(mustClaim(t, s, 10))); diff != "" {
		t.Errorf("what is owed (-want +got):\n%s", diff)
	}
}

func emptyCommit(t T, s store.Store, _ *Clock) {
	mustCommit(t, s, store.Commit{})
	if head := look(t, s).Head; head.Seq != 0 {
		t.Errorf("head = %v, want none", head)
	}
}

func sharesNoMemory(t T, s store.Store, clock *Clock) {
	c := follow(rich(clock.Now()), timer("rich", "t", clock.Now()))
	want := follow(rich(clock.Now())).Transition.Next
	c.Flow = &store.Flow{Ref: engine.FlowRef{Namespace: "hr", ID: "f"}, Source: []byte("source")}
	c.KV = &store.Values{Namespace: "hr", Set: map[string]*store.Entry{"list": {Value: []any{"a"}}}}
	c.Triggers = []store.TriggerState{trigger("daily", 1)}
	mustCommit(t, s, c)
	before := look(t, s)

	c.Transition.Next.Inputs["text"] = "changed"
	c.Transition.Next.Runs[0].Request.Copies[0].Shown = 99
	c.Transition.Effects[0].Key = "changed"
	c.Flow.Source[0] = 'X'
	c.KV.Set["list"].Value.([]any)[0] = "changed" //nolint:forcetypeassert,errcheck // set above
	c.Triggers[0].Data["seen"] = "changed"
	got := look(t, s)
	if diff := cmp.Diff(before, got); diff != "" {
		t.Errorf("after the commit was changed (-want +got):\n%s", diff)
	}
	got.Executions[0].Inputs["text"] = "changed"
	got.Executions[0].Runs[0].Task = "changed"
	got.Lines[0].Raw[0] = 'X'
	got.Flows[0].Source[0] = 'X'
	got.KV["list"].Value.([]any)[0] = "changed" //nolint:forcetypeassert,errcheck // set above
	got.Triggers[0].Data["seen"] = "changed"
	if diff := cmp.Diff(before, look(t, s)); diff != "" {
		t.Errorf("after results were changed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, mustLoad(t, s, "rich")); diff != "" {
		t.Errorf("Execution (-want +got):\n%s", diff)
	}
	if claim := claimOne(t, s); claim.Effect.Key != "t" {
		t.Errorf("Claim gave %s, want t", claim.Effect.Key)
	}
}

func boundsAreInclusive(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, first("a", clock.Now()))
	deadline := clock.Now().Add(time.Second)
	expire := follow(mustLoad(t, s, "a"))
	expire.Transition.NotBefore = deadline
	answer := follow(mustLoad(t, s, "a"))
	answer.Transition.NotAfter = deadline

	clock.Move(time.Second - 1)
	if err := s.Commit(t.Context(), expire); !errors.Is(err, store.ErrTooEarly) {
		t.Errorf("before NotBefore: Commit = %v, want %v", err, store.ErrTooEarly)
	}
	clock.Move(2)
	if err := s.Commit(t.Context(), answer); !errors.Is(err, store.ErrTooLate) {
		t.Errorf("after NotAfter: Commit = %v, want %v", err, store.ErrTooLate)
	}
	now := s.Now()
	answer.Transition.NotBefore, answer.Transition.NotAfter = now, now
	if err := s.Commit(t.Context(), answer); err != nil {
		t.Errorf("at the bound: Commit = %v, want nil", err)
	}
}

func remembersOnce(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, store.Commit{Once: "click"})
	for range 13 { // other commits may forget old causes, but not these
		if err := s.Commit(t.Context(), store.Commit{Once: "click"}); !errors.Is(err, store.ErrSeen) {
			t.Errorf("Commit(click) again = %v, want %v", err, store.ErrSeen)
		}
		clock.Move(store.OnceFor / 13)
		mustCommit(t, s, store.Commit{Once: clock.Now().String()})
	}
	mustCommit(t, s, store.Commit{Once: "another click"})
}

func forgetsRefusedOnce(t T, s store.Store, clock *Clock) {
	c := first("a", clock.Now())
	c.Transition.Next.Version = 5
	c.Once = "click"
	if err := s.Commit(t.Context(), c); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("Commit = %v, want %v", err, store.ErrConflict)
	}
	c = first("a", clock.Now())
	c.Once = "click"
	if err := s.Commit(t.Context(), c); err != nil {
		t.Errorf("Commit after a refused one = %v, want nil", err)
	}
}

func clockNeverGoesBack(t T, s store.Store, clock *Clock) {
	before := s.Now()
	clock.Move(-time.Hour)
	mustCommit(t, s, first("a", clock.Now(), timer("a", "t", before)))
	if now := s.Now(); now.Before(before) {
		t.Errorf("Now() = %v, after %v", now, before)
	}
	claimOne(t, s)
}

func cancelledCommit(t T, s store.Store, clock *Clock) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Commit(ctx, first("a", clock.Now())); !errors.Is(err, context.Canceled) {
		t.Errorf("Commit(cancelled) = %v, want %v", err, context.Canceled)
	}
	if _, err := s.Execution(t.Context(), "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Execution = %v, want %v", err, store.ErrNotFound)
	}
}
