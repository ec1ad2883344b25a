package storetest

import (
	"errors"
	"math"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

func refusalCases() []testCase {
	return []testCase{
		{"refuses_a_version_that_does_not_follow", refusesWrongVersion},
		{"a_refused_commit_leaves_nothing", refusalLeavesNothing},
		{"checks_in_the_promised_order", checksInOrder},
		{"refuses_what_makes_no_sense", refusesNonsense},
	}
}

func refusesWrongVersion(t T, s store.Store, clock *Clock) {
	at := func(v engine.Version) store.Commit {
		c := first("a", clock.Now())
		c.Transition.Next.Version = v
		return c
	}
	for _, step := range []struct {
		version engine.Version
		want    error
	}{
		{2, store.ErrConflict},
		{1, nil},
		{1, store.ErrConflict},
		{3, store.ErrConflict},
		{math.MaxUint64, store.ErrConflict},
	} {
		if err := s.Commit(t.Context(), at(step.version)); !errors.Is(err, step.want) {
			t.Errorf("Commit(version %d) = %v, want %v", step.version, err, step.want)
		}
	}
}

func refusalLeavesNothing(t T, s store.Store, clock *Clock) {
	c := whole(t, s, clock)
	mustCommit(t, s, store.Commit{Once: "seen"})
	mustCommit(t, s, slot("holder", engine.Running, clock.Now(), 0))
	before := look(t, s)
	for _, harm := range []struct {
		want error
		do   func(c *store.Commit)
	}{
		{store.ErrSeen, func(c *store.Commit) { c.Once = "seen" }},
		{store.ErrLostClaim, func(c *store.Commit) { c.Settle = append([]store.Claim{{}}, c.Settle...) }},
		{store.ErrConflict, func(c *store.Commit) { c.Transition.Next.Version++ }},
		{store.ErrConflict, func(c *store.Commit) { c.Flow.Ref.Revision = 9 }},
		{store.ErrConflict, func(c *store.Commit) { c.Triggers = []store.TriggerState{trigger("daily", 2)} }},
		{store.ErrFull, func(c *store.Commit) { c.Transition.Next.Slot, c.Transition.Slots = true, 1 }},
		{store.ErrTooLate, func(c *store.Commit) { c.Transition.NotAfter = clock.Now().Add(-1) }},
		{store.ErrTooEarly, func(c *store.Commit) { c.Transition.NotBefore = clock.Now().Add(1) }},
	} {
		bad, flow, transition := c, *c.Flow, *c.Transition
		bad.Flow, bad.Transition = &flow, &transition
		harm.do(&bad)
		if err := s.Commit(t.Context(), bad); !errors.Is(err, harm.want) {
			t.Errorf("Commit = %v, want %v", err, harm.want)
		}
		if diff := cmp.Diff(before, look(t, s)); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", harm.want, diff)
		}
	}
	// The claims, the cause and the version are all unspent.
	mustCommit(t, s, c)
}

func checksInOrder(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, first("a", clock.Now()))
	mustCommit(t, s, store.Commit{Once: "seen"})
	mustCommit(t, s, slot("holder", engine.Running, clock.Now(), 0))
	c := follow(mustLoad(t, s, "a"))
	c.Transition.Next.Slot, c.Transition.Slots = true, 1
	c.Once = "seen"
	c.Settle = []store.Claim{{Effect: timer("a", "gone", clock.Now()), Token: 1}}
	c.Transition.Next.Version = 9
	c.Transition.NotAfter = clock.Now().Add(-time.Second)
	for _, step := range []struct {
		want error
		mend func()
	}{
		{store.ErrSeen, func() { c.Once = "" }},
		{store.ErrLostClaim, func() { c.Settle = nil }},
		{store.ErrConflict, func() { c.Transition.Next.Version = 2 }},
		{store.ErrFull, func() { c.Transition.Slots = 2 }},
		{store.ErrTooLate, func() { c.Transition.NotAfter = time.Time{} }},
	} {
		if err := s.Commit(t.Context(), c); !errors.Is(err, step.want) {
			t.Errorf("Commit = %v, want %v", err, step.want)
		}
		step.mend()
	}
	mustCommit(t, s, c)
}

func refusesNonsense(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, first("a", clock.Now()))
	before := look(t, s)
	bad := map[string]func(c *store.Commit){
		"no id":                 func(c *store.Commit) { c.Transition.Next.ID = "" },
		"version 0":             func(c *store.Commit) { c.Transition.Next.Version = 0 },
		"another's effect":      func(c *store.Commit) { c.Transition.Effects = []engine.Effect{timer("b", "t", clock.Now())} },
		"no work":               func(c *store.Commit) { c.Transition.Effects = []engine.Effect{{Execution: "a", Key: "t"}} },
		"an input that is code": func(c *store.Commit) { c.Transition.Next.Inputs = map[string]any{"f": func() {}} },
		"a record that is no JSON": func(c *store.Commit) {
			c.Records = []audit.Record{{Data: map[string]any{"v": math.NaN()}}}
		},
		"a value that is code": func(c *store.Commit) { c.KV = &store.Values{Set: map[string]*store.Entry{"f": {Value: func() {}}}} },
		"NUL in a namespace":   func(c *store.Commit) { c.KV = &store.Values{Namespace: "a\x00b"} },
		"a flow without name":  func(c *store.Commit) { c.Flow = &store.Flow{} },
		"a deletion with a source": func(c *store.Commit) {
			c.Flow = &store.Flow{Ref: engine.FlowRef{Namespace: "hr", ID: "f"}, Deleted: true, Source: []byte("x")}
		},
		"a trigger without name":       func(c *store.Commit) { c.Triggers = []store.TriggerState{trigger("", 1)} },
		"a trigger without flow":       func(c *store.Commit) { c.Triggers = []store.TriggerState{{ID: "t", Version: 1}} },
		"a trigger without version":    func(c *store.Commit) { c.Triggers = []store.TriggerState{trigger("t", 0)} },
		"a trigger that changes twice": func(c *store.Commit) { c.Triggers = []store.TriggerState{trigger("t", 1), trigger("t", 2)} },
		"a trigger that keeps code": func(c *store.Commit) {
			c.Triggers = []store.TriggerState{trigger("t", 1)}
			c.Triggers[0].Data["f"] = func() {}
		},
	}
	for name, harm := range bad {
		c := follow(mustLoad(t, s, "a"))
		harm(&c)
		if err := s.Commit(t.Context(), c); err == nil {
			t.Errorf("Commit(%s) = nil, want an error", name)
		}
	}
	if diff := cmp.Diff(before, look(t, s)); diff != "" {
		t.Errorf("after the refusals (-want +got):\n%s", diff)
	}
	if claims := mustClaim(t, s, 10); len(claims) != 0 {
		t.Errorf("after the refusals, owed: %v", keys(claims))
	}
}
