package storetest

import (
	"fmt"
	"slices"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// first is a commit that starts an execution which owes the effects.
func first(id engine.ExecutionID, at time.Time, effects ...engine.Effect) store.Commit {
	x := engine.Execution{
		ID:      id,
		Flow:    engine.FlowRef{Namespace: "hr.operations", ID: "vacation", Revision: 1},
		State:   engine.Running,
		Started: at,
	}
	return follow(x, effects...)
}

// follow is a commit that takes x one version on, with one line in the log.
func follow(x engine.Execution, effects ...engine.Effect) store.Commit {
	x.Version++
	x.Runs = slices.Clone(x.Runs)
	return store.Commit{Transition: &engine.Transition{
		Next: x,
		Records: []audit.Record{{
			At: x.Started, Event: audit.TaskStarted, Execution: string(x.ID),
			Data: map[string]any{versionField: int64(x.Version)}, //nolint:gosec // small
		}},
		Effects: effects,
	}}
}

// versionField marks the one line of a transition; see [Invariants].
const versionField = "version"

func timer(id engine.ExecutionID, key engine.EffectKey, due time.Time) engine.Effect {
	return engine.Effect{Execution: id, Key: key, Due: due, Work: engine.Timer{Run: "1"}}
}

func mustCommit(t T, s store.Store, c store.Commit) {
	t.Helper()
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatalf("Commit = %v, want nil", err)
	}
}

func mustClaim(t T, s store.Store, n int) []store.Claim {
	t.Helper()
	claims, _, err := s.Claim(t.Context(), time.Minute, n)
	if err != nil {
		t.Fatalf("Claim = %v, want nil", err)
	}
	return claims
}

// claimOne takes the only piece that is due.
func claimOne(t T, s store.Store) store.Claim {
	t.Helper()
	claims := mustClaim(t, s, 10)
	if len(claims) != 1 {
		t.Fatalf("Claim gave %v, want one piece", keys(claims))
	}
	return claims[0]
}

func mustLoad(t T, s store.Store, id engine.ExecutionID) engine.Execution {
	t.Helper()
	x, err := s.Execution(t.Context(), id)
	if err != nil {
		t.Fatalf("Execution(%s) = %v, want nil", id, err)
	}
	return x
}

func keys(claims []store.Claim) []string {
	var names []string
	for _, c := range claims {
		names = append(names, fmt.Sprintf("%s %s", c.Effect.Execution, c.Effect.Key))
	}
	return names
}

// rich is an execution with something in most fields.
func rich(at time.Time) engine.Execution {
	return engine.Execution{
		ID:      "rich",
		Flow:    engine.FlowRef{Namespace: "hr", ID: "vacation", Revision: 7},
		State:   engine.Paused,
		Started: at,
		Inputs: map[string]any{
			"nil": nil, "yes": true, "no": false, "int": int64(5), "whole": float64(5), "min": int64(-1 << 63),
			"large": int64(1<<63 - 1), "float": 1e300, "text": "5", "empty": "", "bytes": "\xff\x00",
			"list": []any{int64(1), 1.0, "1", []any{}}, "map": map[string]any{"": map[string]any{}},
		},
		Labels:    map[string]string{"team": "ops"},
		Requester: engine.Principal{Person: "kim@example.com", Name: "Kim", Account: "slack:T1:U2", Via: "slack"},
		Runs: []engine.TaskRun{{
			ID: "1", Task: "await", State: engine.Paused, Started: at, Outputs: map[string]any{},
			Logs:    []engine.LogLine{{At: at.Add(time.Nanosecond), Level: "INFO", Text: "hello"}},
			Request: &engine.Request{Version: 1, Since: 1, Title: "Vacation?", Opened: at, Copies: []engine.Copy{{ID: 1, Surface: "slack"}}},
		}},
	}
}
